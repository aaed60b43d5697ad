"""XQuAD-R (LAReQA): questions and the sentences of all passages, eleven languages."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor


@dataclass
class XquadR:
    languages: list[str]
    # By language, in the order of the file; question i is the same in every language.
    questions: list[list[str]]
    sentences: list[list[str]]
    # Index of the one sentence that holds the answer.
    relevant: list[Tensor]


def read_xquad_r(folder: Path) -> XquadR:
    files = sorted(folder.glob("??.json.gz"))
    if not files:
        raise FileNotFoundError(f"no XQuAD-R files (XX.json.gz) in {folder}")
    data = XquadR([path.name[:2] for path in files], [], [], [])
    order = None
    for path in files:
        questions, sentences, relevant, ids = [], [], [], []
        for article in json.loads(gzip.decompress(path.read_bytes()))["data"]:
            for paragraph in article["paragraphs"]:
                breaks = paragraph["sentence_breaks"]
                for question in paragraph["qas"]:
                    start = question["answers"][0]["answer_start"]
                    (at,) = [i for i, (first, end) in enumerate(breaks) if first <= start < end]
                    questions.append(question["question"])
                    relevant.append(len(sentences) + at)
                    ids.append(question["id"])
                sentences.extend(paragraph["sentences"])
        if order is not None and ids != order:
            raise ValueError(f"{path}: its questions are not those of the other languages, in their order")
        order = ids
        data.questions.append(questions)
        data.sentences.append(sentences)
        data.relevant.append(torch.tensor(relevant))
    return data
