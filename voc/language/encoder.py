"""One pass of the sentence encoder over each text: search vectors, and features for every head, whole and by span.

The encoder is multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672) cut to French and English, fine-tuned and
quantised; ``models/encoder/README.md`` is its card. It runs on ONNX Runtime with ``tokenizers``; neither torch nor
transformers is imported.
"""

from __future__ import annotations

import json
import os
import re
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from voc import models
from voc.language.account_names import without_account_names
from voc.settings import settings

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

FloatArray = npt.NDArray[np.float32]
Kind = Literal["query", "passage"]
Span = tuple[int, int]

MAX_TOKENS = 512
"""Positions the encoder knows; a longer text is cut into windows."""
MAX_WINDOWS = 40
"""Windows of one text that are read: about 20,000 tokens, thirty pages. What comes after counts for nothing."""
_WORD_BEGINS = "\u2581"
"""What the pieces of the tokenizer begin with that begin a word."""
_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a character, as broken exports have them: Python can hold it, UTF-8 and so the tokenizer cannot."""


@dataclass(frozen=True)
class Encoded:
    """What one pass found in ``n`` texts, in their order.

    Attributes:
        vectors: float32 [n, 384], L2-normalised; the search and topic embedding.
        span_vectors: one float32 [spans, 384] a text, the same for each of its character spans.
        states: float32 [n, 384], mean last hidden state of the text's tokens, not normalised; what heads read.
        span_states: one float32 [spans, 384] a text, the mean over the tokens inside each span.
        texts, spans: what was encoded, for models that read the words themselves.
    """

    vectors: FloatArray
    span_vectors: list[FloatArray]
    states: FloatArray
    span_states: list[FloatArray]
    texts: Sequence[str] = ()
    spans: Sequence[Sequence[Span]] = ()

    def __len__(self) -> int:
        return len(self.vectors)


@dataclass(frozen=True)
class _Window:
    text: int
    ids: list[int]
    ends: npt.NDArray[np.int64]
    """Where each token of the text ends in it (character offset); 0 for special tokens and the prefix."""


@dataclass
class _Pool:
    """Running sums of the states of one text and of its spans."""

    total: FloatArray
    count: int = 0
    spans: list[FloatArray] = field(default_factory=list)
    span_counts: list[int] = field(default_factory=list)


class Encoder:
    """The sentence encoder in ``folder`` (``encoder.onnx``, ``tokenizer.json``, ``config.json``, ``heads.npz``).

    Safe to share between threads. ``threads`` is how many windows are computed at once; 0 = as many as cores. Each
    has one thread: matrices this small lose more by being divided than the second core gives. None shares a batch with
    another: what is quantised would be scaled by the largest value of all of them, so that a text would be read
    otherwise beside other texts (by up to .3 of sentiment), and on a processor batches are no quicker.
    """

    dimension = 384

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        from tokenizers import Tokenizer

        config = json.loads((folder / "config.json").read_text("utf-8"))
        self.folder = folder
        self.name: str = config["name"]
        self.version: str = config["version"]
        self._prefixes: dict[str, str] = config["prefixes"]
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._session = _session(folder / "encoder.onnx")
        self._threads = threads or len(os.sched_getaffinity(0))
        with np.load(folder / "heads.npz", allow_pickle=False) as heads:
            self._projection: FloatArray = heads["vectors.weight"]

    def encode(
        self,
        texts: Sequence[str],
        *,
        kind: Kind = "passage",
        spans: Sequence[Sequence[Span]] | None = None,
    ) -> Encoded:
        """Encode ``texts``, and the character ``spans`` of each from the same pass.

        ``kind`` is what the text is in a search: what is looked for, or what is looked through. A text of more than
        512 tokens is cut into windows whose token states are averaged, up to ``MAX_WINDOWS``. A span that holds no
        token (white space, or beyond the last window) gets the state of its whole text.

        Raises:
            ValueError: ``spans`` is given for another number of texts.
        """
        if spans is not None and len(spans) != len(texts):
            raise ValueError(f"spans of {len(spans)} texts were given for {len(texts)} texts")
        wanted: Sequence[Sequence[Span]] = spans if spans is not None else [()] * len(texts)
        pools = [_Pool(np.zeros(self.dimension, np.float32)) for _ in texts]
        for pool, places in zip(pools, wanted, strict=True):
            pool.spans = [np.zeros(self.dimension, np.float32) for _ in places]
            pool.span_counts = [0] * len(places)
        for window, hidden in self._computed(self._windows(texts, kind)):
            _add(pools[window.text], hidden, window.ends, wanted[window.text])
        means = [np.asarray(pool.total / max(1, pool.count), dtype=np.float32) for pool in pools]
        states: FloatArray = np.stack(means) if means else self._nothing()
        span_states = [self._span_states(pool, states[i]) for i, pool in enumerate(pools)]
        return Encoded(
            vectors=self._vectors(states),
            span_vectors=self._span_vectors(span_states),
            states=states,
            span_states=span_states,
            texts=texts,
            spans=wanted,
        )

    def knows(self, word: str) -> bool:
        """Whether a word is one of the pieces that texts are read in: a common word, or a name many have, is."""
        return self._tokenizer.token_to_id(f"{_WORD_BEGINS}{word.lower()}") is not None

    def _nothing(self) -> FloatArray:
        return np.zeros((0, self.dimension), np.float32)

    def _span_states(self, pool: _Pool, whole: FloatArray) -> FloatArray:
        if not pool.spans:
            return self._nothing()
        pairs = zip(pool.spans, pool.span_counts, strict=True)
        return np.stack([total / count if count else whole for total, count in pairs])

    def _vectors(self, states: FloatArray) -> FloatArray:
        projected = states @ self._projection
        norms = np.linalg.norm(projected, axis=1, keepdims=True)
        return np.asarray(projected / np.maximum(norms, 1e-12), dtype=np.float32)

    def _span_vectors(self, span_states: Sequence[FloatArray]) -> list[FloatArray]:
        """Vectors of all spans from one product: hundreds of small ones cost more in waking threads than in work."""
        if not span_states:
            return []
        ends = np.cumsum([len(each) for each in span_states])[:-1]
        return np.split(self._vectors(np.concatenate(span_states)), ends)

    def _windows(self, texts: Sequence[str], kind: Kind) -> list[_Window]:
        prefix = self._prefixes[kind]
        windows: list[_Window] = []
        whole = [prefix + _SURROGATE.sub("\ufffd", text) for text in texts]
        if kind == "passage":
            whole = [without_account_names(text) for text in whole]
        for index, encoding in enumerate(self._tokenizer.encode_batch(whole)):
            ids: list[int] = encoding.ids
            ends = np.array([end for _, end in encoding.offsets], dtype=np.int64) - len(prefix)
            if len(ids) <= MAX_TOKENS:
                windows.append(_Window(index, ids, ends))
                continue
            # <s> prefix … </s> is repeated around each window, so that each looks like a text of its own.
            head = 1 + int(np.argmax(ends[1:] > 0))
            room = MAX_TOKENS - head - 1
            for begin in range(head, min(len(ids) - 1, head + room * MAX_WINDOWS), room):
                end = min(begin + room, len(ids) - 1)
                framed = np.concatenate([ends[:head], ends[begin:end], ends[-1:]])
                windows.append(_Window(index, [*ids[:head], *ids[begin:end], ids[-1]], framed))
        return windows

    def _computed(self, windows: Sequence[_Window]) -> Iterator[tuple[_Window, FloatArray]]:
        """Windows with their states, the longest first, as many at once as there are threads."""
        # Sorting is stable, and the windows of one text but the last are of one length: their sum is always the same.
        windows = sorted(windows, key=lambda window: -len(window.ids))
        if self._threads == 1 or len(windows) == 1:
            yield from ((window, self._states(window)) for window in windows)
            return
        waiting: deque[tuple[_Window, Future[FloatArray]]] = deque()
        with ThreadPoolExecutor(max_workers=self._threads, thread_name_prefix="encoder") as pool:
            for window in windows:
                waiting.append((window, pool.submit(self._states, window)))
                if len(waiting) > 2 * self._threads:  # states of a long text are large: few wait to be pooled
                    first, states = waiting.popleft()
                    yield first, states.result()
            for window, states in waiting:
                yield window, states.result()

    def _states(self, window: _Window) -> FloatArray:
        ids = np.array([window.ids], dtype=np.int32)
        hidden = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
        return np.asarray(hidden[0], dtype=np.float32)


def _add(pool: _Pool, states: FloatArray, ends: npt.NDArray[np.int64], spans: Sequence[Span]) -> None:
    pool.total += states.sum(axis=0)
    pool.count += len(states)
    for index, (begin, end) in enumerate(spans):
        # A piece carries the space before its word, so where it ends says where it belongs.
        inside = (ends > begin) & (ends <= end)
        count = int(inside.sum())
        if count:
            pool.spans[index] += states[inside].sum(axis=0)
            pool.span_counts[index] += count


def _session(path: Path) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@lru_cache(maxsize=2)
def _load(folder: Path, threads: int) -> Encoder:
    return Encoder(folder, threads=threads)


def load_encoder() -> Encoder:
    """The encoder this version ships, loaded once a process, with the threads of ``VOC_THREADS``.

    Raises:
        ModelError: its files are missing.
    """
    return _load(models.path("encoder"), settings().threads)
