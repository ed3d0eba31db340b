"""A database of an earlier release opens, keeps what is in it, and gains what it lacks."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from makers import NOW, a_customer, an_interaction, understood
from older_release import SCHEMAS, build
from sqlalchemy import Column, Index, Integer, MetaData, String, Table, inspect, select, text

from voc.store import Filters, Store, migrations, schema
from voc.store.database import Database
from voc.store.migrations import Step, add_columns, migrate, rebuild_indexes

DATA = """
INSERT INTO customer (id, name, folded_name, last_name, city, segment, attributes, created_at, updated_at) VALUES
    ('C1', 'Léa Martin', 'lea martin', 'Martin', 'Lyon', 'fibre', '{"plan": "max"}',
     '2026-01-02 03:04:05', '2026-01-02 03:04:05');
INSERT INTO identifier (customer_id, type, value, network, verified) VALUES
    ('C1', 'phone', '+33612345678', '', TRUE);
INSERT INTO interaction (id, channel, source, external_id, content_hash, occurred_at, received_at, at, week, status,
                         language, sentiment_label, sentiment_score, snippet, analysed_at, customer_id, record) VALUES
    ('i0123456789abcdef0123', 'email', 'rows.csv:1', 'x1', 'h1', '2026-11-09 09:00:00', '2026-11-16 08:00:00',
     '2026-11-09 09:00:00', '2026-W46', 'done', 'fr', 'negative', -0.5, 'Ma facture', '2026-11-16 08:00:00', 'C1',
     '{"id": "i0123456789abcdef0123", "channel": "email", "source": "rows.csv:1", "content_hash": "h1",
       "external_id": "x1", "occurred_at": "2026-11-09T09:00:00Z", "text": "Ma facture"}');
INSERT INTO link (interaction_id, customer_id, method, evidence, created_at) VALUES
    ('i0123456789abcdef0123', 'C1', 'exact_identifier',
     '[{"identifier": "phone", "value": "+33612345678", "found_in": "metadata", "verified": true}]',
     '2026-11-16 08:00:00');
"""


@pytest.fixture
def first_release(database_url: str) -> str:
    """URL of a database as the first release left it, with one linked interaction."""
    dialect = database_url.partition(":")[0]
    build(database_url, (SCHEMAS / f"version-1-{dialect}.sql").read_text(encoding="utf-8") + DATA)
    return database_url


def shape(database: Database) -> dict[str, tuple[dict[str, bool], dict[str, tuple[str, ...]]]]:
    """Table → (column → may be NULL, index → its columns)."""
    with database.read() as connection:
        look = inspect(connection)
        return {
            name: (
                {one["name"]: one["nullable"] for one in look.get_columns(name)},
                {str(one["name"]): tuple(str(c) for c in one["column_names"]) for one in look.get_indexes(name)},
            )
            for name in sorted(schema.metadata.tables)
        }


def test_a_database_of_the_first_release_opens_with_all_it_holds(first_release: str, tmp_path: Path) -> None:
    with closing(Store(first_release, str(tmp_path / "blobs"))) as store:
        found = store.interactions.get("i0123456789abcdef0123")
        assert found is not None and (found.customer_id, found.customer_name) == ("C1", "Léa Martin")
        link = store.findings.link(found.id)
        assert link is not None and link.evidence[0].value == "+33612345678"
        customer = store.customers.get("C1")
        assert customer is not None and customer.attributes == {"plan": "max"}


def test_it_works_like_a_new_one_afterwards(first_release: str, tmp_path: Path) -> None:
    with closing(Store(first_release, str(tmp_path / "blobs"))) as store:
        store.customers.save([a_customer("C2", name="Zoé", phones=["+33687654321"])], now=NOW)
        understood(store, an_interaction(7), customer="C2")
        assert store.interactions.count(Filters()) == 2
        assert store.interactions.count(Filters(customer="C2")) == 1


def test_it_ends_with_the_tables_columns_and_indexes_of_a_new_one(
    first_release: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with closing(Database(first_release)) as old:
        upgraded = shape(old)
    if first_release.startswith("sqlite"):
        fresh_url = f"sqlite:///{tmp_path / 'fresh.db'}"
    else:
        fresh_url = request.getfixturevalue("postgresql")
        build(fresh_url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
    with closing(Database(fresh_url)) as fresh:
        assert upgraded == shape(fresh)


def test_opening_it_again_changes_nothing(first_release: str) -> None:
    with closing(Database(first_release)) as database:
        before = shape(database)
    with closing(Database(first_release)) as database:
        assert shape(database) == before
        with database.read() as connection:
            value = select(schema.meta.c.value).where(schema.meta.c.key == "schema_version")
            assert connection.execute(value).scalar_one() == str(migrations.schema_version())


def test_a_step_that_fails_leaves_the_database_as_it_was(first_release: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def half_way(connection: Any) -> None:
        connection.execute(text("ALTER TABLE customer ADD COLUMN half INTEGER"))
        connection.execute(text("ALTER TABLE nowhere ADD COLUMN way INTEGER"))

    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, Step("fails", half_way)))
    with pytest.raises(Exception, match="nowhere"):
        Database(first_release)
    monkeypatch.undo()
    with closing(Database(first_release)) as database:
        assert "half" not in shape(database)["customer"][0]


def a_table(*more: Any) -> Table:
    return Table("thing", MetaData(), Column("id", Integer, primary_key=True), Column("name", String), *more)


def test_a_column_is_added_once_with_its_index_default_and_filling(database_url: str) -> None:
    newer = a_table(
        Column("size", Integer),
        Column("state", String, nullable=False, server_default="new"),
        Index("thing_size", "size"),
    )

    def grow(connection: Any) -> None:
        add_columns(connection, newer, "size", "state", backfill="UPDATE thing SET size = length(name)")

    with closing(Database(database_url)) as database, database.begin() as connection:
        a_table().create(connection)
        connection.execute(text("INSERT INTO thing (id, name) VALUES (1, 'four')"))
        assert migrate(connection, found=1, steps=(Step("grows", grow),)) == ["grows"]
        connection.execute(text("UPDATE thing SET size = 9"))
        grow(connection)  # meets its own result
        row = connection.execute(text("SELECT size, state FROM thing")).one()
        assert tuple(row) == (9, "new")
        assert [one["name"] for one in inspect(connection).get_indexes("thing")] == ["thing_size"]


def test_an_index_whose_columns_changed_is_built_again(database_url: str) -> None:
    with closing(Database(database_url)) as database, database.begin() as connection:
        a_table(Index("thing_name", "name")).create(connection)
        rebuild_indexes(connection, a_table(Index("thing_name", "name", "id")), "thing_name")
        (index,) = inspect(connection).get_indexes("thing")
        assert index["column_names"] == ["name", "id"]


def test_only_the_steps_that_are_missing_are_taken_in_order(database_url: str) -> None:
    taken: list[str] = []
    steps = tuple(Step(name, lambda _, name=name: taken.append(name)) for name in ("two", "three", "four"))  # type: ignore[misc]
    with closing(Database(database_url)) as database, database.begin() as connection:
        assert migrate(connection, found=2, steps=steps) == taken == ["three", "four"]


@pytest.mark.parametrize(
    ("name", "nullable", "says"),
    [("other", True, "not in the schema"), ("size", False, "server_default")],
)
def test_a_column_that_cannot_be_added_is_said(database_url: str, name: str, nullable: bool, says: str) -> None:
    newer = a_table(Column(name, Integer, nullable=nullable))
    with closing(Database(database_url)) as database, database.begin() as connection:
        a_table().create(connection)
        with pytest.raises(ValueError, match=says):
            add_columns(connection, newer, "size")
