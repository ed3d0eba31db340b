"""Retention: what is older than the rules goes, what was counted stays, once a day, with a line in the audit trail."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from makers import NOW, a_customer, an_interaction, understood

from voc.errors import SettingsError
from voc.pipeline.retention import run_daily, run_retention
from voc.records import Recording
from voc.rights.retention import rules
from voc.settings import Settings
from voc.store import Filters, Store

LATER = NOW + timedelta(days=60)


@pytest.fixture
def filled(store: Store) -> Store:
    """An old call and a recent one, an old e-mail and a recent one, all of one customer."""
    store.customers.save([a_customer("C1")], now=NOW)
    for number, (channel, at) in enumerate([("call", NOW), ("call", LATER), ("email", NOW), ("email", LATER)], start=1):
        key = store.blobs.put(io.BytesIO(b"sound %d" % number))[0] if channel == "call" else None
        recording = Recording(filename="a.wav", sha256=key) if key else None
        one = an_interaction(number, channel=channel, occurred_at=at, recording=recording)
        understood(store, one, customer="C1", topics=("billing",), score=-0.5)
    return store


def test_rules_by_channel() -> None:
    assert rules("call=90, *=365", name="retention_audio") == {"call": 90, "*": 365}
    with pytest.raises(SettingsError, match="VOC_RETENTION_TEXT: 'fax=3' is no rule; write call=90"):
        rules("fax=3", name="retention_text")


def test_recordings_go_and_words_stay(filled: Store, settings: Settings) -> None:
    chosen = settings.model_copy(update={"retention_audio": "call=30"})
    assert len(list(filled.blobs.keys())) == 2
    report = run_retention(filled, chosen, actor="cli", now=LATER)
    assert [(one.channel, one.kept, one.n) for one in report.expiries] == [("call", "audio", 1)]
    assert len(list(filled.blobs.keys())) == 1
    assert filled.interactions.count(Filters(customer="C1")) == 4
    (line,) = filled.access.trail()
    assert (line.action, line.target, line.detail["n"]) == ("retention.audio", "call", 1)
    assert run_retention(filled, chosen, actor="cli", now=LATER).expiries[0].n == 0


def test_words_go_and_figures_stay(filled: Store, settings: Settings) -> None:
    chosen = settings.model_copy(update={"retention_text": "*=30"})
    by = [filled.figures.cells(Filters(), by=(one,)) for one in ("week", "channel", "topic", "sentiment")]
    run_retention(filled, chosen, actor="cli", now=LATER)
    assert [filled.figures.cells(Filters(), by=(one,)) for one in ("week", "channel", "topic", "sentiment")] == by
    assert filled.interactions.count(Filters(customer="C1")) == 2
    assert len(list(filled.blobs.keys())) == 1
    old = filled.interactions.page(Filters(customer="none")).items
    assert [(one.snippet, one.source, one.has_audio) for one in old] == [(None, "csv", False)] * 2
    for one in old:
        analysis = filled.findings.analysis(one.id)
        assert analysis is not None
        assert (analysis.text, analysis.topics[0].id, analysis.aspects[0].text) == ("", "billing", "")
    assert run_retention(filled, chosen, actor="cli", now=LATER).expiries[0].n == 0


def test_a_dry_run_counts_and_changes_nothing(filled: Store, settings: Settings) -> None:
    chosen = settings.model_copy(update={"retention_audio": "*=30", "retention_text": "email=30"})
    report = run_retention(filled, chosen, actor="cli", now=LATER, dry_run=True)
    assert [(one.channel, one.kept, one.n) for one in report.expiries] == [("call", "audio", 1), ("email", "text", 1)]
    assert filled.interactions.count(Filters(customer="C1")) == 4
    assert filled.access.trail() == []


def test_once_a_day_whoever_asks_first(filled: Store, settings: Settings) -> None:
    assert run_daily(filled, settings, now=LATER) is None  # nothing is set
    chosen = settings.model_copy(update={"retention_audio": "call=30"})
    assert run_daily(filled, chosen, now=LATER) is not None
    assert run_daily(filled, chosen, now=LATER + timedelta(hours=23)) is None
    assert run_daily(filled, chosen, now=LATER + timedelta(hours=25)) is not None
