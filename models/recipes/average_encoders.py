"""Average the weights of shipped encoders that were taught from one start, and round them to int8 again.

    python models/recipes/average_encoders.py --folder build/v2 build/v3 --share 0.5 0.5 --out build/mean

Weights of runs that share their first phase lie in one basin, so their mean is a model of its own, often a better one
(Wortsman et al. 2022, arXiv:2203.05482). Works on the int8 files themselves: codes times scales, averaged, rounded anew
as :mod:`onnx_graph` does. Linear heads are averaged too; ``fit_heads.py`` fits and calibrates them on the new states.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from onnx_graph import EMBEDDING_LIMIT, WEIGHT_LIMIT, quantise

WORDS = "words"


def average(folders: Sequence[Path], shares: Sequence[float], out: Path) -> None:
    """Write the weighted mean of encoders of one architecture and vocabulary into ``out``.

    Raises:
        SystemExit: they differ in vocabulary or in shape, or the shares do not sum to one.
    """
    if len(folders) != len(shares) or abs(sum(shares) - 1) > 1e-6:
        raise SystemExit("give one share a folder; they must sum to 1.")
    if len({(folder / "tokenizer.json").read_bytes() for folder in folders}) > 1:
        raise SystemExit("the encoders have different vocabularies; their weights cannot be averaged.")
    models = [onnx.load(folder / "encoder.onnx") for folder in folders]
    arrays = [{t.name: numpy_helper.to_array(t) for t in model.graph.initializer} for model in models]
    if any({n: a.shape for n, a in one.items()} != {n: a.shape for n, a in arrays[0].items()} for one in arrays):
        raise SystemExit("the encoders have different shapes; their weights cannot be averaged.")
    mean = _averaged(arrays, shares)
    for tensor in models[0].graph.initializer:
        tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(mean[tensor.name]), tensor.name))
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(models[0], out / "encoder.onnx")
    for name in ("tokenizer.json", "config.json"):
        shutil.copy(folders[-1] / name, out / name)
    heads = [dict(np.load(folder / "heads.npz")) for folder in folders]
    np.savez(
        out / "heads.npz",
        **{
            name: _mean([one[name] for one in heads], shares) for name in heads[-1] if all(name in one for one in heads)
        },
    )


def _averaged(arrays: Sequence[dict[str, np.ndarray]], shares: Sequence[float]) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    for name, first in arrays[0].items():
        if first.dtype == np.int8 and not name.endswith(".zero"):
            row = name == WORDS
            scale = f"{name}.scale" if row else name.removesuffix(".weight") + ".scale"
            whole = [one[name].astype(np.float32) * one[scale].reshape((-1, 1) if row else (1, -1)) for one in arrays]
            codes, scales = quantise(
                _mean(whole, shares), axis=0 if row else 1, limit=EMBEDDING_LIMIT if row else WEIGHT_LIMIT
            )
            found[name], found[scale] = codes, scales.reshape(arrays[0][scale].shape)
        elif not name.endswith(".scale"):
            found[name] = _mean([one[name] for one in arrays], shares) if first.dtype == np.float32 else first
    return found


def _mean(values: Sequence[np.ndarray], shares: Sequence[float]) -> np.ndarray:
    return np.sum([share * value for share, value in zip(shares, values, strict=True)], axis=0).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, nargs="+", required=True)
    parser.add_argument("--share", type=float, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--version", help="written into config.json")
    arguments = parser.parse_args()
    average(arguments.folder, arguments.share, arguments.out)
    if arguments.version:
        config = arguments.out / "config.json"
        about = json.loads(config.read_text("utf-8")) | {"version": arguments.version}
        config.write_text(json.dumps(about, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
