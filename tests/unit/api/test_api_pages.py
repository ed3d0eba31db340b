"""The pages: every one draws, in both languages, escapes what customers wrote, and lets only its own forms act."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from api_seed import HOSTILE, NOW
from fastapi import FastAPI
from starlette.testclient import TestClient

from voc.records import Channel
from voc.store import Store

HTML = {"accept": "text/html"}


def every_page(ids: dict[str, str]) -> list[str]:
    return [
        "/", "/interactions", "/interactions?q=facture", "/interactions?channel=call&sentiment=negative",
        *(f"/interactions/{one}" for one in ids.values()), f"/interactions/{ids['call']}?t=5500",
        "/pressure", "/repeat-contacts",
        "/customers", "/customers?q=L%C3%A9a", "/customers/C001", "/customers/C%2F2%20%C3%A9", "/topics",
        "/topics?channel=email", "/digest", "/digest/2026-W46", "/upload", "/upload/mappings", "/sources",
        "/sources/add/folder", "/settings/keys", "/docs", "/nowhere",
    ]  # fmt: skip


class Checker(HTMLParser):
    """Finds what a content security policy or a reader would stumble over."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.labelled: set[str] = set()
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in given:
            if name.startswith("on"):
                self.faults.append(f"<{tag} {name}>")
        if "style" in given or tag == "style":
            self.faults.append(f"inline style on <{tag}>")
        if tag == "script" and not given.get("src", "").startswith("/static/"):
            self.faults.append(f"script {given}")
        if tag == "img" and "alt" not in given:
            self.faults.append("img without alt")
        for name in ("href", "src", "action"):
            if (given.get(name) or "").strip().lower().startswith(("javascript:", "data:", "http:", "https:")):
                self.faults.append(f"<{tag} {name}={given[name]}>")
        if tag == "label":
            self.depth += 1
        if tag in {"input", "select", "textarea"} and given.get("type") != "hidden" and not self.depth:
            self.faults.append(f"unlabelled <{tag} name={given.get('name')}>")

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self.depth -= 1


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_draws_and_holds_to_the_policy(client: TestClient, ids: dict[str, str], language: str) -> None:
    for path in every_page(ids):
        answer = client.get(path, headers=HTML | {"accept-language": language})
        assert answer.status_code == (404 if path == "/nowhere" else 200), path
        assert f'<html lang="{language}">' in answer.text
        checker = Checker()
        checker.feed(answer.text)
        assert not checker.faults, f"{path}: {checker.faults}"
        assert HOSTILE not in answer.text
        assert "<script>alert" not in answer.text
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


def test_an_empty_store_draws_too(client: TestClient) -> None:
    for path in ("/", "/interactions", "/customers", "/topics", "/digest", "/upload", "/settings/keys"):
        assert client.get(path, headers=HTML).status_code == 200, path


@pytest.mark.slow
def test_every_link_of_the_main_pages_leads_somewhere(client: TestClient, ids: dict[str, str]) -> None:
    seen: set[str] = set()
    for path in ("/", "/topics", "/digest/2026-W46", "/customers/C001", f"/interactions/{ids['call']}"):
        for href in re.findall(r'href="(/[^"#]*)', client.get(path, headers=HTML).text):
            seen.add(href.replace("&amp;", "&"))
    assert len(seen) > 60
    for href in sorted(seen):
        answer = client.get(href, headers=HTML)
        assert answer.status_code == 200, f"{href}: {answer.status_code}"


def test_a_figure_links_to_exactly_its_interactions(client: TestClient, ids: dict[str, str]) -> None:
    for by in ("channel", "topic", "week", "segment"):
        for one in client.get(f"/v1/insights/volumes?by={by}").json()["figures"]:
            listed = client.get(f"/v1{one['href']}&limit=500").json()["items"]
            assert len(listed) == one["n"], one


def test_the_words_of_a_call_carry_their_seconds_and_marks(client: TestClient, ids: dict[str, str]) -> None:
    page = client.get(f"/interactions/{ids['call']}?t=5500", headers=HTML).text
    assert 'data-start="5500"' in page
    assert re.search(r'<span class="w [^"]*redacted[^"]*" data-b="\d+"[^>]*>Léa</span>', page)
    assert re.search(
        r'<span class="w topic-mark c0 " data-b="\d+" data-e="\d+" title="Double charge">prélevé</span>', page
    )
    spoken = re.sub(r"<[^>]+>", "", "".join(re.findall(r'<p class="turn-text"[^>]*>(.*?)</p>', page, re.S)))
    assert "Bonjour, je suis Léa Martin, on m&#39;a prélevé deux fois." in spoken
    assert "no tone model is installed" in page


def test_a_reader_sees_no_personal_data_and_no_player(
    keyed: Callable[[str | None], TestClient], ids: dict[str, str]
) -> None:
    reader, analyst = keyed("reader"), keyed("analyst")
    path = f"/interactions/{ids['call']}"
    page = reader.get(path, headers=HTML).text
    text = re.sub(r"<[^>]+>", "", "".join(re.findall(r'<p class="turn-text"[^>]*>(.*?)</p>', page, re.S)))
    assert "Martin" not in text and "███ ██████" in text
    assert "<audio" not in page and "+33612345678" not in page
    assert reader.get(f"/v1{path}/audio").status_code == 409  # the copy without personal data is not made yet
    analysis = reader.get(f"/v1{path}").json()["analysis"]
    assert "Martin" not in str(analysis)
    assert len(analysis["text"]) == len(analyst.get(f"/v1{path}").json()["analysis"]["text"])
    assert "<audio" in analyst.get(path, headers=HTML).text
    assert "+33612345678" not in reader.get("/customers/C001", headers=HTML).text


def test_a_page_leads_to_signing_in_and_back(app: FastAPI, store: Store, ids: dict[str, str]) -> None:
    _, secret = store.access.create_key("me", "analyst", now=NOW)
    store.access.create_key("boss", "admin", now=NOW)
    browser = TestClient(app, base_url="https://voc.example", client=("203.0.113.9", 1), headers=HTML)
    away = browser.get("/topics?channel=email", follow_redirects=False)
    assert away.status_code == 303
    assert away.headers["location"] == "/login?next=%2Ftopics%3Fchannel%3Demail"
    form = browser.get(away.headers["location"])
    cookie = form.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Secure" in cookie
    token = re.search(r'name="csrf" value="([^"]+)"', form.text)[1]  # type: ignore[index]
    planted = browser.cookies["voc_session"]
    fields = {"csrf": token, "next": "/topics?channel=email", "key": "voc_wrong"}
    assert browser.post("/login", data=fields).status_code == 401
    signed = browser.post("/login", data=fields | {"key": secret}, follow_redirects=False)
    assert signed.headers["location"] == "/topics?channel=email"
    assert browser.cookies["voc_session"] != planted
    assert browser.get("/topics").status_code == 200
    assert browser.get("/settings/keys").status_code == 403
    # the API takes the cookie for reading; changing anything needs the token too
    assert browser.get("/v1/interactions").status_code == 200
    path = f"/v1/interactions/{ids['text']}/reanalyse"
    assert browser.post(path).status_code == 403
    fresh = re.search(r'name="csrf-token" content="([^"]+)"', browser.get("/").text)[1]  # type: ignore[index]
    assert browser.post(path, headers={"x-csrf-token": fresh}).status_code == 202
    assert browser.post(path, headers={"x-csrf-token": token}).status_code == 403
    assert browser.post("/logout", data={"csrf": fresh}, follow_redirects=False).status_code == 303
    assert browser.get("/topics", follow_redirects=False).status_code == 303


def test_a_forged_session_is_nobody(app: FastAPI, store: Store) -> None:
    key, _ = store.access.create_key("me", "admin", now=NOW)
    browser = TestClient(app, base_url="https://voc.example", client=("203.0.113.9", 1), headers=HTML)
    for value in ("x", f'{{"k": "{key.id}"}}', "a.b.c", ""):
        browser.cookies.set("voc_session", value)
        assert browser.get("/topics", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "\n/x", "/a\r\nb"]
)
def test_no_redirect_leaves_the_house(client: TestClient, target: str) -> None:
    answer = client.get("/language/fr", params={"next": target}, follow_redirects=False)
    assert answer.headers["location"] == "/"
    assert client.get("/login", params={"next": target}, follow_redirects=False).headers["location"] == "/"


def test_a_form_without_its_token_does_nothing(client: TestClient, ids: dict[str, str], services: object) -> None:
    client.get("/", headers=HTML)
    assert client.post(f"/interactions/{ids['text']}/reanalyse", data={}, headers=HTML).status_code == 403
    assert client.post("/settings/keys", data={"name": "x", "role": "admin"}, headers=HTML).status_code == 403
    assert client.post("/upload", files={"file": ("a.csv", b"x")}, headers=HTML).status_code == 403
    assert services.requeued == []  # type: ignore[attr-defined]


def test_making_the_first_key_signs_its_maker_in(client: TestClient) -> None:
    token = re.search(r'name="csrf" value="([^"]+)"', client.get("/settings/keys", headers=HTML).text)[1]  # type: ignore[index]
    page = client.post("/settings/keys", data={"csrf": token, "name": HOSTILE, "role": "admin"}, headers=HTML)
    assert page.status_code == 200
    assert re.search(r'id="secret">voc_[\w-]{40,}<', page.text)
    assert HOSTILE not in page.text
    assert client.get("/settings/keys", headers=HTML).status_code == 200
    client.cookies.clear()
    assert client.get("/settings/keys", headers=HTML, follow_redirects=False).status_code == 303


def test_sending_a_file_without_javascript(client: TestClient) -> None:
    token = re.search(r'name="csrf" value="([^"]+)"', client.get("/upload", headers=HTML).text)[1]  # type: ignore[index]
    answer = client.post(
        "/upload", data={"csrf": token, "channel": "email"}, files={"file": (HOSTILE, b"bonjour\nbad\n")}, headers=HTML
    )
    assert answer.status_code == 200
    assert answer.url.path.startswith("/uploads/u")
    assert "the line says bad" in answer.text
    assert "<script>alert" not in answer.text


def test_a_failed_upload_offers_its_columns(client: TestClient) -> None:
    refused = client.post("/v1/uploads?filename=a.csv", content=b"bad\n")
    upload = refused.json()["uploads"][0]["id"]
    fragment = client.get(f"/uploads/{upload}/progress", headers=HTML).text
    assert '<option value="Colonne A">' in fragment
    assert HOSTILE not in fragment


def test_importing_customers_from_the_page(client: TestClient, store: Store) -> None:
    token = re.search(r'name="csrf" value="([^"]+)"', client.get("/customers", headers=HTML).text)[1]  # type: ignore[index]
    answer = client.post(
        "/customers/import",
        data={"csrf": token},
        files={"file": ("crm.csv", b"id,name\nC9,Ana\n")},
        headers=HTML | {"accept-language": "en"},
    )
    assert answer.status_code == 200 and "1 new, 0 updated." in answer.text
    assert store.customers.get("C9") is not None


@pytest.mark.parametrize(
    ("language", "opened"),
    [("fr", "tout est ouvert, sur cette machine seulement"), ("en", "everything is open on this machine alone")],
)
def test_the_page_with_the_first_key_no_longer_says_that_there_is_none(
    client: TestClient, language: str, opened: str
) -> None:
    headers = HTML | {"accept-language": language}
    before = client.get("/settings/keys", headers=headers).text
    assert opened in before
    token = re.search(r'name="csrf" value="([^"]+)"', before)[1]  # type: ignore[index]
    page = client.post("/settings/keys", data={"csrf": token, "name": "boss", "role": "admin"}, headers=headers)
    assert page.status_code == 200 and opened not in page.text
    assert 'action="/logout"' in page.text and '<option value="reader">' in page.text
    # its forms are those of the session that has just begun
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]  # type: ignore[index]
    second = client.post("/settings/keys", data={"csrf": token, "name": "me", "role": "reader"}, headers=headers)
    assert second.status_code == 200 and opened not in second.text


def test_a_channel_has_its_colour_in_every_language(client: TestClient, ids: dict[str, str]) -> None:
    colours = []
    for language in ("fr", "en"):
        page = client.get("/", headers=HTML | {"accept-language": language}).text
        chart = re.search(r'<figure class="stacked">.*?</figure>', page, re.DOTALL)[0]  # type: ignore[index]
        colours.append(re.findall(r'<span class="swatch ([^"]+)"></span>([^<]+)', chart))
    assert [kind for kind, _ in colours[0]] == [kind for kind, _ in colours[1]] == [
        "of-call", "of-email", "of-social", "of-review"
    ]  # fmt: skip
    assert [name for _, name in colours[0]] == ["Appel", "E-mail", "Réseau social", "Avis"]
    style = client.get("/static/voc.css").text
    for one in Channel:
        assert style.count(f"--channel-{one}:") == 2, "light and dark"
