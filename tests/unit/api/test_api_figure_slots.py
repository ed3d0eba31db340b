"""Slow figures wait for each other; probes, uploads and single contacts do not wait for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient

from api import figure_slots
from voc.store import Filters, Store

SLOW = "/v1/insights/volumes"
HTML = {"accept": "text/html", "accept-language": "en"}


class Stuck:
    """Figures that are being worked out until they are let go."""

    def __init__(self) -> None:
        self.begun = 0
        self.most = 0
        self.go = threading.Event()
        self._lock = threading.Lock()

    def __call__(self, *_: Any, **__: Any) -> Any:
        with self._lock:
            self.begun += 1
            self.most = max(self.most, self.begun)
        self.go.wait(30)
        with self._lock:
            self.begun -= 1
        raise OSError("let go")


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stuck]:
    found = Stuck()
    monkeypatch.setattr("voc.service.insights.count_volumes", found)
    monkeypatch.setattr(figure_slots, "WAIT_SECONDS", 20.0)
    yield found
    found.go.set()


def wait_for(holds: Any, seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_slow_figures_do_not_stop_the_rest(stuck: Stuck, ids: dict[str, str], client: TestClient) -> None:
    """130 slow figures at once, more than the server has threads."""
    with ThreadPoolExecutor(140) as pool:
        figures = [pool.submit(client.get, SLOW) for _ in range(130)]
        wait_for(lambda: stuck.begun == figure_slots.FIGURES_AT_ONCE)
        refused = 130 - figure_slots.FIGURES_AT_ONCE - figure_slots.FIGURES_WAITING
        wait_for(lambda: sum(one.done() for one in figures) == refused)
        began = time.monotonic()
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.get("/readyz").json() == {"status": "ok"}
        assert client.get(f"/v1/interactions/{ids['text']}").status_code == 200
        sent = client.post(
            "/v1/uploads?filename=avis.csv", content=b"id,date,text\n1,2026-11-09,Bonjour\n",
            headers={"content-type": "application/octet-stream"},
        )  # fmt: skip
        assert sent.status_code == 202
        assert time.monotonic() - began < 5
        assert client.get("/topics", headers=HTML).status_code == 503
        stuck.go.set()
        answers = [one.result() for one in figures]
    turned_away = [one for one in answers if one.status_code == 503]
    assert len(turned_away) == refused
    assert stuck.most == figure_slots.FIGURES_AT_ONCE
    for one in turned_away:
        assert one.headers["content-type"] == "application/problem+json"
        assert int(one.headers["retry-after"]) == figure_slots.RETRY_SECONDS
        assert one.json()["status"] == 503


def test_a_figure_that_waited_too_long_is_refused_and_the_slots_come_back(
    stuck: Stuck, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figure_slots, "WAIT_SECONDS", 0.2)
    with ThreadPoolExecutor(8) as pool:
        figures = [pool.submit(client.get, SLOW) for _ in range(figure_slots.FIGURES_AT_ONCE)]
        wait_for(lambda: stuck.begun == figure_slots.FIGURES_AT_ONCE)
        page = client.get("/topics", headers=HTML)
        assert (page.status_code, page.headers["retry-after"]) == (503, str(figure_slots.RETRY_SECONDS))
        stuck.go.set()
        for one in figures:
            one.result()
    assert client.get("/v1/topics").status_code == 200


def test_a_decision_counts_at_once_however_far_figures_may_lag(
    ids: dict[str, str], client: TestClient, store: Store
) -> None:
    asked = Filters(sentiment="positive")
    before = store.interactions.count(asked)
    store.facts.lag = 3600.0  # as while others wait
    assert client.patch(f"/v1/interactions/{ids['text']}", json={"sentiment": "positive"}).status_code == 200
    assert store.interactions.count(asked) == before + 1


def test_a_database_that_does_not_answer_is_not_ready(
    store: Store, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = threading.Event()
    monkeypatch.setattr("api.routers.health.READY_SECONDS", 0.2)
    monkeypatch.setattr(store.access, "any_live", lambda: held.wait(10))
    answer = client.get("/readyz")
    held.set()
    assert answer.status_code == 503
    assert client.get("/healthz").status_code == 200
