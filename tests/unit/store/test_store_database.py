"""Opening, reopening and refusing databases; moments; writers that queue up."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from makers import NOW, an_interaction
from sqlalchemy import Engine, event, select, text, update

from voc.errors import InputError, StoreError
from voc.store import Filters, Store, open_store, schema
from voc.store.database import Database
from voc.store.dialects.sqlite import _write_ahead


def test_opening_twice_keeps_what_is_there(database_url: str) -> None:
    with closing(Database(database_url)) as first, first.begin() as connection:
        connection.execute(schema.meta.insert().values(key="k", value="v"))
    with closing(Database(database_url)) as again, again.read() as connection:
        found = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == "k")).scalar_one()
    assert found == "v"


def test_several_processes_may_open_a_new_database_at_once(database_url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        for database in pool.map(Database, [database_url] * 6):
            database.close()


class _Busy:
    """A cursor to which the database is locked the first times: two processes that change to WAL do not wait."""

    def __init__(self, times: int, says: str = "database is locked") -> None:
        self.left, self.says = times, says

    def execute(self, statement: str) -> None:
        assert statement == "PRAGMA journal_mode=WAL"
        if self.left:
            self.left -= 1
            raise sqlite3.OperationalError(self.says)


def test_a_new_database_that_another_process_sets_up_is_waited_for() -> None:
    busy = _Busy(3)
    _write_ahead(busy)  # type: ignore[arg-type]
    assert busy.left == 0
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        _write_ahead(_Busy(3, "attempt to write a readonly database"))  # type: ignore[arg-type]


def test_a_database_of_a_newer_voc_is_refused_and_left_alone(database_url: str) -> None:
    with closing(Database(database_url)) as database, database.begin() as connection:
        connection.execute(update(schema.meta).where(schema.meta.c.key == "schema_version").values(value="999"))
    with pytest.raises(StoreError, match="install a newer voc"):
        Database(database_url)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://somewhere/voc", "VOC_DATABASE_URL: 'mysql' is not supported"),
        ("not a url", "VOC_DATABASE_URL"),
        ("sqlite://", "name a file"),
        ("sqlite:///:memory:", "name a file"),
        ("postgresql://127.0.0.1:1/voc?connect_timeout=2", "refused"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_line(url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says) as raised:
        Database(url)
    assert "\n" not in str(raised.value)


def test_a_password_in_the_url_is_not_shown() -> None:
    with pytest.raises(StoreError) as raised:
        Database("postgresql://voc:s3cret@127.0.0.1:1/voc?connect_timeout=2")
    assert "s3cret" not in str(raised.value)


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "voc.db"
    path.write_text("Ceci n'est pas une base." * 100)
    with pytest.raises(StoreError, match="not a database"):
        Database(f"sqlite:///{path}")
    assert path.read_text().startswith("Ceci")


def test_a_home_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be created"):
        Database(f"sqlite:///{tmp_path / 'file' / 'voc.db'}")
    with pytest.raises(StoreError, match="cannot be created"):
        Store(f"sqlite:///{tmp_path / 'voc.db'}", str(tmp_path / "file" / "blobs"))


def test_the_embedded_database_is_durable_and_lets_readers_by(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'voc.db'}")) as database, database.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2  # FULL
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 3, 30, 15, 123456, tzinfo=timezone(timedelta(hours=2))),
        datetime(2026, 10, 25, 2, 30),
        datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=-11))),
    ],
)
def test_a_moment_comes_back_as_the_same_instant_in_utc(store: Store, moment: datetime) -> None:
    store.interactions.add([an_interaction(occurred_at=moment)], upload_id=None, work_id="w", received_at=NOW)
    found = store.interactions.get(an_interaction().id)
    assert found is not None and found.occurred_at is not None
    assert found.occurred_at == (moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    assert found.occurred_at.utcoffset() == timedelta(0)


def test_an_error_in_a_transaction_leaves_nothing_of_it(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.database.begin() as connection:
        connection.execute(schema.meta.insert().values(key="half", value="way"))
        raise ZeroDivisionError
    with store.database.read() as connection:
        assert connection.execute(select(schema.meta.c.key).where(schema.meta.c.key == "half")).first() is None


def test_reading_sees_one_state_although_others_write(store: Store) -> None:
    count = select(schema.meta.c.key)
    with store.database.read() as reader:
        before = len(reader.execute(count).all())
        with store.database.begin() as writer:
            writer.execute(schema.meta.insert().values(key="new", value="1"))
        assert len(reader.execute(count).all()) == before
    with store.database.read() as reader:
        assert len(reader.execute(count).all()) == before + 1


def test_a_value_no_database_can_hold_is_the_callers_fault(store: Store) -> None:
    if store.database.dialect.name == "sqlite":
        assert store.interactions.count(Filters(channel="a\x00b")) == 0
    else:
        with pytest.raises(InputError, match="cannot be stored or looked for"):
            store.interactions.page(Filters(channel="a\x00b"))


def test_threads_that_read_and_then_write_queue_up(store: Store) -> None:
    with store.database.begin() as connection:
        connection.execute(schema.meta.insert().values(key="counter", value="0"))
    counter = schema.meta.c.key == "counter"

    def count_one_up(_: int) -> None:
        with store.database.begin() as connection:
            lock = select(schema.meta.c.value).where(counter).with_for_update()
            value = int(connection.execute(lock).scalar_one())
            connection.execute(update(schema.meta).where(counter).values(value=str(value + 1)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count_one_up, range(80)))
    with store.database.read() as connection:
        assert connection.execute(select(schema.meta.c.value).where(counter)).scalar_one() == "80"


@pytest.mark.integration
def test_two_processes_that_add_the_same_lose_and_double_nothing(database_url: str, tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import sys
        from makers import NOW, an_interaction
        from voc.store import Store
        store = Store(sys.argv[1], sys.argv[2])
        new = 0
        for start in range(0, 120, 4):
            part = [an_interaction(n) for n in range(start, start + 6)]
            fresh, _ = store.interactions.add(part, upload_id=None, work_id=sys.argv[3], received_at=NOW)
            new += len(fresh)
        store.close()
        print(new)
    """)
    arguments = [sys.executable, "-c", program, database_url, str(tmp_path / "blobs")]
    environment = {"PYTHONPATH": ":".join(sys.path), "PATH": ""}
    processes = [
        subprocess.Popen([*arguments, f"w{n}"], env=environment, stdout=subprocess.PIPE, text=True) for n in range(2)
    ]
    news = []
    for process in processes:
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        news.append(int(output))
    with closing(Store(database_url, str(tmp_path / "blobs"))) as store:
        assert store.interactions.count(Filters()) == sum(news) == 122


def test_a_locked_database_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voc.store.dialects.sqlite.BUSY_TIMEOUT_MS", 50)
    path = tmp_path / "voc.db"
    with closing(Database(f"sqlite:///{path}")) as database, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="stayed locked"), database.begin():
            pass


def test_a_full_disk_is_one_line_and_nothing_is_half_written(tmp_path: Path) -> None:
    with closing(Store(f"sqlite:///{tmp_path / 'voc.db'}", str(tmp_path / "blobs"))) as store:
        with store.database.read() as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        store.database.close()  # the limit below is a connection's own: leave one connection only

        with store.database.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")
        with pytest.raises(StoreError, match=r"disk that holds the database is full.*What was saved before stays"):
            store.interactions.add(
                [an_interaction(n, text="x" * 2000) for n in range(50)], upload_id=None, work_id="w", received_at=NOW
            )
        assert store.interactions.count(Filters()) == 0


def test_the_store_the_settings_name_is_opened(settings) -> None:  # type: ignore[no-untyped-def]
    with closing(open_store(settings)) as store:
        assert store.database.url == f"sqlite:///{(settings.home / 'voc.db').resolve()}"
        assert (settings.home / "voc.db").exists()


def test_what_a_store_lacks_is_made_when_it_is_opened(database_url: str) -> None:
    with closing(Database(database_url)) as database, database.begin() as connection:
        whole = database.dialect.triggers(connection)
        on = " ON customer" if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER customer_added{on}")
        connection.exec_driver_sql("DROP TABLE correction")
        lacking = whole - database.dialect.triggers(connection)
    assert {"customer_added", "mention_correction_insert"} <= lacking
    with closing(Database(database_url)) as database, database.begin() as connection:
        assert database.dialect.triggers(connection) == whole
        assert connection.exec_driver_sql("SELECT count(*) FROM correction").scalar_one() == 0


def test_a_store_that_is_whole_is_opened_with_few_questions(database_url: str) -> None:
    """Every command opens it: one question a table would be most of what a short one takes."""
    Database(database_url).close()
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.append(given[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        Database(database_url).close()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(asked) < 25
