"""Golden values of AdamW and of gradient clipping from PyTorch.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install torch==2.13.0
    /tmp/venv/bin/python test/reference/adamw.py > test/reference/adamw.json
"""

import datetime
import json
import platform

import torch

SHAPES = {"matrix": [3, 4], "bias": [4]}
WEIGHT_DECAY = {"matrix": 0.1, "bias": 0.0}
LEARNING_RATES = [0.1, 0.03, 0.005]
CLIP_NORMS = [0.5, 100.0]


def numbers(tensor: torch.Tensor) -> list[float]:
    return tensor.detach().flatten().tolist()


def adamw(generator: torch.Generator) -> dict:
    """Three steps at changing learning rates; the gradients span several magnitudes."""
    parameters = {
        name: torch.nn.Parameter(torch.randn(shape, generator=generator))
        for name, shape in SHAPES.items()
    }
    groups = [
        {"params": [parameter], "weight_decay": WEIGHT_DECAY[name]}
        for name, parameter in parameters.items()
    ]
    optimizer = torch.optim.AdamW(groups, lr=LEARNING_RATES[0])
    initial = {name: numbers(parameter) for name, parameter in parameters.items()}
    steps = []
    for learning_rate in LEARNING_RATES:
        step = {"learningRate": learning_rate, "parameters": {}}
        for group in optimizer.param_groups:
            group["lr"] = learning_rate
        for name, parameter in parameters.items():
            magnitude = 10 ** (4 * torch.rand(SHAPES[name], generator=generator) - 3)
            parameter.grad = torch.randn(SHAPES[name], generator=generator) * magnitude
        optimizer.step()
        for name, parameter in parameters.items():
            state = optimizer.state[parameter]
            step["parameters"][name] = {
                "gradient": numbers(parameter.grad),
                "parameter": numbers(parameter),
                "first": numbers(state["exp_avg"]),
                "second": numbers(state["exp_avg_sq"]),
            }
        steps.append(step)
    return {"shapes": SHAPES, "weightDecay": WEIGHT_DECAY, "initial": initial, "steps": steps}


def clipping(generator: torch.Generator, limit: float) -> dict:
    gradients = [torch.randn(shape, generator=generator) for shape in SHAPES.values()]
    parameters = [torch.nn.Parameter(torch.zeros(shape)) for shape in SHAPES.values()]
    for parameter, gradient in zip(parameters, gradients):
        parameter.grad = gradient.clone()
    norm = torch.nn.utils.clip_grad_norm_(parameters, limit)
    return {
        "limit": limit,
        "norm": norm.item(),
        "gradients": [numbers(gradient) for gradient in gradients],
        "clipped": [numbers(parameter.grad) for parameter in parameters],
    }


def main() -> None:
    generator = torch.Generator().manual_seed(171105101)
    made = {
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
    }
    golden = {
        "made": made,
        "adamw": adamw(generator),
        "clipping": [clipping(generator, limit) for limit in CLIP_NORMS],
    }
    print(json.dumps(golden, separators=(",", ":")))


main()
