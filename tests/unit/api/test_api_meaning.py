"""What customers mean, over HTTP and on pages: filters, effort, wishes, and the card of one interaction."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from makers import an_interaction, understood

from voc.records import Channel, EffortSign, Expectation, FragilitySign, Intent, Redaction
from voc.store import Store

TEXT = "Je vais résilier, <b>Jean</b> rappelle trois fois. Il faudrait un chat."


@pytest.fixture
def meant(store: Store) -> str:
    """The id of one interaction with everything that can be understood of it."""
    fields: dict[str, Any] = {
        "text": TEXT,
        "redacted_text": TEXT.replace("Jean", "[PERSON]"),
        "redacted": (Redaction(type="PERSON", begin=21, end=25),),
        "turns": (),
        "sentences": (),
        "aspects": (),
        "topics": (),
        "intents": (Intent(label="cancel", score=0.9, begin=0, end=16, source="rules"),),
        "expectations": (
            Expectation(text="Il faudrait un chat.", begin=51, end=71, theme="contact.human", kind="suggestion"),
        ),
        "effort": -3,
        "effort_signs": (EffortSign(rule="many_contacts", points=-3, begin=30, end=49),),
        "action": "response_needed",
        "fragility": (FragilitySign(rule="cancel", points=4, begin=0, end=16),),
    }
    one = an_interaction(77, channel=Channel.EMAIL, text=TEXT)
    understood(store, one, **fields)
    return one.id


def test_lists_are_filtered_by_what_is_meant(client: TestClient, meant: str) -> None:
    for query in ("intent=cancel", "action=response_needed", "effort=hard", "effort=-3", "fragility=cancel"):
        found = client.get(f"/v1/interactions?{query}").json()
        assert meant in str(found), query
    assert meant not in str(client.get("/v1/interactions?intent=praise").json())
    assert client.get("/v1/interactions?effort=loud").status_code == 422


def test_effort_and_wishes_are_figures(client: TestClient, meant: str) -> None:
    effort = client.get("/v1/insights/effort?by=channel").json()
    assert effort["overall"]["counts"]["-3"] == 1
    assert effort["figures"][0]["keys"] == {"channel": "email"}
    wishes = client.get("/v1/insights/expectations").json()
    theme = next(one for one in wishes["themes"] if one["theme"] == "contact.human")
    assert theme["quotes"][0]["href"] == f"/interactions/{meant}#c=51-71"


def test_an_unknown_division_of_effort_says_what_there_is(client: TestClient, meant: str) -> None:
    answer = client.get("/v1/insights/effort?by=mood")
    assert answer.status_code in {400, 422}
    assert "topic" in answer.json()["detail"]


@pytest.mark.parametrize(("language", "word"), [("fr", "Attentes"), ("en", "Expectations")])
def test_pages_show_what_is_meant(client: TestClient, meant: str, language: str, word: str) -> None:
    headers = {"accept": "text/html", "accept-language": language}
    one = client.get(f"/interactions/{meant}", headers=headers).text
    assert word in one
    assert 'href="#c=0-16"' in one
    assert "<b>Jean</b>" not in one, "what customers write is no markup"
    page = client.get("/expectations", headers=headers).text
    assert word in page
    assert "Il faudrait un chat." in page
