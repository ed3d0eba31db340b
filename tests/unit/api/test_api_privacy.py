"""People's rights over HTTP and on the pages: their export, their consent, their erasure."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import UTC, datetime

from starlette.testclient import TestClient

from voc.store import Filters, Store


def token(html: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    assert found
    return found[1]


def test_the_export_holds_everything_to_read_and_for_programs(
    client: TestClient, ids: dict[str, str], store: Store
) -> None:
    answer = client.get("/v1/customers/C001/export?language=en")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="person.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        document = json.loads(archive.read("person.json"))
        page = archive.read("person.html").decode()
        sounds = [name for name in archive.namelist() if name.startswith("audio/")]
    theirs = set(store.interactions.all_ids(Filters(customer="C001")))
    assert {one["id"] for one in document["interactions"]} == theirs
    assert len(sounds) == len(document["recordings"])
    customer = store.customers.get("C001")
    assert customer is not None
    assert customer.name
    assert customer.name in page
    for identifier in customer.identifiers:
        assert identifier.value in page
    analyses = store.findings.analyses(sorted(theirs))
    assert analyses
    assert all(json.dumps(one.text)[1:-1] in json.dumps(document) for one in analyses.values())
    assert "<script" not in page
    assert store.access.trail(limit=1)[0].action == "customer.export"


def test_words_in_the_export_are_escaped(client: TestClient, store: Store, ids: dict[str, str]) -> None:
    store.consents.record("C001", "calls", granted=False, source="<script>alert(1)</script>", now=_now())
    page = zipfile.ZipFile(io.BytesIO(client.get("/v1/customers/C001/export").content)).read("person.html").decode()
    assert "&lt;script&gt;" in page
    assert "<script" not in page


def test_consent_is_recorded_and_taken_back(client: TestClient, ids: dict[str, str]) -> None:
    def calls() -> dict[str, object]:
        return {one["purpose"]: one for one in client.get("/v1/customers/C001/consents").json()}["calls"]

    assert calls()["known_from"] == "default"
    assert client.put("/v1/customers/C001/consents/calls", json={"granted": False}).status_code == 200
    assert calls() == {"purpose": "calls", "granted": False, "known_from": "recorded"}
    client.put("/v1/customers/C001/consents/calls", json={"granted": None})
    assert calls()["known_from"] == "default"
    assert client.put("/v1/customers/C001/consents/taxes", json={"granted": True}).status_code == 422
    assert client.get("/v1/customers/nobody/consents").status_code == 404


def test_erased_is_gone(client: TestClient, store: Store, ids: dict[str, str]) -> None:
    before = store.interactions.count(Filters())
    theirs = store.interactions.count(Filters(customer="C001"))
    answer = client.delete("/v1/customers/C001")
    assert answer.status_code == 200
    assert answer.json()["erasures"][0]["interactions"] >= theirs
    assert client.get("/v1/customers/C001").status_code == 404
    assert store.interactions.count(Filters()) == before - answer.json()["erasures"][0]["interactions"]
    assert client.delete("/v1/customers/C001").status_code == 404
    line = store.access.trail(limit=1)[0]
    assert (line.action, line.target) == ("customer.erase", answer.json()["erasures"][0]["reference"])


def test_the_page_asks_twice(client: TestClient, store: Store, ids: dict[str, str]) -> None:
    html = client.get("/customers/C001/privacy").text
    form = {"csrf": token(html), "policy": "personal"}
    refused = client.post("/customers/C001/privacy/erase", data=form | {"again": "C002"})
    assert refused.status_code == 422
    assert store.customers.get("C001") is not None
    done = client.post("/customers/C001/privacy/erase", data=form | {"again": "C001"})
    assert done.status_code == 200
    assert store.customers.get("C001") is None


def test_the_page_records_consent(client: TestClient, store: Store, ids: dict[str, str]) -> None:
    html = client.get("/customers/C001/privacy").text
    form = {"csrf": token(html), "purpose": "tone", "granted": "no"}
    answer = client.post("/customers/C001/privacy/consent", data=form, follow_redirects=False)
    assert answer.status_code == 303
    assert [(one.purpose, one.granted) for one in store.consents.of("C001")] == [("tone", False)]
    assert client.post("/customers/C001/privacy/consent", data=form | {"granted": "perhaps"}).status_code == 422


def _now() -> datetime:

    return datetime.now(UTC)
