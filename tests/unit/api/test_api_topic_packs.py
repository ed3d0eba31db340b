"""Topic packs over HTTP and on their page: seen by everybody, changed by administrators, refused whole when wrong."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

OWN = """
topics:
  - id: garden
    labels: {fr: Jardin, en: Garden}
    rules: {fr: [jardin*]}
"""
HTML = {"accept": "text/html"}


def test_packs_are_listed_with_what_is_on(real: TestClient) -> None:
    body = real.get("/v1/topics/packs").json()
    assert body["chosen_by"] == "nobody"
    assert [one["id"] for one in body["packs"]][:2] == ["core", "bank"]
    assert {one["id"] for one in body["packs"] if one["on"]} == {"core"}


def test_a_change_is_a_version_that_the_list_of_topics_follows(real: TestClient) -> None:
    assert real.put("/v1/topics/packs", json={"packs": ["telecom"]}).json() == {"version": 1, "queued": 0}
    assert "internet.outage" in [one["id"] for one in real.get("/v1/topics").json()["topics"]]
    assert real.put("/v1/topics/packs", json={"own": OWN, "after": 1, "note": "ours"}).json()["version"] == 2
    assert "garden" in [one["id"] for one in real.get("/v1/topics").json()["topics"]]
    assert real.get("/v1/topics/own").text == OWN
    listed = real.get("/v1/topics/versions").json()["items"]
    told = [(one["version"], one["packs"], one["note"]) for one in listed]
    assert told == [(2, ["telecom"], "ours"), (1, ["telecom"], None)]
    assert real.get("/v1/topics/versions/1").json()["own"] is None
    assert real.get("/v1/topics/versions/9").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"packs": ["telcom"]}, 422, "topic_pack_unknown"),
        ({"own": OWN.replace("[jardin*]", "[(]")}, 422, "topic_pack_wrong"),
        ({"packs": ["bank"], "after": 7}, 409, "topics_changed"),
    ],
)
def test_a_wrong_change_is_refused_whole(real: TestClient, body: dict[str, object], status: int, code: str) -> None:
    answer = real.put("/v1/topics/packs", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert real.get("/v1/topics/packs").json()["version"] is None


def test_a_dry_run_changes_nothing(real: TestClient) -> None:
    assert real.post("/v1/topics/dry-run", json={"own": OWN}).json()["texts"] == 0
    assert real.get("/v1/topics/packs").json()["version"] is None


def test_the_page_takes_packs_and_shows_a_mistake_beside_what_was_written(real: TestClient) -> None:
    page = real.get("/topics/packs", headers=HTML)
    assert page.status_code == 200
    token = page.text.split('name="csrf" value="')[1].split('"')[0]
    sent = real.post("/topics/packs", data={"csrf": token, "pack.insurance": "yes"}, follow_redirects=False)
    assert sent.status_code == 303
    assert {one["id"] for one in real.get("/v1/topics/packs").json()["packs"] if one["on"]} == {"core", "insurance"}
    form = {"csrf": token, "do": "keep", "after": "1"}
    wrong = real.post("/topics/own", data=form | {"own": OWN.replace("[jardin*]", "[(]")})
    assert "own.yaml line 5" in wrong.text
    assert "id: garden" in wrong.text
    kept = real.post("/topics/own", data=form | {"own": OWN}, follow_redirects=False)
    assert kept.status_code == 303
    assert real.get("/v1/topics/packs").json()["version"] == 2
