"""Write a BERT encoder as an ONNX graph of ONNX Runtime's fused operators with int8 weights.

Written out by hand rather than traced: twelve identical layers are short to say, and the fused operators
(``QAttention``, ``BiasGelu``, ``DynamicQuantizeMatMul``) are then certain to be used. ``SkipLayerNormalization`` is
left out: a sum and a ``LayerNormalization`` take a third of its time on a processor (a fifth of a whole pass).

Matrices are int8 with one scale a column, activations uint8 with one scale a tensor, found anew for each batch
(dynamic quantisation). The word embeddings are int8 with one scale a row: a single scale for the whole table would
be set by its few outlying rows. Weights use seven of the eight bits, because processors without VNNI instructions add
pairs of 8-bit products in 16 bits and would saturate; so the same file gives the same result on any x86-64 or Arm.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"
WEIGHT_LIMIT = 63  # seven bits, see above
EMBEDDING_LIMIT = 127  # looked up, never multiplied in 8 bits


def quantise(matrix: np.ndarray, *, axis: int, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric int8 codes of ``matrix`` and the float32 scale along ``axis`` (the axis that is kept)."""
    other = tuple(i for i in range(matrix.ndim) if i != axis)
    scale = np.abs(matrix).max(axis=other, keepdims=True) / limit
    scale[scale == 0] = 1.0
    codes = np.clip(np.rint(matrix / scale), -limit, limit).astype(np.int8)
    return codes, scale.reshape(-1).astype(np.float32)


class _Graph:
    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self._count = 0

    def weight(self, name: str, values: np.ndarray) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: list[str], *, outputs: int = 1, domain: str = "", **attributes: object) -> str:
        self._count += 1
        names = [f"{kind}_{self._count}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, name=names[0], domain=domain, **attributes))
        return names[0]

    def linear(self, name: str, x: str, weight: np.ndarray, bias: np.ndarray | None) -> str:
        """``x`` times the int8 matrix ``weight`` [in, out]."""
        codes, scale = quantise(weight, axis=1, limit=WEIGHT_LIMIT)
        inputs = [
            x,
            self.weight(f"{name}.weight", codes),
            self.weight(f"{name}.scale", scale),
            self.weight(f"{name}.zero", np.zeros(scale.shape, np.int8)),
        ]
        if bias is not None:
            inputs.append(self.weight(f"{name}.bias", bias))
        return self.node("DynamicQuantizeMatMul", inputs, domain=MICROSOFT)


def write(state: Mapping[str, np.ndarray], path: Path, *, heads: int, epsilon: float) -> None:
    """Write the model whose ``transformers.BertModel`` weights are ``state`` to ``path``.

    The graph takes ``input_ids`` and ``attention_mask``, int32 [batch, tokens], and gives ``last_hidden_state``,
    float32 [batch, tokens, hidden].
    """
    graph = _Graph()

    def get(name: str) -> np.ndarray:
        return np.asarray(state[name], dtype=np.float32)

    def normed(name: str) -> list[str]:
        return [
            graph.weight(f"{name}.weight", get(f"{name}.weight")),
            graph.weight(f"{name}.bias", get(f"{name}.bias")),
        ]

    words, scale = quantise(get("embeddings.word_embeddings.weight"), axis=0, limit=EMBEDDING_LIMIT)
    hidden = words.shape[1]
    looked_up = graph.node("Gather", [graph.weight("words", words), "input_ids"])
    row_scale = graph.node("Gather", [graph.weight("words.scale", scale.reshape(-1, 1)), "input_ids"])
    x = graph.node("Mul", [graph.node("Cast", [looked_up], to=TensorProto.FLOAT), row_scale])
    places = get("embeddings.position_embeddings.weight") + get("embeddings.token_type_embeddings.weight")[:1]
    length = graph.node("Shape", ["input_ids"], start=1, end=2)
    zero, one = graph.weight("zero", np.array([0], np.int64)), graph.weight("one", np.array([1], np.int64))
    place = graph.node("Slice", [graph.weight("places", places), zero, length, zero, one])
    x = graph.node("Add", [x, place])
    x = graph.node("LayerNormalization", [x, *normed("embeddings.LayerNorm")], epsilon=epsilon, axis=-1)

    layer = 0
    while f"encoder.layer.{layer}.output.dense.weight" in state:
        at = f"encoder.layer.{layer}"
        qkv = np.concatenate([get(f"{at}.attention.self.{n}.weight").T for n in ("query", "key", "value")], axis=1)
        bias = np.concatenate([get(f"{at}.attention.self.{n}.bias") for n in ("query", "key", "value")])
        codes, qkv_scale = quantise(qkv, axis=1, limit=WEIGHT_LIMIT)
        quantised = graph.node("DynamicQuantizeLinear", [x], outputs=3)
        stem = quantised.removesuffix("_0")
        attended = graph.node(
            "QAttention",
            [
                quantised,
                graph.weight(f"{at}.qkv.weight", codes),
                graph.weight(f"{at}.qkv.bias", bias),
                f"{stem}_1",
                graph.weight(f"{at}.qkv.scale", qkv_scale),
                "attention_mask",
                f"{stem}_2",
                graph.weight(f"{at}.qkv.zero", np.zeros(qkv_scale.shape, np.int8)),
            ],
            domain=MICROSOFT,
            num_heads=heads,
            unidirectional=0,
        )
        out = f"{at}.attention.output"
        y = graph.linear(f"{out}.dense", attended, get(f"{out}.dense.weight").T, get(f"{out}.dense.bias"))
        x = _added(graph, x, y, normed(f"{out}.LayerNorm"), epsilon)
        y = graph.linear(f"{at}.intermediate", x, get(f"{at}.intermediate.dense.weight").T, None)
        inner = graph.weight(f"{at}.intermediate.bias", get(f"{at}.intermediate.dense.bias"))
        y = graph.node("BiasGelu", [y, inner], domain=MICROSOFT)
        y = graph.linear(f"{at}.output", y, get(f"{at}.output.dense.weight").T, get(f"{at}.output.dense.bias"))
        x = _added(graph, x, y, normed(f"{at}.output.LayerNorm"), epsilon)
        layer += 1
    graph.nodes.append(helper.make_node("Identity", [x], ["last_hidden_state"]))

    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "encoder",
            [
                helper.make_tensor_value_info("input_ids", TensorProto.INT32, ["batch", "tokens"]),
                helper.make_tensor_value_info("attention_mask", TensorProto.INT32, ["batch", "tokens"]),
            ],
            [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "tokens", hidden])],
            graph.weights,
        ),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)],
        producer_name="voc",
    )
    model.ir_version = 8
    onnx.save(model, path)


def _added(graph: _Graph, x: str, y: str, norm: list[str], epsilon: float) -> str:
    return graph.node("LayerNormalization", [graph.node("Add", [y, x]), *norm], epsilon=epsilon, axis=-1)
