"""The tokenizer: Unigram pieces, chosen language by language rather than by frequency."""

import math
import random
from collections import Counter

from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import BPE, Unigram
from tokenizers.trainers import BpeTrainer

from .texts import LANGUAGES, Texts

UNKNOWN, START, END, PAD = "<unk>", "<s>", "</s>", "<pad>"

# Zeros of the decimal digits that are written as 0-9: Arabic-Indic, Persian, Devanagari, Thai.
ZEROS = "\u0660\u06f0\u0966\u0e50"

# Letters of the scripts that put spaces between words: Latin, Greek, Cyrillic, Arabic, Devanagari, Hangul.
LETTERS = (
    "a-z\u00df-\u00f6\u00f8-\u024f\u0300-\u036f\u1e00-\u1eff"
    "\u0370-\u03ff\u1f00-\u1fff\u0400-\u052f\u0600-\u065f\u066e-\u06d3\u06d5-\u06ef\u0750-\u077f"
    "\u0900-\u0965\u0970-\u097f\u1100-\u11ff\uac00-\ud7a3"
)

# Letters of the Arabic alphabet, and the article alone and after "and", "with", "so", "as" and "to".
ARABIC = "\u0621-\u064a"
ARTICLES = "▁ال|▁وال|▁بال|▁فال|▁كال|▁لل|▁ولل"

# A longer word is cut after so many letters: an inflected form shares its first piece with the others.
STEM_LETTERS = 5

# Letters of the longest piece in languages without spaces: a longer one would be several words.
LONGEST_PIECE = {"ja": 4, "th": 6, "zh": 2}

# Pieces of each language, from which the likeliest are taken.
PIECES_TRIED = 14000

# A letter seen less often in the sample of a language becomes <unk>: most are Chinese characters in one name.
FEWEST_LETTERS = 5


# Control characters, directions, joiners and byte order marks: libraries differ in which of them are spaces.
INVISIBLE = (
    "\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff"
)


def normalizer():
    """One spelling of what retrieval need not tell apart, and ▁ before each word.

    NFKC, lower case, one sigma, one sharp s, Arabic without vowel signs and with one alef, one set of digits.
    The mark of a word's start stands only where a script has spaces, and whatever precedes the word:
    a word after a bracket is the same piece as one after a space, and Chinese and Thai have no marks.
    The Arabic article, which is written as one with its noun, is a word of its own.
    """
    digits = [normalizers.Replace(chr(ord(zero) + i), str(i)) for zero in ZEROS for i in range(10)]
    return normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace("ς", "σ"),
            normalizers.Replace("ß", "ss"),
            normalizers.Replace(Regex(f"[{INVISIBLE}\u0640\u064b-\u0652]"), ""),
            normalizers.Replace(Regex("[\u0622\u0623\u0625\u0671]"), "\u0627"),
            normalizers.Replace("\u0649", "\u064a"),
            *digits,
            normalizers.Replace(Regex(r"\s+"), " "),
            normalizers.Strip(),
            normalizers.Replace(Regex(f"(?<![{LETTERS}])(?=[{LETTERS}])"), "▁"),
            normalizers.Replace(Regex(f"(?<={ARTICLES})(?=[{ARABIC}]{{3}})"), "▁"),
        ]
    )


def pre_tokenizer():
    """Words, punctuation and runs of digits apart: a year inside Chinese is the same piece as one in English.

    Words of scripts with spaces are cut once, after their first letters.
    """
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Punctuation("isolated"),
            pre_tokenizers.Split(Regex(f"[0-9]+|▁[{LETTERS}]{{1,{STEM_LETTERS}}}|[{LETTERS}]+"), "isolated"),
        ]
    )


def make_tokenizer(texts: Texts, size: int, sentences: int, seed: int) -> Tokenizer:
    """A tokenizer of `size` pieces, the special ones included, each language with an equal say."""
    chance = random.Random(seed)
    words = texts.words()
    by_language: list[tuple[list[str], list[str]]] = [([], []) for _ in LANGUAGES]
    for index, (text, language) in enumerate(zip(texts.texts, texts.languages)):
        by_language[language][index in words].append(text)
    probabilities = []
    for code, (running, single) in zip(LANGUAGES, by_language):
        # Dictionaries are larger than running text in some languages, and have other frequencies.
        sample = _sample(chance, running, sentences) + _sample(chance, single, sentences // 4)
        probabilities.append(_train(sample, PIECES_TRIED, LONGEST_PIECE.get(code, 16)))
        print(f"{code}: {len(sample)} texts, {len(probabilities[-1])} pieces", flush=True)
    pieces = _merge(probabilities, size - 4)
    special = [(UNKNOWN, 0.0), (START, 0.0), (END, 0.0)]
    tokenizer = _with_parts(Unigram([*special, *pieces, (PAD, 0.0)], 0, False))
    tokenizer.add_special_tokens([UNKNOWN, START, END, PAD])
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{START} $A {END}",
        pair=f"{START} $A {END} $B {END}",
        special_tokens=[(START, 1), (END, 2)],
    )
    return tokenizer


def _sample(chance: random.Random, texts: list[str], most: int) -> list[str]:
    return texts if len(texts) <= most else chance.sample(texts, most)


def _with_parts(model) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizer()
    tokenizer.pre_tokenizer = pre_tokenizer()
    return tokenizer


def _train(sample: list[str], size: int, longest: int) -> dict[str, float]:
    """Pieces of one language, of `longest` letters at most, with their share of its text.

    The pieces are those of byte-pair encoding, which keeps frequent words whole; `tokenizers`' own Unigram
    training drops a word that is never continued, whatever its frequency. A piece's share is counted in the
    text as those pieces divide it, so that steps on the way to longer pieces weigh nothing.
    """
    tokenizer = _with_parts(BPE(unk_token=UNKNOWN))
    trainer = BpeTrainer(
        vocab_size=size, min_frequency=3, special_tokens=[UNKNOWN], show_progress=False, max_token_length=longest
    )
    tokenizer.train_from_iterator(sample, trainer)
    counts = Counter(piece for entry in tokenizer.encode_batch(sample) for piece in entry.tokens)
    del counts[UNKNOWN]
    letters = Counter(letter for text in sample for letter in tokenizer.normalizer.normalize_str(text))
    kept = {letter: 0.5 for letter, count in letters.items() if count >= FEWEST_LETTERS and letter != " "}
    kept |= {piece: count for piece, count in counts.items() if len(piece) > 1 or piece in kept}
    total = sum(kept.values())
    return {piece: count / total for piece, count in kept.items()}


def _merge(probabilities: list[dict[str, float]], size: int) -> list[tuple[str, float]]:
    """The likeliest pieces of each language, as many of each as fit, by their mean probability."""
    ranked = [sorted(own, key=lambda piece: (-own[piece], piece)) for own in probabilities]
    # Every letter is needed; of the rest, the same number from each language.
    letters = {piece for own in probabilities for piece in own if len(piece) == 1}
    fewest, most = 0, max(map(len, ranked))
    while fewest < most:
        middle = (fewest + most + 1) // 2
        if len(letters.union(*(own[:middle] for own in ranked))) <= size:
            fewest = middle
        else:
            most = middle - 1
    chosen = letters.union(*(own[:fewest] for own in ranked))
    mean: Counter[str] = Counter()
    for own in probabilities:
        for piece, probability in own.items():
            mean[piece] += probability / len(probabilities)
    left = sorted(set(mean) - chosen, key=lambda piece: (-mean[piece], piece))
    chosen.update(left[: size - len(chosen)])
    scored = [(piece, math.log(mean[piece])) for piece in chosen]
    return sorted(scored, key=lambda entry: (-entry[1], entry[0]))
