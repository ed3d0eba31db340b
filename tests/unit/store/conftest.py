"""The store's tests run on both databases: the same code must hold on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_templates import begin_empty

from voc.store import Store


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.integration)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'voc.db'}"
    url: str = request.getfixturevalue("postgresql")
    return url


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    """An empty store on each kind of database; one that is a file is a copy."""
    begin_empty(database_url)
    opened = Store(database_url, str(tmp_path / "blobs"))
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def databases_are_copied() -> None:
    """Not here: how a database is made, at ``database_url``, is what is tested."""
