"""The recordings are calls as a telephone system keeps them, and small enough to travel with the code."""

from __future__ import annotations

import csv
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
HZ = 8_000
MEGABYTES = 6

Signal = npt.NDArray[np.float32]


def decoded(name: str) -> Signal:
    """float32 [channels, n] at 8 kHz."""
    with av.open(str(SAMPLES / "calls" / name)) as container:
        layout = container.streams.audio[0].layout.name
        resampler = av.AudioResampler(format="fltp", layout=layout, rate=HZ)
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
        return np.concatenate([frame.to_ndarray() for frame in frames], axis=1)


@pytest.fixture(scope="module")
def sidecar() -> dict[str, dict[str, str]]:
    with (SAMPLES / "calls" / "calls.csv").open(encoding="utf-8", newline="") as stream:
        return {row["filename"]: row for row in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def recordings(sidecar: dict[str, dict[str, str]]) -> dict[str, Signal]:
    return {name: decoded(name) for name in sidecar if name.endswith(".ogg")}


def speaking(signal: Signal, *, frame_s: float = 0.05, threshold_dbfs: float = -40.0) -> npt.NDArray[np.bool_]:
    """bool [channels, frames]: where a channel is louder than the line's noise."""
    size = int(HZ * frame_s)
    n = signal.shape[1] // size
    frames = signal[:, : n * size].reshape(signal.shape[0], n, size)
    return np.asarray(20 * np.log10(np.sqrt((frames**2).mean(axis=2)) + 1e-9) > threshold_dbfs)


def longest_run(flags: npt.NDArray[np.bool_]) -> int:
    best = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        best = max(best, run)
    return best


def test_eight_calls_of_forty_to_ninety_seconds(recordings: dict[str, Signal]) -> None:
    assert len(recordings) == 8
    for name, signal in recordings.items():
        assert 40 <= signal.shape[1] / HZ <= 92, name


def test_six_are_stereo_with_roles_and_two_mono_without(
    recordings: dict[str, Signal], sidecar: dict[str, dict[str, str]]
) -> None:
    assert sorted(signal.shape[0] for signal in recordings.values()) == [1, 1, 2, 2, 2, 2, 2, 2]
    for name, signal in recordings.items():
        assert sidecar[name]["roles"] == ("agent|customer" if signal.shape[0] == 2 else "")


def test_agent_is_left_and_speaks_first(recordings: dict[str, Signal]) -> None:
    for name, signal in recordings.items():
        if signal.shape[0] == 2:
            left, right = (int(np.argmax(channel)) for channel in speaking(signal))
            assert left < right, name


def test_one_call_is_put_on_hold(recordings: dict[str, Signal]) -> None:
    nobody = ~speaking(recordings["call-0004.ogg"]).any(axis=0)
    assert longest_run(nobody) * 0.05 >= 5


def test_in_one_call_the_customer_talks_over_the_agent(recordings: dict[str, Signal]) -> None:
    both = speaking(recordings["call-0005.ogg"]).all(axis=0)
    assert both.sum() * 0.05 >= 1


def test_every_recording_has_its_written_words(recordings: dict[str, Signal]) -> None:
    scripts = {path.stem for path in (SAMPLES / "scripts").glob("*.txt")}
    assert scripts == {Path(name).stem for name in recordings}


def test_the_samples_stay_small() -> None:
    total = sum(
        path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    assert total <= MEGABYTES * 1e6
