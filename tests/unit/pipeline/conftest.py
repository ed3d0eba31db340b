"""The pipeline with analysers that need no model: what is tested here is the way through, not what is found."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from makers import a_vector, an_analysis

from voc.analysis.pipeline import AnalysisResult
from voc.pipeline import workflows
from voc.pipeline.ingestion import Intake
from voc.pipeline.source_runs import run_part
from voc.records import Conversation, Identifier, Interaction, Turn
from voc.settings import Settings
from voc.sources import kind
from voc.sources.options import checked, with_defaults
from voc.speech.transcript import Transcript
from voc.store import Store, open_store
from voc.store.source_runs import SourceRun
from voc.store.sources import SourceRow


class FakeAnalyser:
    """Finds nothing much; ``broken`` are words that make it stop, with the error they raise."""

    def __init__(self) -> None:
        self.broken: dict[str, Exception] = {}
        self.batches: list[list[str]] = []
        self.heard: list[str] = []

    def transcribe(self, interaction: Interaction, *, path: Path, **_: Any) -> Transcript:
        self.heard.append(interaction.id)
        self._stumble(interaction.source)
        words = f"J'ai entendu {path.stat().st_size} octets."
        return Transcript(
            turns=(Turn(index=0, text=words),),
            duration_ms=1000,
            channels=1,
            conversation=Conversation(duration_ms=1000),
        )

    def analyse_text(
        self, interactions: Sequence[Interaction], *, transcripts: Mapping[str, Transcript] | None = None
    ) -> list[AnalysisResult]:
        self.batches.append([one.id for one in interactions])
        results = []
        for one in interactions:
            text = one.text or " ".join(turn.text for turn in (transcripts or {})[one.id].turns)
            self._stumble(text)
            at = text.find("AZ12345")
            said = (Identifier(type="contract", value="AZ12345", begin=at, end=at + 7),) if at >= 0 else ()
            results.append(
                AnalysisResult(an_analysis(one, text=text, identifiers=said), a_vector(int(one.id[1:9], 16)))
            )
        return results

    def _stumble(self, text: str) -> None:
        for word, problem in self.broken.items():
            if word in text:
                raise problem


class FakeQueue:
    """Remembers what was queued; ``known`` are the statuses it answers."""

    def __init__(self) -> None:
        self.queued: list[tuple[str, bool]] = []
        self.known: dict[str, str] = {}
        self.behind: list[str] = []

    def enqueue(self, work_id: str, *, recording: bool, backfill: bool = False) -> None:
        self.queued.append((work_id, recording))
        self.behind += [work_id] if backfill else []

    def statuses(self, work_ids: Sequence[str]) -> dict[str, str]:
        return {one: self.known[one] for one in work_ids if one in self.known}

    def unbegun_like(self, work_id: str, others: Sequence[str]) -> set[str]:
        same = {one for one in others if (one in self.behind) == (work_id in self.behind)}
        return {one for one in same if self.known.get(one) == "ENQUEUED"}

    def close(self) -> None:
        pass


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """The store of the settings in force."""
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def analyser(monkeypatch: pytest.MonkeyPatch) -> FakeAnalyser:
    """Takes the place of the models in this process."""
    fake = FakeAnalyser()
    monkeypatch.setattr(workflows.WorkerContext, "analyser", property(lambda _: fake))
    return fake


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def reception(store: Store, settings: Settings, queue: FakeQueue) -> Intake:
    return Intake(store, settings, queue)  # type: ignore[arg-type]


@pytest.fixture
def work(store: Store, settings: Settings, analyser: FakeAnalyser, queue: FakeQueue) -> Iterator[Callable[[], None]]:
    """Does what was queued, here and now, without DBOS: steps are plain functions outside a workflow."""
    workflows.set_worker_context(workflows.WorkerContext(store, settings))

    def run() -> None:
        while queue.queued:
            work_id, recording = queue.queued.pop(0)
            ids = store.interactions.of_work(work_id)
            if not recording or workflows.hear(ids[0]):
                workflows.understand(ids)

    yield run
    workflows.set_worker_context(None)


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """A CSV export with one line for each text."""

    def write(*texts: str, name: str = "mails.csv") -> Path:
        path = tmp_path / name
        lines = [f'm{n};"{text}";2026-11-1{n % 9}' for n, text in enumerate(texts)]
        path.write_text("\n".join(["id;message;date", *lines]) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def recording(tmp_path: Path) -> Callable[..., Path]:
    """A second of a quiet tone, 8 kHz; another ``pitch`` is another recording."""

    def write(name: str = "call.wav", *, pitch: int = 1) -> Path:
        path = tmp_path / name
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(
                b"".join(((n * pitch * 37) % 2000).to_bytes(2, "little", signed=True) for n in range(8000))
            )
        return path

    return write


@pytest.fixture
def run_source(store: Store, settings: Settings, queue: FakeQueue) -> Callable[..., SourceRun]:
    """Set up a source the first time it is named, and run it to its end."""

    def run(kind_name: str, options: dict[str, Any], **more: Any) -> SourceRun:
        kept = kind(kind_name)
        row = store.sources.get(kind_name)
        if row is None:
            made = {
                "id": kind_name, "kind": kind_name, "name": kind_name.upper(), "options": checked(kept, options),
                "secrets": {}, "channel": None, "mapping": {}, "roles": (), "every_seconds": kept.every,
                "per_minute": None, "backfill_per_minute": None, "created_at": datetime.now(UTC), "created_by": "cli",
            }  # fmt: skip
            kept.check(with_defaults(kept, options), settings)
            assert store.sources.add(SourceRow(**(made | more)))
        begun = store.source_runs.ask(kind_name, asked_by="test", now=datetime.now(UTC))
        assert begun is not None
        while run_part(store, settings, queue, begun.id):  # type: ignore[arg-type]
            pass
        ended = store.source_runs.get(begun.id)
        assert ended is not None
        return ended

    return run


@pytest.fixture
def local_machines(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Sources may connect to the servers that a test starts on this machine."""
    monkeypatch.setattr(settings, "outbound_allow", "127.0.0.1, localhost")
    return settings
