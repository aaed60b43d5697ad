"""What is measured while training: validation on FLORES dev and held-out questions, and a fixed part of XQuAD-R."""

import json
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from .batches import answers_by_language
from .scores import Scores, score
from .texts import LANGUAGES, lines
from .work import load_prepared, tokenizer_path
from .xquad_r import read_xquad_r

LONGEST = 126
FLORES_SENTENCES = 300
XQUAD_QUESTIONS = 300


class Validation:
    """Texts as token ids, read once. `embed` maps token ids to unit embeddings."""

    def __init__(self, work: Path, data: Path, vocabulary: int, held_out_answers: int):
        tokenizer = Tokenizer.from_file(str(tokenizer_path(work, vocabulary)))
        tokenizer.no_padding()

        def ids(texts: list[str]) -> list[np.ndarray]:
            encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
            return [np.array(entry.ids[:LONGEST], np.int64) for entry in encoded]

        rows = [json.loads(line) for line in lines(data / "multiway" / "flores-dev.jsonl.xz")][:FLORES_SENTENCES]
        self.flores = [ids([row[code] for row in rows]) for code in LANGUAGES]
        prepared = load_prepared(work, vocabulary, None)
        held_out = answers_by_language(prepared, held_out_answers)[1]
        self.answers = [_pool(prepared, entries) for entries in held_out.values()]
        xquad = read_xquad_r(data / "xquad-r")
        every = len(xquad.questions[0]) / XQUAD_QUESTIONS
        self.chosen = [int(i * every) for i in range(XQUAD_QUESTIONS)]
        self.questions = [ids([own[i] for i in self.chosen]) for own in xquad.questions]
        self.sentences = [ids(own) for own in xquad.sentences]
        self.relevant = [own[self.chosen] for own in xquad.relevant]

    def line(self, embed) -> str:
        xquad = self.xquad(embed)
        return f"validation {self.bitext(embed):.4f} answers {self.held_out(embed):.4f} | xquad-r {xquad.line()}"

    def xquad(self, embed) -> Scores:
        return score([embed(own) for own in self.questions], [embed(own) for own in self.sentences], self.relevant)

    def bitext(self, embed) -> float:
        """mAP of a sentence finding its translation among those of one other language: FLORES dev."""
        embedded = [embed(own) for own in self.flores]
        same = [torch.arange(len(own)) for own in embedded]
        return score(embedded, embedded, same).cross

    def held_out(self, embed) -> float:
        """Monolingual mAP of held-out native questions among all sentences of their passages, mean of languages."""
        means = [score([embed(q)], [embed(p)], [torch.tensor(r)]).mono for q, p, r in self.answers]
        return float(np.mean(means))


def _pool(prepared, entries):
    pool, relevant = {}, []
    for _, answer, others in entries:
        relevant.append(pool.setdefault(answer, len(pool)))
        for other in others:
            pool.setdefault(other, len(pool))
    return [prepared.ids(entry[0])[:LONGEST] for entry in entries], [prepared.ids(i)[:LONGEST] for i in pool], relevant
