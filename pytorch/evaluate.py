"""Scores an exported encoder on XQuAD-R, zero-shot: python evaluate.py FOLDER --data SHARED [--json FILE]

Reads the folder as anybody would, by transformers.BertModel: nothing of the training code is used but the scores.
"""

import argparse
import json
from pathlib import Path

import torch
from distil.scores import Scores, score
from distil.xquad_r import read_xquad_r
from tokenizers import Tokenizer
from torch.nn import functional as F
from transformers import BertModel

ROWS = 128


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("encoder", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="folder of XQuAD-R: XX.json.gz")
    parser.add_argument("--json", type=Path, help="file to write the scores to")
    given = parser.parse_args()
    data = read_xquad_r(given.data)
    encoder = Encoder(given.encoder)
    questions = [encoder.embed(own) for own in data.questions]
    sentences = [encoder.embed(own) for own in data.sentences]
    scores = score(questions, sentences, data.relevant)
    print(table(data.languages, scores))
    if given.json:
        cells = {
            f"{one}-{other}": round(float(scores.matrix[i, j]), 6)
            for i, one in enumerate(data.languages)
            for j, other in enumerate(data.languages)
        }
        summary = {"mono": scores.mono, "cross": scores.cross, "multi": scores.multi}
        given.json.write_text(json.dumps(summary | {"rank_distance": scores.rank_distance, "matrix": cells}, indent=1))


class Encoder:
    """Mean pooling and unit length, as 1_Pooling/ and modules.json say."""

    def __init__(self, folder: Path):
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.model = BertModel.from_pretrained(folder, add_pooling_layer=False, dtype=torch.float32).eval()
        self.tokenizer.enable_truncation(self.model.config.max_position_embeddings)

    def embed(self, texts: list[str]) -> torch.Tensor:
        """[texts, width]; equal texts get equal embeddings, bit for bit, so that they tie."""
        distinct = list(dict.fromkeys(texts))
        place = {text: index for index, text in enumerate(distinct)}
        return self._embed_distinct(distinct)[[place[text] for text in texts]]

    def _embed_distinct(self, texts: list[str]) -> torch.Tensor:
        encoded = self.tokenizer.encode_batch(texts)
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i].ids))
        embeddings = torch.zeros(len(texts), self.model.config.hidden_size)
        with torch.inference_mode():
            for start in range(0, len(order), ROWS):
                chosen = order[start : start + ROWS]
                embeddings[chosen] = self._embed([encoded[i].ids for i in chosen])
        return embeddings

    def _embed(self, ids: list[list[int]]) -> torch.Tensor:
        length = max(map(len, ids))
        pad = self.model.config.pad_token_id
        padded = torch.tensor([row + [pad] * (length - len(row)) for row in ids])
        mask = torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row in ids])
        hidden = self.model(input_ids=padded, attention_mask=mask).last_hidden_state  # [rows, length, width]
        return F.normalize((hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True), dim=-1)


def table(languages: list[str], scores: Scores) -> str:
    """The scores and the language matrix as Markdown: a row a query language, a column a passage language."""
    lines = [scores.line(), "", "| | " + " | ".join(languages) + " |", "|---" * (len(languages) + 1) + "|"]
    for language, row in zip(languages, scores.matrix.tolist()):
        lines.append(f"| {language} | " + " | ".join(f"{cell:.3f}"[1:] for cell in row) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
