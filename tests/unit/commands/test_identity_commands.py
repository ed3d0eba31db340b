"""Who is whom from the command line: what waits, merge, split, history, undo."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from click.testing import CliRunner, Result
from makers import NOW, a_customer, an_interaction, understood

from voc.cli import main
from voc.settings import Settings
from voc.store import Filters, Store, open_store

Voc = Callable[..., Result]


@pytest.fixture
def voc(settings: Settings) -> Iterator[Voc]:
    handlers, level = list(logging.root.handlers), logging.root.level
    yield lambda *arguments: CliRunner().invoke(main, ["customers", *(str(one) for one in arguments)])
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with closing(open_store(settings)) as opened:
        opened.customers.save([a_customer("C1", phones=["+33612345678"]), a_customer("C2")], now=NOW)
        understood(opened, an_interaction(1), customer="C2")
        yield opened


def event_of(result: Result) -> str:
    found = re.search(r"undo (\d+)", result.output)
    assert found is not None, result.output
    return found[1]


def test_two_records_become_one_person_and_two_again(voc: Voc, store: Store) -> None:
    merged = voc("merge", "C2", "C1", "--reason", "same phone", "--yes")
    assert "C1 will speak for 2 records; 1 interactions move" in merged.output
    assert store.interactions.count(Filters(customer="C1")) == 1
    split = voc("split", "C2")
    assert "C2 is a person of its own, with 1 interactions" in split.output
    history = voc("history", "C1").output.splitlines()
    assert [line.split()[4] for line in history] == ["split", "merge"] and "same phone" in history[1]
    refused = voc("undo", event_of(merged))
    assert refused.exit_code == 1 and "later decisions stand on it" in refused.stderr
    assert (
        voc("undo", event_of(merged), "--with-later").output == f"taken back: {event_of(split)}, {event_of(merged)}\n"
    )
    assert "undone" in voc("history", "C2").output
    assert [line.action for line in store.access.trail()] == ["links.undo", "links.split", "links.merge"]


def test_a_merge_that_is_not_confirmed_changes_nothing(voc: Voc, store: Store) -> None:
    assert voc("merge", "C1", "C2").exit_code == 1
    assert voc("history", "C1").output == ""
    assert "is not in the customer base" in voc("history", "C404").stderr


def test_what_waits_is_counted(voc: Voc, store: Store) -> None:
    assert voc("review").output == "0 waiting\n"
