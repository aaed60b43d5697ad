/** @file Long texts in every script the page must set well. */

/** Three items; each language has a question and a passage. */
export const texts: Record<string, [query: string, passage: string]>[] = [
  {
    ar: [
      "لماذا تطفو السفن الفولاذية على سطح الماء؟",
      "تطفو السفينة المصنوعة من الفولاذ لأن هيكلها المجوف يزيح كمية كبيرة من الماء يفوق وزنها وزن السفينة نفسها. وكلما زادت الحمولة غاص الهيكل أعمق حتى يتعادل الوزنان.",
    ],
    de: [
      "Warum schwimmen Schiffe aus Stahl?",
      "Ein Schiff aus Stahl schwimmt, weil sein hohler Rumpf so viel Wasser verdrängt, wie das ganze Schiff wiegt. Mit jeder Donaudampfschifffahrtsgesellschaftsladung taucht der Rumpf tiefer ein, bis beide Gewichte gleich sind.",
    ],
    el: [
      "Γιατί επιπλέουν τα χαλύβδινα πλοία;",
      "Ένα χαλύβδινο πλοίο επιπλέει επειδή το κοίλο σκαρί του εκτοπίζει τόσο νερό όσο ζυγίζει ολόκληρο το πλοίο. Όσο αυξάνεται το φορτίο, τόσο βαθύτερα βυθίζεται το σκαρί.",
    ],
    en: [
      "Why do ships made of steel float?",
      "A steel ship floats because its hollow hull pushes aside as much water as the whole ship weighs. The more cargo it carries, the deeper the hull sinks, until both weights are equal again.",
    ],
    es: [
      "¿Por qué flotan los barcos de acero?",
      "Un barco de acero flota porque su casco hueco desplaza tanta agua como pesa el barco entero. Cuanta más carga lleva, más se hunde el casco, hasta que ambos pesos vuelven a ser iguales.",
    ],
    fr: [
      "Pourquoi les bateaux en acier flottent-ils ?",
      "Un navire en acier flotte parce que sa coque creuse déplace autant d’eau que pèse le navire entier. Plus la cargaison est lourde, plus la coque s’enfonce.",
    ],
    hi: [
      "इस्पात के जहाज़ पानी पर क्यों तैरते हैं?",
      "इस्पात का जहाज़ इसलिए तैरता है क्योंकि उसका खोखला ढाँचा उतना पानी हटाता है जितना पूरे जहाज़ का भार होता है। माल जितना बढ़ता है, ढाँचा उतना ही गहरा डूबता जाता है।",
    ],
    ru: [
      "Почему плавают стальные корабли?",
      "Стальной корабль плавает потому, что его полый корпус вытесняет столько воды, сколько весит весь корабль. Чем больше груза, тем глубже оседает корпус.",
    ],
    th: [
      "ทำไมเรือเหล็กจึงลอยน้ำได้",
      "เรือเหล็กลอยน้ำได้เพราะตัวเรือที่กลวงแทนที่น้ำในปริมาณที่มีน้ำหนักเท่ากับเรือทั้งลำ ยิ่งบรรทุกสินค้ามากเท่าใดตัวเรือก็ยิ่งจมลึกลงเท่านั้นจนกว่าน้ำหนักทั้งสองจะเท่ากัน",
    ],
    tr: [
      "Çelik gemiler neden batmaz?",
      "Çelik bir gemi yüzer, çünkü içi boş gövdesi bütün geminin ağırlığı kadar suyun yerini değiştirir. Yük arttıkça gövde daha derine batar.",
    ],
    vi: [
      "Vì sao tàu thép nổi được trên mặt nước?",
      "Tàu thép nổi được vì thân tàu rỗng chiếm chỗ một lượng nước nặng bằng cả con tàu. Chở càng nhiều hàng thì thân tàu càng chìm sâu hơn.",
    ],
    zh: [
      "钢铁造的船为什么能浮在水上？",
      "钢船能浮起来，是因为中空的船体排开的水与整艘船一样重。货物越多，船体就沉得越深，直到两者的重量再次相等。",
    ],
  },
  {
    ar: [
      "كيف تتذوق الفراشات طعامها؟",
      "تتذوق الفراشة بأقدامها، ففيها أعضاء حسية تخبرها إن كانت الورقة صالحة لوضع بيضها.",
    ],
    de: [
      "Womit schmecken Schmetterlinge?",
      "Ein Schmetterling schmeckt mit den Füßen: Sinnesorgane daran verraten, ob ein Blatt für die Eier taugt.",
    ],
    el: [
      "Πώς γεύονται οι πεταλούδες;",
      "Η πεταλούδα γεύεται με τα πόδια της, όπου αισθητήρια όργανα δείχνουν αν ένα φύλλο είναι κατάλληλο για τα αυγά της.",
    ],
    en: [
      "How do butterflies taste their food?",
      "A butterfly tastes with its feet: sense organs there tell whether a leaf is good for its eggs.",
    ],
    es: [
      "¿Con qué saborean las mariposas?",
      "La mariposa saborea con las patas: allí tiene órganos que le dicen si una hoja sirve para sus huevos.",
    ],
    fr: [
      "Avec quoi les papillons goûtent-ils ?",
      "Le papillon goûte avec ses pattes : des organes y disent si une feuille convient à ses œufs.",
    ],
    hi: [
      "तितलियाँ स्वाद कैसे पहचानती हैं?",
      "तितली अपने पैरों से स्वाद लेती है; वहाँ के संवेदी अंग बताते हैं कि पत्ती अंडों के लिए ठीक है या नहीं।",
    ],
    ru: [
      "Чем бабочки чувствуют вкус?",
      "Бабочка чувствует вкус лапками: органы чувств на них говорят, годится ли лист для яиц.",
    ],
    th: ["ผีเสื้อรับรสด้วยอะไร", "ผีเสื้อรับรสด้วยเท้า อวัยวะรับสัมผัสที่เท้าบอกได้ว่าใบไม้เหมาะสำหรับวางไข่หรือไม่"],
    tr: [
      "Kelebekler nasıl tat alır?",
      "Kelebek ayaklarıyla tat alır: oradaki duyu organları bir yaprağın yumurtaları için uygun olup olmadığını söyler.",
    ],
    vi: [
      "Bướm nếm bằng gì?",
      "Bướm nếm bằng chân: các giác quan ở đó cho biết chiếc lá có hợp để đẻ trứng không.",
    ],
    zh: ["蝴蝶用什么尝味道？", "蝴蝶用脚尝味道：脚上的感觉器官能分辨叶子是否适合产卵。"],
  },
];
