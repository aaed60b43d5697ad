"""Trains the encoder: python train.py configs/NAME.json --work FOLDER --data FOLDER

Restartable: run it again and it goes on from its last checkpoint. Logs a line every 100 steps.
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from distil import losses
from distil.arguments import read_arguments
from distil.batches import Batch, Batches, Mixture
from distil.encoding import encode
from distil.model import Body, Sizes, half_layers
from distil.optimizer import BETA1, BETA2, EPSILON, RowAdam, rate_at
from distil.validation import Validation
from distil.work import load_prepared

TOKENS = 8192


class Run:
    """Parameters, optimizer state and chance of one run, so that it can be saved and go on."""

    def __init__(self, config: dict, work: Path):
        self.config = config
        torch.manual_seed(config["seed"])
        prepared = load_prepared(work, config["vocabulary"], config["width"])
        self.sizes = Sizes(
            config["vocabulary"], config["width"], config["layers"], config["heads"], config["inner"]
        )
        self.body = Body(self.sizes)
        half_layers(self.body)
        self.words = RowAdam(torch.randn(config["vocabulary"], config["width"]) * 0.05)
        matrices = [p for p in self.body.parameters() if p.dim() > 1]
        vectors = [p for p in self.body.parameters() if p.dim() == 1]
        self.optimizer = torch.optim.AdamW(
            [{"params": matrices, "weight_decay": config["weight_decay"]}, {"params": vectors, "weight_decay": 0.0}],
            lr=config["rate"], betas=(BETA1, BETA2), eps=EPSILON,
        )
        self.batches = Batches(prepared, Mixture(**config["batches"]), config["seed"], config["held_out_answers"])
        self.teacher = torch.from_numpy(prepared.teacher)
        self.step = 0

    def train_step(self) -> dict[str, float]:
        config = self.config
        share = rate_at(self.step, config["steps"], config["warm_up"])
        batch = self.batches.draw()
        texts = batch.first + batch.second + batch.others
        rows, inverse = np.unique(np.concatenate([*texts, [1, 2]]), return_inverse=True)
        local = np.split(inverse[:-2], np.cumsum([len(text) for text in texts])[:-1])
        words = self.words.table[rows].requires_grad_()
        embeddings = encode(self.body, words, local, TOKENS, ends=(inverse[-2], inverse[-1]))
        parts = self.losses(batch, embeddings)
        loss = sum(config[name] * part for name, part in parts.items())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.body.parameters(), 1.0)
        for group in self.optimizer.param_groups:
            group["lr"] = config["rate"] * share
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.words.update(torch.from_numpy(rows), words.grad, config["word_rate"] * share)
        self.step += 1
        return {"kind": batch.kind} | {name: part.item() for name, part in parts.items()}

    def losses(self, batch: Batch, embeddings: torch.Tensor) -> dict[str, torch.Tensor]:
        n = len(batch.first)
        first, second, others = embeddings[:n], embeddings[n : 2 * n], embeddings[2 * n :]
        temperature = self.config["temperature"]
        if batch.kind == "answers":
            return {"ranking": losses.one_way_ranking(first, second, others, temperature)}
        known = torch.from_numpy(batch.teacher >= 0)
        teacher = self.teacher[batch.teacher].float()
        alike = (teacher @ teacher.T > losses.SAME_MEANING) & known[:, None] & known
        ranking = losses.ranking(first, second, None, alike, temperature)
        of_first, of_second = known & torch.from_numpy(batch.whole_first), known & torch.from_numpy(batch.whole_second)
        wholes = torch.cat([first[of_first], second[of_second]])
        targets = torch.cat([teacher[of_first], teacher[of_second]])
        if not len(wholes):
            return {"ranking": ranking}
        return {"ranking": ranking, "distillation": losses.distillation(wholes, targets)}

    def embed(self, texts: list[np.ndarray]) -> torch.Tensor:
        with torch.inference_mode():
            return encode(self.body, self.words.table, texts, TOKENS)

    def save(self, path: Path) -> None:
        state = {
            "config": self.config, "step": self.step, "body": self.body.state_dict(),
            "optimizer": self.optimizer.state_dict(), "words": self.words.state(),
            "chance": self.batches.chance.bit_generator.state,
        }
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def restore(self, path: Path) -> None:
        state = torch.load(path, weights_only=False)
        self.body.load_state_dict(state["body"])
        self.words.restore(state["words"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.batches.chance.bit_generator.state = state["chance"]
        self.step = state["step"]

    def grow_from(self, path: Path) -> None:
        """Words, positions, norms and lower layers of another run; new layers change nothing yet."""
        state = torch.load(path, weights_only=False)
        self.words.table.copy_(state["words"]["table"])
        body = state["body"]
        if not state["config"]["layers"] and self.sizes.layers:
            # The last norm's scale and shift move to the new last layer; the first keeps none.
            last = f"layers.{self.sizes.layers - 1}.norm2."
            body = {
                "positions": body["positions"], last + "weight": body["norm0.weight"], last + "bias": body["norm0.bias"]
            }
        self.body.load_state_dict(body, strict=False)


def main() -> None:
    config, given = read_arguments(__doc__, "data")
    run = Run(config, given.work)
    folder = given.work / "runs" / given.config.stem
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists():
        run.restore(checkpoint)
    elif config.get("start"):
        run.grow_from(given.work / "runs" / config["start"] / "checkpoint.pt")
    validation = Validation(given.work, given.data, config["vocabulary"], config["held_out_answers"])
    with open(folder / "log.txt", "a") as log:
        train(run, validation, checkpoint, lambda line: print(line, file=log, flush=True))


def train(run: Run, validation: Validation, checkpoint: Path, say: Callable[[str], None]) -> None:
    """Trains to the last step; says what happens, and saves at every evaluation."""
    config = run.config
    say(f"{run.sizes} {run.sizes.flop_per_token() / 1e6:.2f} MFLOP a token, from step {run.step}")
    begun, recent = time.time(), []
    while run.step < config["steps"]:
        recent.append(run.train_step())
        if run.step % 100 == 0:
            say(f"{run.step} {time.time() - begun:.0f}s " + means(recent))
            recent = []
        if run.step % config["evaluate_every"] == 0 or run.step == config["steps"]:
            say(f"{run.step} {time.time() - begun:.0f}s {validation.line(run.embed)}")
            run.save(checkpoint)


def means(steps: list[dict]) -> str:
    """Mean of each part of the loss, by kind of batch."""
    by_kind: dict[str, list[float]] = {}
    for step in steps:
        for name, value in step.items():
            if name != "kind":
                by_kind.setdefault(f"{step['kind']}.{name}", []).append(value)
    return " ".join(f"{name} {np.mean(values):.3f}" for name, values in sorted(by_kind.items()))


if __name__ == "__main__":
    main()
