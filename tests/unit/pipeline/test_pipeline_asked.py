"""Files somebody waits for: answered through the store, and nothing of them is kept."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from makers import NOW

from voc.errors import InputError, ModelError, StoreError
from voc.pipeline.transcription_requests import (
    TranscriptionRefusal,
    TranscriptionResult,
    answer_of,
    ask,
    forget,
    forget_left,
    transcribe_asked,
)
from voc.records import Conversation, Turn, UploadOptions
from voc.speech.transcript import Transcript
from voc.store import Store


class Queue:
    """Remembers what was asked for."""

    def __init__(self) -> None:
        self.queued: list[str] = []

    def enqueue_asked(self, asked_id: str) -> None:
        self.queued.append(asked_id)


class Ear:
    """Hears the size of the file, or what makes it stop."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.problem = problem
        self.asked: list[Any] = []

    def transcribe(self, interaction: Any, *, path: Path, prompt: str) -> Transcript:
        self.asked.append(interaction)
        self.prompt = prompt
        if self.problem is not None:
            raise self.problem
        turn = Turn(index=0, text=f"{path.stat().st_size} octets", begin_ms=0, end_ms=900)
        return Transcript(
            turns=(turn,), language="fr", duration_ms=900, channels=1, conversation=Conversation(duration_ms=900)
        )


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr("voc.pipeline.transcription_requests.any_alive", lambda _: True)
    return Store(f"sqlite:///{tmp_path / 'voc.db'}", str(tmp_path / "blobs"))


def asked(store: Store, content: bytes = b"sound", **fields: Any) -> str:
    given = {"filename": "note.ogg", "language": None, "now": NOW} | fields
    return ask(store, Queue(), io.BytesIO(content), **given)  # type: ignore[arg-type]


def test_it_is_heard_as_one_voice_answered_and_forgotten(store: Store) -> None:
    one = asked(store, language="en", prompt="Alizé Télécom")
    assert answer_of(store, one) is None
    ear = Ear()
    assert transcribe_asked(store, ear, one)  # type: ignore[arg-type]
    assert ear.asked[0].recording.roles == ("customer",)
    assert (ear.asked[0].language, ear.prompt) == ("en", "Alizé Télécom")
    found = answer_of(store, one)
    assert isinstance(found, TranscriptionResult)
    assert found.turns[0].text == "5 octets"
    forget(store, one)
    assert list(store.blobs.keys()) == []
    with pytest.raises(StoreError, match="given up"):
        answer_of(store, one)
    forget(store, one)


@pytest.mark.parametrize(
    ("problem", "fault", "says"),
    [
        (InputError("{blob}: not a recording."), 400, "note.ogg: not a recording."),
        (ModelError("weights are missing; run `voc models pull`."), 503, "voc models pull"),
        (ValueError("what was said"), 500, "stopped unexpectedly"),
    ],
)
def test_what_goes_wrong_is_told_to_who_waits(store: Store, problem: Exception, fault: int, says: str) -> None:
    one = asked(store)
    row = store.asked.get(one)
    assert row is not None
    problem = type(problem)(str(problem).replace("{blob}", row.blob))
    assert not transcribe_asked(store, Ear(problem), one)  # type: ignore[arg-type]
    found = answer_of(store, one)
    assert isinstance(found, TranscriptionRefusal)
    assert found.fault == fault
    assert says in found.reason
    assert "what was said" not in found.reason


def test_when_nobody_waits_any_more_nothing_is_heard(store: Store) -> None:
    one = asked(store)
    forget(store, one)
    ear = Ear()
    assert not transcribe_asked(store, ear, one)  # type: ignore[arg-type]
    assert ear.asked == []


def test_an_empty_file_and_a_missing_worker_are_refused_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="empty"):
        asked(store, b"")
    monkeypatch.setattr("voc.pipeline.transcription_requests.any_alive", lambda _: False)
    with pytest.raises(StoreError, match="no worker"):
        asked(store)
    assert list(store.blobs.keys()) == []


def test_what_nobody_fetched_goes_after_an_hour(store: Store) -> None:
    asked(store)
    assert forget_left(store, now=NOW + timedelta(minutes=59)) == 0
    assert forget_left(store, now=NOW + timedelta(minutes=61)) == 1
    assert list(store.blobs.keys()) == []


def test_bytes_that_are_a_recording_too_stay(store: Store) -> None:
    key, size = store.blobs.put(io.BytesIO(b"sound"))
    store.uploads.add(
        upload_id="u1",
        filename="a.ogg",
        sha256=key,
        size_bytes=size,
        blob=key,
        options=UploadOptions(),
        idempotency_key=None,
        now=NOW,
    )
    one = asked(store)
    forget(store, one)
    assert store.blobs.exists(key)
