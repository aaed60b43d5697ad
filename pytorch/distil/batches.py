"""Hybrid batches: whole batches in one language with probability α, rows that cross languages otherwise."""

from dataclasses import dataclass

import numpy as np

from .prepared import Prepared
from .texts import ENGLISH, LANGUAGES, is_lexicon


@dataclass
class Batch:
    """Two texts a row that say the same (`first`, `second`), and further passages that answer no row.

    teacher: row of the teacher's embeddings for each row's meaning, -1 where there is none.
    whole_first, whole_second: whether the text is the whole of that meaning and nothing else.
    """

    kind: str
    first: list[np.ndarray]
    second: list[np.ndarray]
    others: list[np.ndarray]
    teacher: np.ndarray
    whole_first: np.ndarray
    whole_second: np.ndarray


@dataclass(frozen=True)
class Mixture:
    """What batches are made of.

    alpha: probability of a whole batch in one language. pair_share: of the batches that cross languages, the share
    in which every row crosses the same two, so that most negatives are in the query's own language.
    """

    rows: int
    alpha: float
    pair_share: float
    answers_share: float
    lexicon_share: float
    crop_share: float
    join_share: float
    drop_words: float
    longest: int
    sources: dict[str, float]


class Batches:
    """Draws batches; all chance comes from one generator, so that a seed gives the same run."""

    def __init__(self, prepared: Prepared, mixture: Mixture, seed: int, held_out_answers: int):
        self.prepared = prepared
        self.mixture = mixture
        self.chance = np.random.default_rng(seed)
        self.answers = answers_by_language(prepared, held_out_answers)[0]
        self.answer_languages = sorted(self.answers)
        # Rows of each source that have both of two languages; found when the two are first drawn.
        self.having_both: dict[tuple[int, int], dict[str, np.ndarray]] = {}
        # Rows of each source that have a language; the mono side and the joins draw from these.
        self.having = {
            source: [np.flatnonzero(table[:, language] >= 0) for language in range(len(LANGUAGES))]
            for source, table in prepared.groups.items()
        }
        # A source of words by the root of its size: the largest is a hundred times the smallest.
        self.lexicons = {
            source: len(table) ** 0.5
            for source, table in prepared.groups.items()
            if is_lexicon(source)
        }
        self.several = {
            source: np.flatnonzero((table >= 0).sum(1) > 1) for source, table in prepared.groups.items()
        }

    def draw(self) -> Batch:
        chance, mixture = self.chance, self.mixture
        if chance.random() < mixture.answers_share:
            return self._answers()
        lexicon = chance.random() < mixture.lexicon_share
        if chance.random() < mixture.alpha:
            return self._monolingual(lexicon)
        return self._crossing(lexicon)

    def _rows(self, weights: dict[str, float], eligible: dict[str, np.ndarray]):
        """(source, row of its table); a source by its weight, its eligible rows alike."""
        names = [source for source in weights if len(eligible[source])]
        shares = np.array([weights[source] for source in names])
        for choice in self.chance.choice(len(names), self.mixture.rows, p=shares / shares.sum()):
            name = names[choice]
            yield name, self.prepared.groups[name][self.chance.choice(eligible[name])]

    def _crossing(self, lexicon: bool) -> Batch:
        sentences = {name: weight for name, weight in self.mixture.sources.items() if name != "english"}
        weights = self.lexicons if lexicon else sentences
        pair, eligible = None, self.several
        if self.chance.random() < self.mixture.pair_share:
            pair = tuple(map(int, self.chance.choice(len(LANGUAGES), 2, replace=False)))
            eligible = self._having_both(*pair)
        batch = _empty("crossing")
        for source, row in self._rows(weights, eligible):
            one, other = pair or self.chance.choice(np.flatnonzero(row >= 0), 2, replace=False)
            self._add(batch, row, one, other, source)
        return _arrays(batch)

    def _having_both(self, one: int, other: int) -> dict[str, np.ndarray]:
        if (one, other) not in self.having_both:
            self.having_both[one, other] = {
                source: np.flatnonzero((table[:, one] >= 0) & (table[:, other] >= 0))
                for source, table in self.prepared.groups.items()
            }
        return self.having_both[one, other]

    def _monolingual(self, lexicon: bool) -> Batch:
        language = int(self.chance.integers(len(LANGUAGES)))
        if lexicon and language == ENGLISH:
            return self._definitions()
        own = {source: lists[language] for source, lists in self.having.items()}
        batch = _empty("monolingual")
        for source, row in self._rows(self.mixture.sources, own):
            self._add(batch, row, language, language, source)
        return _arrays(batch)

    def _definitions(self) -> Batch:
        """English definitions and a word for them in any language."""
        prepared, chance = self.prepared, self.chance
        batch = _empty("definitions")
        chosen = prepared.definitions[chance.choice(len(prepared.definitions), self.mixture.rows, replace=False)]
        for group, definition in chosen:
            row = prepared.groups["lexicon"][group]
            batch.first.append(prepared.ids(int(row[chance.choice(np.flatnonzero(row >= 0))])))
            batch.second.append(prepared.ids(int(definition))[: self.mixture.longest])
            batch.teacher.append(prepared.teacher_row[definition])
            batch.whole_first.append(False)
            batch.whole_second.append(True)
        return _arrays(batch)

    def _answers(self) -> Batch:
        """Questions and the sentence that answers them, in one language, with a sentence beside it that does not."""
        prepared, chance = self.prepared, self.chance
        sizes = np.array([len(self.answers[l]) for l in self.answer_languages], float) ** 0.5
        language = self.answer_languages[chance.choice(len(sizes), p=sizes / sizes.sum())]
        own = self.answers[language]
        batch = _empty("answers")
        for index in chance.choice(len(own), min(self.mixture.rows, len(own)), replace=False):
            question, answer, others = own[index]
            batch.first.append(self._drop(prepared.ids(question)))
            batch.second.append(prepared.ids(answer)[: self.mixture.longest])
            if others:
                batch.others.append(prepared.ids(others[chance.integers(len(others))])[: self.mixture.longest])
            batch.teacher.append(-1)
            batch.whole_first.append(False)
            batch.whole_second.append(False)
        return _arrays(batch)

    def _add(self, batch: Batch, row: np.ndarray, one: int, other: int, source: str) -> None:
        prepared, chance, mixture = self.prepared, self.chance, self.mixture
        first, second = prepared.ids(row[one]), prepared.ids(row[other])
        short = source in self.lexicons
        crop = not short and (one == other or chance.random() < mixture.crop_share) and len(first) > 5
        if crop:
            first = self._crop(first)
        if not short:
            first = self._drop(first)
        join = not short and chance.random() < mixture.join_share
        if join:
            second = self._join(second, source, other)
        batch.first.append(first[: mixture.longest])
        batch.second.append(second[: mixture.longest])
        batch.teacher.append(prepared.teacher_row[row[ENGLISH]] if row[ENGLISH] >= 0 else -1)
        batch.whole_first.append(not crop)
        batch.whole_second.append(not join)

    def _crop(self, ids: np.ndarray) -> np.ndarray:
        """A few neighbouring pieces, some of them left out: as a question names part of what its answer says."""
        length = int(self.chance.integers(4, min(20, len(ids)) + 1))
        start = self.chance.integers(len(ids) - length + 1)
        return self._drop(self._drop(ids[start : start + length]))

    def _drop(self, ids: np.ndarray) -> np.ndarray:
        kept = ids[self.chance.random(len(ids)) >= self.mixture.drop_words]
        return kept if len(kept) else ids

    def _join(self, ids: np.ndarray, source: str, language: int) -> np.ndarray:
        """The text before or after another of its language: as an answer stands in a passage."""
        neighbour = self.prepared.groups[source][self.chance.choice(self.having[source][language])]
        more = self.prepared.ids(neighbour[language])
        pair = [ids, more] if self.chance.random() < 0.5 else [more[: self.mixture.longest // 3], ids]
        return np.concatenate(pair)


def answers_by_language(prepared: Prepared, held_out: int):
    """The native questions by language: those to train on, and the last `held_out` of each, to validate with."""
    by_language: dict[int, list[tuple[int, int, list[int]]]] = {}
    for entry in prepared.answers:
        by_language.setdefault(int(prepared.languages[entry[0]]), []).append(entry)
    # Questions on the same passage follow each other, so a cut divides at most one passage.
    train = {language: entries[:-held_out] for language, entries in by_language.items()}
    return train, {language: entries[-held_out:] for language, entries in by_language.items()}


def _empty(kind: str) -> Batch:
    return Batch(kind, [], [], [], [], [], [])  # type: ignore[arg-type]


def _arrays(batch: Batch) -> Batch:
    batch.teacher = np.array(batch.teacher)
    batch.whole_first = np.array(batch.whole_first)
    batch.whole_second = np.array(batch.whole_second)
    return batch
