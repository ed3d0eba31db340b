"""Correcting an interaction: by the API, from its page, by whom, and what is left on record."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from api_seed import HOSTILE
from starlette.testclient import TestClient

from voc.analysis.pipeline import AnalysisResult
from voc.records import GivenScore
from voc.store import Store

HTML = {"accept": "text/html"}


def patch(client: TestClient, one: str, **labels: Any) -> Any:
    return client.patch(f"/v1/interactions/{one}", json=labels)


def page(client: TestClient, one: str, language: str = "en") -> str:
    return unescape(client.get(f"/interactions/{one}", headers=HTML | {"accept-language": language}).text)


def token(text: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', text)
    assert found
    return found[1]


def test_a_correction_counts_at_once_and_says_what_the_models_had_said(client: TestClient, ids: dict[str, str]) -> None:
    one = ids["text"]
    before = client.get(f"/v1/interactions/{one}").json()
    answer = patch(
        client,
        one,
        sentiment="positive",
        topics={"add": ["billing.double_charge"], "remove": ["network"]},
        emotions={"add": ["joy"]},
        complaint=False,
        effort=3,
        reason="Lu en entier.",
    )

    assert answer.status_code == 200
    found = answer.json()
    assert found["analysis"]["sentiment"]["label"] == found["interaction"]["sentiment_label"] == "positive"
    assert found["interaction"]["topics"] == ["billing.double_charge"]
    assert (found["analysis"]["complaint"], found["analysis"]["effort"]) == (0.0, 3)
    assert [e["label"] for e in found["analysis"]["emotions"]] == ["joy"]
    assert set(found["analysis"]["corrected"]) >= {"sentiment", "topic:network", "topic:billing.double_charge"}
    assert found["analysis"]["text"] == before["analysis"]["text"]
    history = client.get(f"/v1/interactions/{one}/corrections").json()
    assert len(history) == 6
    sentiment = next(c for c in history if c["field"] == "sentiment")
    assert (sentiment["was"], sentiment["value"]) == (before["analysis"]["sentiment"]["label"], "positive")
    assert (sentiment["actor"], sentiment["reason"]) == ("local", "Lu en entier.")
    listed = client.get("/v1/interactions", params={"sentiment": "positive"}).json()["items"]
    assert one in [row["id"] for row in listed]


def test_withdrawn_everything_is_as_before(client: TestClient, ids: dict[str, str]) -> None:
    one = ids["text"]
    before = client.get(f"/v1/interactions/{one}").json()
    patch(client, one, sentiment="positive")
    (made,) = client.get(f"/v1/interactions/{one}/corrections").json()
    gone = client.delete(f"/v1/interactions/{one}/corrections/{made['id']}")

    assert gone.status_code == 200 and gone.json()["withdrawn_by"] == "local"
    assert client.get(f"/v1/interactions/{one}").json() == before
    assert client.delete(f"/v1/interactions/{one}/corrections/{made['id']}").status_code == 404
    assert client.delete(f"/v1/interactions/{ids['call']}/corrections/{made['id']}").status_code == 404


def test_the_trail_says_who_did_what_without_their_words(client: TestClient, ids: dict[str, str], store: Store) -> None:
    patch(client, ids["text"], sentiment="neutral", reason="Mme Martin a rappelé")
    (made,) = client.get(f"/v1/interactions/{ids['text']}/corrections").json()
    client.delete(f"/v1/interactions/{ids['text']}/corrections/{made['id']}")
    withdrawn, corrected = store.access.trail(limit=2)

    assert (corrected.action, corrected.target) == ("interaction.correct", ids["text"])
    assert (corrected.detail or {})["value"] == "neutral"
    assert withdrawn.action == "interaction.correct.withdraw"
    assert "Martin" not in str([corrected.model_dump(), withdrawn.model_dump()])


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ({}, "nothing to correct"),
        ({"topics": {"add": ["no.such.topic"]}}, "not in the taxonomy"),
        ({"intents": {"add": [HOSTILE]}}, "not one of cancel"),
        ({"sentiment": "mixed"}, "sentiment"),
        ({"effort": 9}, "effort"),
        ({"mood": "bad"}, "mood"),
        ({"sentiment": "neutral", "reason": "x" * 501}, "reason"),
        ({"topics": {"add": ["network"] * 51}}, "topics"),
    ],
)
def test_what_nobody_could_mean_is_refused_and_nothing_kept(
    client: TestClient, ids: dict[str, str], labels: dict[str, Any], said: str
) -> None:
    answer = patch(client, ids["text"], **labels)

    assert answer.status_code == 422
    assert said in answer.text
    assert client.get(f"/v1/interactions/{ids['text']}/corrections").json() == []


def test_what_is_not_there_or_not_analysed_cannot_be_corrected(client: TestClient, ids: dict[str, str]) -> None:
    assert patch(client, "nobody", sentiment="neutral").status_code == 404
    assert "not analysed yet" in patch(client, ids["waiting"], sentiment="neutral").json()["detail"]


def test_readers_see_that_it_was_corrected_and_neither_by_whom_nor_why(
    keyed: Callable[[str | None], TestClient], ids: dict[str, str]
) -> None:
    one = ids["text"]
    assert patch(keyed("reader"), one, sentiment="neutral").status_code == 403
    assert patch(keyed("analyst"), one, sentiment="positive", reason="appelée par Léa").status_code == 200
    seen = keyed("reader").get(f"/v1/interactions/{one}")

    assert seen.json()["analysis"]["corrected"] == ["sentiment"]
    assert "appelée" not in seen.text
    assert keyed("reader").get(f"/v1/interactions/{one}/corrections").status_code == 403
    text = page(keyed("reader"), one)
    assert "corrected" in text and "appelée" not in text and 'name="label"' not in text


def test_from_the_page_it_is_corrected_and_taken_back(client: TestClient, ids: dict[str, str], store: Store) -> None:
    one = ids["text"]
    text = page(client, one)
    assert '<option value="topic+billing.double_charge">' in text and '<option value="topic-network">' in text
    form = {"csrf": token(text), "label": "sentiment+positive", "reason": HOSTILE}
    sent = client.post(f"/interactions/{one}/correct", data=form, headers=HTML, follow_redirects=False)

    assert sent.status_code == 303 and sent.headers["location"] == f"/interactions/{one}#corrections"
    raw = client.get(f"/interactions/{one}", headers=HTML).text
    assert "<script>alert" not in raw and "&lt;script&gt;alert" in raw
    (made,) = store.corrections.every()
    back = f"/interactions/{one}/corrections/{made.id}/withdraw"
    assert back in raw
    assert client.post(back, data={"csrf": token(raw)}, headers=HTML, follow_redirects=False).status_code == 303
    assert store.corrections.every() == []


@pytest.mark.parametrize("label", ["", "sentiment", "sentiment+", "mood+bad", "topic+nowhere", "sentiment-neutral"])
def test_a_form_that_says_nothing_known_is_refused(
    client: TestClient, ids: dict[str, str], store: Store, label: str
) -> None:
    text = page(client, ids["text"])
    form = {"csrf": token(text), "label": label}

    assert client.post(f"/interactions/{ids['text']}/correct", data=form, headers=HTML).status_code == 422
    assert client.post(f"/interactions/{ids['text']}/correct", data={"label": "sentiment+neutral"}).status_code == 403
    assert store.corrections.every() == []


def test_the_page_speaks_both_languages(client: TestClient, ids: dict[str, str]) -> None:
    patch(client, ids["text"], intents={"add": ["ask_refund"]}, topics={"remove": ["network"]}, action="praise")

    patch(client, ids["text"], effort=-4, complaint=True)
    french, english = page(client, ids["text"], "fr"), page(client, ids["text"], "en")

    for said in ("Intention : demande un remboursement", "Sujet : pas Réseau", "Effort : -4", "Réclamation : oui"):
        assert said in french.replace("\u00a0", " ")
    assert "To do: pass on the praise" in english


def _contradicted(store: Store, one: str, *, score: float) -> None:
    """Give an interaction words that say the contrary of the NPS it came with."""
    analysis = store.findings.analysis(one)
    assert analysis is not None
    given = GivenScore(
        kind="nps", value=0 if score > 0 else 10, scale=10, position=-1 if score > 0 else 1, words=score,
        conflict="praise_low_score" if score > 0 else "blame_high_score",
    )  # fmt: skip
    link = store.findings.link(one)
    assert link is not None
    changed = AnalysisResult(analysis.model_copy(update={"given_score": given}), None, None)
    store.findings.save_analyses([changed], [link], now=datetime.now(UTC))


def test_words_that_contradict_their_score_wait_until_somebody_decides(
    client: TestClient, store: Store, ids: dict[str, str]
) -> None:
    """The queue shows the plainest words first, and an interaction leaves it when its sentiment is confirmed."""
    assert client.get("/v1/corrections/queue").json() == {"n": 0, "items": []}
    _contradicted(store, ids["text"], score=-0.7)
    _contradicted(store, ids["call"], score=0.9)
    found = client.get("/v1/corrections/queue").json()
    assert found["n"] == 2
    assert [item["interaction"]["id"] for item in found["items"]] == [ids["call"], ids["text"]]
    assert found["items"][0]["given_score"]["conflict"] == "praise_low_score"
    assert client.get("/v1/corrections/queue", params={"limit": 1}).json()["n"] == 2
    listed = client.get("/v1/interactions", params={"score_conflict": "blame_high_score"}).json()["items"]
    assert [row["id"] for row in listed] == [ids["text"]]
    figure = client.get("/v1/insights/signals/score_conflict").json()
    assert "praise_low_score" in str(figure)

    html = unescape(client.get("/corrections", headers=HTML | {"accept-language": "en"}).text)
    assert "To read first" in html
    assert "praise, but a low score" in html
    answer = client.post(
        f"/interactions/{ids['call']}/correct",
        data={"csrf": token(html), "label": "sentiment+negative", "back": "queue"},
        headers=HTML,
        follow_redirects=False,
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/corrections")
    assert [item["interaction"]["id"] for item in client.get("/v1/corrections/queue").json()["items"]] == [ids["text"]]
    assert "praise, but a low score" in page(client, ids["call"])  # a fact about the contact, whoever decided


def test_the_queue_is_for_those_who_may_correct(keyed: Callable[[str | None], TestClient]) -> None:
    reader = keyed("reader")
    assert reader.get("/v1/corrections/queue").status_code == 403
    assert reader.get("/corrections", headers=HTML).status_code == 403
