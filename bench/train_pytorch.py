"""The training step of bench/train.mjs in PyTorch: the same model, loss, optimizer and sizes, one thread.

    python bench/train_pytorch.py '{"pairs": 32, "queryLength": 16, "passageLength": 64, "config": …}' 5

Prints version and least milliseconds as JSON.
"""

import json
import sys
import time

import torch
from torch.nn import functional
from transformers import BertConfig, BertModel


def main() -> None:
    sizes, rounds = json.loads(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(1)
    torch.manual_seed(1)
    config = BertConfig(**{name: value for name, value in sizes["config"].items() if name != "architectures"})
    bert = BertModel(config, add_pooling_layer=False)
    # As the page does: only the rows of the batch are differentiated and updated.
    bert.embeddings.word_embeddings.sparse = True
    words = list(bert.embeddings.word_embeddings.parameters())
    dense = [parameter for parameter in bert.parameters() if parameter is not words[0]]
    optimizers = [torch.optim.AdamW(dense, lr=1e-4), torch.optim.SparseAdam(words, lr=1e-4)]
    batch = sizes["pairs"]
    queries = torch.randint(config.vocab_size - 1, (batch, sizes["queryLength"]))
    passages = torch.randint(config.vocab_size - 1, (batch, sizes["passageLength"]))

    def embed(ids: torch.Tensor) -> torch.Tensor:
        return functional.normalize(bert(input_ids=ids).last_hidden_state.mean(1), dim=1)

    def step() -> None:
        logits = embed(queries) @ embed(passages).T / 0.1
        labels = torch.arange(batch)
        loss = (functional.cross_entropy(logits, labels) + functional.cross_entropy(logits.T, labels)) / 2
        loss.backward()
        torch.nn.utils.clip_grad_norm_(dense, 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()

    milliseconds = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        step()
        milliseconds.append(1000 * (time.perf_counter() - start))
    print(json.dumps({"version": torch.__version__, "milliseconds": min(milliseconds[1:])}))


if __name__ == "__main__":
    main()
