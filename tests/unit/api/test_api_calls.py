"""A call through the API: which copy of the sound who hears, transcripts as files, categories, and its page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Literal

import pytest
from api_seed import AUDIO, HELD
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.pages.calls import call_view
from api.transcript_files import CUE_CHARS, cues, named, plain, subrip, webvtt
from voc.intake.subtitles import parse_subtitles
from voc.records import CategoryMatch, PointOfInterest, Turn, Word
from voc.store import Store
from voc.store.masked_audio import MaskedStatus

HTML = {"accept": "text/html"}
ClientOf = Callable[[str | None], TestClient]
MASKED = b"fLaC" + AUDIO[:5000]


def settle(store: Store, interaction_id: str, status: MaskedStatus, *, reason: str | None = None) -> None:
    """Put the copy of a recording into a status, with bytes where it is ready."""
    store.masked_audio.owe([interaction_id])
    owed = store.masked_audio.get(interaction_id)
    assert owed is not None
    blob = store.blobs.put(io.BytesIO(MASKED))[0] if status == "ready" else None
    assert store.masked_audio.settle(owed, status=status, blob=blob, reason=reason) or status == "pending"


def test_readers_hear_the_copy_and_analysts_the_original_or_either(
    keyed: ClientOf, store: Store, ids: dict[str, str]
) -> None:
    settle(store, ids["call"], "ready")
    path = f"/v1/interactions/{ids['call']}/audio"
    reader, analyst = keyed("reader"), keyed("analyst")
    assert reader.get(path).content == MASKED
    assert reader.get(path).headers["content-type"] == "audio/flac"
    assert analyst.get(path).content == AUDIO
    assert analyst.get(f"{path}?copy=masked").content == MASKED
    refused = reader.get(f"{path}?copy=original")
    said = "The original recording needs a key of role analyst; yours is reader."
    assert (refused.status_code, refused.json()["detail"]) == (403, said)
    assert reader.get(f"{path}?copy=both").status_code == 422
    assert reader.get(path).headers["etag"] != analyst.get(path).headers["etag"]
    part = reader.get(path, headers={"range": "bytes=4-9"})
    assert (part.status_code, part.content) == (206, MASKED[4:10])
    assert reader.head(path).headers["content-length"] == str(len(MASKED))
    copies = [one.detail for one in store.access.trail(limit=50) if one.action == "audio.read"]
    assert {"copy": "masked"} in copies
    assert None in copies


@pytest.mark.parametrize("status", ["pending", "failed", "closed"])
def test_a_copy_that_is_not_ready_keeps_the_recording_closed_to_readers_and_says_so(
    keyed: ClientOf, store: Store, ids: dict[str, str], status: Literal["pending", "failed", "closed"]
) -> None:
    settle(store, ids["call"], status, reason="call-0001-0612345678.wav: no sound")
    path = f"/v1/interactions/{ids['call']}"
    reader = keyed("reader")
    answer = reader.get(f"{path}/audio")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert reader.get(f"{path}/audio/masked").json()["status"] == status
    assert reader.get(path).json()["masked_audio"] == status
    assert "0612345678" not in reader.get(f"{path}/audio/masked").text
    page = reader.get(f"/interactions/{ids['call']}", headers=HTML).text
    assert "<audio" not in page
    assert "copy without personal data" in page or "Nothing of this recording" in page
    assert keyed("analyst").get(f"{path}/audio").status_code == 200


def test_an_analyst_retries_a_copy_and_a_reader_may_not(keyed: ClientOf, store: Store, ids: dict[str, str]) -> None:
    settle(store, ids["call"], "failed", reason="it stopped")
    path = f"/v1/interactions/{ids['call']}/audio/masked"
    assert keyed("reader").post(path).status_code == 403
    answer = keyed("analyst").post(path)
    assert answer.status_code == 202
    assert answer.json()["status"] == "pending"
    assert [one.target for one in store.access.trail(limit=5) if one.action == "audio.mask"] == [ids["call"]]
    assert keyed("analyst").post(f"/v1/interactions/{ids['text']}/audio/masked").status_code == 404


def test_the_page_offers_a_reader_the_copy_and_an_analyst_both(
    keyed: ClientOf, store: Store, ids: dict[str, str]
) -> None:
    settle(store, ids["call"], "ready")
    path = f"/interactions/{ids['call']}"
    reader = keyed("reader").get(path, headers=HTML).text
    analyst = keyed("analyst").get(path, headers=HTML).text
    assert "<audio" in reader
    assert "data-sound" not in reader
    assert "<audio" in analyst
    assert "data-sound" in analyst
    settle(store, ids["call"], "failed", reason="it stopped")
    again = keyed("analyst").get(path, headers=HTML).text
    assert f'action="/interactions/{ids["call"]}/mask"' in again
    assert "it stopped" in again


# --- transcripts as files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("format", "kind", "begins"),
    [
        ("vtt", "text/vtt", "WEBVTT\n\n00:00:00.000 --> "),
        ("srt", "application/x-subrip", "1\n00:00:00,000 --> "),
        ("txt", "text/plain", "[00:00:00] Agent: Bonjour"),
        ("json", "application/json", '{"id":'),
    ],
)
def test_a_transcript_is_downloaded_with_the_speakers_named(
    client: TestClient, ids: dict[str, str], format: str, kind: str, begins: str
) -> None:
    answer = client.get(f"/v1/interactions/{ids['call']}/transcript?format={format}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["content-disposition"] == f'attachment; filename="{ids["call"]}.{format}"'
    assert answer.text.startswith(begins)
    assert "Martin" in answer.text
    assert "gent" in answer.text
    assert "ustomer" in answer.text


@pytest.mark.parametrize("format", ["vtt", "srt", "txt", "json"])
def test_a_reader_downloads_it_masked(keyed: ClientOf, ids: dict[str, str], format: str) -> None:
    answer = keyed("reader").get(f"/v1/interactions/{ids['call']}/transcript?format={format}")
    assert answer.status_code == 200
    assert "Martin" not in answer.text
    assert "██" in answer.text


def test_what_has_no_turns_has_no_transcript(client: TestClient, ids: dict[str, str]) -> None:
    assert client.get(f"/v1/interactions/{ids['text']}/transcript").status_code == 409
    assert client.get(f"/v1/interactions/{ids['call']}/transcript?format=doc").status_code == 422


def spoken(text: str, *, role: str | None = "agent", at_ms: int = 0) -> Turn:
    words = tuple(
        Word(text=one, begin_ms=at_ms + 300 * n, end_ms=at_ms + 300 * n + 250) for n, one in enumerate(text.split())
    )
    return Turn(
        index=0, participant_role=role, begin_ms=at_ms, end_ms=words[-1].end_ms, begin=0, text=text, words=words
    )


def test_cues_end_with_sentences_stay_short_and_hold_every_word_once() -> None:
    said = "Bonjour, service client. Que puis-je faire pour vous ? " + "et encore " * 30
    found = cues([spoken(said.strip())])
    assert len(found) > 3
    assert found[0].text == "Bonjour, service client."
    assert all(len(one.text) <= CUE_CHARS for one in found)
    assert " ".join(one.text for one in found).split() == said.split()
    assert all(one.begin_ms < one.end_ms for one in found)


def test_markup_line_breaks_and_arrows_of_customers_do_not_end_a_cue() -> None:
    name = named({"agent": "Agent <b>"})
    (one,) = cues([spoken("a\u2028b <script> --> 00:00 &amp; c")])
    text = webvtt([one], name)
    assert "<v Agent b>a b &lt;script&gt; --&gt; 00:00 &amp;amp; c</v>" in text
    assert subrip([one], name).splitlines()[2] == "Agent <b>: a b <script> -> 00:00 &amp; c"


def test_words_that_are_not_sure_are_marked_in_webvtt_and_can_be_taken_in_again() -> None:
    words = [("la", 0.9), ("fibre", 0.3), ("la", 0.2), ("<box>", 0.9)]
    turn = Turn(
        index=0,
        text="la fibre la <box>",
        begin_ms=0,
        end_ms=2000,
        words=tuple(
            Word(text=text, begin_ms=500 * at, end_ms=500 * at + 400, confidence=confidence)
            for at, (text, confidence) in enumerate(words)
        ),
    )
    text = webvtt(cues([turn]), named({}), doubts=True)
    assert "::cue(.unsure)" in text
    assert "la <c.unsure>fibre</c> <c.unsure>la</c> &lt;box&gt;" in text
    assert [one.text for one in parse_subtitles(text)] == [turn.text]
    assert "unsure" not in webvtt(cues([turn]), named({}))


def test_a_turn_without_times_is_in_the_text_alone() -> None:
    turn = Turn(index=0, text="Bonjour", participant_role=None)
    assert cues([turn]) == []
    assert plain([turn], lambda _: "") == "Bonjour\n"


@pytest.mark.parametrize("format", ["vtt", "srt"])
def test_what_is_downloaded_can_be_taken_in_again(client: TestClient, ids: dict[str, str], format: str) -> None:
    path = f"/v1/interactions/{ids['call']}/transcript"
    turns = parse_subtitles(client.get(f"{path}?format={format}").text)
    original = client.get(f"{path}?format=json").json()["turns"]
    assert " ".join(one.text for one in turns).split() == " ".join(one["text"] for one in original).split()
    assert turns[0].begin_ms == original[0]["words"][0]["begin_ms"]
    assert {one.participant_role for one in turns} == {"agent", "customer"}


# --- categories --------------------------------------------------------------------------------------------------


def sorted_into(store: Store, interaction_id: str) -> None:
    analysis = store.findings.analyses([interaction_id], as_found=True)[interaction_id]
    match = CategoryMatch(id=HELD.id, points=(PointOfInterest(rule=1, begin_ms=4000, end_ms=9000),))
    store.categories.replace([analysis.model_copy(update={"categories": (match,)})])


def test_categories_are_counted_filter_lists_and_are_shown_with_their_seconds(
    client: TestClient, store: Store, ids: dict[str, str]
) -> None:
    sorted_into(store, ids["call"])
    (figure,) = client.get("/v1/insights/categories").json()["figures"]
    assert (figure["category"], figure["n"], figure["points"], figure["channels"]) == (HELD.id, 1, 1, {"call": 1})
    assert figure["asked"] >= 1
    assert figure["interval"]["low"] < figure["share"] <= figure["interval"]["high"]
    listed = client.get(f"/v1{figure['href']}").json()["items"]
    assert [one["id"] for one in listed] == [ids["call"]]
    assert ids["call"] not in client.get("/v1/interactions?category=none&limit=500").text
    page = client.get(f"/interactions/{ids['call']}", headers=HTML).text
    assert "Hold too long" in page
    assert re.search(r'class="point"[^>]*data-b="4000"', page)
    table = client.get("/categories", headers=HTML | {"accept-language": "fr"}).text
    assert "Attente trop longue" in table
    assert "Personne ne parle." in table


def test_a_category_that_is_no_longer_in_force_is_still_counted_by_its_id(
    client: TestClient, store: Store, ids: dict[str, str]
) -> None:
    analysis = store.findings.analyses([ids["call"]], as_found=True)[ids["call"]]
    store.categories.replace([analysis.model_copy(update={"categories": (CategoryMatch(id="old_one", absences=1),)})])
    figures = {one["category"]: one for one in client.get("/v1/insights/categories").json()["figures"]}
    assert figures["old_one"]["n"] == 1
    assert figures[HELD.id]["n"] == 0
    assert "old one" in client.get("/categories", headers=HTML).text


# --- what is drawn -----------------------------------------------------------------------------------------------


def test_everything_drawn_of_a_call_lies_within_it(app: FastAPI, client: TestClient, ids: dict[str, str]) -> None:
    store: Store = app.state.service.store
    analysis = store.findings.analysis(ids["call"])
    row = store.interactions.get(ids["call"])
    assert analysis is not None
    assert row is not None
    view = call_view(analysis, row, "en", [])
    boxes = [*view.silences, *view.overtalk, *view.interruptions]
    boxes += [one for lane in view.lanes for one in (*lane.turns, *lane.bars)]
    assert [lane.role for lane in view.lanes] == ["agent", "customer"]
    assert all(0 <= one.x <= 100 and one.width > 0 and one.y >= 0 and one.y + one.height <= 10.01 for one in boxes)
    assert all(0 <= one.x <= 100 and 0 <= one.y <= 60 for one in view.sentiment)


def test_voices_without_a_role_have_a_lane_each(app: FastAPI, client: TestClient, ids: dict[str, str]) -> None:
    store: Store = app.state.service.store
    analysis = store.findings.analysis(ids["call"])
    row = store.interactions.get(ids["call"])
    assert analysis is not None
    assert row is not None
    roles = {"agent": "speaker_1", "customer": "speaker_2"}
    turns = tuple(
        turn.model_copy(update={"participant_role": roles[turn.participant_role or "agent"], "channel_tag": 1})
        for turn in analysis.turns
    )
    conversation = analysis.conversation
    assert conversation is not None
    loudness = {roles[role]: levels for role, levels in conversation.loudness.items()}
    told = analysis.model_copy(
        update={"turns": turns, "conversation": conversation.model_copy(update={"loudness": loudness})}
    )
    view = call_view(told, row, "en", [])
    assert [lane.role for lane in view.lanes] == ["speaker_1", "speaker_2"]
    assert view.overtalk == call_view(analysis, row, "en", []).overtalk
    assert len(view.sentiment) == sum(turn.sentiment is not None for turn in turns)
