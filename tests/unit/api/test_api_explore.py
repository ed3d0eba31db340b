"""Explore: any figure by any dimension, with chips, saved views and notes, in both languages; the same over HTTP."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from api_seed import HOSTILE, StandIn, set_clock
from fastapi import FastAPI
from makers import a_customer
from reviewed_weeks import MONDAY, fill
from starlette.testclient import TestClient

from voc.insights.metrics import metrics
from voc.service.context import Service
from voc.settings import Settings
from voc.store import Store

HTML = {"accept": "text/html"}
Keyed = Callable[[str | None], TestClient]


@pytest.fixture
def explored(app: FastAPI, store: Store) -> Store:
    fill(store)
    set_clock(app, MONDAY)
    return store


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A store that is only looked at: filled, and its facts loaded, once."""
    made = Settings(home=tmp_path_factory.mktemp("explored") / "voc")
    with closing(Store(made.database, made.blobs)) as store:
        fill(store)
        yield Service(store, made, StandIn(store))


@pytest.fixture
def looking(any_app: FastAPI, whole: Service) -> Iterator[TestClient]:
    any_app.state.service = whole
    set_clock(any_app, MONDAY)
    with TestClient(any_app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000)) as opened:
        yield opened


@pytest.mark.parametrize("metric", list(metrics()))
@pytest.mark.parametrize("by", ["week", "day", "topic", "channel", "city", "week,channel"])
def test_every_metric_by_every_dimension_is_drawn(looking: TestClient, metric: str, by: str) -> None:
    first, _, second = by.partition(",")
    answer = looking.get(f"/explore?metric={metric}&by={first}&and_by={second}", headers=HTML)
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


def test_three_dimensions_are_drawn_and_few_are_folded_away(client: TestClient, explored: Store) -> None:
    page = client.get("/explore?metric=volume&by=topic&and_by=channel&then_by=language&week=2026-W44", headers=HTML)
    assert page.status_code == 200
    shown, _, folded = page.text.partition("of fewer than 5</summary>")
    rows = client.get("/v1/insights/metrics/volume?by=topic,channel,language&week=2026-W44").json()["figures"]
    few = [one for one in rows if one["n"] < 5]
    assert few and len(few) < len(rows)
    assert folded.partition("</table>")[0].count("<tr>") == len(few)
    assert shown.count('data-label="n"') == len([one for one in rows if one["n"] >= 5])
    # Weeks keep theirs: an empty week is what one looks for.
    assert "of fewer than 5</summary>" not in client.get("/explore?by=week&and_by=channel", headers=HTML).text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_attributes_are_dimensions_and_chips(client: TestClient, explored: Store, language: str) -> None:
    explored.customers.save([a_customer("C1", name="Ana Lopez", attributes={"offre": "Fibre"})], now=MONDAY)
    speaks = HTML | {"accept-language": language}
    page = client.get("/explore?by=week&and_by=customer_attribute:offre", headers=speaks)
    assert page.status_code == 200 and 'class="dot series-0"' in page.text
    assert '<option value="customer_attribute:offre" selected>' in page.text
    narrowed = client.get("/interactions?customer_attribute=offre%3DFibre", headers=speaks).text
    assert 'class="chip"' in narrowed and "offre=Fibre" in narrowed
    listed = client.get("/v1/interactions?customer_attribute=offre%3DFibre").json()["items"]
    assert {one["customer_id"] for one in listed} == {"C1"}


def test_a_reader_sees_no_small_group_of_people_and_nothing_by_the_base(keyed: Keyed, explored: Store) -> None:
    explored.customers.save(
        [a_customer(f"C{n}", segment="Pro" if n == 1 else "Home", city="Nantes") for n in (1, 2, 3, 4)], now=MONDAY
    )
    reader, analyst = keyed("reader"), keyed("analyst")
    for path in ("volumes", "sentiment", "metrics/volume", "trends", "effort", "signals/topic"):
        groups = "trends" if path == "trends" else "figures"
        seen, whole = (client.get(f"/v1/insights/{path}?by=segment").json() for client in (reader, analyst))
        assert not {"Pro", "Home"} & {one["keys"]["segment"] for one in seen[groups]}, path
        assert whole["masked"] == 0, path
        assert len(seen[groups]) + seen["masked"] == len(whole[groups]), path
    for path in (
        "/v1/insights/volumes?by=customer_attribute:offer",
        "/v1/interactions?customer_attribute=offer%3DX",
        "/v1/interactions?q=facture&customer_attribute=offer%3DX",
        "/v1/search?q=facture&customer_attribute=offer%3DX",
    ):
        assert reader.get(path).status_code == 403, path
        assert analyst.get(path).status_code == 200, path
    page = reader.get("/explore?metric=volume&by=segment", headers=HTML)
    assert "too small to be shown" in page.text and "customer_attribute:" not in page.text
