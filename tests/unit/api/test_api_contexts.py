"""Contexts over HTTP and on their page: found, opened, said in both languages."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from makers import a_customer, add, an_analysis, an_interaction, linked
from starlette.testclient import TestClient

from voc.store import Store
from voc.store.findings import Analysed

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
    assert client.get("/v1/insights/contexts", params={"by": "channel"}).json()["contexts"] == []
    assert client.get("/v1/insights/contexts", params={"by": "colour"}).status_code == 422
    assert client.get("/v1/insights/contexts", params={"margin": 3}).status_code == 422


def test_the_page_names_it_and_opens_it(planted: Store, client: TestClient) -> None:
    page = client.get("/contexts", headers={"accept-language": "fr"}).text
    assert "Ville : Brest" in page.replace("\xa0", " ").replace("\u202f", " ")
    assert "12 = " not in page
    spec = json.loads(html.unescape(re.search(r'data-spec="([^"]+)"', page)[1]))  # type: ignore[index]
    cell = next(row for row in spec["data"]["values"] if row["circumstance"].endswith("Brest") and row["found"])
    assert client.get("/v1" + cell["href"]).status_code == 200
    assert "City: Brest" in client.get("/contexts", headers={"accept-language": "en"}).text


def test_a_store_without_contexts_says_so(client: TestClient) -> None:
    answer = client.get("/contexts", headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert "No context stands out" in answer.text


def test_names_of_columns_are_escaped(planted: Store, client: TestClient) -> None:
    planted.customers.save(
        [a_customer(f"P{n}", attributes={"<b>plan": "<script>" if n % 5 == 0 else "x"}) for n in range(60)], now=AT
    )
    page = client.get("/contexts").text
    assert "<b>plan" not in page
    assert "<script>:" not in page
    assert "&lt;b&gt;plan" in page
