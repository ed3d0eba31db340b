"""Refitted heads in VOC_HOME: put in force whole, laid over the shipped ones, left aside when those change."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from voc.analysers import refitted_heads as learned
from voc.errors import ModelError
from voc.settings import settings

POST = np.arange(6, dtype=np.float32).reshape(2, 3)


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("VOC_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    folder = tmp_path / "encoder"
    folder.mkdir()
    ship(folder, POST)
    yield folder
    settings.cache_clear()


def ship(folder: Path, post: np.ndarray) -> None:
    np.savez(folder / "heads.npz", **{"post.weight": post, "review.weight": np.ones((2, 3), np.float32)})


def test_as_shipped_until_something_is_learnt(shipped: Path) -> None:
    found = learned.heads_in_force(shipped, "2")

    assert found.version == "2"
    assert (found.arrays["post.weight"] == POST).all()
    assert learned.load() is None and learned.stamp() is None


def test_what_was_learnt_is_laid_over_and_named_in_the_version(shipped: Path) -> None:
    made = learned.put_in_force({"post.weight": POST + 1}, folder=shipped)
    found = learned.heads_in_force(shipped, "2")

    assert made.heads == ("post",)
    assert found.version == f"2+learned.{made.version}"
    assert (found.arrays["post.weight"] == POST + 1).all()
    assert (found.arrays["review.weight"] == 1).all()
    assert {path.name for path in learned.place().parent.iterdir()} == {"heads.npz", "before.npz"}


def test_running_workers_can_notice_every_change(shipped: Path) -> None:
    stamps = [learned.stamp()]
    learned.put_in_force({"post.weight": POST + 1}, folder=shipped)
    stamps.append(learned.stamp())
    learned.put_in_force({"post.weight": POST + 2}, folder=shipped)
    stamps.append(learned.stamp())

    assert len(set(stamps)) == 3
    assert learned.reset() and learned.stamp() is None
    assert not learned.reset()
    assert learned.heads_in_force(shipped, "2").version == "2"


def test_numbers_learnt_for_another_encoder_are_left_aside_and_it_is_said(
    shipped: Path, caplog: pytest.LogCaptureFixture
) -> None:
    learned.put_in_force({"post.weight": POST + 1}, folder=shipped)
    ship(shipped, POST * 3)
    with caplog.at_level(logging.WARNING):
        found = learned.heads_in_force(shipped, "3")

    assert found.version == "3"
    assert (found.arrays["post.weight"] == POST * 3).all()
    assert "another encoder" in caplog.text


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut off"])
def test_a_damaged_file_is_named_with_what_to_do(shipped: Path, content: bytes) -> None:
    learned.put_in_force({"post.weight": POST}, folder=shipped)
    learned.place().write_bytes(content)

    with pytest.raises(ModelError, match="is damaged; run `voc learn` again"):
        learned.heads_in_force(shipped, "2")
    assert learned.reset()


def test_the_same_numbers_have_the_same_version(shipped: Path) -> None:
    once = learned.put_in_force({"post.weight": POST, "post.bias": np.zeros(3, np.float32)}, folder=shipped)
    again = learned.put_in_force({"post.bias": np.zeros(3, np.float32), "post.weight": POST}, folder=shipped)

    assert once.version == again.version
