"""One topic over HTTP: read, made, changed and removed, each time a version; refused by name and place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from makers import NOW

from voc.records.themes import Theme
from voc.store import Store

GARDEN: dict[str, Any] = {
    "id": "garden",
    "labels": {"fr": "Jardin", "en": "Garden"},
    "rules": {"fr": ["jardin*", {"says": "pelouse*", "unless": ["pelouse synthetique"]}], "en": ["garden*"]},
    "note": "spring",
}
ADDS = {"rules": {"fr": ["mandat cash"]}}


def told(client: TestClient) -> set[str]:
    return {one["id"] for one in client.get("/v1/topics").json()["topics"]}


def test_a_topic_is_made_read_changed_and_removed_by_versions(real: TestClient) -> None:
    made = real.post("/v1/topics", json=GARDEN)
    assert (made.status_code, made.json()["version"]) == (201, 1)
    assert "garden" in told(real)
    read = real.get("/v1/topics/garden").json()
    assert read["source"] == "own"
    assert read["rules"]["fr"][1]["unless"] == ["pelouse synthetique"]
    changed = real.patch("/v1/topics/garden", json={"rules": {"fr": ["verger*"]}, "after": 1}).json()
    assert changed["version"] == 2
    assert changed["topic"]["rules"] == {"fr": ["verger*"]}
    assert changed["topic"]["labels"] == GARDEN["labels"]
    assert real.delete("/v1/topics/garden").json() == {"version": 3, "queued": 0, "topic": None}
    assert "garden" not in told(real)
    assert real.get("/v1/topics/garden").status_code == 404
    notes = [(one["version"], one["note"]) for one in real.get("/v1/topics/versions").json()["items"]]
    assert notes == [(3, None), (2, None), (1, "spring")]


def test_a_topic_of_a_pack_is_read_and_added_to(real: TestClient) -> None:
    before = real.get("/v1/topics/billing.payment").json()
    assert (before["source"], before["pack"], before["adds"]) == ("pack", "core", None)
    changed = real.patch("/v1/topics/billing.payment", json={"adds": ADDS}).json()["topic"]
    assert changed["adds"]["rules"] == ADDS["rules"]
    assert changed["rules"]["fr"] == [*before["rules"]["fr"], "mandat cash"]
    back = real.patch("/v1/topics/billing.payment", json={"adds": None}).json()["topic"]
    assert (back["rules"], back["adds"]) == (before["rules"], None)
    assert real.get("/v1/topics/own").text == ""


def test_a_change_of_one_topic_leaves_what_was_written_beside_it(real: TestClient) -> None:
    own = (
        "topics:\n  # ours, since May\n  - id: tools\n    labels: {fr: Outils, en: Tools}\n    rules: {fr: [outil*]}\n"
    )
    real.put("/v1/topics/packs", json={"own": own})
    real.post("/v1/topics", json=GARDEN)
    assert own in real.get("/v1/topics/own").text
    real.delete("/v1/topics/garden")
    assert real.get("/v1/topics/own").text == own


def test_a_theme_that_became_a_topic_is_read_here_and_changed_there(real: TestClient, store: Store) -> None:
    rules = {"fr": ("compteur linky",)}
    one = Theme(id="t-1", status="accepted", labels={"fr": "Compteur", "en": "Meter"}, floor=0.5, created_at=NOW,
                rules=rules)  # fmt: skip
    with store.themes.database.begin() as connection:
        store.themes.put(connection, one, np.zeros(384, np.float32))
    assert real.get("/v1/topics/t-1").json()["source"] == "theme"
    refused = real.patch("/v1/topics/t-1", json={"labels": {"fr": "x", "en": "y"}})
    assert (refused.status_code, refused.json()["code"]) == (409, "topic_of_theme")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("post", "", GARDEN | {"id": "billing.payment"}, 409, "topic_exists"),
        ("post", "", GARDEN | {"id": "Not an id"}, 422, "topic_pack_wrong"),
        ("post", "", GARDEN | {"id": "nowhere.garden"}, 422, "topic_pack_wrong"),
        ("post", "", GARDEN | {"labels": {"fr": "Jardin"}}, 422, "topic_pack_wrong"),
        ("post", "", GARDEN | {"rules": {"fr": ["("]}}, 422, "topic_pack_wrong"),
        ("post", "", GARDEN | {"rules": {"fr": ["a*a*a*a*a*a*a*b"]}}, 422, "topic_pack_wrong"),
        ("post", "", GARDEN | {"yields": ["nobody"]}, 422, "topic_pack_wrong"),
        ("post", "", GARDEN | {"after": 7}, 409, "topics_changed"),
        ("post", "", GARDEN | {"rulez": {}}, 422, None),
        ("patch", "/nothing", {"rules": {"fr": ["x"]}}, 404, "no_such_topic"),
        ("patch", "/billing.payment", {"rules": {"fr": ["x"]}}, 409, "topic_of_pack"),
        ("patch", "/billing.payment", {"adds": {"rules": {"fr": ["("]}}}, 422, "topic_pack_wrong"),
        ("delete", "/billing.payment", None, 409, "topic_of_pack"),
        ("delete", "/nothing", None, 404, "no_such_topic"),
    ],
)
def test_a_wrong_change_names_what_and_where_and_changes_nothing(
    real: TestClient, method: str, path: str, body: dict[str, Any] | None, status: int, code: str | None
) -> None:
    answer = real.request(method, f"/v1/topics{path}", json=body)
    assert answer.status_code == status
    if code is not None:
        assert answer.json()["code"] == code
    if code == "topic_pack_wrong":
        assert "own.yaml line " in answer.json()["detail"]
    assert real.get("/v1/topics/packs").json()["version"] is None


def test_a_topic_that_others_stand_under_stays(real: TestClient) -> None:
    real.post("/v1/topics", json=GARDEN)
    real.post("/v1/topics", json=GARDEN | {"id": "garden.pots", "rules": {"fr": ["pot de fleurs"]}})
    refused = real.delete("/v1/topics/garden")
    assert refused.status_code == 422
    assert "garden.pots" in refused.json()["detail"]
    assert real.patch("/v1/topics/garden", json={"adds": ADDS}).json()["code"] == "topic_of_own"
    assert real.get("/v1/topics/packs").json()["version"] == 2
