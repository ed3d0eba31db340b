"""Sessions on both databases: begun, used, ended, and gone with their key."""

from __future__ import annotations

from datetime import timedelta

from makers import NOW
from sqlalchemy import delete, func, select

from voc.store import Store, schema
from voc.store.page_sessions import IDLE, LONGEST
from voc.store.session_tables import page_session


def test_a_session_lives_while_it_is_used(store: Store) -> None:
    key, _ = store.access.create_key("me", "reader", now=NOW)
    store.page_sessions.begin("token", key_id=key.id, now=NOW)
    moment = NOW
    while moment < NOW + LONGEST:
        assert store.page_sessions.is_live("token", key_id=key.id, now=moment)
        moment += IDLE - timedelta(minutes=1)
    assert not store.page_sessions.is_live("token", key_id=key.id, now=moment)


def test_an_ended_session_and_that_of_a_deleted_key_are_none(store: Store) -> None:
    key, _ = store.access.create_key("me", "reader", now=NOW)
    for token in ("one", "two"):
        store.page_sessions.begin(token, key_id=key.id, now=NOW)
    assert store.page_sessions.end("one")
    assert not store.page_sessions.is_live("one", key_id=key.id, now=NOW)
    assert store.page_sessions.is_live("two", key_id=key.id, now=NOW)
    with store.database.begin() as connection:
        connection.execute(delete(schema.api_key))
        assert connection.execute(select(func.count()).select_from(page_session)).scalar_one() == 0
