"""When things were said: the unit is the one in which people can have spoken so, and no call is longer than a day."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as checked
from hypothesis import strategies as st

from voc.intake import read
from voc.intake.timing import DAY_MS, number_of
from voc.intake.transcripts import turns_of
from voc.records import Channel, Interaction, Rejected

SAID = (
    ("agent", 0, 2000, "Alizé Télécom bonjour."),
    ("customer", 2500, 6000, "Bonjour, ma box ne marche plus."),
    ("agent", 6500, 8000, "Je regarde."),
)
"""A call of eight seconds, in milliseconds."""
TIMES = [(begin, end) for _, begin, end, _ in SAID]


def the_one(path: Path, content: Any) -> Interaction | Rejected:
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    (found,) = read(path)
    return found


def times(found: Interaction | Rejected) -> list[tuple[int | None, int | None]]:
    assert isinstance(found, Interaction), found
    return [(turn.begin_ms, turn.end_ms) for turn in found.turns]


def document(make: Any, **around: Any) -> dict[str, Any]:
    return around | {"segments": [{"speaker": who, "text": text} | make(b, e) for who, b, e, text in SAID]}


@pytest.mark.parametrize(
    "make",
    [
        lambda b, e: {"start": b, "end": e},  # AssemblyAI
        lambda b, e: {"start": b / 1000, "end": e / 1000},  # Whisper, Deepgram
        lambda b, e: {"start": str(b), "end": str(e)},
        lambda b, e: {"start": float(b), "end": float(e)},
        lambda b, e: {"startTime": b, "duration": e - b},
        lambda b, e: {"startTime": b / 1000, "duration": (e - b) / 1000},
        lambda b, e: {"startTimeMs": b, "duration": {"milliseconds": e - b}},  # Genesys
        lambda b, e: {"startOffset": f"{b / 1000}s", "endOffset": f"{e / 1000}s"},  # Google
        lambda b, e: {"start": f"{b}ms", "end": f"{e}ms"},
        lambda b, e: {"start": {"seconds": b // 1000, "nanos": b % 1000 * 1_000_000}, "end_ms": e},
        lambda b, e: {"start": f"00:00:{b / 1000:06.3f}", "end": f"00:00:{e / 1000:06.3f}"},
        lambda b, e: {"start_ms": b, "start": b / 1000, "end_ms": e, "end": e / 1000},
        lambda b, e: {"start_seconds": b / 1000, "end_seconds": e / 1000},
        lambda b, e: {"offsetInTicks": b * 10_000, "durationInTicks": (e - b) * 10_000},  # Azure
        lambda b, e: {"start": 1_793_700_000_000 + b, "end": 1_793_700_000_000 + e},  # moments
        lambda b, e: {"start": 1_793_700_000 + b / 1000, "end": 1_793_700_000 + e / 1000},
        lambda b, e: {"startTimeMs": 1_793_700_000_000 + b, "endTimeMs": 1_793_700_000_000 + e},
    ],
)
def test_a_call_of_eight_seconds_lasts_eight_seconds(tmp_path: Path, make: Any) -> None:
    assert times(the_one(tmp_path / "call.json", document(make))) == TIMES


def test_begins_alone_tell_too(tmp_path: Path) -> None:
    for factor in (1, 1000):
        found = the_one(tmp_path / "call.json", document(lambda b, _: {"start": b / factor}))  # noqa: B023
        assert times(found) == [(begin, None) for begin, _ in TIMES]


def test_moments_date_the_call(tmp_path: Path) -> None:
    found = the_one(tmp_path / "call.json", document(lambda b, e: {"start": 1_793_700_000_000 + b, "end": None}))
    assert isinstance(found, Interaction)
    assert (found.channel, found.occurred_at) == (Channel.CALL, datetime.fromtimestamp(1_793_700_000, tz=UTC))


def test_words_have_the_unit_of_their_turns(tmp_path: Path) -> None:
    word = {"text": "regarde", "start": 6600, "end": 7400, "confidence": 0.9}
    call = document(lambda b, e: {"start": b, "end": e})
    call["segments"][2]["words"] = [word]
    found = the_one(tmp_path / "call.json", call)
    assert isinstance(found, Interaction)
    (heard,) = found.turns[2].words
    assert (heard.begin_ms, heard.end_ms, heard.confidence) == (6600, 7400, 0.9)


@pytest.mark.parametrize(("header", "factor"), [("start", 1), ("start", 1000), ("start ms", 1), ("start s", 1000)])
@pytest.mark.parametrize("ends", [True, False])
def test_a_table_of_turns_too(tmp_path: Path, header: str, factor: int, ends: bool) -> None:
    rows = [f"C-1;{who};{b / factor:g};{e / factor:g};{text}" for who, b, e, text in SAID]
    name = "end" if ends else "x"
    found = the_one(tmp_path / "turns.csv", "\n".join([f"call_id;speaker;{header};{name};text", *rows]))
    assert times(found) == [(b, e if ends else None) for b, e in TIMES]


turn = st.tuples(
    st.text("abcdefghij ", min_size=4, max_size=200).filter(lambda text: len(text.strip()) >= 4),
    st.floats(4, 28),  # characters a second
    st.floats(0, 40),  # silence before it, seconds
)


@checked(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(turn, min_size=1, max_size=30), st.sampled_from(["seconds", "milliseconds"]), st.booleans())
def test_whatever_the_unit_it_is_the_same_call(spoken: list[tuple[str, float, float]], unit: str, length: bool) -> None:
    items, expected, now = [], [], 0.0
    for text, rate, silence in spoken:
        begin, now = now + silence, now + silence + len(text.strip()) / rate
        written = [round(at * 1000) for at in (begin, now)]
        values = [at / 1000 if unit == "seconds" else at for at in written]
        item = {"speaker": "A", "text": text, "start": values[0]}
        items.append(item | ({"duration": values[1] - values[0]} if length else {"end": values[1]}))
        expected.append(written)
    found = [(turn.begin_ms, turn.end_ms) for turn in turns_of({"segments": items})]
    assert found == [(begin, pytest.approx(end, abs=1)) for begin, end in expected]


# --- beyond a day ------------------------------------------------------------------------------------------------


def test_a_call_beyond_a_day_is_refused_and_said(tmp_path: Path) -> None:
    far = DAY_MS + 1
    bad = document(lambda b, e: {"start_ms": b, "end_ms": e + far}, id="bad-1")
    good = document(lambda b, e: {"start_ms": b, "end_ms": e}, id="good-1")
    path = tmp_path / "calls.ndjson"
    path.write_text("\n".join(map(json.dumps, (good, bad, good | {"id": "good-2"}))))
    first, refused, last = read(path)
    assert isinstance(first, Interaction) and isinstance(last, Interaction)
    assert isinstance(refused, Rejected)
    assert (refused.source, refused.reason[:26]) == ("calls.ndjson:2", "its times run over 1.0 day")
    rows = [f"{call};{who};{b + more};{text}" for call, more in (("A", 0), ("B", far)) for who, b, _, text in SAID]
    path = tmp_path / "turns.csv"
    path.write_text("\n".join(["call_id;speaker;start ms;text", *rows]))
    kept, refused = read(path)
    assert isinstance(kept, Interaction)
    assert isinstance(refused, Rejected) and "which no call does" in refused.reason
    refused = the_one(tmp_path / "call.vtt", "WEBVTT\n\n00:01.000 --> 25:00:00.000\nBonjour à vous.\n")
    assert isinstance(refused, Rejected) and "1.0 days" in refused.reason


def test_messages_written_over_days_keep_their_words(tmp_path: Path) -> None:
    moments = iter((1_793_700_000_000, 1_793_900_000_000, 1_794_100_000_000))
    found = the_one(tmp_path / "chat.json", document(lambda *_: {"start": next(moments)}))
    assert times(found) == [(None, None)] * 3
    assert isinstance(found, Interaction)
    assert (found.channel, len(found.turns)) == (Channel.CHAT, 3)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        *((None, None), (True, None), ("", None), ("demain", None), ({}, None), ({"a": 1}, None), (1e300, None)),
        *(("1.5s", (1.5, 1000.0)), ("250 ms", (250.0, 1.0)), ("1:02:03,5", (3723.5, 1000.0)), (7, (7.0, None))),
        *(({"offsetMilliseconds": 500}, (500.0, 1.0)), ({"seconds": "3"}, (3.0, 1000.0))),
    ],
)
def test_a_time_as_written(value: Any, number: tuple[float, float | None] | None) -> None:
    assert number_of(value) == number
