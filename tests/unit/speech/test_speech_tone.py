"""Whose voice is scored, relative to what, and what is said where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from voc.errors import ModelError
from voc.records import Tone, Turn
from voc.speech import tone
from voc.speech.decode import SAMPLE_RATE, Audio
from voc.speech.tone import BASELINE_TURNS, ToneHead, ToneReader, Whose, load_head
from voc.speech.voice_activity import Window

ENCODER = "a1b2c3d"
SECOND = 1000

HEAD = ToneHead(
    weights=np.eye(3, 2, dtype=np.float32),
    bias=np.zeros(2, dtype=np.float32),
    usual=np.array([-1.0, -1.0], dtype=np.float32),
    share=0.5,
    calibration=np.array([[1.0, 0.0], [1.0, -1.0]], dtype=np.float32),
    relative_calibration=np.array([[2.0, 0.0], [2.0, 0.0]], dtype=np.float32),
    encoder=ENCODER,
)
"""Reads activation from the first number of a state, tension from the second."""


def sigmoid(value: float) -> float:
    return float(1 / (1 + np.exp(-value)))


@pytest.fixture(autouse=True)
def head(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(tone, "load_head", lambda: HEAD)
    yield


def turns(
    *spans: tuple[float, float], role: str | None = "customer", tag: int | None = 1, text: str = "oui"
) -> list[Turn]:
    return [
        Turn(
            index=index,
            participant_role=role,
            channel_tag=tag,
            begin_ms=int(begin * SECOND),
            end_ms=int(end * SECOND),
            text=text,
        )
        for index, (begin, end) in enumerate(spans)
    ]


def read(
    said: list[Turn],
    states: list[float],
    *,
    whose: Whose = "customer",
    encoder: str = ENCODER,
    spoken: list[tuple[float, float]] | None = None,
    level: list[float] | None = None,
) -> tuple[list[Tone | None], list[str]]:
    """Score turns of a recording whose state has, in each second, this first number (and its half as the second)."""
    reader = ToneReader(whose=whose, encoder=encoder)
    seconds = len(states)
    buzz = np.sign(np.sin(2 * np.pi * 120 * np.arange(seconds * SAMPLE_RATE) / SAMPLE_RATE))
    gain = np.repeat(level or [0.1] * seconds, SAMPLE_RATE)
    audio = Audio((buzz * gain * 32767).astype(np.int16)[:, None])
    if reader.listener is not None:
        each = np.array([[value, value / 2, 0.0] for value in states], dtype=np.float32)
        reader.listener([Window(0, 0, seconds * SAMPLE_RATE)], np.repeat(each, 50, axis=0)[None])
    heard = [(int(b * SAMPLE_RATE), int(e * SAMPLE_RATE)) for b, e in spoken or [(0, seconds)]]
    found, skipped = reader.scored(said, audio, [heard])
    assert all(one.feature == "tone" for one in skipped)
    assert [one.model_copy(update={"tone": None}) for one in found] == said
    return [one.tone for one in found], [one.reason for one in skipped]


def test_one_or_two_turns_are_scored_as_they_are() -> None:
    found, skipped = read(turns((0, 2), (3, 5)), [1, 1, 0, 3, 3])
    assert skipped == []
    assert [one and one.activation for one in found] == pytest.approx([sigmoid(1), sigmoid(3)], abs=2e-3)
    assert [one and one.tension for one in found] == pytest.approx([sigmoid(-0.5), sigmoid(0.5)], abs=2e-3)
    assert not any(one and (one.relative or one.reasons) for one in found)


def test_from_three_turns_on_scores_are_relative_to_the_first_three() -> None:
    found, _ = read(turns((0, 2), (2, 4), (4, 6), (6, 8)), [1, 1, 2, 2, 3, 3, 5, 5])
    # The first three lie at 2 on average, 3 above a usual voice; half of that is taken off.
    assert [one and one.activation for one in found] == pytest.approx(
        [sigmoid(2 * (value - 1.5)) for value in (1, 2, 3, 5)], abs=2e-3
    )
    assert all(one and one.relative for one in found)


def test_a_speaker_who_is_always_above_the_usual_is_not_made_calm() -> None:
    usual, _ = read(turns((0, 2), (2, 4), (4, 6)), [-1] * 6)
    angry, _ = read(turns((0, 2), (2, 4), (4, 6)), [3] * 6)
    assert all(a and b and a.activation > b.activation for a, b in zip(angry, usual, strict=True))


def test_a_turn_that_is_louder_than_the_first_ones_says_so() -> None:
    said = turns((0, 2), (2, 4), (4, 6), (6, 8), text="un deux trois quatre cinq six")
    found, _ = read(said, [0.0] * 8, level=[0.05] * 6 + [0.2] * 2)
    assert [one and one.reasons for one in found] == [(), (), (), ("louder",)]
    assert found[3] and found[3].loudness_dbfs == pytest.approx(-14, abs=0.1)
    assert found[3].pitch_hz == pytest.approx(120, rel=0.01)
    assert found[3].words_per_minute == 180


def test_short_turns_have_no_tone_and_are_no_beginning() -> None:
    found, skipped = read(turns((0, 0.4), (1, 3), (3, 5)), [9, 1, 1, 1, 1])
    assert found[0] is None
    assert [one and one.relative for one in found[1:]] == [False, False]
    assert skipped == []
    assert read(turns((0, 0.4)), [1])[1] == [tone.TOO_SHORT]


def test_two_words_are_enough_to_hear_a_tone() -> None:
    found, skipped = read(turns((0, 0.6)), [2])
    assert skipped == []
    assert found[0] and found[0].activation == pytest.approx(sigmoid(2), abs=2e-3)


def test_pauses_inside_a_turn_are_not_heard() -> None:
    found, _ = read(turns((0, 4)), [2, -9, -9, 2], spoken=[(0, 1), (3, 4)])
    assert found[0] and found[0].activation == pytest.approx(sigmoid(2), abs=2e-3)


@pytest.mark.parametrize("role", ["agent", None, "speaker_1"])
def test_only_the_customers_voice_is_scored(role: str | None) -> None:
    said = turns((0, 2), role=role) + [one.model_copy(update={"index": 1}) for one in turns((2, 4))]
    found, skipped = read(said, [1] * 4)
    assert (found[0], skipped) == (None, [])
    assert found[1] is not None


@pytest.mark.parametrize(
    ("role", "reason"),
    [("agent", tone.NO_CUSTOMER), (None, tone.NO_ROLES), ("speaker_1", tone.NO_ROLES)],
)
def test_without_a_customer_nobody_is_scored_and_it_is_said_why(role: str | None, reason: str) -> None:
    assert read(turns((0, 2), role=role), [1, 1]) == ([None], [reason])


def test_everybody_is_scored_apart_when_asked_for() -> None:
    said = turns((0, 1), (1, 2), (2, 3), role="agent") + turns((3, 4), role=None)
    found, skipped = read(said, [1, 1, 1, 1], whose="all")
    assert skipped == []
    assert [one and one.relative for one in found] == [True, True, True, False]


def test_switched_off_nothing_is_even_listened_to() -> None:
    assert ToneReader(whose="off", encoder=ENCODER).listener is None
    assert read(turns((0, 2)), [1, 1], whose="off") == ([None], [tone.OFF])


def test_states_of_another_model_are_not_read() -> None:
    assert ToneReader(whose="customer", encoder="0000000").listener is None
    assert read(turns((0, 2)), [1, 1], encoder="0000000") == ([None], [tone.OTHER_MODEL])


def test_nothing_said_is_said() -> None:
    assert read([], [0.0]) == ([], [tone.NO_SPEECH])


def test_turns_without_times_have_no_tone() -> None:
    said = [Turn(index=0, participant_role="customer", text="oui")]
    assert read(said, [1, 1]) == ([None], [tone.TOO_SHORT])


def test_a_shift_moves_scores_by_a_share_of_the_distance() -> None:
    first = np.array([[1.0, 0.0]] * BASELINE_TURNS, dtype=np.float32)
    assert HEAD.shift(first).tolist() == [1.0, 0.5]
    assert replace(HEAD, share=0.0).shift(first).tolist() == [0.0, 0.0]


def test_damaged_weights_are_told_in_one_line(tmp_path: Path) -> None:
    for name, content in {
        "none.npz": None,
        "text.npz": b"no archive",
        "empty.npz": b"",
        "cut.npz": b"PK\x03\x04",
    }.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(ModelError, match="voc models verify"):
            load_head(tmp_path / name)
