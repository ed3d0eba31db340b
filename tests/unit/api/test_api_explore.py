"""Explore: any figure by any dimension, with chips, saved views and notes, in both languages; the same over HTTP."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from api_seed import HOSTILE, set_clock
from fastapi import FastAPI
from reviewed_weeks import MONDAY, fill
from starlette.testclient import TestClient

from voc.insights.metrics import metrics
from voc.store import Store

HTML = {"accept": "text/html"}
Keyed = Callable[[str | None], TestClient]


@pytest.fixture
def explored(app: FastAPI, store: Store) -> Store:
    fill(store)
    set_clock(app, MONDAY)
    return store


@pytest.mark.parametrize("metric", list(metrics()))
@pytest.mark.parametrize("by", ["week", "day", "topic", "channel", "city", "week,channel"])
def test_every_metric_by_every_dimension_is_drawn(client: TestClient, explored: Store, metric: str, by: str) -> None:
    first, _, second = by.partition(",")
    answer = client.get(f"/explore?metric={metric}&by={first}&and_by={second}", headers=HTML)
    assert answer.status_code == 200, answer.text
    assert ("<polyline" in answer.text) == (
        first in {"week", "day"} and metric not in {"nps", "csat", "rating", "hard"}
    )


def test_over_http_each_value_has_n_an_interval_and_opens_what_it_counts(client: TestClient, explored: Store) -> None:
    found = client.get("/v1/insights/metrics/share?topic=network&by=week&from=2026-10-12&to=2026-11-15").json()
    last = found["figures"][-1]
    assert (last["keys"], last["n"], round(last["value"], 3)) == ({"week": "2026-W46"}, 96, 0.208)
    assert last["interval"]["low"] < last["value"] < last["interval"]["high"]
    listed = client.get("/v1" + last["href"] + "&limit=100").json()["items"]
    assert len(listed) == 20
    rows = list(csv.DictReader(io.StringIO(client.get("/v1/insights/metrics/volume?by=channel&format=csv").text)))
    assert {one["keys.channel"] for one in rows} == {"email", "review", "chat"}
    assert client.get("/v1/insights/metrics/happiness").status_code == 422
    assert client.get("/v1/insights/metrics/volume?by=mood").status_code == 422


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_view_is_saved_opened_and_removed_with_its_filters_as_chips(
    client: TestClient, explored: Store, language: str
) -> None:
    speaks = HTML | {"accept-language": language}
    address = "/explore?metric=negative&by=week&period=4weeks&channel=review&topic=network&compare=previous"
    page = client.get(address, headers=speaks).text
    assert page.count('class="chip"') == 2
    dropped = page.partition('class="chip" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "channel=review" not in dropped and "topic=network" in dropped and "period=4weeks" in dropped
    token = page.partition('name="csrf" value="')[2].partition('"')[0]
    query = page.partition('name="query" value="')[2].partition('"')[0].replace("&amp;", "&")
    sent = client.post(
        "/views",
        data={"csrf": token, "path": "/explore", "query": query, "name": HOSTILE, "shared": "1"},
        headers=speaks,
    )
    assert sent.url.path == "/explore" and "channel=review" in str(sent.url) and HOSTILE not in sent.text
    (view,) = explored.views.all()
    assert view.shared and client.get(view.href, headers=speaks).status_code == 200
    client.post(f"/views/{view.id}/remove", data={"csrf": token, "back": "//evil.example"}, headers=speaks)
    assert explored.views.all() == []


def test_what_happened_is_marked_on_its_day(client: TestClient, explored: Store) -> None:
    page = client.get("/explore?by=week", headers=HTML).text
    token = page.partition('name="csrf" value="')[2].partition('"')[0]
    form = {"csrf": token, "day": "2026-11-10", "text": HOSTILE, "back": "/explore?by=week"}
    page = client.post("/annotations", data=form, headers=HTML).text
    assert 'class="happened"' in page and HOSTILE not in page
    (note,) = explored.annotations.all()
    assert client.post("/annotations", data=form | {"day": "soon"}, headers=HTML).status_code == 422
    client.post(f"/annotations/{note.id}/remove", data={"csrf": token}, headers=HTML)
    assert explored.annotations.all() == []


def test_a_reader_explores_and_keeps_views_of_their_own(keyed: Keyed, explored: Store) -> None:
    page = keyed("reader").get("/explore", headers=HTML)
    assert page.status_code == 200
    assert 'name="shared"' not in page.text and 'action="/annotations"' not in page.text and "/alerts" not in page.text


@pytest.mark.parametrize("query", ["metric=x", "period=x", "by=mood", "by=week&and_by=week&compare=soon"])
def test_what_cannot_be_drawn_is_said(client: TestClient, explored: Store, query: str) -> None:
    assert client.get(f"/explore?{query}", headers=HTML).status_code == 422
