"""Themes on both databases: clauses, runs, signals, decisions, and what figures read of them."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from makers import NOW, a_vector, an_interaction, understood

from voc.records import Interval
from voc.records.themes import Theme, ThemeRun
from voc.store import Filters, Store
from voc.store.themes import ReadClause

THEME = "theme_0123456789"


def discovered(store: Store) -> list[str]:
    """Three messages, the first two of one theme; returns their ids."""
    ids = []
    for number in range(3):
        one = understood(store, an_interaction(number), topics=("billing",), score=-0.5)
        clause = ReadClause(0, 20, "fr", -0.5, a_vector(number))
        store.themes.save_clauses({one.id: [clause]}, encoder="e@1", now=NOW)
        ids.append(one.id)
    store.themes.keep_centres("e@1", {"fr": a_vector(9)})
    run = ThemeRun(
        id="r1", at=NOW, since=NOW - timedelta(weeks=12), until=NOW, interactions=3, unexplained=3, clauses=3,
        left_out=1, outlier_share=0.33, outlier_interval=Interval(low=0, high=1), themes=1, seconds=0.1,
    )  # fmt: skip
    theme = Theme(id=THEME, labels={"fr": "Compteur", "en": "Meter"}, floor=0.5, created_at=NOW)
    keys = store.themes.clauses(Filters()).ids.tolist()
    store.themes.save_run(run, [(theme, a_vector(7))], {keys[0]: (THEME, 0.9), keys[1]: (THEME, 0.8)})
    return ids


def test_a_run_is_saved_whole_and_its_clauses_are_signals(store: Store) -> None:
    ids = discovered(store)
    read = store.themes.clauses(Filters())
    assert read.states.shape == (3, 384)
    assert np.allclose(read.states[0].astype(np.float32), a_vector(0), atol=1e-2)
    assert read.themes == [THEME, THEME, None]
    assert store.interactions.count(Filters(theme=THEME)) == 2
    run = store.themes.last_run()
    assert run is not None
    assert run.id == "r1"
    assert list(store.themes.latest_centres()) == ["fr"]
    assert [one.id for one in store.theme_counts.mentions(Filters(), THEME)] == ids[:2]
    assert store.themes.accepted() == []


def test_what_figures_and_emergence_read(store: Store) -> None:
    ids = discovered(store)
    since, until = NOW - timedelta(weeks=12), NOW
    spoken = {(one.kind, one.subject) for one in store.theme_counts.spoken_of(since, until)}
    assert spoken == {("topic", "billing"), ("theme", THEME)}
    assert [one.id for one in store.theme_counts.contacts(since, until)] == ids
    assert set(store.theme_counts.texts(ids)) == set(ids)
    rows = store.corroboration.rows(Filters(since=since, until=until))
    assert [(one.kind, one.sentiment) for one in rows] == [("theme", -0.5)] * 2 + [("topic", -0.5)] * 3


def test_a_clause_read_again_keeps_its_theme_and_an_erased_message_its_nothing(store: Store) -> None:
    ids = discovered(store)
    assert store.themes.unread(Filters(), encoder="e@1") == []
    store.themes.save_clauses({ids[0]: [ReadClause(0, 20, "fr", None, a_vector(5))]}, encoder="e@2", now=NOW)
    assert store.themes.clauses(Filters()).themes == [THEME, THEME, None]
    store.themes.save_clauses({"i-gone": [ReadClause(0, 5, "fr", None, a_vector(5))]}, encoder="e@2", now=NOW)
    assert len(store.themes.clauses(Filters()).ids) == 3


def test_a_decision_is_kept_with_what_taking_it_back_restores(store: Store) -> None:
    discovered(store)
    with store.database.begin() as connection:
        number = store.theme_decisions.decide(
            connection, actor="k", action="reject", theme_id=THEME, detail={}, before={"themes": []}, now=NOW
        )
        store.theme_decisions.undone(connection, number, now=NOW)
    (one,) = store.theme_decisions.all(THEME)
    assert (one.action, one.undone_at) == ("reject", NOW)
    store.theme_decisions.ask(now=NOW)
    store.theme_decisions.ask(now=NOW + timedelta(hours=1))
    assert store.theme_decisions.asked() == NOW
    store.theme_decisions.answered("asked", now=NOW)
    store.theme_decisions.ask(now=NOW + timedelta(hours=2))
    assert store.theme_decisions.asked() == NOW + timedelta(hours=2)
    store.theme_decisions.keep_tags("a")
    store.theme_decisions.keep_tags("b")
    assert store.theme_decisions.tags() == "b"
