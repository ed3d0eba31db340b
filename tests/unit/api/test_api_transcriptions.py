"""The route of OpenAI's transcription API, asked by their own client."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import openai
import pytest
from api_seed import TRANSCRIBED, StandIn
from fastapi import FastAPI
from starlette.testclient import TestClient

from api import openai_compat as openai_shapes
from voc.store import Store

Ask = Callable[[openai.AsyncOpenAI], Awaitable[Any]]
SOUND = ("call.wav", b"sound", "audio/wav")


@pytest.fixture
def asking(app: FastAPI, keyed: Callable[[str | None], TestClient]) -> Callable[..., Any]:
    """Ask with the real client; without keys it is this machine's own."""

    def ask(what: Ask, *, role: str | None = "analyst") -> Any:
        key = keyed(role).headers.get("authorization", "").removeprefix("Bearer ") or "voc_unknown"

        async def run() -> Any:
            transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 50000))
            async with httpx.AsyncClient(transport=transport) as sender:
                client = openai.AsyncOpenAI(
                    api_key=key, base_url="http://127.0.0.1:8000/v1", http_client=sender, max_retries=0
                )
                return await what(client)

        return asyncio.run(run())

    return ask


def test_json_is_the_default(asking: Callable[..., Any], services: StandIn) -> None:
    found = asking(lambda client: client.audio.transcriptions.create(file=SOUND, model="whisper-1"))
    assert found.text == TRANSCRIBED
    assert services.asked == [("call.wav", None, b"sound")]
    assert services.forgotten == ["ask-1"]


def test_every_field_of_the_client_is_understood_or_politely_ignored(
    asking: Callable[..., Any], services: StandIn
) -> None:
    found = asking(
        lambda client: client.audio.transcriptions.create(
            file=SOUND, model="gpt-4o-transcribe", language="en", prompt="Alizé Télécom", temperature=0.2
        )
    )
    assert found.text == TRANSCRIBED
    assert services.asked[0][1] == "en"
    assert services.prompt == "Alizé Télécom"


@pytest.mark.parametrize(
    ("format", "begins"),
    [
        ("text", "Bonjour <b>à tous</b>, la ligne est coupée. Merci de rappeler.\n"),
        ("srt", "1\n00:00:00,000 --> 00:00:03,400\nBonjour <b>à tous</b>, la ligne est coupée.\n\n2\n"),
        ("vtt", "WEBVTT\n\n00:00:00.000 --> 00:00:03.400\nBonjour &lt;b&gt;à tous"),
    ],
)
def test_text_formats_come_as_text(asking: Callable[..., Any], format: str, begins: str) -> None:
    found = asking(
        lambda client: client.audio.transcriptions.create(file=SOUND, model="whisper-1", response_format=format)
    )
    assert isinstance(found, str)
    assert found.startswith(begins)


def test_verbose_json_has_segments_and_the_words_when_they_are_asked_for(asking: Callable[..., Any]) -> None:
    def ask(granularities: list[str]) -> Ask:
        return lambda client: client.audio.transcriptions.create(
            file=SOUND,
            model="whisper-1",
            response_format="verbose_json",
            timestamp_granularities=granularities,  # type: ignore[arg-type]
        )

    both = asking(ask(["word", "segment"]))
    assert (both.language, both.duration, both.text) == ("french", 5.0, TRANSCRIBED)
    assert [one.text for one in both.segments] == ["Bonjour <b>à tous</b>, la ligne est coupée.", "Merci de rappeler."]
    assert both.segments[0].avg_logprob == pytest.approx(-0.105, abs=0.01)
    assert [one.word for one in both.words] == TRANSCRIBED.split()
    assert (both.words[1].start, both.words[1].end) == (0.5, 0.9)
    assert asking(ask(["word"])).segments is None
    assert asking(ask(["segment"])).words is None


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"language": "xx"}, "language"),
        ({"response_format": "diarized_json"}, "response_format"),
        ({"timestamp_granularities": ["word"]}, "timestamp_granularities[]"),
        ({"response_format": "verbose_json", "timestamp_granularities": ["phone"]}, "timestamp_granularities[]"),
        ({"extra_body": {"stream": "true"}}, "stream"),
        ({"prompt": "bla " * 1001}, "prompt"),
    ],
)
def test_what_cannot_be_done_is_refused_in_openais_shape_with_the_field(
    asking: Callable[..., Any], services: StandIn, fields: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        asking(lambda client: client.audio.transcriptions.create(file=SOUND, model="whisper-1", **fields))
    assert refused.value.param == param
    assert refused.value.type == "invalid_request_error"
    assert services.asked == []


def test_a_file_that_is_no_recording_is_a_bad_request_and_is_forgotten(
    asking: Callable[..., Any], services: StandIn
) -> None:
    with pytest.raises(openai.BadRequestError, match="not a recording"):
        asking(lambda client: client.audio.transcriptions.create(file=("broken.wav", b"broken"), model="whisper-1"))
    assert services.forgotten == ["ask-1"]


def test_keys_are_asked_for_as_everywhere(asking: Callable[..., Any]) -> None:
    def ask(client: openai.AsyncOpenAI) -> Awaitable[Any]:
        return client.audio.transcriptions.create(file=SOUND, model="whisper-1")

    with pytest.raises(openai.AuthenticationError) as unknown:
        asking(ask, role=None)
    assert unknown.value.code == "invalid_api_key"
    with pytest.raises(openai.PermissionDeniedError, match="role analyst"):
        asking(ask, role="reader")


def test_errors_before_and_after_the_route_have_the_same_shape(client: TestClient, store: Store) -> None:
    nothing = client.post(openai_shapes.PATH, data={"model": "whisper-1"})
    assert nothing.status_code in {400, 422}
    assert set(nothing.json()["error"]) == {"message", "type", "param", "code"}
    too_large = client.post(openai_shapes.PATH, content=b"x", headers={"content-length": str(1 << 40)})
    assert too_large.status_code == 413
    assert too_large.json()["error"]["type"] == "invalid_request_error"
    assert client.get(openai_shapes.PATH).json()["error"]["type"] == "invalid_request_error"


def test_too_many_at_a_time_are_told_to_come_back(asking: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.routers.transcriptions.WAITING_AT_MOST", 0)
    with pytest.raises(openai.RateLimitError):
        asking(lambda client: client.audio.transcriptions.create(file=SOUND, model="whisper-1"))
