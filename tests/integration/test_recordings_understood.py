"""Recordings as people have them, all the way: what is masked, silenced, felt and linked once they are understood."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

import voc
from voc.pipeline import import_customers, workflows
from voc.pipeline.ingestion import Intake
from voc.pipeline.queues import WorkQueue
from voc.privacy.audio_redaction import muted
from voc.records import Analysis
from voc.settings import Settings
from voc.speech.decode import decode
from voc.store import Filters, open_store

pytestmark = [pytest.mark.integration, pytest.mark.slow]


def recording(shared_data: Path, folder: str, name: str) -> Path:
    found = shared_data / "recordings" / folder / name
    if not found.exists():
        pytest.skip(f"no {found}")
    return found


def silenced(silences: Sequence[tuple[int, int]], begin_ms: int, end_ms: int) -> float:
    """The share of a stretch that is silenced."""
    kept = sum(max(0, min(end, end_ms) - max(begin, begin_ms)) for begin, end in silences)
    return kept / (end_ms - begin_ms)


@pytest.fixture(scope="module")
def numbers(shared_data: Path) -> Analysis:
    [found] = voc.analyse(recording(shared_data, "17-numbers-masking", "numbers.opus"))
    return found


@pytest.mark.parametrize("cue", ["numéro", "référence", "code"])
def test_no_digit_stands_after_what_announces_a_number(settings: Settings, numbers: Analysis, cue: str) -> None:
    # What stands around the word differs with the number of threads: "référence client, F R…", "référence-client".
    shown = numbers.redacted_text or ""
    [after] = [line.partition(cue)[2] for line in shown.splitlines() if cue in line]
    given = after.partition("habite")[0]
    assert not any(char.isdigit() for char in given), given
    assert "[" in given


def test_what_sounds_like_an_address_is_masked_and_a_price_and_a_date_are_not(
    settings: Settings, numbers: Analysis
) -> None:
    shown = numbers.redacted_text or ""
    # Whether the sign was heard, so that it shows as [EMAIL], differs between processors; nothing of it ever stands.
    assert "noofre" not in shown.lower()
    assert "@" not in shown
    assert "97 euros" in shown
    assert "16h30" in shown


@pytest.mark.parametrize(
    ("what", "begin_ms", "end_ms"), [("number", 2500, 5800), ("reference", 24_500, 26_500), ("code", 35_300, 36_200)]
)
def test_in_the_copy_numbers_are_silent(
    settings: Settings, numbers: Analysis, what: str, begin_ms: int, end_ms: int
) -> None:
    [silences] = muted(numbers, duration_ms=37_000, channels=1)
    assert silenced(silences, begin_ms, end_ms) > 0.95, what
    assert silenced(silences, 7500, 10_000) < 0.1, "the price is heard"


def test_a_quiet_line_is_felt_as_at_full_level(settings: Settings, shared_data: Path, tmp_path: Path) -> None:
    quiet = recording(shared_data, "12-levels", "quiet-30dB.flac")
    loud = tmp_path / "loud.wav"
    audio = decode(quiet)
    wave = np.clip(audio.pcm.astype(np.float64) * 10 ** (30 / 20), -32768, 32767).astype("<i2")
    write(loud, wave)
    labels = [found.sentiment.label for path in (quiet, loud) for found in voc.analyse(path) if found.sentiment]
    assert labels == ["negative", "negative"]


def write(path: Path, pcm: np.ndarray) -> None:
    import wave

    with wave.open(str(path), "wb") as file:
        file.setparams((pcm.shape[1], 2, 16_000, 0, "NONE", ""))
        file.writeframes(np.ascontiguousarray(pcm).tobytes())


def test_a_number_heard_unsurely_links_nobody_for_sure(tmp_path: Path, shared_data: Path) -> None:
    call = recording(shared_data, "41-misheard-number-links", "call.mp3")
    base = shutil.copy(call.with_name("customers.csv"), tmp_path / "customers.csv")
    settings = Settings(home=tmp_path / "home")
    with closing(open_store(settings)) as store, closing(WorkQueue(settings)) as queue:
        import_customers(store, Path(base), settings=settings)
        Intake(store, settings, queue).receive_path(call)
        [one] = store.interactions.all_ids(Filters())
        workflows.set_worker_context(workflows.WorkerContext(store, settings))
        try:
            assert workflows.hear(one)
            assert workflows.understand([one]) == 1
        finally:
            workflows.set_worker_context(None)
        link = store.findings.link(one)
        assert link is not None
        assert link.customer_id != "C001"
