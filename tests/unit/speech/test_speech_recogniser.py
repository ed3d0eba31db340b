"""The model is loaded once, on the device that is there, and leaves memory when nobody has needed it for a while."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import ctranslate2
import faster_whisper
import pytest

from voc.errors import ModelError
from voc.speech.model_cache import Place, Recogniser, place, recogniser


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


class Loaded:
    """Stands in for ``faster_whisper.WhisperModel``; remembers how it was loaded."""

    loads: list[tuple[str, str]]
    refuses: tuple[str, ...]

    def __init__(self, path: str, *, device: str, compute_type: str, cpu_threads: int, local_files_only: bool) -> None:
        Loaded.loads.append((device, compute_type))
        self.device = device
        self.model = self
        self.n_mels = 80

    def encode(self, features: Any) -> None:
        if self.device in Loaded.refuses:
            raise RuntimeError("Library libcublas.so.12 is not found or cannot be loaded")


@pytest.fixture(autouse=True)
def whisper(monkeypatch: pytest.MonkeyPatch) -> None:
    Loaded.loads, Loaded.refuses = [], ()
    monkeypatch.setattr(faster_whisper, "WhisperModel", Loaded)


def cards(monkeypatch: pytest.MonkeyPatch, count: int, types: set[str] | None = None) -> None:
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: count)
    monkeypatch.setattr(ctranslate2, "get_supported_compute_types", lambda device: types or {"float16", "float32"})


def test_a_gpu_that_is_there_is_used_in_float16(monkeypatch: pytest.MonkeyPatch) -> None:
    cards(monkeypatch, 1)
    assert place() == Place("cuda", "float16")
    assert place("cpu") == Place("cpu", "int8")
    cards(monkeypatch, 1, {"float32", "int8"})
    assert place() == Place("cuda", "float32")


def test_without_one_the_cpu_computes_in_int8(monkeypatch: pytest.MonkeyPatch) -> None:
    cards(monkeypatch, 0)
    assert place() == Place("cpu", "int8")
    with pytest.raises(ModelError, match=r"VOC_DEVICE=cuda: no CUDA device"):
        place("cuda")


def test_a_gpu_that_cannot_compute_gives_way_to_the_cpu_unless_it_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cards(monkeypatch, 1)
    Loaded.refuses = ("cuda",)
    with Recogniser(folder, threads=1).lent() as model:
        assert model.device == "cpu"
    assert Loaded.loads == [("cuda", "float16"), ("cpu", "int8")]
    assert "libcublas" in caplog.text
    with pytest.raises(ModelError, match="libcublas"), Recogniser(folder, threads=1, device="cuda").lent():
        pass


def test_a_folder_without_weights_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.bin, config\.json, tokenizer\.json missing"):
        Recogniser(tmp_path, threads=1).lent().__enter__()


def waited(what: Recogniser, *, loaded: bool, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while what.loaded != loaded and time.monotonic() < deadline:
        time.sleep(0.01)
    return what.loaded == loaded


def timers() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)}


def test_it_is_loaded_at_the_first_loan_and_once(folder: Path) -> None:
    before = timers()  # those of models that other tests left to their idle time
    one = Recogniser(folder, threads=1, device="cpu")
    assert not one.loaded
    for _ in range(3):
        with one.lent():
            pass
    assert one.loaded
    assert len(Loaded.loads) == 1
    assert timers() <= before


def test_it_leaves_after_idle_time_not_while_it_is_held_and_comes_back(folder: Path) -> None:
    one = Recogniser(folder, threads=1, device="cpu", idle_s=0.05)
    with one.lent():
        pass
    with one.lent():
        time.sleep(0.2)
        assert one.loaded
    assert waited(one, loaded=False)
    with one.lent() as model:
        assert model is not None
    assert len(Loaded.loads) == 2
    assert waited(one, loaded=False)


def test_a_process_keeps_one(folder: Path) -> None:
    first = recogniser(folder, threads=1)
    assert recogniser(folder, threads=1) is first
    assert recogniser(folder, threads=2) is not first
    recogniser.cache_clear()
