"""Queries from a watermark on: every row once, what changed again, and nothing but reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from voc.errors import InputError
from voc.settings import Settings
from voc.sources import database
from voc.store import Filters, Store
from voc.store.source_runs import SourceRun

RunSource = Callable[..., SourceRun]
QUERY = "SELECT id, message, changed AS date FROM answer WHERE changed >= :watermark ORDER BY changed"


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    path = folder / "app.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE answer (id TEXT PRIMARY KEY, message TEXT, changed TEXT, picture BLOB)")
    return path


def say(app: Path, *rows: tuple[str, str, str]) -> None:
    with closing(sqlite3.connect(app)) as connection:
        connection.executemany("INSERT OR REPLACE INTO answer (id, message, changed) VALUES (?, ?, ?)", rows)
        connection.commit()


def options(app: Path, **more: Any) -> dict[str, Any]:
    return {"url": f"sqlite:///{app}", "query": QUERY, "watermark": "date"} | more


def test_rows_come_once_and_what_changed_comes_again(store: Store, app: Path, run_source: RunSource) -> None:
    say(app, ("1", "Ma facture", "2026-11-09 10:00:00"), ("2", "Merci", "2026-11-09 11:00:00"))
    assert run_source("sql", options(app, id="id")).accepted == 2
    assert run_source("sql", {}).taken == 0
    say(app, ("3", "Encore", "2026-11-09 11:00:00"), ("1", "Ma facture, corrigée", "2026-11-10 09:00:00"))
    run = run_source("sql", {})
    assert (run.accepted, run.duplicate) == (1, 1)  # the third shares the last watermark, the first changed
    ids = [one.id for one in store.interactions.page(Filters(), limit=10).items]
    assert {one.text for one in store.interactions.records(ids)} == {"Ma facture, corrigée", "Merci", "Encore"}


def test_a_watermark_is_never_cut_in_two(
    store: Store, app: Path, run_source: RunSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "ROWS_A_FILE", 3)
    say(app, *((f"{n}", f"Texte {n}", f"2026-11-09 10:0{n // 4}:00") for n in range(12)))
    run = run_source("sql", options(app))
    assert (run.taken, run.accepted) == (3, 12)


def test_what_is_written_late_is_read_with_an_overlap(store: Store, app: Path, run_source: RunSource) -> None:
    say(app, ("1", "Ma facture", "2026-11-09 10:00:00"))
    run_source("sql", options(app, overlap_seconds=600))
    say(app, ("2", "En retard", "2026-11-09 09:55:00"))
    assert run_source("sql", {}).accepted == 1


def test_numbers_serve_as_watermarks(store: Store, app: Path, run_source: RunSource) -> None:
    say(app, ("1", "Ma facture", "2026-11-09"), ("2", "Merci", "2026-11-09"))
    query = "SELECT rowid AS n, message FROM answer WHERE rowid > :watermark ORDER BY rowid"
    given = options(app, query=query, watermark="n", start="0")
    assert run_source("sql", given).accepted == 2
    say(app, ("3", "Encore", "2026-11-09"))
    assert run_source("sql", given).accepted == 1


def test_rows_out_of_order_stop_the_run(store: Store, app: Path, run_source: RunSource) -> None:
    say(app, ("1", "Ma facture", "2026-11-10"), ("2", "Merci", "2026-11-09"))
    query = "SELECT id, message, changed AS date FROM answer WHERE changed >= :watermark ORDER BY id"
    run = run_source("sql", options(app, query=query))
    assert (run.status, run.code) == ("failed", "source_order")


def test_nothing_is_written_whatever_the_query_says(app: Path, run_source: RunSource) -> None:
    say(app, ("1", "Ma facture", "2026-11-10"))
    query = "WITH x AS (SELECT :watermark) INSERT INTO answer (id) VALUES ('9') RETURNING id AS date"
    run = run_source("sql", options(app, query=query))
    assert (run.status, run.code) == ("failed", "source_database")
    with closing(sqlite3.connect(app)) as connection:
        assert connection.execute("SELECT count(*) FROM answer").fetchone() == (1,)


def test_what_the_database_says_of_the_query_is_shown(app: Path, run_source: RunSource) -> None:
    run = run_source("sql", options(app, query="SELECT x FROM nowhere WHERE 1 > :watermark"))
    assert run.code == "source_database"
    assert run.reason is not None
    assert "no such table: nowhere" in run.reason


@pytest.mark.parametrize(
    "change",
    [
        {"query": "DELETE FROM answer WHERE changed > :watermark"},
        {"query": "SELECT 1"},
        {"url": "postgresql://reader:hunter2@db.example/app"},
        {"url": "sqlite://"},
        {"url": "sqlite:///relative.db"},
        {"url": "no url"},
        {"url": "postgresql://reader@db.example/app?host=10.0.0.1"},
        {"url": "postgresql://reader@db.example/app?hostaddr=10.0.0.1"},
        {"url": "postgresql:///app?service=other"},
        {"url": "postgresql:///app"},
        {"url": "postgresql:///app?host=/run/postgresql&host=10.0.0.1"},
        {"url": "mysql+pymysql://reader@db.example/app?read_default_file=/etc/my.cnf"},
        {"url": "mysql+pymysql://reader@db.example/app?local_infile=1"},
        {"url": "mysql+pymysql://reader@db.example/app?client_flag=65536"},
        {"url": "mysql+pymysql://reader@db.example/app?init_command=DROP+TABLE+x"},
        {"url": "mssql+pyodbc://reader@db.example/app?driver=/tmp/mine.so"},
        {"url": "postgresql://reader@db.example/app?plugin=mine"},
        {"query": "SELECT 1 FROM answer WHERE changed > :watermark; DELETE FROM answer"},
        {"query": "SELECT 1 FROM answer WHERE changed > :watermark /* ' */; COMMIT; DELETE FROM answer --'"},
    ],
)
def test_what_cannot_be_right_is_refused_when_it_is_set(
    change: dict[str, Any], app: Path, run_source: RunSource
) -> None:
    with pytest.raises(InputError) as refused:
        run_source("sql", options(app) | change)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "reached"),
    [
        ("postgresql+psycopg://r@db.example/app", "postgresql+psycopg://r@db.example/app?hostaddr=192.0.2.7"),
        ("mysql+pymysql://r@db.example:3307/app", "mysql+pymysql://r@192.0.2.7:3307/app"),
        ("mysql+pymysql://r@db.example/app?ssl_ca=x", "mysql+pymysql://r@db.example/app?ssl_ca=x"),
        ("mssql+pyodbc://r@db.example/app", "mssql+pyodbc://r@db.example/app"),
    ],
)
def test_the_address_that_was_looked_at_is_connected_to(url: str, reached: str) -> None:
    assert str(database._at(make_url(url), "192.0.2.7")) == reached


def test_the_service_does_not_read_its_own_database(settings: Settings, store: Store, run_source: RunSource) -> None:
    with pytest.raises(InputError):
        run_source("sql", options(settings.home / "voc.db"))


def test_a_path_that_sqlite_would_read_otherwise_opens_nothing(
    settings: Settings, store: Store, tmp_path: Path, run_source: RunSource
) -> None:
    """A URI is unescaped by SQLite once more: dots escaped twice led from an allowed folder to our own database."""
    (tmp_path / "app" / "in").mkdir(parents=True)
    way = f"{tmp_path}/app/in/%252e%252e/%252e%252e/{settings.home.name}/voc.db"
    assert (settings.home / "voc.db").exists()
    query = "SELECT 'x' AS message, name AS date FROM sqlite_master WHERE name > :watermark ORDER BY name"
    run = run_source("sql", options(Path(way), query=query, start=""))
    assert (run.status, run.code) == ("failed", "source_database")
    assert run.taken == 0


def test_a_name_that_has_to_be_escaped_is_found(tmp_path: Path, run_source: RunSource) -> None:
    path = tmp_path / "été 50%" / "app.db"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE answer (id TEXT PRIMARY KEY, message TEXT, changed TEXT, picture BLOB)")
    say(path, ("1", "Ma facture; la seconde", "2026-11-10"))
    query = "SELECT id, message || ';' AS message, changed AS date FROM answer WHERE changed >= :watermark"
    assert run_source("sql", options(path, query=f"{query} ORDER BY changed;")).accepted == 1


@pytest.mark.integration
@pytest.mark.slow
def test_a_function_that_writes_is_refused_by_the_server(
    postgresql: str, run_source: RunSource, local_machines: Settings
) -> None:
    """Taking everything back at the end does not undo what a sequence counted or a function sent elsewhere."""
    import psycopg

    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("CREATE SEQUENCE counted")
    url = postgresql.replace("postgresql://", "postgresql+psycopg://")
    query = "SELECT nextval('counted') AS date, 'x' AS message WHERE :watermark <> ''"
    run = run_source("sql", {"url": url, "query": query, "watermark": "date"})
    assert (run.status, run.code) == ("failed", "source_database")
    assert "ReadOnlySqlTransaction" in str(run.reason)


@pytest.mark.integration
@pytest.mark.slow
def test_a_server_is_read_with_its_own_types(
    store: Store, postgresql: str, run_source: RunSource, local_machines: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("CREATE TABLE answer (id bigint, message text, changed timestamptz)")
        connection.execute("INSERT INTO answer VALUES (1, 'Ma facture', '2026-11-09 10:00:00.123456+01')")
        url = postgresql.replace("postgresql://", "postgresql+psycopg://")
        assert run_source("sql", options(Path("x"), url=url)).accepted == 1
        connection.execute("INSERT INTO answer VALUES (2, 'Merci', '2026-11-09 10:00:00.123457+01')")
        run = run_source("sql", {})
        assert (run.accepted, run.duplicate, run.reason) == (1, 0, None)
