"""One pass of the sentence encoder over each text: search vectors, and features for every head, whole and by span.

The encoder is multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672) cut to French and English, fine-tuned and
quantised; ``models/encoder/README.md`` is its card. It runs on ONNX Runtime with ``tokenizers``; neither torch nor
transformers is imported.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
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


@dataclass(frozen=True)
class _Sums:
    """Sums of the states of one window: of all its tokens, and of those in each span that has any."""

    total: FloatArray
    count: int
    spans: list[tuple[int, FloatArray, int]]
    """Number of the span, sum, tokens."""


class Encoding:
    """Texts that are being encoded; whoever began it does something else meanwhile."""

    def __init__(self, finish: Callable[[], Encoded]) -> None:
        self._finish = finish

    def result(self) -> Encoded:
        """What was found, once it is."""
        return self._finish()


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
        return self.begin(texts, kind=kind, spans=spans).result()

    def begin(
        self,
        texts: Sequence[str],
        *,
        kind: Kind = "passage",
        spans: Sequence[Sequence[Span]] | None = None,
    ) -> Encoding:
        """Begin what :meth:`encode` does; it goes on in threads of the encoder.

        Raises:
            ValueError: ``spans`` is given for another number of texts.
        """
        if spans is not None and len(spans) != len(texts):
            raise ValueError(f"spans of {len(spans)} texts were given for {len(texts)} texts")
        wanted: Sequence[Sequence[Span]] = spans if spans is not None else [()] * len(texts)
        # The longest first, so that no thread is left with one at the end. Sorting is stable, and the windows of one
        # text but the last are of one length: their sum is always the same.
        windows = sorted(self._windows(texts, kind), key=lambda window: -len(window.ids))
        computed: list[Callable[[], _Sums]]
        if self._threads == 1 or len(windows) == 1:  # a question must not wait behind thousands of texts
            computed = [partial(self._sums, window, wanted[window.text]) for window in windows]
        else:
            computed = [self._pool.submit(self._sums, window, wanted[window.text]).result for window in windows]

        def finish() -> Encoded:
            of_text: list[list[_Sums]] = [[] for _ in texts]
            for window, sums in zip(windows, computed, strict=True):
                of_text[window.text].append(sums())
            return self._encoded(texts, wanted, of_text)

        return Encoding(finish)

    def _encoded(
        self, texts: Sequence[str], wanted: Sequence[Sequence[Span]], of_text: Sequence[Sequence[_Sums]]
    ) -> Encoded:
        means = [self._mean(sums) for sums in of_text]
        states: FloatArray = np.stack(means) if means else self._nothing()
        span_states = [
            self._span_states(sums, len(places), mean)
            for sums, places, mean in zip(of_text, wanted, means, strict=True)
        ]
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

    def _mean(self, sums: Sequence[_Sums]) -> FloatArray:
        total = np.zeros(self.dimension, np.float32)
        for each in sums:
            total += each.total
        return np.asarray(total / max(1, sum(each.count for each in sums)), dtype=np.float32)

    def _span_states(self, sums: Sequence[_Sums], spans: int, whole: FloatArray) -> FloatArray:
        totals, counts = np.zeros((spans, self.dimension), np.float32), [0] * spans
        for each in sums:
            for span, total, count in each.spans:
                totals[span] += total
                counts[span] += count
        return (
            np.stack([totals[span] / count if count else whole for span, count in enumerate(counts)])
            if spans
            else totals
        )

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

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max_workers=self._threads, thread_name_prefix="encoder")

    def _sums(self, window: _Window, spans: Sequence[Span]) -> _Sums:
        """States are summed where they are computed: those of a long text are large, and few must wait."""
        states, ends = self._states(window), window.ends
        inside_of: list[tuple[int, FloatArray, int]] = []
        for number, (begin, end) in enumerate(spans):
            # A piece carries the space before its word, so where it ends says where it belongs.
            inside = (ends > begin) & (ends <= end)
            if count := int(inside.sum()):
                inside_of.append((number, states[inside].sum(axis=0), count))
        return _Sums(states.sum(axis=0), len(states), inside_of)

    def _states(self, window: _Window) -> FloatArray:
        ids = np.array([window.ids], dtype=np.int32)
        hidden = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
        return np.asarray(hidden[0], dtype=np.float32)


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
