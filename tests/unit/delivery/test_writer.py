"""The model that may phrase a digest, played by a server that tells the truth, lies, stalls or breaks."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from receivers import Receiver, Request, web_server

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
Answer = Callable[[dict[str, Any]], tuple[int, Any]]


class Model:
    """A server that is asked for sentences; ``answer`` gets what it was given, ``asked`` keeps the requests."""

    def __init__(self, receiver: Receiver) -> None:
        self.asked = receiver.requests
        self.answer: Answer = lambda given: completion([])
        self.settings = Settings(writer_url=f"{receiver.url}/v1/", writer_model="small", writer_key="k-123")
        receiver.answer = lambda request: self.answer(given_in(request))


def given_in(request: Request) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.json["messages"][1]["content"])
    return found


def completion(told: list[dict[str, str]]) -> tuple[int, Any]:
    return 200, {"choices": [{"message": {"role": "assistant", "content": json.dumps({"sentences": told})}}]}


@pytest.fixture
def model() -> Iterator[Model]:
    with web_server() as receiver:
        yield Model(receiver)


def test_what_it_says_truly_is_told_in_each_language(model: Model) -> None:
    def answer(given: dict[str, Any]) -> tuple[int, Any]:
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
    first = model.asked[0]
    assert (first.path, first.headers["authorization"]) == ("/v1/chat/completions", "Bearer k-123")
    assert first.json["model"] == "small"
    assert {one["text"] for one in given_in(first)["sentences"]} <= {
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


def test_nobody_there_and_nobody_asked(caplog: pytest.LogCaptureFixture) -> None:
    with web_server() as receiver:
        settings = Model(receiver).settings
        assert phrase(DIGEST, Settings()) is DIGEST
        assert receiver.requests == []
    assert phrase(DIGEST, settings).phrased == {}
    assert "cannot be reached" in caplog.text
