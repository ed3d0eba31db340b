"""The ten weeks of the samples, one discovery a week: a theme that is known keeps its id and its name."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import update

from voc.insights.periods import begins
from voc.pipeline import workflows
from voc.pipeline.ingestion import Intake
from voc.pipeline.queues import WorkQueue
from voc.pipeline.theme_decisions import rename
from voc.pipeline.theme_discovery import discover
from voc.records.themes import Theme, ThemeRun
from voc.resources import resource
from voc.settings import Settings
from voc.store import Filters, Store, open_store, schema

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(1800)]

WEEKS = [f"2026-W{week}" for week in range(37, 47)]
TEXTS = {"chats.json", "emails.mbox", "enquete_nps.xlsx", "posts.ndjson", "reviews.csv", "reclamations.csv"}
NAME = {"fr": "Ce que nous suivons", "en": "What we follow"}

Week = tuple[ThemeRun, dict[str, Theme], dict[str, set[int]]]
"""A run, every theme there was after it, and the clauses of each."""


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The written samples, understood by the real models, each as if on the day it came."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), topic_packs="telecom")
    with closing(open_store(settings)) as store, closing(WorkQueue(settings)) as queue:
        intake = Intake(store, settings, queue)
        for path in sorted(resource("samples").rglob("*")):
            if path.name in TEXTS or (path.parent.name == "calls" and path.suffix in {".json", ".vtt"}):
                intake.receive_path(path)
        workflows.set_worker_context(workflows.WorkerContext(store, settings))
        ids = store.interactions.all_ids(Filters())
        for start in range(0, len(ids), 64):
            workflows.understand(ids[start : start + 64])
        workflows.set_worker_context(None)
        with store.database.begin() as connection:
            connection.execute(update(schema.interaction).values(analysed_at=schema.interaction.c.at))
        yield store


@pytest.fixture(scope="module")
def replayed(heard: Store) -> list[Week]:
    """Every week in turn; the largest theme of the first discovery that has one is given a name by a person."""
    found: list[Week] = []
    for week in WEEKS:
        over = begins(week) + timedelta(weeks=1)
        run = discover(heard, until=over, now=over)
        if run.themes and not any(one.named_by_person for one, _ in heard.themes.all().values()):
            rename(heard, max(run.sizes, key=lambda one: run.sizes[one]), NAME, actor="somebody")
        themes = {key: one for key, (one, _) in heard.themes.all().items()}
        found.append((run, themes, {key: set(heard.themes.members(key).ids.tolist()) for key in themes}))
    return found


def test_there_are_themes_to_follow(replayed: list[Week]) -> None:
    assert len(replayed[-1][1]) >= 5
    assert sum(run.themes > 0 for run, _, _ in replayed) >= 8


def test_no_theme_loses_its_id_or_its_name(replayed: list[Week]) -> None:
    for (_, before, _), (_, after, _) in itertools.pairwise(replayed):
        assert {key: (one.labels, one.words) for key, one in before.items()} == {
            key: (after[key].labels, after[key].words) for key in before
        }


def test_what_a_person_follows_keeps_its_clauses(replayed: list[Week]) -> None:
    weeks = [week for week in replayed if any(one.named_by_person for one in week[1].values())]
    assert len(weeks) >= 8
    (followed,) = {key for _, themes, _ in weeks for key, one in themes.items() if one.named_by_person}
    for (_, _, before), (run, themes, after) in itertools.pairwise(weeks):
        assert themes[followed].labels == NAME
        assert themes[followed].status == "discovered"
        assert run.states[followed] in {"steady", "grown", "shrunk"}
        assert before[followed] <= after[followed]


def test_nearly_all_themes_stay_themes_of_their_own(replayed: list[Week]) -> None:
    _, themes, _ = replayed[-1]
    assert sum(one.status == "merged" for one in themes.values()) <= 0.05 * len(themes)
