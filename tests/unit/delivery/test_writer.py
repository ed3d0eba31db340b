"""The model that may phrase a digest, played by a server that tells the truth, lies, stalls or breaks."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from voc.delivery import writer
from voc.delivery.writer import phrase
from voc.insights.week_summary import sentences, summary
from voc.records import Digest
from voc.settings import Settings

DIGEST = Digest(
    week="2026-W46",
    begins="2026-11-09T00:00:00Z",
    ends="2026-11-16T00:00:00Z",
    created_at="2026-11-16T08:00:00Z",
    n=160,
    n_baseline=400,
    baseline_weeks=("2026-W42", "2026-W43", "2026-W44", "2026-W45"),
)
Answer = Callable[[dict[str, Any]], tuple[int, bytes]]


class Model:
    """A server with one answer; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.answer: Answer = lambda given: completion([])
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                model.asked.append((self.path, self.headers.get("Authorization", ""), body))
                status, content = model.answer(json.loads(body["messages"][1]["content"]))
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def settings(self) -> Settings:
        url = f"http://127.0.0.1:{self.server.server_address[1]}/v1/"
        return Settings(writer_url=url, writer_model="small", writer_key="k-123")


def completion(told: list[dict[str, str]]) -> tuple[int, bytes]:
    content = json.dumps({"sentences": told})
    return 200, json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


@pytest.fixture
def model() -> Iterator[Model]:
    found = Model()
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_what_it_says_truly_is_told_in_each_language(model: Model) -> None:
    def answer(given: dict[str, Any]) -> tuple[int, bytes]:
        better = {
            "English": "This week brought 160 interactions, 60% more than the usual 100 a week.",
            "français": "La semaine compte 160 interactions, 60\u202f% de plus que les 100 habituelles.",
        }
        return completion([{"id": "s1", "text": better[given["language"]]}])

    model.answer = answer
    told = phrase(DIGEST, model.settings)
    assert summary(told, "en")[0] == "This week brought 160 interactions, 60% more than the usual 100 a week."
    assert summary(told, "fr")[0].startswith("La semaine compte 160")
    assert summary(told, "en")[1] == summary(DIGEST, "en")[1], "it said nothing of the second sentence"
    path, key, body = model.asked[0]
    assert (path, key, body["model"]) == ("/v1/chat/completions", "Bearer k-123", "small")
    given = json.loads(body["messages"][1]["content"])
    assert {one["text"] for one in given["sentences"]} <= {
        one.text for language in ("fr", "en") for one in sentences(DIGEST, language)
    }


def test_a_liar_is_not_quoted_and_not_logged(model: Model, caplog: pytest.LogCaptureFixture) -> None:
    lies = ["Only 160 interactions, 60% fewer than the usual 100.", "Everything about Billing rose by 300%."]
    model.answer = lambda given: completion(
        [{"id": one["id"], "text": lie} for one, lie in zip(given["sentences"], lies, strict=False)]
    )
    with caplog.at_level(logging.WARNING, "voc.writer"):
        told = phrase(DIGEST, model.settings)
    assert told.phrased == {}
    for language in ("fr", "en"):
        assert summary(told, language) == summary(DIGEST, language)
    assert "not used" in caplog.text
    assert "Billing" not in caplog.text


@pytest.mark.parametrize(
    ("status", "content", "said"),
    [
        (500, b"out of memory", "answered 500"),
        (401, b"", "answered 401"),
        (302, b"", "answered 302"),
        (200, b"<html>", "no JSON"),
        (200, b'{"choices": []}', "no JSON"),
        (200, b'{"choices": [{"message": {"content": null}}]}', "no JSON"),
        (200, b"[" * 100_000, "no JSON"),
        (200, b" " * (writer.ANSWER_BYTES + 1), "no JSON"),
    ],
)
def test_what_is_no_answer_leaves_the_digest_as_it_is(
    model: Model, caplog: pytest.LogCaptureFixture, status: int, content: bytes, said: str
) -> None:
    model.answer = lambda given: (status, content)
    with caplog.at_level(logging.WARNING, "voc.writer"):
        assert phrase(DIGEST, model.settings).phrased == {}
    assert said in caplog.text
    assert "k-123" not in caplog.text


def test_nobody_there_and_nobody_asked(model: Model, caplog: pytest.LogCaptureFixture) -> None:
    settings = model.settings
    model.server.shutdown()
    model.server.server_close()
    assert phrase(DIGEST, settings).phrased == {}
    assert "cannot be reached" in caplog.text
    assert phrase(DIGEST, Settings()) is DIGEST
    assert model.asked == []
