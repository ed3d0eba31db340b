"""Contact pressure, repeat contact, events and the story of one customer, over HTTP and as pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from api_seed import NOW
from starlette.testclient import TestClient

from voc.settings import Settings
from voc.store import Store

HTML = {"accept": "text/html", "accept-language": "en"}
HOSTILE = "<script>alert(1)</script>"


def lines(*events: dict[str, object]) -> bytes:
    return "\n".join(json.dumps(one) for one in events).encode()


def send(client: TestClient, *events: dict[str, object]) -> dict[str, object]:
    answer = client.post("/v1/customers/events?filename=events.ndjson", content=lines(*events))
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def campaign(customer: str, *days: int, label: str = "Autumn") -> list[dict[str, object]]:
    return [
        {
            "event_id": f"{customer}-{day}",
            "type": "marketing_email",
            "at": (NOW - timedelta(days=day)).isoformat(),
            "customer_id": customer,
            "campaign": label,
        }
        for day in days
    ]


def test_events_are_taken_in_once_and_counted(client: TestClient, ids: dict[str, str]) -> None:
    first = send(
        client, *campaign("C001", 1, 2), {"type": "purchase", "at": "2026-11-01", "customer_id": "C404"}, {"x": 1}
    )
    assert (first["new"], first["unknown_customer"], first["rejected"]) == (3, 1, 1)
    assert send(client, *campaign("C001", 1, 2))["known"] == 2
    counts = client.get("/v1/customers/events").json()
    assert counts == {"families": {"sent": 2, "purchase": 1}, "unknown_customer": 1}
    trail = client.get("/v1/audit").json()
    assert "customers.events" in json.dumps(trail)


def test_what_holds_no_events_is_refused_with_what_to_do(client: TestClient, ids: dict[str, str]) -> None:
    answer = client.post("/v1/customers/events?filename=e.csv", content=b"a,b\n1,2\n")
    assert answer.status_code == 422
    assert "--map type=COLUMN" in answer.text or "type" in answer.json()["detail"]


def test_only_analysts_send_events(keyed: Callable[[str | None], TestClient], ids: dict[str, str]) -> None:
    path = "/v1/customers/events?filename=e.ndjson"
    assert keyed("reader").post(path, content=lines(*campaign("C001", 1))).status_code == 403
    assert keyed(None).post(path, content=lines(*campaign("C001", 1))).status_code == 401
    assert keyed("analyst").post(path, content=lines(*campaign("C001", 1))).status_code == 200


def test_a_customer_has_one_history_with_moments_issues_and_three_contexts(
    client: TestClient, ids: dict[str, str]
) -> None:
    send(
        client,
        *campaign("C001", 1, 2, 3, 4, 5),
        {"type": "Achat", "date": "2026-10-01", "customer_id": "C001", "product": "Box", "amount": "49,90 €"},
    )
    found = client.get("/v1/customers/C001").json()
    assert found["n_events"] == len(found["events"]) == 6
    assert len(found["history"]) == len(found["timeline"]) + 6
    assert [one["at"] for one in found["history"]] == sorted((one["at"] for one in found["history"]), reverse=True)
    assert found["moments"][0]["kind"] == "first_contact"
    assert "repeat" in {one["kind"] for one in found["moments"]}
    assert {one["state"] for one in found["issues"]} <= {"open", "resolved", "quiet"}
    contexts = found["contexts"]
    assert contexts["relational"]["products"] == {"offre": "Fibre"}
    assert contexts["relational"]["spent"] == {"EUR": 49.9}
    assert contexts["personal"]["channels"]
    assert contexts["situational"]["last_interaction_id"] == found["timeline"][0]["id"]
    assert found["pressure"]["excess"]["n"] == 5
    fragility = found["fragility"]
    assert fragility["points"] == sum(one["points"] for one in fragility["signs"])
    for sign in fragility["signs"]:
        assert client.get(f"/v1/interactions/{sign['interactions'][0]}").status_code == 200
    assert fragility["signs"], "they came about the same thing again and again"
    assert client.get("/customers/C001", headers=HTML).text.count("meaning.fragility") == 0


def test_a_reader_sees_the_story_without_details(
    keyed: Callable[[str | None], TestClient], ids: dict[str, str]
) -> None:
    store_event = {
        "type": "store_visit", "at": "2026-11-12T10:00:00Z", "customer_id": "C001", "store": "Rue Secrète 7",
        "device": "Phone 12", "note": "knows Paul",
    }  # fmt: skip
    send(keyed("analyst"), store_event)
    for role, shown in (("analyst", True), ("reader", False)):
        answer = keyed(role).get("/v1/customers/C001")
        for secret in ("Rue Secrète 7", "Phone 12", "knows Paul", "Fibre"):
            assert (secret in answer.text) is shown, (role, secret)
        assert ("Léa Martin" in json.dumps(answer.json()["contexts"], ensure_ascii=False)) is False
        page = keyed(role).get("/customers/C001", headers=HTML)
        assert page.status_code == 200
        assert ("Rue Secrète 7" in page.text) is shown


def test_pressure_says_who_is_over_and_links_to_them(client: TestClient, ids: dict[str, str]) -> None:
    send(client, *campaign("C001", 1, 2, 3, 4, 5), *campaign("C/2 é", 3))
    found = client.get("/v1/insights/pressure").json()
    assert (found["reached"], found["over"], found["messages"]) == (2, 1, 6)
    assert found["over_tolerance"][0]["customer_id"] == "C001"
    assert (
        client.get(found["over_tolerance"][0]["href"].replace("/interactions", "/v1/interactions")).status_code == 200
    )
    assert found["association"]["window_days"] == 7
    assert client.get("/v1/insights/pressure?window=30").json()["association"]["window_days"] == 30
    page = client.get("/pressure", headers=HTML)
    assert "/customers/C001" in page.text and "does not show that one causes the other" in page.text
    assert client.get("/v1/insights/pressure?window=0").status_code == 422


def test_repeat_contacts_by_each_dimension_with_evidence(client: TestClient, ids: dict[str, str]) -> None:
    for by in ("topic", "channel", "segment"):
        found = client.get(f"/v1/insights/repeat_contacts?by={by}").json()
        assert found["overall"]["issues"] > 0
        assert {tuple(one["keys"]) for one in found["figures"]} == {(by,)}
        page = client.get(f"/repeat-contacts?by={by}&level=label", headers=HTML)
        assert page.status_code == 200
    example = found["overall"]["examples"][0]
    listed = client.get(example["href"].replace("/interactions", "/v1/interactions")).json()["items"]
    assert len(listed) >= example["contacts"]
    assert client.get("/v1/insights/repeat_contacts?by=moon").status_code == 422
    assert client.get("/v1/insights/repeat_contacts?days=0").status_code == 422


@pytest.mark.parametrize("path", ["/pressure", "/repeat-contacts", "/customers/C001", "/customers/C%2F2%20%C3%A9"])
def test_pages_escape_what_events_say(client: TestClient, ids: dict[str, str], path: str) -> None:
    send(client, *campaign("C001", 1, 2, label=HOSTILE), *campaign("C/2 é", 1, 2, 3, 4, 5, 6, label=HOSTILE))
    for language in ("fr", "en"):
        page = client.get(path, headers={**HTML, "accept-language": language})
        assert page.status_code == 200
        assert HOSTILE not in page.text


def test_an_empty_store_has_pages_too(client: TestClient, store: Store) -> None:
    assert "Nothing is known" in client.get("/pressure", headers=HTML).text
    assert client.get("/repeat-contacts", headers=HTML).status_code == 200
    assert client.get("/v1/insights/pressure").json()["association"] is None


def test_look_alikes_are_for_analysts_and_can_be_switched_off(
    keyed: Callable[[str | None], TestClient], ids: dict[str, str], settings: Settings
) -> None:
    paths = ("/v1/lookalikes", "/v1/customers/C%2F2%20%C3%A9/lookalikes", f"/v1/interactions/{ids['text']}/lookalikes")
    for path in paths:
        assert keyed("reader").get(path).status_code == 403
        assert keyed("analyst").get(path).status_code == 200
    assert keyed("analyst").get("/v1/customers/nobody/lookalikes").status_code == 404
    assert keyed("analyst").get("/v1/interactions/nothing/lookalikes").status_code == 404
    fragment = keyed("analyst").get("/customers/C001/lookalikes", headers=HTML)
    assert fragment.status_code == 200 and fragment.text.strip() == ""
    page = keyed("analyst").get("/customers/C%2F2%20%C3%A9", headers=HTML).text
    assert "/lookalikes" in page
    assert "/lookalikes" not in keyed("reader").get("/customers/C%2F2%20%C3%A9", headers=HTML).text
    state = keyed("analyst").app.state  # type: ignore[attr-defined]
    state.service = replace(state.service, settings=settings.model_copy(update={"lookalikes": False}))
    for path in paths:
        assert keyed("analyst").get(path).status_code == 404
