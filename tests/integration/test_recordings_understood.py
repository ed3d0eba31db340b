"""Recordings as people have them, all the way: what is masked, silenced, felt and linked once they are understood."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from received import link_of
from sounds import Sound, joined, over, pink, recorded, sample_call
from sounds import write as sounds_at

import voc
from voc.privacy.audio_redaction import muted
from voc.records import Analysis
from voc.resources import resource
from voc.settings import Settings
from voc.speech.decode import decode

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
    link = link_of(call, Path(base), tmp_path / "home")
    assert link.customer_id != "C001"


def near(number: str) -> str:
    """A customer base of everybody whose contract differs from one in a single digit."""
    others = {
        number[:at] + str((int(number[at]) + more) % 10) + number[at + 1 :]
        for at in range(len(number))
        for more in range(1, 10)
    }
    rows = (f"N{at:02},Prénom{at},Nom{at},{other}" for at, other in enumerate(sorted(others)))
    return "\n".join(["customer_id,first_name,last_name,contract", *rows, ""])


TOLD: dict[str, tuple[str, Callable[[], tuple[Sound, ...]]]] = {
    # Sample call 1, 30–52 s, a channel each: heard as 40-62-24-36 on some processors.
    "a contract told to an agent": ("40722436", lambda: sample_call(1, 30, 52)),
    # Sample call 8 (one channel), 8–26 s, pink noise 3 dB below: heard as 4G1.1936.4G1.
    "a contract told in a street": (
        "40193640",
        lambda: (over(recorded(resource("samples", "calls", "call-0008.ogg"), 8, 26), pink(18, -20), 3),),
    ),
}


@pytest.mark.parametrize("call", TOLD)
def test_one_digit_misheard_links_nobody(settings: Settings, tmp_path: Path, call: str) -> None:
    number, sounds = TOLD[call]
    base = tmp_path / "customers.csv"
    base.write_text(near(number), "utf-8")
    assert link_of(sounds_at(tmp_path / "call.wav", *sounds()), base, tmp_path / "home").customer_id is None


GIVEN: dict[str, tuple[Callable[[Path], tuple[Sound, ...]], tuple[int, int]]] = {
    # Sample call 4, 18–42 s, a channel each: the question and the number after it.
    "a contract asked for": (lambda _: sample_call(4, 18, 42), (8100, 10_800)),
    # Sample call 8, 8–26 s, pink noise 15 dB below: heard without marks, the question runs on into its answer.
    "a contract asked for in a street": (
        lambda _: (over(recorded(resource("samples", "calls", "call-0008.ogg"), 8, 26), pink(18, -20), 15),),
        (9500, 11_700),
    ),
    # call_script_en: tatiana-nrs from 17 s: an order number spelled, an e-mail and a telephone number.
    "an order, an address and a telephone": (
        lambda speech: (joined(recorded(speech / "call_script_en" / "tatiana-nrs.flac", 17)),),
        (15_000, 17_500),
    ),
}


@pytest.mark.parametrize("call", GIVEN)
def test_numbers_given_are_masked_and_silent_whatever_was_heard(
    settings: Settings, shared_data: Path, tmp_path: Path, call: str
) -> None:
    sounds, (begin_ms, end_ms) = GIVEN[call]
    if not (shared_data / "speech").is_dir():
        pytest.skip(f"no speech in {shared_data}")
    made = sounds(shared_data / "speech")
    [found] = voc.analyse(sounds_at(tmp_path / "call.wav", *made))
    shown = found.redacted_text or ""
    assert not any(char.isdigit() or char == "@" for char in shown), shown
    assert "smith" not in shown.lower()
    silences = muted(found, duration_ms=1000 * len(made[0]) // 16_000, channels=len(made))
    assert max(silenced(one, begin_ms, end_ms) for one in silences) > 0.8
