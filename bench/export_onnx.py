"""Writes the built-in encoder as an ONNX file: token ids and mask in, embeddings of length 1 out.

    python -m venv venv && venv/bin/pip install torch==2.13.0 transformers onnx onnxscript
    venv/bin/python bench/export_onnx.py public/encoder encoder.onnx
"""

import argparse
from pathlib import Path

import torch
from transformers import BertConfig, BertModel


class Encoder(torch.nn.Module):
    """BERT, the mean over tokens, and the scaling to length 1: what the page calls an embedding."""

    def __init__(self, bert: BertModel):
        super().__init__()
        self.bert = bert

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        hidden = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).to(hidden.dtype)
        pooled = (hidden * weights).sum(1) / weights.sum(1)
        return torch.nn.functional.normalize(pooled, dim=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("encoder", type=Path, help="folder with config.json and model.safetensors")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()

    config = BertConfig.from_pretrained(arguments.encoder)
    bert = BertModel.from_pretrained(
        arguments.encoder, config=config, add_pooling_layer=False, dtype=torch.float32
    )
    model = Encoder(bert).eval()
    batch, length = torch.export.Dim("batch", min=1), torch.export.Dim("length", min=2, max=128)
    # Two tensors: the exporter takes one given twice for one input.
    ids, mask = torch.zeros(2, 16, dtype=torch.int64), torch.ones(2, 16, dtype=torch.int64)
    torch.onnx.export(
        model,
        (ids, mask),
        arguments.out,
        input_names=["ids", "mask"],
        output_names=["embeddings"],
        dynamic_shapes={"ids": {0: batch, 1: length}, "mask": {0: batch, 1: length}},
        dynamo=True,
        external_data=False,
    )


if __name__ == "__main__":
    main()
