"""Convert the GE2E speaker encoder to ONNX: what tells voices apart in a mono recording, without torch.

    python models/recipes/convert_voices.py             # needs `pip install voc[train]`

Fetches `speaker-source` (models/manifest.toml), leaves out the optimizer's state (two thirds of the file) and writes
models/voices/voices.onnx: three LSTM layers of 256, a linear layer, a ReLU, unit length, the matrices kept in float16
and computed in float32. Prints how near the written file is to torch, and the SHA-256 for the manifest. ``--int8`` also
writes dynamically quantised weights, to show why they are not used: the power spectra span eight orders of magnitude,
and what is rounded away between the peaks is the voice.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from voc import models

OUT = Path(__file__).resolve().parents[1] / "voices"
MELS, HIDDEN, LAYERS = 40, 256, 3
OPSET = 17


def weights() -> dict[str, np.ndarray]:
    """The published parameters by torch's names, float32."""
    state = torch.load(models.ensure("speaker-source") / "pretrained.pt", map_location="cpu", weights_only=True)
    return {name: value.float().numpy() for name, value in state["model_state"].items()}


def reordered(gates: np.ndarray) -> np.ndarray:
    """Torch stacks the gates input, forget, cell, output; ONNX wants input, output, forget, cell."""
    i, f, c, o = np.split(gates, 4, axis=0)
    return np.concatenate([i, o, f, c], axis=0)


def graph(state: dict[str, np.ndarray], *, halves: bool) -> onnx.ModelProto:
    """`mels` float32 [frames, windows, 40] and `frames` int32 [windows] to `voices` float32 [windows, 256].

    ``halves`` keeps matrices in float16; they become float32 when the file is loaded.
    """
    nodes, initializers = [], []

    def constant(name: str, value: np.ndarray) -> str:
        if value.ndim < 2 or not halves or value.dtype != np.float32:
            initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
            return name
        initializers.append(numpy_helper.from_array(np.ascontiguousarray(value.astype(np.float16)), f"{name}_half"))
        nodes.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
        return name

    sound = "mels"
    for layer in range(LAYERS):
        w = constant(f"w{layer}", reordered(state[f"lstm.weight_ih_l{layer}"])[None])
        r = constant(f"r{layer}", reordered(state[f"lstm.weight_hh_l{layer}"])[None])
        biases = [reordered(state[f"lstm.bias_{kind}_l{layer}"]) for kind in ("ih", "hh")]
        b = constant(f"b{layer}", np.concatenate(biases)[None])
        outputs = [f"y{layer}", f"h{layer}"]
        nodes.append(helper.make_node("LSTM", [sound, w, r, b, "frames"], outputs, hidden_size=HIDDEN))
        if layer + 1 < LAYERS:
            axis = constant(f"axis{layer}", np.array([1], dtype=np.int64))
            nodes.append(helper.make_node("Squeeze", [f"y{layer}", axis], [f"s{layer}"]))
            sound = f"s{layer}"
    first = constant("first", np.array([0], dtype=np.int64))
    nodes += [
        helper.make_node("Squeeze", [f"h{LAYERS - 1}", first], ["last"]),
        helper.make_node("MatMul", ["last", constant("linear", state["linear.weight"].T)], ["projected"]),
        helper.make_node("Add", ["projected", constant("bias", state["linear.bias"])], ["shifted"]),
        helper.make_node("Relu", ["shifted"], ["raw"]),
        helper.make_node("LpNormalization", ["raw"], ["voices"], axis=1, p=2),
    ]
    return helper.make_model(
        helper.make_graph(
            nodes,
            "ge2e",
            [
                helper.make_tensor_value_info("mels", TensorProto.FLOAT, ["frames", "windows", MELS]),
                helper.make_tensor_value_info("frames", TensorProto.INT32, ["windows"]),
            ],
            [helper.make_tensor_value_info("voices", TensorProto.FLOAT, ["windows", HIDDEN])],
            initializers,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=9,
        producer_name="voc convert_voices",
    )


class Original(torch.nn.Module):
    """The published network."""

    def __init__(self, state: dict[str, np.ndarray]) -> None:
        super().__init__()
        self.lstm = torch.nn.LSTM(MELS, HIDDEN, LAYERS, batch_first=True)
        self.linear = torch.nn.Linear(HIDDEN, HIDDEN)
        self.load_state_dict({name: torch.from_numpy(state[name]) for name in self.state_dict()})

    def forward(self, mels: torch.Tensor) -> torch.Tensor:
        _, (hidden, _) = self.lstm(mels)
        raw = torch.relu(self.linear(hidden[-1]))
        return raw / torch.norm(raw, dim=1, keepdim=True)


def likeness(model: Path, original: Original, mels: np.ndarray) -> np.ndarray:
    """Cosine of each window's vector to the original's."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    lengths = np.full(len(mels), mels.shape[1], dtype=np.int32)
    ours = session.run(None, {"mels": mels.transpose(1, 0, 2), "frames": lengths})[0]
    with torch.no_grad():
        theirs = original(torch.from_numpy(mels)).numpy()
    return (ours * theirs).sum(axis=1)


def main() -> None:
    """Write the model and say how near it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--int8", type=Path, help="write the int8 variant here too, to compare")
    parser.add_argument("--mels", type=Path, help=".npy float32 [windows, 160, 40] of real speech; default random")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    state = weights()
    whole = arguments.out / "voices.onnx"
    onnx.save(graph(state, halves=True), whole)
    onnx.checker.check_model(str(whole))
    original = Original(state).eval()
    noise = np.random.default_rng(0).gamma(0.3, 0.1, (64, 160, MELS)).astype(np.float32)
    mels = np.load(arguments.mels) if arguments.mels else noise
    files = [whole]
    if arguments.int8:
        onnx.save(graph(state, halves=False), arguments.int8)
        quantize_dynamic(
            arguments.int8, arguments.int8, op_types_to_quantize=["LSTM", "MatMul"], weight_type=QuantType.QInt8
        )
        files.append(arguments.int8)
    for file in files:
        cosines = likeness(file, original, mels)
        print(f"{file.name}: {file.stat().st_size} bytes, cosine mean {cosines.mean():.6f}, least {cosines.min():.6f}")
    print(f"sha256 {hashlib.sha256(whole.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
