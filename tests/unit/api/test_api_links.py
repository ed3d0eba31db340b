"""Links over HTTP and on the pages: the queue, the reasons, decisions by role, previews, undo."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from api_seed import NOW, text_analysis, text_interaction, vector
from starlette.testclient import TestClient

from voc.records import Customer, FieldWeight, Identifier, Link, LinkCandidate, LinkEvidence
from voc.store import Store
from voc.store.analyses import Analysed

HTML = {"accept": "text/html"}


@pytest.fixture
def doubtful(store: Store, ids: dict[str, str]) -> str:
    """Id of an interaction that may be Léa's or a namesake's; Léa is worth more."""
    store.customers.save(
        [
            Customer(id="C900", name="Léo Martin", first_name="Léo", last_name="Martin", city="Lyon",
                     identifiers=(Identifier(type="phone", value="+33612345678"),)),
        ],
        now=NOW,
    )  # fmt: skip
    one = text_interaction("Ici L. Martin, encore une erreur sur la facture.", source="doubt.csv:1")
    store.interactions.add([one], upload_id=None, work_id="w9", received_at=NOW)
    fields = (
        FieldWeight(field="prior", level="", bits=-9.0),
        FieldWeight(field="last_name", level="exact", bits=8.0),
        FieldWeight(field="first_name", level="initial", bits=2.5),
        FieldWeight(field="city", level="else", bits=-1.0),
    )
    candidates = (
        LinkCandidate(customer_id="C001", bits=0.5, probability=0.5858, fields=fields),
        LinkCandidate(customer_id="C900", bits=-0.5, probability=0.2, fields=fields[:3]),
    )
    link = Link(interaction_id=one.id, customer_id=None, method="review", candidates=candidates)
    store.findings.save_analyses(
        [Analysed(text_analysis(one, score=-0.4, topic="billing"), vector(7))], [link], now=NOW
    )
    return one.id


def test_the_queue_says_what_waits_and_how_it_is_ordered(client: TestClient, doubtful: str) -> None:
    answer = client.get("/v1/links").json()
    (item,) = answer["items"]
    assert (item["interaction"]["id"], item["customer_id"], item["method"]) == (doubtful, "C001", "review")
    assert answer["n"] == 1 and answer["next_cursor"] is None and "uncertainty × value" in answer["formula"]
    assert item["priority"] == pytest.approx(item["uncertainty"]), "no customer has a value here"
    assert client.get("/v1/links", params={"method": "conflict"}).json()["n"] == 0
    assert client.get("/v1/links", params={"cursor": "nonsense"}).status_code == 422


def test_the_reasons_add_up_and_are_said_in_both_languages(client: TestClient, doubtful: str) -> None:
    answer = client.get(f"/v1/links/{doubtful}").json()
    first = answer["candidates"][0]
    assert first["customer_id"] == "C001"
    assert first["steps"][-1]["end"] == pytest.approx(first["bits"])
    assert answer["sentences"]["en"].startswith("For this customer: surname the same (+8.0)")
    assert "contre : ville différent (−1,0)" in answer["sentences"]["fr"].replace("\u00a0", " ")
    assert client.get("/v1/links/i404").status_code == 404


def test_a_decision_is_an_event_and_an_audit_line_and_can_be_undone(
    client: TestClient, store: Store, doubtful: str
) -> None:
    done = client.post(f"/v1/links/{doubtful}/confirm", json={"reason": "she called back"}).json()
    assert done["customer_id"] == "C001"
    assert client.get("/v1/links").json()["n"] == 0
    assert client.get(f"/v1/interactions/{doubtful}").json()["interaction"]["customer_id"] == "C001"
    (event,) = client.get("/v1/links/events", params={"customer": "C001"}).json()
    assert (event["action"], event["reason"], event["interactions"]) == ("confirm", "she called back", 1)
    assert store.access.trail()[0].action == "links.confirm"
    undone = client.post("/v1/links/undo", json={"event_id": done["event_id"]}).json()
    assert undone == {"event_ids": [done["event_id"]]}
    assert client.get("/v1/links").json()["n"] == 1
    assert store.access.trail()[0].action == "links.undo"


def test_rejecting_leaves_the_other_candidate(client: TestClient, doubtful: str) -> None:
    assert client.post(f"/v1/links/{doubtful}/reject", json={"customer_id": "C001"}).status_code == 200
    (item,) = client.get("/v1/links").json()["items"]
    assert item["customer_id"] == "C900"
    assert client.post(f"/v1/links/{doubtful}/reject").status_code == 200
    assert client.get("/v1/links").json()["items"] == []


def test_merge_split_and_the_order_of_undo(client: TestClient, ids: dict[str, str], doubtful: str) -> None:
    preview = client.get("/v1/links/merge", params={"first": "C900", "second": "C001"}).json()
    assert preview["shared"] == ["phone +33612345678"]
    before = client.get("/v1/customers/C001").json()["n"]
    merged = client.post("/v1/links/merge", json={"customer_ids": ["C900", "C001"]}).json()
    other = {"C001": "C900", "C900": "C001"}[merged["customer_id"]]
    whole = client.get(f"/v1/customers/{other}").json()
    assert whole["customer"]["id"] == merged["customer_id"] and whole["n"] == before
    assert client.post("/v1/links/merge", json={"customer_ids": ["C900", "C001"]}).status_code == 422
    split = client.post("/v1/links/split", json={"record_id": other}).json()
    refused = client.post("/v1/links/undo", json={"event_id": merged["event_id"]})
    assert refused.status_code == 409 and f"events {split['event_id']}" in refused.json()["detail"]
    both = client.post("/v1/links/undo", json={"event_id": merged["event_id"], "with_later": True}).json()
    assert both["event_ids"] == [split["event_id"], merged["event_id"]]


def test_several_at_once_and_away_again(client: TestClient, ids: dict[str, str], doubtful: str) -> None:
    body = {"interaction_ids": [doubtful, ids["text"]], "customer_id": "C900"}
    assert client.post("/v1/links/link", json=body).status_code == 200
    assert client.get("/v1/customers/C900").json()["n"] == 2
    assert client.post("/v1/links/link", json=body | {"customer_id": None}).status_code == 200
    assert client.get("/v1/customers/C900").json()["n"] == 0
    waiting = {"interaction_ids": [ids["waiting"]], "customer_id": "C900"}
    assert "not analysed yet" in client.post("/v1/links/link", json=waiting).json()["detail"]


def test_readers_see_reasons_without_values_or_notes_and_decide_nothing(
    keyed: Callable[[str | None], TestClient], ids: dict[str, str], doubtful: str
) -> None:
    assert keyed("analyst").post(f"/v1/links/{doubtful}/confirm", json={"reason": "0612345678"}).status_code == 200
    reader = keyed("reader")
    evidence = reader.get(f"/v1/links/{ids['call']}").json()["link"]["evidence"]
    assert "345" not in evidence[0]["value"]
    assert [one["reason"] for one in reader.get(f"/v1/links/{doubtful}").json()["history"]] == [None]
    assert reader.get("/v1/links").json()["items"] == []
    assert reader.post("/v1/links/undo", json={"event_id": 1}).status_code == 403
    page = reader.get(f"/links/{doubtful}", headers=HTML).text
    assert "0612345678" not in page and 'name="action"' not in page and "/links/undo" not in page
    assert "+33612345678" not in reader.get("/links/of/C001", headers=HTML).text


# --- pages -------------------------------------------------------------------------------------------------------


def token(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_the_pages_lead_from_the_queue_through_a_decision_and_back(client: TestClient, doubtful: str) -> None:
    queue = client.get("/links", headers=HTML).text
    assert f'href="/links/{doubtful}"' in queue
    page = client.get(f"/links/{doubtful}", headers=HTML)
    assert "surname the same (+8.0)" in page.text
    widths = [float(one) for one in re.findall(r'<rect class="\w+" x="[\d.]+" width="([\d.]+)"', page.text)]
    assert widths and max(widths) <= 100
    form = {"csrf": token(page.text), "action": "confirm", "customer": "C900", "reason": "", "next": "yes"}
    sent = client.post(f"/links/{doubtful}", data=form, follow_redirects=False)
    assert sent.status_code == 303 and sent.headers["location"] == f"/links/{doubtful}", "nothing else waits"
    history = client.get("/links/of/C900", headers=HTML).text
    event = re.search(r'name="event" value="(\d+)"', history)
    assert event is not None and "Confirmed" in history
    back = {"csrf": token(history), "event": event[1], "back": "/links/of/C900"}
    assert client.post("/links/undo", data=back, follow_redirects=False).headers["location"] == "/links/of/C900"
    assert "taken back" in client.get("/links/of/C900", headers=HTML).text


def test_a_merge_is_shown_before_it_is_done(client: TestClient, doubtful: str) -> None:
    search = client.get("/links/merge", params={"first": "C900", "q": "Léa"}, headers=HTML).text
    assert "second=C001" in search
    preview = client.get("/links/merge", params={"first": "C900", "second": "C001"}, headers=HTML).text
    assert "will change hands" in preview and "+33612345678" in preview
    form = {"csrf": token(preview), "first": "C900", "second": "C001", "reason": "même téléphone"}
    assert client.post("/links/merge", data=form, follow_redirects=False).status_code == 303
    assert "2 records of the customer base" in client.get("/links/of/C900", headers=HTML).text
    split = client.get("/links/split", params={"record": "C900"}, headers=HTML).text
    form = {"csrf": token(split), "record": "C900"}
    assert client.post("/links/split", data=form, follow_redirects=False).status_code == 303
    assert "1 record of the customer base" in client.get("/links/of/C900", headers=HTML).text


@pytest.mark.parametrize("path", ["/links/merge", "/links/split", "/links/undo"])
def test_a_form_without_its_token_changes_nothing(client: TestClient, doubtful: str, path: str) -> None:
    client.get("/links", headers=HTML)
    form = {"first": "C900", "second": "C001", "record": "C900", "event": "1"}
    assert client.post(path, data=form).status_code == 403
    assert client.get("/v1/links/events", params={"customer": "C001"}).json() == []


def test_what_customers_are_called_is_escaped(client: TestClient, ids: dict[str, str], doubtful: str) -> None:
    client.post(f"/v1/links/{ids['text']}/confirm", json={"customer_id": "C/2 é", "reason": "<script>x</script>"})
    for path in (f"/links/{ids['text']}", "/links/of/C/2 é", "/links/merge?first=C001&second=C/2 é"):
        page = client.get(path, headers=HTML).text
        assert "<script>alert" not in page and "<script>x" not in page


@pytest.fixture
def unsure(store: Store, ids: dict[str, str]) -> str:
    """Id of an interaction whose only identifier was heard unsurely."""
    one = text_interaction("Mon numéro est le 06 12 34 56 78.", source="heard.csv:1")
    store.interactions.add([one], upload_id=None, work_id="w9", received_at=NOW)
    reason = LinkEvidence(
        identifier="phone", value="+33612345678", found_in="text", begin=18, end=32, confidence=0.23,
        doubt="heard_unsurely",
    )  # fmt: skip
    candidate = LinkCandidate(customer_id="C001", bits=0.0, probability=0.5)
    link = Link(interaction_id=one.id, customer_id=None, method="review", evidence=(reason,), candidates=(candidate,))
    store.findings.save_analyses([Analysed(text_analysis(one, score=0.0, topic="billing"), vector(8))], [link], now=NOW)
    return one.id


def test_what_was_heard_unsurely_is_said_by_the_api_in_both_languages(client: TestClient, unsure: str) -> None:
    (item,) = client.get("/v1/links").json()["items"]
    assert (item["interaction"]["id"], item["doubts"]) == (unsure, ["heard_unsurely"])
    answer = client.get(f"/v1/links/{unsure}").json()
    (evidence,) = answer["link"]["evidence"]
    assert (evidence["doubt"], evidence["confidence"]) == ("heard_unsurely", 0.23)
    assert "heard unsurely" in answer["sentences"]["en"]
    assert "entendu sans certitude" in answer["sentences"]["fr"]


@pytest.mark.parametrize(
    ("language", "said", "because"),
    [
        ("en", "heard unsurely (23%)", "listen before you confirm"),
        ("fr", "entendu sans certitude (23", "écoutez avant"),
    ],
)
def test_and_on_the_pages(client: TestClient, unsure: str, language: str, said: str, because: str) -> None:
    asked = HTML | {"accept-language": language}
    page = client.get(f"/links/{unsure}", headers=asked).text
    assert said in page and because in page
    assert said in client.get(f"/interactions/{unsure}", headers=asked).text
    assert said.partition(" (")[0] in client.get("/links", headers=asked).text
