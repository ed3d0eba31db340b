"""Finding, listing and checking weights, and the manifest that ships."""

from __future__ import annotations

import re
from typing import Any

import pytest

from voc import models
from voc.errors import ModelError
from voc.settings import settings


def silent(_: models.Progress) -> None:
    return


def test_an_unknown_name_lists_the_known_ones(place: Any) -> None:
    for call in (models.path, models.ensure, models.status):
        with pytest.raises(ModelError, match="no model named 'whisper-huge'; the known ones are home, tiny"):
            call("whisper-huge")


def test_path_of_what_is_not_here_says_how_to_get_it(place: Any) -> None:
    with pytest.raises(ModelError, match="run `voc models pull tiny`"):
        models.path("tiny")


def test_path_of_shipped_weights_that_are_gone_says_to_reinstall(place: Any) -> None:
    with pytest.raises(ModelError, match="reinstall voc"):
        models.path("home")


def test_a_file_of_another_size_does_not_count_as_there(place: Any) -> None:
    folder = models.ensure("tiny", progress=silent)
    (folder / "model.bin").write_bytes(b"cut short")

    with pytest.raises(ModelError):
        models.path("tiny")
    assert not models.status("tiny").present


def test_listing_says_what_is_here(place: Any) -> None:
    models.pull(["tiny"], progress=silent)

    tiny, home = models.listing()

    assert (tiny.name, tiny.present, tiny.bytes, tiny.sha256) == ("tiny", True, len(place.weights), place.sha256)
    assert tiny.source == "somebody/tiny or tiny-part1==1.0.0 + tiny-part2==1.0.0"
    assert (home.present, home.shipped, home.source) == (False, True, "shipped with voc")


def test_verify_deletes_a_pulled_file_that_changed(place: Any) -> None:
    folder = models.ensure("tiny", progress=silent)
    assert [check.problem for check in models.verify()] == [None]
    changed = bytearray(place.weights)
    changed[100] ^= 1
    (folder / "model.bin").write_bytes(changed)

    [check] = models.verify(["tiny"])

    assert check.problem is not None
    assert "it was deleted; run `voc models pull tiny`" in check.problem
    assert not (folder / "model.bin").exists()


def test_verify_leaves_a_shipped_file_to_the_person(place: Any) -> None:
    place.write_manifest(
        place.manifest.replace('{ name = "weights.npz" }', f'{{ name = "w.npz", sha256 = "{"0" * 64}" }}')
    )
    folder = place.root / "resources" / "models" / "home"
    folder.mkdir()
    (folder / "w.npz").write_bytes(b"changed")

    [check] = models.verify(["home"])

    assert check.problem is not None
    assert "reinstall voc" in check.problem
    assert (folder / "w.npz").exists()


def test_verify_names_a_missing_file(place: Any) -> None:
    [check] = models.verify(["tiny"])

    assert check.problem == "missing; run `voc models pull tiny`"


def test_every_weight_of_the_shipped_manifest_is_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    models._read.cache_clear()
    for model in models.manifest().values():
        for file in model.files:
            where = f"{model.name}/{file.name}"
            assert re.fullmatch("[0-9a-f]{64}", file.sha256 or ""), where
            assert file.bytes, where
            assert model.shipped or file.parts or (model.hub and model.revision), where
        assert model.licence, model.name


def test_shipped_weights_are_the_ones_the_manifest_names() -> None:
    models._read.cache_clear()
    settings.cache_clear()
    shipped = [name for name, model in models.manifest().items() if model.shipped]

    assert [check for check in models.verify(shipped) if check.problem] == []
