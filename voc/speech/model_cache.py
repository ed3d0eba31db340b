"""The Whisper model in memory: loaded when a recording needs it, on the GPU where there is one, let go when idle.

One is kept per process. Whoever uses it holds it open; when nobody has for ``idle_s`` seconds its memory is given back,
and the next recording loads it again (under a second for ``base``).
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from voc.errors import ModelError

log = logging.getLogger(__name__)

AUTO: Final = "auto"
CPU: Final = "cpu"
CUDA: Final = "cuda"

_NEEDED: Final = ("model.bin", "config.json", "tokenizer.json")

_KERNELS_KEPT: Final = ("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "32")
"""CTranslate2's convolutions are oneDNN's, which compiles them for each length of a window and keeps the last 1,024,
1.5 MB each: an hour of windows took 230 MB more than a minute. Of 32 none that a batch needs again is compiled twice;
with none kept, reading takes three times as long."""


class Place(NamedTuple):
    """Where a model computes and in which numbers, as CTranslate2 names them."""

    device: str
    compute_type: str


def place(device: str = AUTO) -> Place:
    """Return where to compute: ``float16`` on the first CUDA device, else ``int8`` on the CPU.

    Args:
        device: ``auto``, ``cpu`` or ``cuda``.

    Raises:
        ModelError: ``cuda`` is asked for and there is none.
    """
    import ctranslate2

    if device == CPU:
        return Place(CPU, "int8")
    if ctranslate2.get_cuda_device_count() < 1:
        if device == CUDA:
            raise ModelError("VOC_DEVICE=cuda: no CUDA device was found; set VOC_DEVICE=auto or install its driver.")
        return Place(CPU, "int8")
    # Old cards have no fast float16; CTranslate2 lists what a device does well.
    known = ctranslate2.get_supported_compute_types(CUDA)
    return Place(CUDA, "float16" if "float16" in known else "float32")


class Recogniser:
    """Lends a Whisper model of CTranslate2 from a folder, loading it at the first loan."""

    def __init__(self, folder: Path, *, threads: int, device: str = AUTO, idle_s: float = 0) -> None:
        """Set up without loading anything.

        Args:
            folder: with ``model.bin``, ``config.json`` and ``tokenizer.json``.
            threads: of the CPU.
            device: ``auto``, ``cpu`` or ``cuda``.
            idle_s: seconds without a loan after which the memory is given back; 0 = never.
        """
        self._folder, self._threads, self._device, self._idle_s = folder, threads, device, idle_s
        self._lock = threading.Lock()
        self._model: Any = None
        self._loans = 0
        self._returned = 0.0
        self._watch: threading.Timer | None = None

    @property
    def loaded(self) -> bool:
        """Whether the weights are in memory."""
        return self._model is not None

    @contextmanager
    def lent(self) -> Iterator[Any]:
        """Lend the ``faster_whisper.WhisperModel``; it stays in memory at least as long as it is held.

        Raises:
            ModelError: the folder holds no usable model, or the device cannot compute with it.
        """
        with self._lock:
            if self._model is None:
                self._model = _load(self._folder, threads=self._threads, device=self._device)
            self._loans += 1
            model = self._model
        try:
            yield model
        finally:
            with self._lock:
                self._loans -= 1
                self._returned = time.monotonic()
                if not self._loans:
                    give_back_memory()
                if self._idle_s > 0 and self._watch is None:
                    self._look_in(self._idle_s)

    def _look_in(self, seconds: float) -> None:
        """Look after ``seconds`` whether the model may go. The lock is held; one watch at a time."""
        self._watch = threading.Timer(seconds, self._let_go)
        self._watch.daemon = True
        self._watch.start()

    def _let_go(self) -> None:
        with self._lock:
            self._watch = None
            if self._model is None:
                return
            idle = time.monotonic() - self._returned
            if self._loans or idle < self._idle_s:
                self._look_in(self._idle_s if self._loans else self._idle_s - idle)
                return
            self._model = None
        gc.collect()
        give_back_memory()
        log.info("%s let go after %.0f s without work", self._folder.name, idle)


@lru_cache(maxsize=1)
def recogniser(folder: Path, *, threads: int, device: str = AUTO, idle_s: float = 0) -> Recogniser:
    """The recogniser of this process: asked for with other arguments, the one before is forgotten."""
    return Recogniser(folder, threads=threads, device=device, idle_s=idle_s)


def give_back_memory() -> None:
    """Give what was freed back to the system (4 ms): glibc keeps 100 MB of one step's where the next finds no place."""
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def _load(folder: Path, *, threads: int, device: str) -> Any:
    os.environ.setdefault(*_KERNELS_KEPT)  # read by oneDNN when it compiles its first kernel
    from faster_whisper import WhisperModel

    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if missing:
        raise ModelError(f"{folder}: {', '.join(missing)} missing; run `voc models pull` or set VOC_WHISPER_MODEL.")
    chosen = place(device)
    try:
        model = WhisperModel(
            str(folder),
            device=chosen.device,
            compute_type=chosen.compute_type,
            cpu_threads=threads,
            local_files_only=True,
        )
        if chosen.device == CUDA:
            # The CUDA libraries are looked up at the first computation, not at loading.
            model.encode(np.zeros((model.model.n_mels, 200), dtype=np.float32))
    except (RuntimeError, ValueError) as error:
        if chosen.device == CUDA and device == AUTO:
            log.warning("the CUDA device cannot be used (%s); transcribing on the CPU", error)
            return _load(folder, threads=threads, device=CPU)
        if chosen.device == CUDA:
            raise ModelError(f"VOC_DEVICE=cuda: the device cannot be used ({error}); set VOC_DEVICE=cpu.") from error
        raise ModelError(f"{folder}: not a Whisper model of CTranslate2 ({error}); run `voc models verify`.") from error
    log.info("%s loaded on %s (%s)", folder.name, *chosen)
    return model
