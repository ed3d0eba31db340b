"""People's rights on the command line: export, erase, consent, retention, and a restore that honours erasures."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from makers import NOW, a_customer, an_interaction, understood

from voc.cli import main
from voc.settings import Settings
from voc.settings import settings as settings_in_force
from voc.store import Filters, Store, open_store

Voc = Callable[..., Result]


@pytest.fixture
def voc(settings: Settings) -> Voc:
    return lambda *arguments: CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """Two customers, one message each."""
    with closing(open_store(settings)) as opened:
        opened.customers.save([a_customer("C1", emails=("a@example.com",)), a_customer("C2")], now=NOW)
        for number, customer in ((1, "C1"), (2, "C2")):
            understood(opened, an_interaction(number), customer=customer, topics=("billing",))
        yield opened


def test_export_writes_a_file_for_its_owner_alone_and_says_so_in_the_trail(
    voc: Voc, store: Store, tmp_path: Path
) -> None:
    target = tmp_path / "c1.zip"
    assert "1 interactions" in voc("customers", "export", "C1", target).output
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert {"person.json", "person.html"} <= set(zipfile.ZipFile(target).namelist())
    assert voc("customers", "export", "C1", target).exit_code == 1  # nothing is overwritten
    assert "no such customer" in voc("customers", "export", "C9", tmp_path / "c9.zip").stderr
    assert store.access.trail()[0].action == "export.person"


def test_erase_asks_and_names_what_it_cannot_reach(voc: Voc, store: Store, tmp_path: Path) -> None:
    voc("customers", "export", "C1", tmp_path / "c1.zip")
    assert voc("customers", "erase", "C1").exit_code == 1  # asked, and nobody answered
    assert store.customers.get("C1") is not None
    done = voc("customers", "erase", "C1", "--yes")
    assert done.exit_code == 0, done.output
    assert "1 interactions (0 counted on anonymously)" in done.output
    assert f"{tmp_path / 'c1.zip'} was written before" in done.stderr
    assert store.interactions.count(Filters()) == 1


def test_consent_as_it_stands_and_changed(voc: Voc, store: Store) -> None:
    assert "calls      yes  (default)" in voc("customers", "consent", "C1").output
    assert "calls      no   (recorded)" in voc("customers", "consent", "C1", "--refuse", "calls").output
    assert "calls      yes  (default)" in voc("customers", "consent", "C1", "--forget", "calls").output


def test_retention_says_what_would_go_before_it_goes(voc: Voc, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No retention is set" in voc("retention", "run").output
    monkeypatch.setenv("VOC_RETENTION_TEXT", "email=0")
    settings_in_force.cache_clear()
    assert "2 would go" in voc("retention", "run", "--dry-run").output
    assert store.interactions.count(Filters(customer="any")) == 2
    assert "2 gone" in voc("retention", "run").output
    assert store.interactions.count(Filters(customer="any")) == 0
    assert voc("retention", "compact").output.strip() == "compacted"


def test_a_restore_erases_again_whom_the_backup_brings_back(
    voc: Voc, store: Store, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert voc("backup", tmp_path / "old.tar.gz").exit_code == 0
    voc("customers", "erase", "C1", "--yes")
    monkeypatch.setenv("VOC_HOME", str(tmp_path / "again"))
    settings_in_force.cache_clear()
    missing = voc("restore", tmp_path / "old.tar.gz", "--tombstones", tmp_path / "nothing.json")
    assert "no such file" in missing.stderr
    done = voc("restore", tmp_path / "old.tar.gz", "--tombstones", settings.home / "tombstones.json")
    assert done.exit_code == 0, done.output
    assert "erased since the backup are erased again" in done.output
    with closing(open_store(settings_in_force())) as restored:
        assert restored.customers.get("C1") is None
        assert restored.customers.get("C2") is not None
    assert (tmp_path / "again" / "tombstones.json").exists()
