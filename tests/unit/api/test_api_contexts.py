"""Contexts over HTTP and on their page: found, opened, said in both languages."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from makers import a_customer, add, an_analysis, an_interaction, linked
from starlette.testclient import TestClient

from voc.insights.context_answers import answer_due
from voc.store import Store
from voc.store.analyses import Analysed

AT = datetime(2026, 10, 5, 9, tzinfo=UTC)


@pytest.fixture
def planted(store: Store) -> Store:
    """Sixty customers, twelve of them in Brest: those speak of the network, everybody else of their bill."""
    store.customers.save([a_customer(f"P{n}", city="Brest" if n % 5 == 0 else "Lille") for n in range(60)], now=AT)
    told = []
    for n in range(60):
        one = an_interaction(1000 + n, occurred_at=AT + timedelta(hours=n))
        add(store, one)
        topic = "internet.outage" if n % 5 == 0 else ("billing.amount", "price.increase", "delivery.late")[n % 3]
        told.append((Analysed(an_analysis(one, topics=(topic,), score=-0.6), None), linked(one, f"P{n}")))
    store.findings.save_analyses([one for one, _ in told], [link for _, link in told], now=AT)
    return store


def test_a_context_with_everything_it_takes(planted: Store, client: TestClient) -> None:
    answer_due(planted)
    answer = client.get("/v1/insights/contexts")
    assert answer.status_code == 200
    (found,) = answer.json()["contexts"]
    assert found["circumstances"] == [{"dimension": "city", "kind": "profile", "value": "Brest"}]
    assert (found["subject"], found["n"], found["voices"], found["campaign"]["population"]) == (
        "internet.outage",
        12,
        12,
        12,
    )
    listed = client.get("/v1" + found["href"]).json()["items"]
    assert len(listed) == 12
    assert answer.json()["current"] is True
    assert client.get("/v1/insights/contexts", params={"by": "channel"}).status_code == 404
    assert client.post("/v1/insights/contexts", params={"by": "channel"}).json() == {"ready": False}
    coming = client.get("/v1/insights/contexts", params={"by": "channel"})
    assert (coming.status_code, coming.headers["retry-after"]) == (503, "5")
    answer_due(planted)
    assert client.get("/v1/insights/contexts", params={"by": "channel"}).json()["contexts"] == []
    assert client.post("/v1/insights/contexts", params={"by": "colour"}).status_code == 422
    assert client.get("/v1/insights/contexts", params={"by": "colour"}).status_code == 422
    assert client.get("/v1/insights/contexts", params={"margin": 3}).status_code == 422


def test_reading_neither_mines_nor_writes(planted: Store, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_due(planted)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a reader made the server work or write")

    client.get("/contexts")  # signs its session
    monkeypatch.setattr("voc.insights.contexts.mine", refuse)
    monkeypatch.setattr(planted.database, "begin", refuse)
    for path in ("/v1/insights/contexts", "/v1/insights/contexts?margin=0.05", "/contexts", "/contexts?margin=0.2"):
        assert client.get(path).status_code == 200, path
    assert client.get("/contexts?channel=email").status_code == 200
    assert client.get("/v1/insights/contexts?channel=email").status_code == 404


def test_the_last_answer_stays_while_a_newer_one_is_made(planted: Store, client: TestClient) -> None:
    english = {"accept-language": "en"}
    assert client.get("/v1/insights/contexts").status_code == 503
    assert "They are being worked out" in client.get("/contexts", headers=english).text
    answer_due(planted)
    assert "contacts have come in since" not in client.get("/contexts", headers=english).text
    planted.customers.save([a_customer("P99", city="Brest")], now=AT + timedelta(days=1))
    page = client.get("/contexts", headers=english).text
    assert "worked out on" in page
    assert "a newer answer is being made" in page
    stale = client.get("/v1/insights/contexts").json()
    assert stale["current"] is False
    assert len(stale["contexts"]) == 1
    answer_due(planted, now=datetime.now(UTC) + timedelta(minutes=5))
    assert client.get("/v1/insights/contexts").json()["current"] is True


def test_other_filters_are_asked_for_from_the_page(planted: Store, client: TestClient) -> None:
    page = client.get("/contexts?channel=email", headers={"accept-language": "en"}).text
    assert 'action="/contexts?channel=email"' in page
    token = re.search(r'name="csrf" value="([^"]*)"', page)[1]  # type: ignore[index]
    sent = client.post("/contexts?channel=email", data={"csrf": token}, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, "/contexts?channel=email")
    answer_due(planted)
    assert "Brest" in client.get("/contexts?channel=email").text
    assert client.get("/v1/insights/contexts?customer=P1").status_code == 422


def test_the_page_names_it_and_opens_it(planted: Store, client: TestClient) -> None:
    answer_due(planted)
    page = client.get("/contexts", headers={"accept-language": "fr"}).text
    assert "Ville : Brest" in page.replace("\xa0", " ").replace("\u202f", " ")
    assert "12 = " not in page
    row = page.partition('class="heatmap"')[2].partition("Brest</th>")[2].partition("</tr>")[0]
    cell = re.search(r'class="num more-(\d)"><a href="([^"]+)" title="[^"]*"><strong>×', row)
    assert cell is not None and int(cell[1]) >= 1
    assert client.get("/v1" + html.unescape(cell[2])).status_code == 200
    assert "<script" not in page.partition('class="heatmap"')[2]
    assert "City: Brest" in client.get("/contexts", headers={"accept-language": "en"}).text


def test_a_store_without_contexts_says_so(store: Store, client: TestClient) -> None:
    answer_due(store)
    answer = client.get("/contexts", headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert "No context stands out" in answer.text


def test_names_of_columns_are_escaped(planted: Store, client: TestClient) -> None:
    planted.customers.save(
        [a_customer(f"P{n}", attributes={"<b>plan": "<script>" if n % 5 == 0 else "x"}) for n in range(60)], now=AT
    )
    answer_due(planted)
    page = client.get("/contexts").text
    assert "<b>plan" not in page
    assert "<script>:" not in page
    assert "&lt;b&gt;plan" in page
