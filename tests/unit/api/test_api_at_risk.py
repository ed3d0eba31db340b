"""Customers who may leave, over HTTP and on their page, by role and in both languages."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from api_seed import HOSTILE, set_clock
from fastapi import FastAPI
from makers import a_customer, an_interaction, understood
from reviewed_weeks import MONDAY
from starlette.testclient import TestClient

from voc.records import FragilitySign
from voc.store import Store

HTML = {"accept": "text/html"}
Keyed = Callable[[str | None], TestClient]


@pytest.fixture
def risky(app: FastAPI, store: Store) -> Store:
    set_clock(app, MONDAY)
    store.customers.save(
        [
            a_customer("C1", name=HOSTILE, segment="Pro", attributes={"lifetime value": "1200"}),
            a_customer("C2", name="Tom", segment="Home"),
        ],
        now=MONDAY,
    )
    for number, (customer, rule, points) in enumerate((("C1", "cancel", 4), ("C2", "lost_trust", 2))):
        row = an_interaction(number, occurred_at=MONDAY - timedelta(days=3))
        sign = FragilitySign(rule=rule, points=points, begin=0, end=4)
        understood(store, row, customer=customer, topics=("billing",), fragility=(sign,))
    return store


def test_the_list_is_ranked_narrowed_and_a_file(keyed: Keyed, risky: Store) -> None:
    analyst = keyed("analyst")
    found = analyst.get("/v1/customers/at-risk").json()
    assert [(one["id"], one["points"], one["value"]) for one in found["items"]] == [("C1", 4, 1200.0), ("C2", 2, None)]
    assert (found["n"], found["next_offset"]) == (2, None)
    assert analyst.get("/v1/customers/at-risk?limit=1").json()["next_offset"] == 1
    assert [one["id"] for one in analyst.get("/v1/customers/at-risk?segment=Home").json()["items"]] == ["C2"]
    rows = list(csv.DictReader(io.StringIO(analyst.get("/v1/customers/at-risk?format=csv").text)))
    assert [(row["id"], row["parts.cancel"], row["parts.lost_trust"]) for row in rows] == [
        ("C1", "4", ""),
        ("C2", "", "2"),
    ]
    assert analyst.get("/v1/customers/at-risk?format=xlsx").content[:2] == b"PK"
    assert analyst.get("/v1/customers/at-risk?segmnt=Home").status_code == 422
    # It is no customer's id: those are still found.
    assert analyst.get("/v1/customers/C1").json()["fragility"]["points"] == 4


def test_a_reader_sees_who_but_not_what_they_are_worth_and_takes_no_file(keyed: Keyed, risky: Store) -> None:
    reader = keyed("reader")
    found = reader.get("/v1/customers/at-risk?order=value").json()["items"]
    assert [(one["id"], one["value"]) for one in found] == [("C1", None), ("C2", None)]
    assert reader.get("/v1/customers/at-risk?format=csv").status_code == 403
    page = reader.get("/customers/at-risk", headers=HTML).text
    assert "1,200" not in page and "format=csv" not in page


@pytest.mark.parametrize(("language", "sign"), [("fr", "Veut résilier ou partir"), ("en", "Wants to cancel or leave")])
def test_the_page_takes_each_sum_apart(client: TestClient, risky: Store, language: str, sign: str) -> None:
    page = client.get("/customers/at-risk", headers=HTML | {"accept-language": language}).text
    assert sign in page and HOSTILE not in page
    assert f'/interactions/{an_interaction(0).id}"' in page
    narrowed = client.get("/customers/at-risk?segment=Home", headers=HTML).text
    assert 'class="chip"' in narrowed and "/customers/C2" in narrowed and "/customers/C1" not in narrowed
    assert "/customers/C1" not in client.get("/customers/at-risk?city=Brest", headers=HTML).text
