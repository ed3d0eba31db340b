"""How a table would be read, said before it is sent, corrected, and found again for the same header."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

HTML = {"accept": "text/html"}
CSV = """Réf;Ce que vous pensez;Quand;Zone
A-10001;Très déçue du délai;09/11/2026;Nord
A-10002;Parfait, merci;10/11/2026;Sud
"""


def sent(text: str = CSV, name: str = "avis.csv") -> dict[str, tuple[str, bytes]]:
    return {"file": (name, text.encode())}


def test_columns_are_shown_as_they_are_understood(client: TestClient) -> None:
    reading = client.post("/v1/mappings/preview", files=sent()).json()
    found = {one["name"]: (one["field"], one["samples"]) for one in reading["columns"]}
    assert found["Ce que vous pensez"] == ("text", ["Très déçue du délai", "Parfait, merci"])
    assert found["Zone"][0] is None
    other = client.post("/v1/mappings/preview", files=sent(), data={"map": "title=Zone"}).json()
    assert next(one for one in other["columns"] if one["name"] == "Zone")["field"] == "title"


def test_a_mapping_is_saved_by_name_and_found_for_the_same_header(client: TestClient) -> None:
    saved = client.put(
        "/v1/mappings/Enquête du lundi", files=sent(), data={"map": "customer=Zone", "channel": "survey"}
    )
    assert saved.json()["mapping"] == {"customer": "Zone"}
    moved = "zone;QUAND;Réf;ce que vous pensez\nEst;11/11/2026;A-10003;Bien\n"  # another order, another case
    found = client.post("/v1/mappings/preview", files=sent(moved)).json()
    assert found["mapping_name"] == "Enquête du lundi"
    assert next(one for one in found["columns"] if one["name"] == "zone")["field"] == "customer"
    more = moved.replace("zone;", "zone;note;").replace("Est;", "Est;5;")
    assert client.post("/v1/mappings/preview", files=sent(more)).json()["mapping_name"] is None
    assert [one["name"] for one in client.get("/v1/mappings").json()["items"]] == ["Enquête du lundi"]
    assert client.delete("/v1/mappings/Enquête du lundi").status_code == 204
    gone = client.delete("/v1/mappings/Enquête du lundi")
    assert (gone.status_code, gone.json()["code"]) == (404, "no_such_mapping")


@pytest.mark.parametrize(("fields", "code"), [({}, "mapping_empty"), ({"map": "text=Nothing"}, "no_such_column")])
def test_what_would_map_nothing_is_not_saved(fields: dict[str, str], code: str, client: TestClient) -> None:
    answer = client.put("/v1/mappings/x", files=sent(), data=fields)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert client.get("/v1/mappings").json()["items"] == []


def test_what_is_no_table_is_said(client: TestClient) -> None:
    for text, name in (("From: a@example.com\nSubject: x\n\nBonjour", "mail.eml"), ("", "empty.csv")):
        answer = client.post("/v1/mappings/preview", files=sent(text, name))
        assert answer.status_code == 422, answer.text


def test_readers_see_no_rows(keyed: Callable[[str | None], TestClient]) -> None:
    assert keyed("reader").post("/v1/mappings/preview", files=sent()).status_code == 403
    assert keyed("reader").get("/v1/mappings").status_code == 403


def test_the_page_shows_them_in_both_languages(client: TestClient) -> None:
    page = client.get("/upload", headers=HTML).text
    token = page.split('name="csrf" value="')[1].split('"')[0]
    hostile = CSV.replace("Zone", "<script>alert(1)</script>")
    for language, said in (("fr", "Comprise comme"), ("en", "Understood as")):
        headers = HTML | {"accept-language": language}
        shown = client.post("/upload/columns", files=sent(hostile), data={"csrf": token}, headers=headers)
        assert shown.status_code == 200
        assert said in shown.text
        assert "Très déçue du délai" in shown.text
        assert "<script>" not in shown.text
    assert client.post("/upload/columns", files=sent(), data={"csrf": "x"}, headers=HTML).status_code == 403


def test_a_mapping_is_shown_renamed_and_no_name_is_taken_twice(client: TestClient) -> None:
    for name in ("Lundi", "Mardi"):
        assert client.put(f"/v1/mappings/{name}", files=sent(), data={"map": "customer=Zone"}).is_success
    assert client.get("/v1/mappings/Lundi").json()["mapping"] == {"customer": "Zone"}
    taken = client.patch("/v1/mappings/Lundi", json={"name": "Mardi"})
    assert (taken.status_code, taken.json()["code"]) == (409, "mapping_name_taken")
    assert client.patch("/v1/mappings/Lundi", json={"name": " Jeudi  matin "}).json()["name"] == "Jeudi matin"
    assert client.get("/v1/mappings/Lundi").status_code == 404
    assert client.patch("/v1/mappings/Lundi", json={"name": "x"}).status_code == 404
    assert client.patch("/v1/mappings/Mardi", json={"name": "  "}).status_code == 422
    assert [one["name"] for one in client.get("/v1/mappings").json()["items"]] == ["Jeudi matin", "Mardi"]


def test_a_column_left_out_is_shown_as_such(client: TestClient) -> None:
    reading = client.post("/v1/mappings/preview", files=sent(), data={"map": "ignore=Zone"}).json()
    assert next(one for one in reading["columns"] if one["name"] == "Zone")["field"] == "ignore"


def test_the_page_lists_renames_and_removes_them(client: TestClient) -> None:
    client.put("/v1/mappings/<b>Lundi", files=sent(), data={"map": "customer=Zone", "channel": "survey"})
    page = client.get("/upload/mappings", headers=HTML | {"accept-language": "fr"}).text
    assert "&lt;b&gt;Lundi" in page and "<b>Lundi" not in page
    assert "Numéro client" in page and "Zone" in page
    token = page.split('name="csrf" value="')[1].split('"')[0]
    for act, fields in (("rename", {"new": "Lundi"}), ("remove", {})):
        name = "<b>Lundi" if act == "rename" else "Lundi"
        assert client.post(f"/upload/mappings/{act}", data=fields | {"name": name}).status_code == 403
        answer = client.post(
            f"/upload/mappings/{act}", data=fields | {"name": name, "csrf": token}, follow_redirects=False
        )
        assert answer.status_code == 303, answer.text
    assert client.get("/v1/mappings").json()["items"] == []
    assert "Keep" not in client.get("/upload/mappings", headers=HTML).text
