"""Saved views, trackers and shared links from the command line."""

from __future__ import annotations

from collections.abc import Callable

from click.testing import CliRunner, Result
from reviewed_weeks import fill

from voc.cli import main
from voc.store import Store

Voc = Callable[..., Result]


def test_a_view_is_saved_listed_and_removed(voc: Voc, store: Store) -> None:
    saved = voc("views", "save", "Billing", "/explore?metric=negative&by=week&topic=billing")
    assert saved.exit_code == 0, saved.output
    assert saved.output.startswith("view 1: /explore?") and "topic=billing" in saved.output
    voc("views", "save", "Mine", "/topics?channel=review", "--own")
    listed = voc("views", "list").output.splitlines()
    assert [line.split()[:2] for line in listed] == [["1", "shared"], ["2", "own"]]
    assert voc("views", "save", "x", "/keys?topic=billing").exit_code == 1
    assert voc("views", "save", "x", "/explore?from=never").exit_code == 1
    assert voc("views", "remove", "1").exit_code == 0
    assert [one.name for one in store.views.all()] == ["Mine"]
    unknown = voc("views", "remove", "9")
    assert unknown.exit_code == 1 and "voc views list" in unknown.output


def test_a_tracker_shows_its_secret_once_and_another_is_asked_for(voc: Voc, store: Store) -> None:
    added = voc("trackers", "add", "Hook", "https://93.184.216.34/hook")
    assert added.exit_code == 0, added.output
    (tracker,) = store.trackers.all()
    assert tracker.secret in added.output
    asked = CliRunner().invoke(
        main,
        ["trackers", "add", "Jira", "https://93.184.216.34", "--kind", "jira", "--project", "CX"],
        input="user:s3cret\n",
    )
    assert asked.exit_code == 0 and "s3cret" not in asked.output
    assert store.trackers.all()[1].secret == "user:s3cret"
    listed = voc("trackers", "list").output
    assert "project CX" in listed and "s3cret" not in listed and tracker.secret not in listed
    assert voc("trackers", "add", "Inside", "http://10.0.0.1/hook").exit_code == 1
    assert voc("trackers", "remove", "1").exit_code == 0
    assert "voc trackers list" in voc("trackers", "remove", "1").output


def test_a_link_is_made_listed_and_ended(voc: Voc, store: Store) -> None:
    fill(store)
    made = voc("shares", "add", "2026-W46", "--days", "3", "--language", "en")
    assert made.exit_code == 0 and "/shared/" in made.output
    address = made.output.split(": ")[1].strip()
    assert address in voc("shares", "list").output
    assert voc("shares", "add", "2026-W46", "--finding", "topic:none:rise").exit_code == 1
    assert voc("shares", "end", "1").exit_code == 0
    assert voc("shares", "list").output == ""
    assert "voc shares list" in voc("shares", "end", "7").output
