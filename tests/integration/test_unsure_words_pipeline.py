"""A call whose words were heard unsurely, through the real pipeline: its file, the analysis, figures and quotes."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from voc.pipeline import workflows
from voc.pipeline.ingestion import Intake
from voc.pipeline.queues import WorkQueue
from voc.settings import Settings
from voc.store import Filters, open_store

pytestmark = [pytest.mark.integration, pytest.mark.slow]

SAID = "je veux résilier mon contrat la facture est encore fausse"


def transcript(path: Path, confidence: float) -> Path:
    """A ready transcript of one turn, every word with the same confidence."""
    words = [
        {"text": word, "begin_ms": 400 * at, "end_ms": 400 * at + 350, "confidence": confidence}
        for at, word in enumerate(SAID.split())
    ]
    turn = {"participant_role": "customer", "begin_ms": 0, "end_ms": 5000, "text": SAID, "words": words}
    path.write_text(json.dumps({"id": path.stem, "language": "fr", "turns": [turn]}), "utf-8")
    return path


def test_only_what_was_surely_heard_is_counted(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", topic_packs="telecom")
    with closing(open_store(settings)) as store, closing(WorkQueue(settings)) as queue:
        intake = Intake(store, settings, queue)
        for name, confidence in (("clear", 0.95), ("dim", 0.3)):
            intake.receive_path(transcript(tmp_path / f"{name}.json", confidence))
        ids = store.interactions.all_ids(Filters())
        assert len(ids) == 2
        workflows.set_worker_context(workflows.WorkerContext(store, settings))
        workflows.understand(ids)
        workflows.set_worker_context(None)
        analyses = store.findings.analyses(ids)
        doubts = {
            one.external_id or one.source: {intent.label: intent.doubt for intent in one.intents}
            for one in analyses.values()
        }
        assert sorted(str(found.get("cancel")) for found in doubts.values()) == ["None", "heard_unsurely"]
        assert len(store.interactions.all_ids(Filters(intent="cancel"))) == 1
        assert len(store.interactions.all_ids(Filters(topic="billing"))) == 1
