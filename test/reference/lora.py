"""Golden values of a tiny BERT with adapters, as PEFT computes them from our files.

    npx vitest run test/encoder/loraFiles.test.ts   # writes test/output/lora/
    python3 -m venv /tmp/peft-venv
    /tmp/peft-venv/bin/pip install torch==2.13.0 transformers peft safetensors numpy
    /tmp/peft-venv/bin/python test/reference/lora.py > test/reference/lora.json
"""

import base64
import datetime
import hashlib
import json
import pathlib
import platform
import tempfile

import peft
import torch
import transformers

# Relative to the repository's root, since PEFT writes it into what it saves.
FOLDER = pathlib.Path("test/output/lora")
FILES = ["adapter_config.json", "adapter_model.safetensors"]
SEQUENCES = [[1, 7, 9, 2], [1, 30, 2], [5] * 12, [1, *range(3, 33)], [49]]


@torch.no_grad()
def embeddings(model: torch.nn.Module) -> list[list[float]]:
    """Mean of the last hidden states of the tokens, of length 1; one text at a time, no padding."""
    rows = []
    for ids in SEQUENCES:
        hidden = model(input_ids=torch.tensor([ids])).last_hidden_state
        rows.append(torch.nn.functional.normalize(hidden.mean(1), dim=-1)[0].tolist())
    return rows


def main() -> None:
    base = transformers.BertModel.from_pretrained(FOLDER, add_pooling_layer=False).eval()
    plain = embeddings(base)
    model = peft.PeftModel.from_pretrained(base, FOLDER / "adapter").eval()
    adapted = embeddings(model)
    with tempfile.TemporaryDirectory() as saved:
        model.save_pretrained(saved)
        config, weights = [(pathlib.Path(saved) / name).read_bytes() for name in FILES]
    golden = {
        "made": {
            "date": datetime.date.today().isoformat(),
            "python": platform.python_version(),
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "peft": peft.__version__,
        },
        "sha256": {
            name: hashlib.sha256((FOLDER / "adapter" / name).read_bytes()).hexdigest()
            for name in FILES
        },
        "sequences": SEQUENCES,
        "plain": plain,
        "adapted": adapted,
        "merged": embeddings(model.merge_and_unload()),
        "exported": embeddings(
            transformers.BertModel.from_pretrained(FOLDER / "merged", add_pooling_layer=False).eval()
        ),
        "saved": {
            "config": config.decode(),
            "weights": base64.b64encode(weights).decode(),
        },
    }
    print(json.dumps(golden, separators=(",", ":")))


main()
