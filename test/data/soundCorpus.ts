import type { Item, Language, ParallelCorpus } from "../../src/data/dataset";

/** Three real items in four languages with nothing wrong, for tests that then break something. */
export function soundCorpus(): ParallelCorpus {
  const items = Object.entries(texts).map(([language, passages]): [Language, Item[]] => [
    language,
    passages.map(([id, sentences, literal, paraphrase]) => ({
      id,
      sentences: [...sentences],
      questions: [
        { id: `${id}-q1`, kind: "literal", text: literal, sentence: 0, answer: sentences[0] },
        {
          id: `${id}-q2`,
          kind: "paraphrase",
          text: paraphrase,
          sentence: 1,
          answer: sentences[1],
        },
      ],
    })),
  ]);
  return { languages: Object.keys(texts), items: new Map(items), splits: ["train", "dev", "test"] };
}

type Row = [id: string, sentences: [string, string, string], literal: string, paraphrase: string];

const texts: Record<Language, Row[]> = {
  en: [
    [
      "animals-01",
      [
        "The octopus has 3 hearts and nine brains, one of them in its head.",
        "Each of its 8 arms can taste what it touches and decide alone how to move.",
        "When danger comes near, the animal hides behind a dark cloud of ink.",
      ],
      "How many hearts has the octopus?",
      "Which limbs notice flavours?",
    ],
    [
      "cities-01",
      [
        "Mira Lund opened the first library on the island of Hallo in 1987.",
        "It began with 1,200 books in a former salt store near the harbour.",
        "Today readers borrow about 4.5 times as many, and a boat brings them to the outer farms.",
      ],
      "Who opened the first library on Hallo?",
      "What was the size of the earliest collection?",
    ],
    [
      "food-01",
      [
        "Bakers in the valley let their rye dough rest for 36 hours in a cool cellar.",
        "The long wait gives the loaf a sour taste and a crust that stays fresh for weeks.",
        "Many families still share one oven at the end of the street.",
      ],
      "How long does the rye dough rest?",
      "Why does bread keep well after slow fermentation?",
    ],
  ],
  de: [
    [
      "animals-01",
      [
        "Der Krake hat 3 Herzen und neun Gehirne, eines davon im Kopf.",
        "Jeder seiner 8 Arme kann schmecken, was er berührt, und allein entscheiden, wie er sich bewegt.",
        "Droht Gefahr, verbirgt sich das Tier hinter einer dunklen Wolke aus Tinte.",
      ],
      "Wie viele Herzen hat der Krake?",
      "Welche Gliedmaßen nehmen Aromen wahr?",
    ],
    [
      "cities-01",
      [
        "Mira Lund eröffnete 1987 die erste Bibliothek auf der Insel Hallo.",
        "Sie begann mit 1.200 Büchern in einem früheren Salzlager am Hafen.",
        "Heute leihen die Leser etwa 4,5-mal so viele aus, und ein Boot bringt sie zu entlegenen Höfen.",
      ],
      "Wer eröffnete die erste Bibliothek auf Hallo?",
      "Wie groß war der anfängliche Bestand?",
    ],
    [
      "food-01",
      [
        "Die Bäcker im Tal lassen ihren Roggenteig 36 Stunden in einem kühlen Keller ruhen.",
        "Die lange Wartezeit gibt dem Laib einen sauren Geschmack und eine Kruste, die wochenlang frisch bleibt.",
        "Viele Familien teilen sich noch immer einen Ofen am Ende der Straße.",
      ],
      "Wie lange ruht der Roggenteig?",
      "Warum hält sich Brot nach langsamer Gärung gut?",
    ],
  ],
  hi: [
    [
      "animals-01",
      [
        "ऑक्टोपस के ३ हृदय और नौ मस्तिष्क होते हैं, जिनमें से एक सिर में होता है।",
        "उसकी ८ भुजाओं में से हर एक छुई हुई चीज़ का स्वाद ले सकती है और अकेले तय करती है कि कैसे हिलना है।",
        "ख़तरा पास आने पर यह जीव स्याही के काले बादल के पीछे छिप जाता है।",
      ],
      "ऑक्टोपस के कितने हृदय होते हैं?",
      "कौन-से अंग ज़ायका पहचानते हैं?",
    ],
    [
      "cities-01",
      [
        "मीरा लुंड ने १९८७ में हालो द्वीप पर पहला पुस्तकालय खोला।",
        "शुरुआत में बंदरगाह के पास नमक के एक पुराने गोदाम में १,२०० किताबें थीं।",
        "आज पाठक लगभग ४.५ गुना किताबें उधार लेते हैं और एक नाव उन्हें दूर के खेतों तक पहुँचाती है।",
      ],
      "हालो पर पहला पुस्तकालय किसने खोला?",
      "सबसे पुराना संग्रह कितना बड़ा था?",
    ],
    [
      "food-01",
      [
        "घाटी के नानबाई राई के आटे को ठंडे तहख़ाने में ३६ घंटे रखते हैं।",
        "इस लंबे इंतज़ार से रोटी में खट्टा स्वाद आता है और उसकी परत हफ़्तों तक ताज़ी रहती है।",
        "कई परिवार आज भी गली के अंत में एक ही भट्ठी साझा करते हैं।",
      ],
      "राई का आटा कितनी देर रखा जाता है?",
      "धीमे ख़मीर के बाद रोटी क्यों टिकती है?",
    ],
  ],
  zh: [
    [
      "animals-01",
      [
        "章鱼有3颗心脏和九个大脑，其中一个在头部。",
        "它的8条腕足都能尝出所触之物的味道，并独自决定如何移动。",
        "遇到危险时，它会躲在一团深色的墨汁后面。",
      ],
      "章鱼有几颗心脏？",
      "哪些肢体能分辨滋味？",
    ],
    [
      "cities-01",
      [
        "米拉·伦德于1987年在哈洛岛上开设了第一座图书馆。",
        "起初，它在港口附近的旧盐仓里收藏了1 200册书。",
        "如今读者借阅的数量约为当年的4.5倍，一艘小船把书送到偏远的农场。",
      ],
      "谁在哈洛开设了第一座图书馆？",
      "最早的馆藏有多大？",
    ],
    [
      "food-01",
      [
        "山谷里的面包师让黑麦面团在凉爽的地窖里静置36小时。",
        "漫长的等待使面包带有酸味，外皮能保鲜数周。",
        "许多家庭至今仍共用街尾的一座烤炉。",
      ],
      "黑麦面团静置多久？",
      "为什么慢慢发酵之后不易变质？",
    ],
  ],
};
