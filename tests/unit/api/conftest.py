"""The seeded store, the application over it, and clients with and without keys."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from api_seed import NOW, StandIn, seed
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from voc.service.context import Service
from voc.service.pipeline import QueuedPipeline
from voc.settings import Settings
from voc.store import Store

SECRET = "a test secret long enough"


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The seeded store, made once; each test that asks for ``ids`` works on a copy of its files."""
    home = tmp_path_factory.mktemp("seeded") / "voc"
    made = Settings(home=home)
    store = Store(made.database, made.blobs)
    names = seed(store)
    store.close()
    return home, names


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    home = tmp_path / "voc"
    if "ids" in request.fixturenames:
        shutil.copytree(request.getfixturevalue("seeded")[0], home)
    return Settings(home=home, secret=SECRET, max_upload_mb=1)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = Store(settings.database, settings.blobs)
    yield opened
    opened.close()


@pytest.fixture
def ids(seeded: tuple[Path, dict[str, str]], store: Store) -> dict[str, str]:
    """Ids of the seeded interactions by what they are."""
    return seeded[1]


@pytest.fixture
def services(store: Store) -> StandIn:
    return StandIn(store)


@pytest.fixture
def real(store: Store, settings: Settings) -> Iterator[TestClient]:
    """The API over the real pipeline, with an empty store and no keys: whoever sits at the machine is admin."""
    app = create_app(store, settings, pipeline=QueuedPipeline(store, settings))
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000)) as one:
        yield one


@pytest.fixture(scope="session")
def any_app(seeded: tuple[Path, dict[str, str]]) -> Iterator[FastAPI]:
    """One application for all tests: laying out its routes takes longer than most tests."""
    made = Settings(home=seeded[0], secret=SECRET, max_upload_mb=1)
    store = Store(made.database, made.blobs)
    yield create_app(store, made, pipeline=StandIn(store))
    store.close()


@pytest.fixture
def app(any_app: FastAPI, store: Store, settings: Settings, services: StandIn) -> FastAPI:
    """The application over this test's own store."""
    any_app.state.service = Service(store, settings, services)
    return any_app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A program on this machine, while no key exists: open."""
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000)) as opened:
        yield opened


@pytest.fixture
def keyed(app: FastAPI, store: Store) -> Iterator[Callable[[str | None], TestClient]]:
    """Clients by role over a store whose keys are in force; ``None`` shows no key."""
    made = {role: store.access.create_key(role, role, now=NOW)[1] for role in ("admin", "analyst", "reader")}
    opened: list[TestClient] = []

    def client_of(role: str | None) -> TestClient:
        headers = {"authorization": f"Bearer {made[role]}"} if role else {}
        client = TestClient(app, base_url="http://127.0.0.1:8000", headers=headers, client=("127.0.0.1", 50000))
        opened.append(client)
        return client

    yield client_of
    for client in opened:
        client.close()
