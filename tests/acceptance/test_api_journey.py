"""The whole way through HTTP with the real pipeline: a recording, an export and customers in; figures out."""

from __future__ import annotations

import io
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from service import Server

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

SAMPLES = Path(__file__).parents[2] / "samples"
PATIENCE_S = 240


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("journey")
    running = Server(folder / "home", folder / "server.log")
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def sent(server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """An export, a recording and the customer base, sent and analysed."""
    header, *rows = (SAMPLES / "reviews.csv").read_text("utf-8").splitlines(keepends=True)
    export = tmp_path_factory.mktemp("files") / "avis.csv"
    export.write_text(header + "".join(rows[:60]), "utf-8")
    recording = min((SAMPLES / "calls").glob("*.ogg"), key=lambda path: path.stat().st_size)
    uploads = {"export": server.upload(export), "call": server.upload(recording, channel="call")}
    customers = send(server, "/v1/customers/import?filename=customers.csv", (SAMPLES / "customers.csv").read_bytes())
    deadline = time.monotonic() + PATIENCE_S
    while not all(server.get(one["uploads"][0]["href"])["finished"] for one in uploads.values()):
        assert time.monotonic() < deadline, server.log.read_text()
        time.sleep(0.3)
    return uploads | {"customers": customers, "files": {"export": export, "call": recording}}


def send(server: Server, path: str, body: bytes, **headers: str) -> Any:
    request = urllib.request.Request(server.url + path, data=body, headers=headers, method="POST")
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def refused(server: Server, path: str, body: bytes | None = None, **headers: str) -> tuple[int, dict[str, Any]]:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(urllib.request.Request(server.url + path, data=body, headers=headers), timeout=60)
    with caught.value as answer:
        assert answer.headers["content-type"] == "application/problem+json"
        return answer.code, json.load(answer)


def test_everything_sent_is_analysed_and_nothing_failed(server: Server, sent: dict[str, Any]) -> None:
    export = server.get(sent["export"]["uploads"][0]["href"])
    assert export["statuses"] == {"done": 60}
    assert sent["customers"]["new"] > 300
    text = urllib.request.urlopen(f"{server.url}/metrics").read().decode()
    assert 'voc_interactions{status="queued"} 0' in text and "voc_workers 1" in text


def test_a_call_has_words_with_seconds_and_a_recording_that_can_be_jumped_in(
    server: Server, sent: dict[str, Any]
) -> None:
    (call,) = sent["call"]["interactions"]
    body = server.get(f"/v1/interactions/{call}")
    analysis = body["analysis"]
    assert analysis["conversation"]["duration_ms"] > 20_000
    words = [word for turn in analysis["turns"] for word in turn["words"]]
    assert len(words) > 40
    for turn in analysis["turns"]:
        assert analysis["text"][turn["begin"] : turn["end"]] == turn["text"]
    recording = sent["files"]["call"].read_bytes()
    request = urllib.request.Request(server.url + body["audio"], headers={"Range": "bytes=1000-1999"})
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 206
        assert answer.read() == recording[1000:2000]


def test_search_finds_the_meaning_without_the_word(server: Server, sent: dict[str, Any]) -> None:
    found = server.get(f"/v1/search?q={quote('prix trop élevé')}&limit=20")
    assert found["words_only"] is False
    assert any("meaning" in one["by"] for one in found["items"])


def test_the_same_export_again_adds_nothing(server: Server, sent: dict[str, Any]) -> None:
    again = server.upload(sent["files"]["export"])
    assert again["uploads"][0]["accepted"] == 0
    assert again["uploads"][0]["duplicate"] == 60
    assert sorted(again["interactions"]) == sorted(sent["export"]["interactions"])


def test_figures_agree_with_the_lists_they_link_to(server: Server, sent: dict[str, Any]) -> None:
    for by in ("topic", "channel", "week", "segment", "city"):
        for one in server.get(f"/v1/insights/volumes?by={by}")["figures"]:
            assert len(server.get(f"/v1{one['href']}&limit=500")["items"]) == one["n"], one["href"]


def test_a_digest_can_be_read_for_every_week(server: Server, sent: dict[str, Any]) -> None:
    for one in server.get("/v1/digests"):
        made = server.get(one["href"])
        assert made["week"] == one["week"]
        for item in (*made["rises"], *made["falls"]):
            assert item["n"] > 0 and item["p_value"] is not None and item["href"]


def test_bad_files_say_why_in_one_line(server: Server, sent: dict[str, Any]) -> None:
    for name, content in {"vide.wav": b"", "texte.wav": b"ceci n'est pas un son" * 9, "x.pdf": b"%PDF-1.7 x"}.items():
        status, problem = refused(
            server, f"/v1/uploads?filename={name}", content or b"", **{"content-type": "audio/wav"}
        )
        assert status == 422
        assert problem["detail"].startswith(name) and "\n" not in problem["detail"], problem


def test_the_first_key_closes_the_door(server: Server, sent: dict[str, Any]) -> None:
    made = send(server, "/v1/keys", io.BytesIO(b'{"name": "me", "role": "admin"}').read(),
                **{"content-type": "application/json"})  # fmt: skip
    status, problem = refused(server, "/v1/interactions")
    assert status == 401 and "Bearer" in problem["detail"]
    request = urllib.request.Request(f"{server.url}/v1/keys", headers={"authorization": f"Bearer {made['secret']}"})
    with urllib.request.urlopen(request) as answer:
        assert [one["name"] for one in json.load(answer)] == ["me"]
