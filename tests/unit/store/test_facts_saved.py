"""Facts saved for the next start: taken when they are whole and of this store, never a wrong figure otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from makers import add, an_interaction, understood

from voc.store import Filters, Store
from voc.store.change_logs import KEPT_FOR
from voc.store.facts import following, reading
from voc.store.facts.segments import MANIFEST


def opened(url: str, tmp_path: Path) -> Store:
    return Store(url, str(tmp_path / "blobs"), facts=tmp_path / "facts")


@pytest.fixture
def saved(database_url: str, tmp_path: Path) -> Path:
    """A store of three interactions whose facts are saved."""
    with opened(database_url, tmp_path) as store:
        for number in (1, 2, 3):
            understood(store, an_interaction(number), topics=("app.bug",), score=-0.5)
        store.facts.follow()
        assert store.facts.save() == tmp_path / "facts"
    return tmp_path / "facts"


def test_a_start_takes_what_is_saved_and_what_changed_since(
    database_url: str, tmp_path: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(database_url, tmp_path) as store:
        add(store, an_interaction(4))
        store.erasing.forget([an_interaction(1).id])
    monkeypatch.setattr(reading, "everything", lambda _: pytest.fail("the store was read"))
    with opened(database_url, tmp_path) as store:
        assert store.interactions.count(Filters()) == 3
        assert [one.n for one in store.figures.said(Filters())] == [2, 2]
        understood(store, an_interaction(5), topics=("app.bug",))  # rows go on being told apart
        assert store.interactions.count(Filters(topic="app.bug")) == 3


def _cut(folder: Path) -> None:
    file = next(folder.glob("*.signal.parquet"))
    file.write_bytes(file.read_bytes()[:-40])


def _spoilt(folder: Path) -> None:
    file = next(folder.glob("*.interaction.parquet"))
    content = bytearray(file.read_bytes())
    content[10:60] = bytes(50)
    content[-60:-10] = bytes(50)
    file.write_bytes(content)


def _missing(folder: Path) -> None:
    next(folder.glob("*.mention.parquet")).unlink()


def _of_another(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | {"of": "2:0000"}))


def _no_json(folder: Path) -> None:
    (folder / MANIFEST).write_text('{"of": ')


def _of_elsewhere(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"]["signal"]["name"] = "../signal.parquet"
    (folder / MANIFEST).write_text(json.dumps(manifest))


@pytest.mark.parametrize("spoil", [_cut, _spoilt, _missing, _of_another, _no_json, _of_elsewhere])
def test_what_is_not_whole_or_not_of_this_store_is_left_alone(
    database_url: str, tmp_path: Path, saved: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(saved)
    with opened(database_url, tmp_path) as store:
        assert store.interactions.count(Filters(topic="app")) == 3
        store.facts.save()
    with opened(database_url, tmp_path) as store:
        assert store.interactions.count(Filters(topic="app")) == 3


def test_a_store_put_back_from_an_older_copy_is_read_anew(tmp_path: Path) -> None:
    url, file = f"sqlite:///{tmp_path / 'voc.db'}", tmp_path / "voc.db"
    with opened(url, tmp_path) as store:
        understood(store, an_interaction(1))
    older = file.read_bytes()
    with opened(url, tmp_path) as store:
        understood(store, an_interaction(2))
        store.facts.follow()
        store.facts.save()
    file.write_bytes(older)
    with opened(url, tmp_path) as store:
        assert store.interactions.count(Filters()) == 1
        understood(store, an_interaction(3))
        understood(store, an_interaction(4))
        assert store.interactions.count(Filters()) == 3


def test_nothing_stays_saved_after_an_erasure(database_url: str, tmp_path: Path, saved: Path) -> None:
    with opened(database_url, tmp_path) as store:
        store.facts.forget_saved()
    assert list(saved.iterdir()) == []


def test_who_counted_nothing_while_changes_were_forgotten_reads_the_store_anew(
    database_url: str, tmp_path: Path
) -> None:
    with opened(database_url, tmp_path) as here, opened(database_url, tmp_path) as there:
        understood(there, an_interaction(1))
        understood(there, an_interaction(2))
        assert here.interactions.count(Filters()) == 2
        there.erasing.forget([an_interaction(1).id])
        understood(there, an_interaction(3))
        later = datetime.now(UTC) + KEPT_FOR + timedelta(minutes=1)
        assert there.facts.prune(now=later) >= 1
        assert here.interactions.count(Filters()) == 2
        assert {row["id"] for row in here.facts.tables()[0].to_pylist()} == {an_interaction(n).id for n in (2, 3)}
        assert there.facts.prune(now=later) == 0


def test_what_was_written_down_twice_is_forgotten_without_reading_the_store_anew(
    database_url: str, tmp_path: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(database_url, tmp_path) as store:
        for score in (0.2, 0.4):
            understood(store, an_interaction(2), topics=("app.bug",), score=score)
        store.facts.prune(now=datetime.now(UTC) + KEPT_FOR + timedelta(minutes=1))
    monkeypatch.setattr(reading, "everything", lambda _: pytest.fail("the store was read"))
    with opened(database_url, tmp_path) as store:
        assert store.interactions.count(Filters(sentiment="positive")) == 1


def test_facts_are_saved_by_themselves_when_much_has_changed(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "SAVE_FROM", 3)
    with opened(database_url, tmp_path) as store:
        store.facts.follow()
        assert not (tmp_path / "facts").exists()
        for number in range(4):
            understood(store, an_interaction(number))
        store.facts.follow()
        assert (tmp_path / "facts" / MANIFEST).exists()
        assert (tmp_path / "facts").stat().st_mode & 0o077 == 0
