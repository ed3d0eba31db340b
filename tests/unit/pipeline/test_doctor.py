"""The doctor: says what is in force and what is missing, and never a secret."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from foreign_packages import lay_beside
from makers import add, an_interaction, understood
from sqlalchemy import update

from voc import doctor
from voc.analysers import refitted_heads as learned
from voc.doctor import examine
from voc.intake import reader_registry
from voc.settings import Settings
from voc.settings import settings as settings_in_force
from voc.store import Store, open_store, schema
from voc.store.search.vectors import SPACE


def findings(settings: Settings) -> dict[str, tuple[bool, str]]:
    found = list(examine(settings))
    assert all("\n" not in one.detail for one in found)
    return {one.what: (one.ok, one.detail) for one in found}


def test_settings_weights_database_and_disk_are_looked_at(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOC_MODELS_DIR", str(tmp_path / "none"))
    settings_in_force.cache_clear()
    found = findings(settings_in_force().model_copy(update={"secret": "hush"}))
    assert found["setting VOC_HOME"] == (True, str(settings.home))
    assert found["setting VOC_SECRET"] == (True, "set")
    assert found["setting VOC_DATABASE_URL"] == (True, "not set")
    assert found["database"] == (True, "sqlite, interactions: empty")
    assert "disk" in found
    missing = [detail for what, (ok, detail) in found.items() if what.startswith("weights") and not ok]
    assert missing and all("voc models pull" in one for one in missing)


@pytest.mark.parametrize(
    ("whose", "says"),
    [("customer", "customers only; they must be told"), ("all", "forbids it for staff"), ("off", "nobody")],
)
def test_whose_voice_is_scored_is_said_with_the_law(settings: Settings, whose: str, says: str) -> None:
    assert says in findings(settings.model_copy(update={"tone": whose}))["tone of voice"][1]


def test_what_packages_bring_is_a_line_each(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    said = "from voc.intake import FileReader\nTALK = FileReader('talk', lambda opening: False, lambda *_: iter(()))\n"
    (site / "voc_told.py").write_text(said, encoding="utf-8")
    lay_beside(site, "voc-told", {"voc.readers": {"talk": "voc_told:TALK"}}, version="1.2")
    monkeypatch.syspath_prepend(site)
    reader_registry.forget()
    try:
        assert findings(settings)["reader talk"] == (True, "voc_told:TALK of voc-told 1.2")
        lay_beside(site, "voc-told-again", {"voc.readers": {"again": "voc_told:NONE"}})
        reader_registry.forget()
        ok, detail = findings(settings)["readers of packages"]
        assert not ok and "the reader again (voc_told:NONE) cannot be loaded" in detail
    finally:
        monkeypatch.undo()
        reader_registry.forget()


def test_waiting_work_without_a_worker_is_a_failure(settings: Settings, store: Store) -> None:
    understood(store, an_interaction(1))
    add(store, an_interaction(2))
    found = findings(settings)
    assert found["database"] == (True, "sqlite, interactions: 1 done, 1 queued")
    ok, detail = found["workers"]
    assert not ok and "start `voc serve` or `voc worker`" in detail


def test_a_store_that_cannot_be_opened_is_a_line(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ok, detail = findings(settings.model_copy(update={"home": tmp_path / "file" / "home"}))["database"]
    assert not ok and "cannot be created" in detail
    url = "postgresql://voc:s3cret@127.0.0.1:1/voc?connect_timeout=2"
    found = findings(settings.model_copy(update={"database_url": url}))
    assert not found["database"][0]
    assert "s3cret" not in repr(found)


def test_what_reads_sentiment_instead_of_the_shipped_heads_is_said(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "learned from corrections" not in findings(settings)
    np.savez(tmp_path / "heads.npz", **{"post.weight": np.zeros((2, 3), np.float32)})
    monkeypatch.setattr(learned, "place", lambda home=None: settings.home / "learned" / "heads.npz")
    made = learned.put_in_force({"post.weight": np.ones((2, 3), np.float32)}, folder=tmp_path)
    assert findings(settings)["learned from corrections"] == (True, f"learned.{made.version} (post)")
    (settings.home / "learned" / "heads.npz").write_bytes(b"cut off")
    ok, detail = findings(settings)["learned from corrections"]
    assert not ok and "voc learn" in detail


def test_a_model_of_somebody_else_needs_torch(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    named = settings.model_copy(update={"sentiment_model": "some/model"})
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    ok, detail = findings(named)["sentiment model"]
    assert not ok and detail.startswith("some/model: needs torch")
    monkeypatch.setattr(doctor, "find_spec", lambda name: object())
    assert findings(named)["sentiment model"] == (True, "some/model")


def test_vectors_of_an_earlier_version_are_said_until_they_are_made_anew(settings: Settings) -> None:
    with open_store(settings) as store:
        understood(store, an_interaction(1))
        assert "search" not in findings(settings)
        with store.database.begin() as connection:
            connection.execute(update(schema.embedding).values(space=SPACE - 1))
        ok, detail = findings(settings)["search"]
        assert not ok
        assert "1 are found by their words alone" in detail
        assert "voc reindex" in detail
