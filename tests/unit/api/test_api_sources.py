"""Sources over HTTP and on their pages: set up, run, paused, what was refused; secrets are never in an answer."""

from __future__ import annotations

import hmac
import html
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from api_seed import NOW, StandIn
from starlette.testclient import TestClient

from voc.records import Rejected
from voc.store import Store

HTML = {"accept": "text/html"}


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def wanted(inbox: Path, **more: Any) -> dict[str, Any]:
    return {"kind": "folder", "name": "Calls", "options": {"path": str(inbox)}} | more


def test_a_source_from_its_making_to_its_end(client: TestClient, store: Store, services: StandIn, inbox: Path) -> None:
    made = client.post("/v1/sources", json=wanted(inbox, channel="call", every_seconds=30))
    assert made.status_code == 201
    source = made.json()
    assert made.headers["location"] == f"/v1/sources/{source['id']}"
    assert source["options"] == {"path": str(inbox), "pattern": None, "after": "move", "settle_seconds": 5}
    assert (source["standing"], source["every_seconds"], source["channel"]) == ("ready", 30, "call")
    run = client.post(f"/v1/sources/{source['id']}/run").json()
    assert services.source_runs == [run["id"]]
    assert client.post("/v1/sources/Calls/run").json()["id"] == run["id"]  # one at a time; by name too
    assert client.get("/v1/sources").json()["items"][0]["standing"] == "running"
    store.source_runs.end(run["id"], now=NOW, failure=Rejected(source="Calls", reason="x", code="source_gone"))
    [ended] = client.get(f"/v1/sources/{source['id']}/runs").json()["items"]
    assert (ended["status"], ended["code"]) == ("failed", "source_gone")
    assert client.post(f"/v1/sources/{source['id']}/pause").json()["standing"] == "paused"
    assert client.post(f"/v1/sources/{source['id']}/resume").json()["standing"] == "ready"
    changed = client.patch(f"/v1/sources/{source['id']}", json={"options": {"after": "leave"}, "name": "Appels"}).json()
    assert (changed["name"], changed["options"]["after"]) == ("Appels", "leave")
    assert changed["options"]["path"] == str(inbox)
    assert client.delete(f"/v1/sources/{source['id']}").status_code == 204
    gone = client.get(f"/v1/sources/{source['id']}")
    assert (gone.status_code, gone.json()["code"]) == (404, "no_such_source")
    actions = [line["action"] for line in client.get("/v1/audit").json()]
    assert actions[:2] == ["source.remove", "source.change"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "foldr"}, "not_one_of"),
        ({"options": {}}, "source_field_wrong"),
        ({"options": {"path": "relative"}}, "source_path_not_whole"),
        ({"options": {"path": "/tmp", "pth": "x"}}, "source_field_unknown"),
        ({"options": {"path": "/tmp", "settle_seconds": "soon"}}, "source_field_wrong"),
        ({"options": {"path": "/tmp", "settle_seconds": -1}}, "source_field_wrong"),
        ({"options": {"path": "/tmp", "after": "burn"}}, "not_one_of"),
        ({"options": {"path": "/tmp\nx"}}, "source_field_wrong"),
        ({"options": {"path": "/tmp\rx"}}, "source_field_wrong"),
        ({"options": {"path": ["/tmp"]}}, "source_field_wrong"),
        ({"secrets": {"password": "hunter2"}}, "source_field_unknown"),
        ({"name": "   "}, "source_field_wrong"),
        ({"every_seconds": 1}, "field_too_low"),
    ],
)
def test_what_cannot_be_set_up_is_said_with_a_code(
    change: dict[str, Any], code: str, client: TestClient, inbox: Path
) -> None:
    answer = client.post("/v1/sources", json=wanted(inbox) | change)
    assert answer.status_code == 422
    assert answer.json()["code"] == code
    assert client.get("/v1/sources").json()["items"] == []


def test_the_service_does_not_watch_its_own_data(client: TestClient, store: Store, tmp_path: Path) -> None:
    for path in (tmp_path / "voc", tmp_path / "voc" / "blobs", tmp_path):
        answer = client.post("/v1/sources", json=wanted(path))
        assert answer.json()["code"] == "source_path_not_allowed"


def test_two_sources_have_two_names(client: TestClient, inbox: Path) -> None:
    assert client.post("/v1/sources", json=wanted(inbox)).status_code == 201
    again = client.post("/v1/sources", json=wanted(inbox))
    assert (again.status_code, again.json()["code"]) == (409, "source_name_taken")


def test_only_administrators_set_sources_up(keyed: Callable[[str | None], TestClient], inbox: Path) -> None:
    made = keyed("admin").post("/v1/sources", json=wanted(inbox)).json()
    analyst, reader = keyed("analyst"), keyed("reader")
    assert analyst.post("/v1/sources", json=wanted(inbox)).status_code == 403
    assert analyst.patch(f"/v1/sources/{made['id']}", json={"name": "x"}).status_code == 403
    assert analyst.delete(f"/v1/sources/{made['id']}").status_code == 403
    assert analyst.post(f"/v1/sources/{made['id']}/run").status_code == 202
    assert analyst.post(f"/v1/sources/{made['id']}/pause").status_code == 200
    assert reader.get("/v1/sources").status_code == 403


def test_what_was_refused_is_listed_and_tried_again(
    client: TestClient, store: Store, services: StandIn, inbox: Path
) -> None:
    source = client.post("/v1/sources", json=wanted(inbox)).json()["id"]
    why = Rejected(source="a.wav", reason="it is not in the folder any more.", code="source_gone")
    store.source_items.wait(source, "k1", name="a.wav", locator={"path": "a.wav"}, now=NOW, problem=why, refused=True)
    [item] = client.get(f"/v1/sources/{source}/items").json()["items"]
    assert (item["name"], item["status"], item["code"]) == ("a.wav", "refused", "source_gone")
    assert client.get("/v1/sources").json()["items"][0]["refused"] == 1
    page = client.get(f"/sources/{source}", headers=HTML | {"accept-language": "fr"}).text
    assert "a.wav" in page
    assert "Ce n’est plus là où c’était" in page
    assert client.post(f"/v1/sources/{source}/items/{item['id']}/retry").json() == {"retried": 1}
    assert len(services.source_runs) == 1
    assert client.get(f"/v1/sources/{source}/items").json()["items"][0]["status"] == "waiting"
    unknown = client.post(f"/v1/sources/{source}/items/999/retry")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no_such_source_item")


def token(page: str) -> str:
    return page.split('name="csrf" value="')[1].split('"', maxsplit=1)[0]


def test_a_source_is_added_and_run_on_its_pages(client: TestClient, services: StandIn, inbox: Path) -> None:
    form = client.get("/sources/add/folder", headers=HTML)
    assert "env:VOC_SOURCE_" not in form.text  # a folder has no secret
    fields = {"csrf": token(form.text), "name": "Calls", "option.path": "calls", "every": "2"}
    wrong = client.post("/sources/add/folder", data=fields, headers=HTML | {"accept-language": "fr"})
    assert wrong.status_code == 422
    assert "chemin entier" in wrong.text
    assert 'value="calls"' in wrong.text
    made = client.post("/sources/add/folder", data=fields | {"option.path": str(inbox)}, follow_redirects=False)
    assert made.status_code == 303
    page = client.get(made.headers["location"], headers=HTML | {"accept-language": "en"}).text
    assert "every 2 minutes" in page
    acted = client.post(f"{made.headers['location']}/run", data={"csrf": token(page)}, follow_redirects=False)
    assert acted.status_code == 303
    assert len(services.source_runs) == 1
    listed = client.get("/sources", headers=HTML | {"accept-language": "fr"}).text
    assert "en cours" in listed
    assert "Dossier surveillé" in listed
    client.post(f"{made.headers['location']}/remove", data={"csrf": token(page)})
    assert client.get("/v1/sources").json()["items"] == []
    nothing = client.get("/sources/add/cloud", headers=HTML)
    assert nothing.status_code == 404


def test_a_form_from_elsewhere_does_nothing(client: TestClient, services: StandIn, inbox: Path) -> None:
    source = client.post("/v1/sources", json=wanted(inbox)).json()["id"]
    answer = client.post(f"/sources/{source}/run", data={"csrf": "x"}, headers=HTML)
    assert answer.status_code == 403
    assert services.source_runs == []


def test_hostile_names_are_text(client: TestClient, inbox: Path) -> None:
    name = "<script>alert(1)</script>"
    source = client.post("/v1/sources", json=wanted(inbox, name=name)).json()["id"]
    for path in ("/sources", f"/sources/{source}"):
        page = client.get(path, headers=HTML).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


# --- what is sent to sources ----------------------------------------------------------------------------------------

BODY = b'{"text": "Ma facture est fausse", "id": 7}'


@pytest.fixture
def hook(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("VOC_SOURCE_HOOK", "s3cret")
    made = {"kind": "webhook", "name": "Desk", "secrets": {"secret": "env:VOC_SOURCE_HOOK"}}
    source = client.post("/v1/sources", json=made).json()
    assert source["hook"] == f"/v1/sources/{source['id']}/hook"
    return str(source["hook"])


def signed(body: bytes) -> dict[str, str]:
    return {"x-signature": hmac.new(b"s3cret", body, "sha256").hexdigest(), "content-type": "application/json"}


def test_whoever_signs_may_send_without_a_key(
    hook: str, keyed: Callable[[str | None], TestClient], services: StandIn
) -> None:
    sent = keyed(None).post(hook, content=BODY, headers=signed(BODY))
    assert (sent.status_code, sent.json()) == (202, {"kept": 1})
    assert services.pushed[0].data == BODY
    assert len(services.source_runs) == 1
    wrong = keyed(None).post(hook, content=BODY + b" ", headers=signed(BODY))
    assert (wrong.status_code, wrong.json()["code"]) == (403, "source_signature")
    assert len(services.pushed) == 1


def test_what_is_sent_nowhere_or_too_much_is_refused(client: TestClient, hook: str, inbox: Path) -> None:
    assert client.post("/v1/sources/s123/hook", content=BODY).status_code == 404
    assert client.post("/v1/sources/Desk/hook", content=BODY, headers=signed(BODY)).status_code == 404  # no names here
    folder = client.post("/v1/sources", json=wanted(inbox)).json()["id"]
    assert client.post(f"/v1/sources/{folder}/hook", content=BODY).status_code == 404
    large = b"x" * (11 << 20)
    assert client.post(hook, content=large, headers=signed(large)).status_code == 413


def test_a_flood_is_told_to_wait(client: TestClient, hook: str, services: StandIn) -> None:
    client.patch(hook.removesuffix("/hook"), json={"per_minute": 2})
    bodies = [b'{"text": "%d"}' % n for n in range(4)]
    answers = [client.post(hook, content=one, headers=signed(one)) for one in bodies]
    assert [one.status_code for one in answers] == [202, 202, 429, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert len(services.pushed) == 2


def test_the_form_says_which_folders_may_be_named(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    said = [client.get("/sources/add/folder", headers={"accept": "text/html", "accept-language": "en"}).text]
    monkeypatch.setattr(client.app.state.service.settings, "source_folders", "/srv/calls")  # type: ignore[attr-defined]
    said.append(client.get("/sources/add/folder", headers={"accept": "text/html", "accept-language": "en"}).text)
    assert "VOC_SOURCE_FOLDERS limits which" in said[0] and "/srv/calls" in said[1]
    assert "VOC_SOURCE_FOLDERS" not in client.get("/sources/add/imap", headers={"accept": "text/html"}).text


def test_who_may_not_send_uses_up_nobodys_room(client: TestClient, hook: str, services: StandIn) -> None:
    client.patch(hook.removesuffix("/hook"), json={"per_minute": 2})
    stranger = TestClient(client.app, base_url="http://127.0.0.1:8000", client=("203.0.113.9", 5))
    refused = [stranger.post(hook, content=BODY, headers={"x-signature": "0" * 64}).status_code for _ in range(4)]
    assert refused == [403, 403, 429, 429]
    assert client.post(hook, content=BODY, headers=signed(BODY)).status_code == 202
    assert len(services.pushed) == 1


def test_a_secret_is_in_no_answer_and_no_page(
    client: TestClient, hook: str, monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    source = hook.split("/")[3]
    for path in ("/v1/sources", f"/v1/sources/{source}", f"/sources/{source}", "/sources", "/v1/audit"):
        text = client.get(path, headers=HTML if path.startswith("/s") else {}).text
        assert "s3cret" not in text
    refused = client.patch(f"/v1/sources/{source}", json={"secrets": {"secret": "s3cret-itself"}})
    assert refused.json()["code"] == "source_secret_reference"
    assert "s3cret" not in refused.text
    for place in ("env:PATH", "env:VOC_SECRET", "file:../voc.db", "file:/etc/passwd", "env:VOC_SOURCE_", "x:y"):
        answer = client.patch(f"/v1/sources/{source}", json={"secrets": {"secret": place}})
        assert answer.json()["code"] == "source_secret_reference"


def test_the_form_is_open_and_shown_where_it_may_be(
    keyed: Callable[[str | None], TestClient], services: StandIn
) -> None:
    options = {"question": "Alors ?", "consent": "J'accepte.", "sites": "https://shop.example", "language": "fr"}
    made = keyed("admin").post("/v1/sources", json={"kind": "form", "name": "Avis", "options": options}).json()
    path = f"/feedback/{made['id']}"
    anybody = keyed(None)
    page = anybody.get(path)
    assert page.status_code == 200
    assert "Alors ?" in page.text
    assert "J&#39;accepte." in page.text
    assert "set-cookie" not in page.headers
    assert "frame-ancestors https://shop.example" in page.headers["content-security-policy"]
    assert "script-src 'self'" in page.headers["content-security-policy"]
    without = anybody.post(path, data={"text": "Bien"})
    assert without.status_code == 422
    assert "cochez la case" in without.text
    fields = {"text": "Bien", "score": "9", "consent": "yes"}
    done = anybody.post(path, data=fields, headers={"origin": "https://shop.example"})
    assert (done.status_code, "Merci" in done.text) == (200, True)
    assert json.loads(services.pushed[0].data or b"")["message"] == "Bien"
    assert anybody.get("/feedback/nowhere").status_code == 404
    assert keyed("admin").get(f"/sources/{made['id']}", headers=HTML).text.count(path) == 1


def test_a_question_is_text_whatever_is_in_it(client: TestClient) -> None:
    options = {"question": "<script>alert(1)</script>", "consent": "<b>x</b>"}
    made = client.post("/v1/sources", json={"kind": "form", "name": "Avis", "options": options}).json()
    page = client.get(f"/feedback/{made['id']}").text
    assert "<script>" not in page
    assert "<b>" not in page


def test_every_kind_has_its_form_in_both_languages(client: TestClient) -> None:
    kinds = client.get("/v1/sources/kinds").json()["items"]
    assert {one["name"] for one in kinds} >= {"folder", "s3", "sftp", "imap", "feed", "webhook", "sql", "form"}
    for kind in kinds:
        for language in ("fr", "en"):
            page = client.get(f"/sources/add/{kind['name']}", headers=HTML | {"accept-language": language})
            assert page.status_code == 200
            assert kind["labels"][language] in html.unescape(page.text)
            for field in kind["fields"]:
                assert set(field["labels"]) == {"fr", "en"}
                assert not field["help"] or set(field["help"]) == {"fr", "en"}
