"""Uploads: multipart and streamed, one bad file beside good ones, sent twice, too large, cut off, badly named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from api_seed import StandIn
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.request_files import FILENAME_CHARS, bare_name
from voc.records import Rejected, Remark
from voc.store import Store

PROBLEM = "application/problem+json"


def test_several_files_answer_one_id_per_interaction_and_the_rejected_rows(client: TestClient) -> None:
    files = [("file", ("a.csv", b"one\ntwo\nbad\n")), ("file", ("b.csv", b"two\nthree\n"))]
    answer = client.post("/v1/uploads", files=files, data={"channel": "email"})
    assert answer.status_code == 202
    body = answer.json()
    first, second = body["uploads"]
    assert (first["accepted"], first["duplicate"], first["rejected"]) == (2, 0, 1)
    assert first["rejections"] == [
        {"source": "a.csv:3", "reason": "the line says bad; write something else.", "code": None, "parameters": {}}
    ]
    assert (second["accepted"], second["duplicate"]) == (1, 1)
    assert body["interactions"] == first["interactions"] + second["interactions"]
    assert len(set(body["interactions"])) == 3
    assert client.get(first["href"]).json() == first
    assert [one["filename"] for one in client.get("/v1/uploads").json()] == ["a.csv", "b.csv"] or len(
        client.get("/v1/uploads").json()
    ) == 2


def test_a_streamed_body_needs_only_its_name(client: TestClient, store: Store) -> None:
    answer = client.post(
        "/v1/uploads", params={"filename": "../../etc/x.txt", "roles": "agent, customer"}, content=b"hi"
    )
    assert answer.status_code == 202
    upload = answer.json()["uploads"][0]
    assert answer.headers["location"] == upload["href"]
    assert upload["filename"] == "x.txt"
    kept = store.uploads.get(upload["id"])
    assert kept is not None and kept.options.roles == ("agent", "customer")
    nameless = client.post("/v1/uploads", content=b"hi")
    assert nameless.status_code == 422 and "filename" in nameless.json()["detail"]


def test_a_file_that_cannot_be_taken_in_does_not_harm_the_others(client: TestClient) -> None:
    mixed = client.post("/v1/uploads", files=[("file", ("bad.csv", b"bad\n")), ("file", ("good.csv", b"fine\n"))])
    assert mixed.status_code == 202
    assert [one["status"] for one in mixed.json()["uploads"]] == ["failed", "queued"]
    alone = client.post("/v1/uploads", files=[("file", ("empty.csv", b""))])
    assert alone.status_code == 422
    assert alone.headers["content-type"] == PROBLEM
    assert alone.json()["detail"] == "empty.csv: the file is empty; send another."
    kept = alone.json()["uploads"][0]["id"]
    assert client.get(f"/v1/uploads/{kept}").json()["status"] == "failed"
    assert client.post(f"/v1/uploads/{kept}/retry").status_code == 202


def test_the_same_idempotency_key_gives_the_same_answer_and_takes_no_other_file(client: TestClient) -> None:
    def send(content: bytes, key: str) -> tuple[int, dict[str, object]]:
        answer = client.post("/v1/uploads", files={"file": ("a.csv", content)}, headers={"idempotency-key": key})
        return answer.status_code, answer.json()

    first, again = send(b"one\ntwo", "k1"), send(b"one\ntwo", "k1")
    assert first == again
    status, body = send(b"something else", "k1")
    assert status == 422 and "used for another file" in str(body["detail"])
    assert send(b"something else", "k2")[0] == 202
    assert len(client.get("/v1/uploads").json()) == 2


def test_two_files_at_once_under_one_key_are_not_both_acknowledged(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, looks = store.uploads.by_idempotency_key, iter([None])
    assert client.post("/v1/uploads", files={"file": ("a.csv", b"one")}, headers={"idempotency-key": "k"}).is_success
    monkeypatch.setattr(store.uploads, "by_idempotency_key", lambda key: next(looks, look(key)))  # not there yet
    answer = client.post("/v1/uploads", files={"file": ("b.csv", b"other")}, headers={"idempotency-key": "k"})
    assert answer.status_code == 422 and "used for another file" in answer.json()["detail"]
    assert len(client.get("/v1/uploads").json()) == 1


def test_a_key_is_of_its_sender_alone(keyed: Callable[[str | None], TestClient]) -> None:
    # Two senders may count their files alike, and neither is to be answered with what the other sent.
    one, other = keyed("analyst"), keyed("admin")
    sent = [
        who.post("/v1/uploads", files={"file": ("a.csv", content)}, headers={"idempotency-key": "1"})
        for who, content in ((one, b"one"), (other, b"one"), (other, b"one"))
    ]
    assert [answer.status_code for answer in sent] == [202, 202, 202]
    first, second, again = (answer.json()["uploads"][0]["id"] for answer in sent)
    assert first != second and second == again


def test_several_files_under_one_key_stay_apart(client: TestClient) -> None:
    files = [("file", ("a.csv", b"one")), ("file", ("b.csv", b"two"))]
    sent = [client.post("/v1/uploads", files=files, headers={"idempotency-key": "k"}).json() for _ in range(2)]
    assert sent[0] == sent[1]
    assert len({one["id"] for one in sent[0]["uploads"]}) == 2


@pytest.mark.parametrize("way", ["multipart", "stream", "chunked"])
def test_too_large_is_refused_while_it_streams(client: TestClient, way: str, store: Store) -> None:
    content = b"x" * (1 << 20) * 2  # the limit of these tests is 1 MB

    def chunks() -> object:
        for _ in range(40):
            yield content[: 64 * 1024]

    if way == "multipart":
        answer = client.post("/v1/uploads", files={"file": ("big.csv", content)})
    elif way == "stream":
        answer = client.post("/v1/uploads?filename=big.csv", content=content)
    else:
        answer = client.post("/v1/uploads?filename=big.csv", content=chunks())  # type: ignore[arg-type]
    assert answer.status_code == 413
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["detail"] == "The body is larger than 1 MB; send it in parts, or raise VOC_MAX_UPLOAD_MB."
    assert store.uploads.recent() == []


def test_small_bodies_have_a_small_limit(client: TestClient) -> None:
    answer = client.post("/v1/keys", content=b"{" + b" " * (1 << 21), headers={"content-type": "application/json"})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"data": {"channel": "pigeon"}}, "channel: 'pigeon' is not one of call, email"),
        ({"data": {"map": "text"}}, "map: 'text' is not field=column"),
        ({"data": {"mapping": "[1]"}}, "mapping: not a JSON object"),
        ({"data": {"mapping": '{"text": 3}'}}, "mapping: not a JSON object"),
    ],
)
def test_a_wrong_option_is_one_clear_line(client: TestClient, sent: dict[str, object], said: str) -> None:
    answer = client.post("/v1/uploads", files={"file": ("a.csv", b"x")}, **sent)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(said)


def test_mapping_comes_as_pairs_or_as_one_object(client: TestClient, store: Store) -> None:
    sent = {"map": ["text=Message", "date=Reçu le"], "mapping": json.dumps({"id": "N°", "email": ""})}
    answer = client.post("/v1/uploads", files={"file": ("a.csv", b"x")}, data=sent)
    kept = store.uploads.get(answer.json()["uploads"][0]["id"])
    assert kept is not None
    assert kept.options.mapping == {"text": "Message", "date": "Reçu le", "id": "N°"}


@pytest.mark.parametrize(
    "body",
    [b"", b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n', b"\x00" * 64],
)
def test_a_broken_multipart_body_is_the_senders_fault(client: TestClient, body: bytes) -> None:
    answer = client.post("/v1/uploads", content=body, headers={"content-type": "multipart/form-data; boundary=x"})
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == PROBLEM


def test_a_body_cut_off_is_not_taken_in(app: FastAPI, store: Store) -> None:
    import asyncio

    async def cut_off() -> list[dict[str, object]]:
        messages = iter(
            [
                {"type": "http.request", "body": b"half", "more_body": True},
                {"type": "http.disconnect"},
            ]
        )
        answers: list[dict[str, object]] = []

        async def receive() -> dict[str, object]:
            return next(messages)

        async def send(message: dict[str, object]) -> None:
            answers.append(message)

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
            "path": "/v1/uploads", "raw_path": b"/v1/uploads", "query_string": b"filename=a.csv", "root_path": "",
            "headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        }  # fmt: skip
        await app(scope, receive, send)  # type: ignore[arg-type]
        return answers

    answers = asyncio.run(cut_off())
    assert answers[0]["status"] == 400
    assert store.uploads.recent() == []


def test_a_full_disk_is_said(client: TestClient, services: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    from voc.errors import StoreFullError

    def full(*_: object, **__: object) -> object:
        raise StoreFullError("The file could not be kept: No space left on device; free space and send it again.")

    monkeypatch.setattr(services, "receive", full)
    answer = client.post("/v1/uploads?filename=a.csv", content=b"x")
    assert answer.status_code == 507
    assert "free space" in answer.json()["detail"]
    assert answer.json()["code"] == "store_full"


@given(st.text(max_size=400))
def test_any_name_becomes_a_harmless_one(name: str) -> None:
    bare = bare_name(name)
    assert bare and len(bare) <= FILENAME_CHARS
    assert not set(bare) & set('/\\<>:"|?*\0\r\n')
    assert bare not in {".", ".."} and bare.isprintable()
    assert bare_name(bare) == bare


def test_names_keep_their_suffix() -> None:
    assert bare_name("C:\\calls\\appel n°1.ogg") == "appel n°1.ogg"
    assert bare_name("x" * 400 + ".parquet").endswith("x.parquet")
    assert bare_name("..") == bare_name("///") == "upload"
    assert bare_name("invoice\u202egpj.exe") == "invoicegpj.exe"


def test_metrics_and_health(client: TestClient, ids: dict[str, str]) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}
    text = client.get("/metrics").text
    assert 'voc_interactions{status="failed"} 1' in text
    assert "voc_workers 0" in text
    for line in text.splitlines():
        assert re.fullmatch(r"# (HELP|TYPE) \w+ .+|\w+(\{\w+=\"\w+\"\})? \d+", line), line


def test_a_reader_sees_no_callers_number_in_the_name_of_a_file(
    keyed: Callable[[str | None], TestClient], ids: dict[str, str]
) -> None:
    analyst, reader = keyed("analyst"), keyed("reader")
    sent = analyst.post("/v1/uploads?filename=0612345678.csv", content=b"Ma facture\nbad\n")
    upload, interaction = sent.json()["uploads"][0]["href"], sent.json()["interactions"][0]
    paths = (
        *(upload, "/v1/uploads", "/v1/interactions", f"/v1/interactions/{interaction}"),
        *(upload.removeprefix("/v1"), "/interactions", f"/interactions/{interaction}"),
    )
    for path in paths:
        answer = reader.get(path)
        assert answer.status_code == 200, path
        assert "0612345678" not in answer.text, path
    assert "0612345678.csv:1" in analyst.get("/v1/interactions").text
    assert "0612345678.csv" in analyst.get(upload).text


def test_a_file_that_was_set_aside_is_read_again_from_its_page(client: TestClient, store: Store) -> None:
    sent = client.post("/v1/uploads?filename=x.csv", content=b"Ma facture\n").json()["uploads"][0]["id"]
    assert "/retry" not in client.get(f"/uploads/{sent}").text
    error = "x.csv: voc ended 3 times while reading it, so it was set aside"
    aside = Rejected(source="x.csv", reason=error)
    store.uploads.finish_reading(sent, accepted=0, duplicate=0, rejected=1, error=aside)
    page = client.get(f"/uploads/{sent}").text
    assert error in page
    assert client.post(f"/uploads/{sent}/retry", data={"csrf": "wrong"}).status_code == 403
    token = re.search(rf'action="/uploads/{sent}/retry"><input type="hidden" name="csrf" value="([^"]+)"', page)
    assert token is not None
    done = client.post(f"/uploads/{sent}/retry", data={"csrf": token.group(1)})
    assert (done.status_code, done.url.path) == (200, f"/uploads/{sent}")
    assert error not in done.text
    assert client.get(f"/v1/uploads/{sent}").json()["status"] == "queued"
    assert store.access.trail(limit=1)[0].action == "upload.retry"


def test_a_reader_cannot_have_a_file_read_again(keyed: Callable[[str | None], TestClient], store: Store) -> None:
    sent = keyed("analyst").post("/v1/uploads?filename=x.csv", content=b"Ma facture\n").json()["uploads"][0]["id"]
    error = Rejected(source="x.csv", reason="set aside")
    store.uploads.finish_reading(sent, accepted=0, duplicate=0, rejected=1, error=error)
    assert "/retry" not in keyed("reader").get(f"/uploads/{sent}").text
    assert keyed("reader").post(f"/uploads/{sent}/retry").status_code == 403


def test_remarks_are_shown_and_are_no_rejections(
    client: TestClient, store: Store, keyed: Callable[[str | None], TestClient]
) -> None:
    analyst = keyed("analyst")
    sent = analyst.post("/v1/uploads?filename=0612345678.csv", content=b"Ma facture\n").json()["uploads"][0]["id"]
    store.uploads.reject(sent, [Remark(source="0612345678.csv:1", reason="the date could not be read.")])
    answer = analyst.get(f"/v1/uploads/{sent}").json()
    assert (answer["rejected"], answer["rejections"]) == (0, [])
    said = {"source": "0612345678.csv:1", "reason": "the date could not be read.", "code": None, "parameters": {}}
    assert answer["remarks"] == [said]
    assert "the date could not be read." in analyst.get(f"/uploads/{sent}").text
    for path in (f"/v1/uploads/{sent}", f"/uploads/{sent}"):
        assert "0612345678" not in keyed("reader").get(path).text


def test_a_speaker_of_a_chat_can_be_given_a_role_on_the_page(client: TestClient, store: Store) -> None:
    page = client.get("/upload").text
    assert 'name="speakers"' in page
    text = "[03/11/2026 10:12:46] Fatou: Bonjour\n[03/11/2026 10:13:45] Boutique: Bonjour, que puis-je pour vous ?\n"
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token is not None
    form = {"roles": "", "speakers": "Boutique=agent", "csrf": token.group(1)}
    answer = client.post("/upload", data=form, files={"file": ("_chat.txt", text)}, follow_redirects=False)
    assert answer.status_code == 303
    kept = store.uploads.get(answer.headers["location"].rpartition("/")[2])
    assert kept is not None and kept.options.roles == ("Boutique=agent",)
