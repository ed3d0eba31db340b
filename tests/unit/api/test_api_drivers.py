"""Drivers over HTTP and on their page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from api_seed import NOW
from makers import an_interaction, understood
from starlette.testclient import TestClient

from voc.store import Store


@pytest.fixture
def scored(store: Store, ids: dict[str, str]) -> Store:
    """Twelve angry answers about billing, twelve content ones about nothing, over the last fortnight."""
    for number in range(24):
        angry = number % 2 == 0
        answer = an_interaction(
            1000 + number,
            channel="survey",
            nps=2 if angry else 10,
            occurred_at=NOW - timedelta(days=8 + number % 5),
            text=f"Réponse {number}",
        )
        understood(store, answer, topics=("billing",) if angry else (), score=-0.8 if angry else 0.8)
    return store


def test_drivers_open_to_what_they_count(client: TestClient, scored: Store) -> None:
    answer = client.get(
        "/v1/insights/drivers?score=nps&channel=survey&from=2026-01-01&to=2026-12-31&compare=previous"
    ).json()
    (billing,) = [one for one in answer["drivers"] if one["topic"] == "billing"]
    assert (billing["score"], billing["leaning"]) == (-1.0, "lowers")
    assert billing["impact"]["interval"]["high"] < 0
    listed = client.get("/v1" + billing["href"].replace("%3A", ":")).json()
    assert len(listed["items"]) >= billing["n"]
    assert answer["change"]["n_before"] == 0 and answer["change"]["difference"] is None


@pytest.mark.parametrize(
    "query", ["score=joy", "by=moon&compare=2026-W40", "compare=previous", "level=both", "socre=nps"]
)
def test_wrong_questions_are_refused(client: TestClient, ids: dict[str, str], query: str) -> None:
    answer = client.get(f"/v1/insights/drivers?{query}")
    assert answer.status_code == 422
    assert len(answer.json()["detail"]) < 300


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("query", ["", "?score=sentiment&by=topic&level=label", "?channel=call&score=nps"])
def test_the_page_says_it_in_words(client: TestClient, scored: Store, language: str, query: str) -> None:
    client.get(f"/language/{language}")
    page = client.get(f"/drivers{query}", headers={"Accept-Language": language})
    assert page.status_code == 200
    title = {"fr": "Ce qui fait bouger les notes", "en": "What moves the scores"}[language]
    assert title in page.text
    assert not re.search(r"drivers\.\w+", page.text.replace("/drivers", "")), "a word is missing in the catalogue"


def test_an_empty_store_has_no_drivers_and_says_so(client: TestClient) -> None:
    assert client.get("/drivers").status_code == 200
    assert client.get("/v1/insights/drivers").json()["n"] == 0
