"""A BERT (post-norm, as transformers.BertModel) made for training on few cores: bfloat16, rows of words apart."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Sizes:
    vocabulary: int
    width: int
    layers: int
    heads: int
    inner: int
    positions: int = 128

    def flop_per_token(self) -> float:
        """Multiply-adds of the layers' products, times two; attention over 64 tokens included."""
        products = 4 * self.width**2 + 2 * self.width * self.inner
        return self.layers * (2 * products + 4 * 64 * self.width)


class Layer(nn.Module):
    """One encoder layer. Its last products start at zero, so that a new layer changes nothing."""

    def __init__(self, sizes: Sizes):
        super().__init__()
        self.heads = sizes.heads
        self.qkv = nn.Linear(sizes.width, 3 * sizes.width)
        self.out = nn.Linear(sizes.width, sizes.width)
        self.norm1 = nn.LayerNorm(sizes.width, eps=1e-12)
        self.up = nn.Linear(sizes.width, sizes.inner)
        self.down = nn.Linear(sizes.inner, sizes.width)
        self.norm2 = nn.LayerNorm(sizes.width, eps=1e-12)
        for linear in (self.qkv, self.up):
            nn.init.normal_(linear.weight, std=1 / math.sqrt(sizes.width))
            nn.init.zeros_(linear.bias)
        for linear in (self.out, self.down):
            nn.init.zeros_(linear.weight)
            nn.init.zeros_(linear.bias)

    def forward(self, x: Tensor, bias: Tensor, shape: tuple[int, int]) -> Tensor:
        rows, length = shape
        heads = self.qkv(x).view(rows, length, 3, self.heads, -1)  # [rows, length, 3, heads, width/heads]
        q, k, v = heads.permute(2, 0, 3, 1, 4)  # each [rows, heads, length, width/heads]
        q, k, v = (part.reshape(rows * self.heads, length, -1) for part in (q, k, v))
        # Written out: for texts this short, four times as fast on a processor as the fused attention.
        logits = torch.baddbmm(bias, q, k.transpose(1, 2), alpha=q.shape[-1] ** -0.5)  # [rows·heads, length, length]
        attended = torch.bmm(logits.softmax(-1), v).view(rows, self.heads, length, -1)
        attended = attended.transpose(1, 2).reshape(rows * length, -1)  # [rows·length, width]
        x = self.norm1(x + self.out(attended))
        return self.norm2(x + self.down(F.gelu(self.up(x))))


class Body(nn.Module):
    """Everything but the word embeddings: positions, layers, norms. Float32 until `half_layers`."""

    def __init__(self, sizes: Sizes):
        super().__init__()
        self.sizes = sizes
        # Type of the layers' activations; `half_layers` changes it.
        self.type = torch.float32
        self.positions = nn.Parameter(torch.zeros(sizes.positions, sizes.width))
        self.norm0 = nn.LayerNorm(sizes.width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(sizes) for _ in range(sizes.layers))

    def forward(self, words: Tensor, mask: Tensor) -> Tensor:
        """Mean of the last hidden states over the tokens: [rows, width].

        words: [rows, length, width] float32; mask: [rows, length] bool, true for a token
        """
        rows, length, width = words.shape
        x = self.norm0(words + self.positions[:length]).view(-1, width)  # [rows·length, width]
        if self.layers:
            x = x.to(self.type)
            bias = torch.zeros(rows, 1, 1, length, dtype=x.dtype).masked_fill_(~mask[:, None, None], -1e9)
            bias = bias.expand(rows, self.sizes.heads, length, length).reshape(-1, length, length)
            for layer in self.layers:
                x = layer(x, bias, (rows, length))
        weight = (mask / mask.sum(1, keepdim=True)).to(x.dtype)  # [rows, length]
        return torch.bmm(weight[:, None], x.view(rows, length, width))[:, 0].float()


def half_layers(body: Body) -> None:
    """Runs the layers in bfloat16 by casting their parameters at each call; the parameters stay float32."""
    body.type = torch.bfloat16
    for module in body.layers.modules():
        if isinstance(module, (nn.Linear, nn.LayerNorm)):
            module.forward = _cast(module)


def _cast(module: nn.Module):
    if isinstance(module, nn.Linear):
        return lambda x: F.linear(x, module.weight.to(x.dtype), module.bias.to(x.dtype))
    shape, eps = module.normalized_shape, module.eps
    return lambda x: F.layer_norm(x, shape, module.weight.to(x.dtype), module.bias.to(x.dtype), eps)
