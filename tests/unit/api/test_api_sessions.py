"""Sessions of the pages end where they are known: on the server, for every copy of the cookie and in every process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from api_seed import set_clock
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from voc.settings import Settings
from voc.store import Store
from voc.store.page_sessions import IDLE, LONGEST, SEEN_EVERY

HTML = {"accept": "text/html"}
COOKIE = "voc_session"


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def secret(store: Store, now: datetime) -> str:
    return store.access.create_key("boss", "admin", now=now)[1]


def browser_of(app: FastAPI, cookie: str | None = None) -> TestClient:
    made = TestClient(app, base_url="https://voc.example", client=("203.0.113.9", 1), headers=HTML)
    if cookie is not None:
        made.cookies.set(COOKIE, cookie)
    return made


def sign_in(app: FastAPI, secret: str) -> TestClient:
    browser = browser_of(app)
    token = re.search(r'name="csrf" value="([^"]+)"', browser.get("/login").text)[1]  # type: ignore[index]
    answer = browser.post("/login", data={"csrf": token, "next": "/", "key": secret}, follow_redirects=False)
    assert answer.headers["location"] == "/"
    return browser


def opens(browser: TestClient) -> bool:
    answer = browser.get("/settings/keys", follow_redirects=False)
    assert answer.status_code in {200, 303}
    assert browser.get("/v1/keys").status_code == (200 if answer.status_code == 200 else 401)
    return answer.status_code == 200


def sign_out(browser: TestClient) -> None:
    page = browser.get("/settings/keys").text
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)[1]  # type: ignore[index]
    assert browser.post("/logout", data={"csrf": token}, follow_redirects=False).status_code == 303


@pytest.fixture
def other_process(settings: Settings, store: Store) -> Iterator[FastAPI]:
    """Another process that serves the same store."""
    opened = Store(settings.database, settings.blobs)
    yield create_app(opened, settings)
    opened.close()


def test_a_copy_of_the_cookie_opens_nothing_after_signing_out(
    app: FastAPI, other_process: FastAPI, secret: str, store: Store
) -> None:
    browser, elsewhere = sign_in(app, secret), sign_in(app, secret)
    copied = browser.cookies[COOKIE]
    assert opens(browser_of(app, copied)) and opens(browser_of(other_process, copied))
    sign_out(browser)
    assert not opens(browser_of(app, copied))
    assert not opens(browser_of(other_process, copied))
    assert opens(elsewhere), "another session of the same key goes on"
    assert store.access.trail()[0].action == "session.end"


def test_an_idle_session_ends_and_a_used_one_goes_on(app: FastAPI, secret: str, now: datetime) -> None:
    set_clock(app, now)
    used, idle = sign_in(app, secret), sign_in(app, secret)
    set_clock(app, now + IDLE - timedelta(minutes=1))
    assert opens(used)
    set_clock(app, now + IDLE)
    assert opens(used) and not opens(idle)


def test_a_page_left_open_is_not_used(app: FastAPI, secret: str, now: datetime) -> None:
    set_clock(app, now)
    browser = sign_in(app, secret)
    for minutes in range(0, int(IDLE.total_seconds() // 60), 30):
        set_clock(app, now + timedelta(minutes=minutes))
        assert browser.get("/work", headers={"hx-request": "true"}, follow_redirects=False).status_code == 200
    set_clock(app, now + IDLE)
    assert not opens(browser)


def test_no_session_outlives_its_longest(app: FastAPI, secret: str, now: datetime) -> None:
    browser = sign_in(app, secret)
    steps = int(LONGEST / (IDLE / 2))
    for step in range(steps):
        set_clock(app, now + step * IDLE / 2)
        assert opens(browser), step
    set_clock(app, now + LONGEST + timedelta(minutes=1))
    assert not opens(browser)


def test_using_a_session_writes_once_in_a_while(store: Store, now: datetime) -> None:
    key, _ = store.access.create_key("me", "reader", now=now)
    store.page_sessions.begin("token", key_id=key.id, now=now)

    def changes() -> int:
        with store.database.begin() as connection:
            return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())

    assert store.page_sessions.is_live("token", key_id=key.id, now=now + SEEN_EVERY / 2)
    before = changes()
    assert store.page_sessions.is_live("token", key_id=key.id, now=now + SEEN_EVERY / 2)
    assert changes() == before
    assert store.page_sessions.is_live("token", key_id=key.id, now=now + SEEN_EVERY)
    assert changes() == before + 1


def test_a_signed_cookie_whose_session_was_never_begun_is_nobody(app: FastAPI, store: Store, now: datetime) -> None:
    """One of before this was kept, or of another store under the same secret."""
    key, _ = store.access.create_key("me", "admin", now=now)
    sessions = app.state.sessions
    assert not opens(browser_of(app, sessions.dump(sessions.fresh(key_id=key.id))))


def test_a_session_is_of_one_key(store: Store, now: datetime) -> None:
    mine, _ = store.access.create_key("me", "reader", now=now)
    boss, _ = store.access.create_key("boss", "admin", now=now)
    store.page_sessions.begin("token", key_id=mine.id, now=now)
    assert not store.page_sessions.is_live("token", key_id=boss.id, now=now)
    assert store.page_sessions.end("token") and not store.page_sessions.end("token")


def test_sessions_that_are_over_are_not_kept(store: Store, now: datetime) -> None:
    key, _ = store.access.create_key("me", "reader", now=now)
    store.page_sessions.begin("old", key_id=key.id, now=now)
    store.page_sessions.begin("new", key_id=key.id, now=now + IDLE)
    assert not store.page_sessions.end("old") and store.page_sessions.end("new")


def test_the_token_itself_is_not_in_the_database(app: FastAPI, secret: str, store: Store, settings: Settings) -> None:
    browser = sign_in(app, secret)
    session = app.state.sessions.load(browser.cookies[COOKIE])
    assert session is not None
    store.database.close()
    for file in settings.home.rglob("voc.db*"):
        assert session.nonce.encode() not in file.read_bytes()
