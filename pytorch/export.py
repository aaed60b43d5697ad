"""Writes a trained encoder as a folder that transformers.BertModel, sentence-transformers and the page load.

python export.py CONFIG --work FOLDER --to ../public/encoder

Word embeddings are stored in 8 bits (F8_E4M3), the rest in F16. A BERT normalises the sum of word, position and
token-type embeddings before anything else, so a common factor of the three changes nothing: it is chosen so that the
8-bit floats lie where they are most exact.
"""

import json
import random
from pathlib import Path

import torch
from distil.arguments import read_arguments
from distil.texts import LANGUAGES, lines
from distil.work import tokenizer_path
from evaluate import Encoder
from safetensors.torch import save_file

REFERENCE_SENTENCES = 64
# Root mean square of the stored word embeddings: F8_E4M3 is exact to a sixteenth from 2^-6 up to 448.
STORED_RMS = 1.0


def main() -> None:
    config, given = read_arguments(__doc__, "to", "data")
    given.to.mkdir(parents=True, exist_ok=True)
    state = torch.load(given.work / "runs" / given.config.stem / "checkpoint.pt", weights_only=False)
    save_file(bert_state(state), given.to / "model.safetensors", {"format": "pt"})
    write_json(given.to / "config.json", bert_config(config))
    (given.to / "tokenizer.json").write_bytes(tokenizer_path(given.work, config["vocabulary"]).read_bytes())
    write_json(given.to / "tokenizer_config.json", TOKENIZER_CONFIG)
    write_pooling(given.to, config["width"])
    write_reference(given.to, given.data)
    total = sum(path.stat().st_size for path in given.to.rglob("*") if path.is_file())
    print(f"{total / 1e6:.2f} MB in {given.to}")


def bert_state(state: dict) -> dict[str, torch.Tensor]:
    """Parameters by the names of transformers.BertModel."""
    body, words = state["body"], state["words"]["table"]
    factor = STORED_RMS / words.square().mean().sqrt()
    tensors = {
        "embeddings.word_embeddings.weight": (words * factor).to(torch.float8_e4m3fn),
        "embeddings.position_embeddings.weight": (body["positions"] * factor).half(),
        "embeddings.token_type_embeddings.weight": torch.zeros(1, words.shape[1]).half(),
        "embeddings.LayerNorm.weight": body["norm0.weight"].half(),
        "embeddings.LayerNorm.bias": body["norm0.bias"].half(),
    }
    for index in range(state["config"]["layers"]):
        tensors |= layer_state(body, index)
    return {name: tensor.contiguous() for name, tensor in tensors.items()}


def layer_state(body: dict, index: int) -> dict[str, torch.Tensor]:
    """One layer; query, key and value are one matrix here and three there."""
    ours, theirs = f"layers.{index}.", f"encoder.layer.{index}."
    tensors = {}
    for kind in ("weight", "bias"):
        parts = body[f"{ours}qkv.{kind}"].chunk(3)
        for name, part in zip(("query", "key", "value"), parts):
            tensors[f"{theirs}attention.self.{name}.{kind}"] = part
        for mine, its in LAYER_NAMES.items():
            tensors[f"{theirs}{its}.{kind}"] = body[f"{ours}{mine}.{kind}"]
    return {name: tensor.half() for name, tensor in tensors.items()}


LAYER_NAMES = {
    "out": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm2": "output.LayerNorm",
}

TOKENIZER_CONFIG = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "model_max_length": 128,
    "unk_token": "<unk>",
    "pad_token": "<pad>",
    "cls_token": "<s>",
    "sep_token": "</s>",
}


def bert_config(config: dict) -> dict:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "vocab_size": config["vocabulary"],
        "hidden_size": config["width"],
        "num_hidden_layers": config["layers"],
        "num_attention_heads": config["heads"],
        "intermediate_size": config["inner"],
        "hidden_act": "gelu",
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": 128,
        "type_vocab_size": 1,
        "pad_token_id": config["vocabulary"] - 1,
        "position_embedding_type": "absolute",
        "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
    }


def write_pooling(folder: Path, width: int) -> None:
    """sentence-transformers' description of what follows the BERT: the mean, then unit length."""
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    listed = [
        {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for i, (path, kind) in enumerate(modules)
    ]
    write_json(folder / "modules.json", listed)
    (folder / "1_Pooling").mkdir(exist_ok=True)
    pooling = {"word_embedding_dimension": width, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}
    write_json(folder / "1_Pooling" / "config.json", pooling)


def write_reference(folder: Path, data: Path) -> None:
    """Ids and embeddings of 64 sentences, by `tokenizers` and `transformers` from the files just written."""
    import tokenizers
    import transformers

    encoder = Encoder(folder)
    rows = [json.loads(line) for line in lines(data / "multiway" / "flores-dev.jsonl.xz")]
    chosen = random.Random(1).sample(rows, REFERENCE_SENTENCES // len(LANGUAGES))
    sentences = [(code, row[code]) for code in LANGUAGES for row in chosen]
    embeddings = encoder.embed([text for _, text in sentences])
    entries = [
        {
            "language": code,
            "text": text,
            "ids": encoder.tokenizer.encode(text).ids,
            "embedding": [round(value, 6) for value in embedding.tolist()],
        }
        for (code, text), embedding in zip(sentences, embeddings)
    ]
    made_with = {
        "tokenizers": tokenizers.__version__, "transformers": transformers.__version__, "torch": torch.__version__
    }
    reference = {"made_with": made_with, "sentences": entries}
    # On one line: twenty thousand numbers.
    (folder / "reference.json").write_text(json.dumps(reference, ensure_ascii=False) + "\n", "utf-8")


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
