"""A BERT encoder written for training on CPUs: bfloat16 products, plain attention, and int8 rehearsed in training.

The shipped file rounds activations to 8 and weights to 7 bits (onnx_graph.py). With ``quantised`` on, the forward pass
rounds the same way and the gradient passes straight through (Bengio et al. 2013, arXiv:1308.3432), so that the
weights settle where rounding costs little. Products of such codes are exact in bfloat16.

Dropout draws one mask a text and feature, shared by its tokens: drawing one a token costs as much as the products.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import onnx_graph
import torch
from torch import nn

ACTIVATION_LEVELS = 255
ROWS = 128
"""Rows of every product are filled up to a multiple of this: each new shape costs the libraries a compilation."""


class _Product(torch.autograd.Function):
    """``x`` [n, in] times ``weight`` [out, in], rounded as ONNX Runtime's dynamic quantisation rounds them."""

    @staticmethod
    def forward(ctx, x, weight):  # type: ignore[no-untyped-def]
        low, high = torch.aminmax(x)
        low, high = torch.clamp(low, max=0).float(), torch.clamp(high, min=0).float()
        step = torch.clamp((high - low) / ACTIVATION_LEVELS, min=1e-8)
        zero = torch.round(-low / step)
        codes = (torch.clamp(torch.round(x.float() / step) + zero, 0, ACTIVATION_LEVELS) - zero).bfloat16()
        scale = torch.clamp(weight.abs().amax(dim=1, keepdim=True) / onnx_graph.WEIGHT_LIMIT, min=1e-8)
        rounded = torch.round(weight / scale).bfloat16()
        ctx.save_for_backward(codes, rounded, step, scale)
        return (codes @ rounded.T) * (step * scale.T).bfloat16()

    @staticmethod
    def backward(ctx, gradient):  # type: ignore[no-untyped-def]
        codes, rounded, step, scale = ctx.saved_tensors
        scaled = gradient * scale.T.bfloat16()
        return scaled @ rounded, (gradient.T @ codes).float() * step


class Linear(nn.Module):
    """A linear map on bfloat16 with float32 master weights."""

    def __init__(self, weight: np.ndarray, bias: np.ndarray) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(np.ascontiguousarray(weight), dtype=torch.float32))
        self.bias = nn.Parameter(torch.tensor(bias, dtype=torch.float32))

    def forward(self, x: torch.Tensor, *, quantised: bool) -> torch.Tensor:
        if quantised:
            return _Product.apply(x, self.weight) + self.bias.bfloat16()
        return nn.functional.linear(x, self.weight.bfloat16(), self.bias.bfloat16())


class Layer(nn.Module):
    """One transformer layer with normalisation after each half."""

    def __init__(self, state: Mapping[str, np.ndarray], at: str, *, heads: int, epsilon: float) -> None:
        super().__init__()
        names = ("query", "key", "value")
        weights = [state[f"{at}.attention.self.{name}.weight"] for name in names]
        biases = [state[f"{at}.attention.self.{name}.bias"] for name in names]
        self.qkv = Linear(np.concatenate(weights), np.concatenate(biases))
        out = f"{at}.attention.output"
        self.mixed = Linear(state[f"{out}.dense.weight"], state[f"{out}.dense.bias"])
        self.inner = Linear(state[f"{at}.intermediate.dense.weight"], state[f"{at}.intermediate.dense.bias"])
        self.outer = Linear(state[f"{at}.output.dense.weight"], state[f"{at}.output.dense.bias"])
        self.norm1 = _norm(state, f"{out}.LayerNorm", epsilon)
        self.norm2 = _norm(state, f"{at}.output.LayerNorm", epsilon)
        self._heads = heads

    def forward(self, x: torch.Tensor, bias: torch.Tensor, *, drop: float, quantised: bool) -> torch.Tensor:
        """``x`` float32 [rows, width], batch × tokens of them and some to fill up; ``bias`` [batch, 1, 1, tokens]."""
        batch, tokens, width = len(bias), bias.shape[3], x.shape[1]
        three = self.qkv(x.bfloat16(), quantised=quantised)[: batch * tokens]
        query, key, value = three.view(batch, tokens, 3, self._heads, width // self._heads).permute(2, 0, 3, 1, 4)
        scores = (query @ key.transpose(2, 3)).float() / math.sqrt(width // self._heads) + bias
        seen = (torch.softmax(scores, dim=-1).bfloat16() @ value).transpose(1, 2).reshape(-1, width)
        seen = nn.functional.pad(seen, (0, 0, 0, len(x) - len(seen)))
        x = self.norm1(x + _dropped(self.mixed(seen, quantised=quantised), drop, bias))
        inner = nn.functional.gelu(self.inner(x.bfloat16(), quantised=quantised))
        return self.norm2(x + _dropped(self.outer(inner, quantised=quantised), drop, bias))


class LeanBert(nn.Module):
    """The encoder whose ``transformers.BertModel`` weights are ``state``; the embeddings stay as they are."""

    def __init__(self, state: Mapping[str, np.ndarray], *, heads: int, epsilon: float) -> None:
        super().__init__()
        self._fixed = {name: values for name, values in state.items() if name.startswith("embeddings.")}
        self.words = nn.Embedding.from_pretrained(torch.tensor(state["embeddings.word_embeddings.weight"]))
        places = state["embeddings.position_embeddings.weight"] + state["embeddings.token_type_embeddings.weight"][:1]
        self.places = nn.Embedding.from_pretrained(torch.tensor(places))
        self.norm = _norm(state, "embeddings.LayerNorm", epsilon).requires_grad_(False)
        count = len({name.split(".")[2] for name in state if name.startswith("encoder.layer.")})
        self.layers = nn.ModuleList(
            Layer(state, f"encoder.layer.{i}", heads=heads, epsilon=epsilon) for i in range(count)
        )
        self.quantised = False
        self.drop = 0.1

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Last hidden states, float32 [batch, tokens, width]."""
        drop = self.drop if self.training else 0.0
        batch, tokens = ids.shape
        x = self.norm(self.words(ids) + self.places.weight[:tokens]).view(batch * tokens, -1)
        x = nn.functional.pad(x, (0, 0, 0, -len(x) % ROWS))
        bias = torch.where(mask[:, None, None, :] > 0, 0.0, -1e4)
        for layer in self.layers:
            x = layer(x, bias, drop=drop, quantised=self.quantised)
        return x[: batch * tokens].view(batch, tokens, -1)

    def state(self) -> dict[str, np.ndarray]:
        """The weights under the names of ``transformers.BertModel``, float32."""
        found = dict(self._fixed)

        def put(name: str, linear: Linear | nn.LayerNorm) -> None:
            found[f"{name}.weight"] = linear.weight.detach().numpy()
            found[f"{name}.bias"] = linear.bias.detach().numpy()

        for i, layer in enumerate(self.layers):
            at = f"encoder.layer.{i}"
            weights, biases = layer.qkv.weight.detach().numpy(), layer.qkv.bias.detach().numpy()
            for name, weight, bias in zip(
                ("query", "key", "value"), np.split(weights, 3), np.split(biases, 3), strict=True
            ):
                found[f"{at}.attention.self.{name}.weight"] = weight
                found[f"{at}.attention.self.{name}.bias"] = bias
            put(f"{at}.attention.output.dense", layer.mixed)
            put(f"{at}.attention.output.LayerNorm", layer.norm1)
            put(f"{at}.intermediate.dense", layer.inner)
            put(f"{at}.output.dense", layer.outer)
            put(f"{at}.output.LayerNorm", layer.norm2)
        return found


def _norm(state: Mapping[str, np.ndarray], name: str, epsilon: float) -> nn.LayerNorm:
    norm = nn.LayerNorm(len(state[f"{name}.weight"]), eps=epsilon)
    norm.load_state_dict({"weight": torch.tensor(state[f"{name}.weight"]), "bias": torch.tensor(state[f"{name}.bias"])})
    return norm


def _dropped(x: torch.Tensor, share: float, bias: torch.Tensor) -> torch.Tensor:
    """``x`` in float32, with features of whole texts set to zero at random."""
    if share == 0.0:
        return x.float()
    kept = (torch.rand(len(bias), 1, x.shape[1]) >= share).float() / (1 - share)
    rows = kept.expand(-1, bias.shape[3], -1).reshape(-1, x.shape[1])
    return x * nn.functional.pad(rows, (0, 0, 0, len(x) - len(rows)))
