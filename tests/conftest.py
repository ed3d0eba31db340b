"""What every test may ask for: settings of its own, a store of its own, a real PostgreSQL, the shared data."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from voc.settings import Settings
from voc.settings import settings as settings_in_force
from voc.store import Store

REPOSITORY = Path(__file__).resolve().parent.parent
REAL = frozenset({"integration", "acceptance"})
"""Folders of tests that run the real pipeline."""
POSTGRESQL = frozenset({"postgresql", "postgresql_server"})
"""Fixtures that start a PostgreSQL; a parameter of that name asks for one while its test runs."""


gc.set_threshold(50_000, 20, 20)
# A process of tests has a core; more threads of linear algebra wait for each other. Not OpenMP's: with one thread the
# recogniser hears other words.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


class Halves(LoadScopeScheduling):
    """Side by side in two processes (`make test`): the real pipeline keeps to one, and a file of tests stays whole.

    In the order they are collected in: the real pipeline, which takes longest, begins, and small files end. Sorted by
    how many tests they hold, those of few long ones came last, and a process waited for the other.
    """

    def __init__(self, config: pytest.Config, log: Any) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return "real" if REAL & set(Path(path).parts) else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Halves:
    """Who runs what, where several processes do."""
    return Halves(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for a real PostgreSQL is of the integration tier, wherever it stands, by a fixture or a parameter."""
    for item in items:
        parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
        named = [one for one in parameters if isinstance(one, str)]
        if POSTGRESQL.intersection([*getattr(item, "fixturenames", ()), *named]):
            item.add_marker("integration")


def pytest_collection_finish() -> None:
    """Leave alone what is loaded by now: looking through it for garbage took a sixth of the time."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    gc.unfreeze()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The settings in force: no ``VOC_*`` variable, no ``voc.toml``, and a home in ``tmp_path``."""
    for name in [name for name in os.environ if name.startswith("VOC_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOC_HOME", str(tmp_path / "home"))
    settings_in_force.cache_clear()
    yield settings_in_force()
    settings_in_force.cache_clear()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store: a SQLite file and a folder of blobs."""
    opened = Store(f"sqlite:///{tmp_path / 'voc.db'}", str(tmp_path / "blobs"))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """URL of a PostgreSQL of our own, started at the first test that asks for it."""
    import psycopg

    from benchmarks.postgresql_copy import server

    with server() as running:
        with psycopg.connect(running.get_uri(), autocommit=True) as connection:
            for name in ("fsync", "full_page_writes", "synchronous_commit"):  # nobody needs this one's data
                connection.execute(f"ALTER SYSTEM SET {name} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield running.get_uri()


@pytest.fixture
def postgresql(request: pytest.FixtureRequest) -> str:
    """URL of an empty PostgreSQL database, for tests of the integration tier alone."""
    if request.node.get_closest_marker("integration") is None:
        pytest.fail("asks for PostgreSQL while it runs: name its parameter postgresql, or mark it integration.")
    import psycopg

    postgresql_server: str = request.getfixturevalue("postgresql_server")

    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        for schema in ("dbos", "public"):
            connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        connection.execute("CREATE SCHEMA public")
    return postgresql_server


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The shared data folder beside the repository (``VOC_SHARED_DATA`` names another place)."""
    folder = Path(os.environ.get("VOC_SHARED_DATA") or REPOSITORY.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder}; set VOC_SHARED_DATA")
    return folder
