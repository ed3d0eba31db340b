"""A call that came as a transcript, without sound: nothing offers to play it, and its page says why."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from api_seed import rise
from sqlalchemy import update
from starlette.testclient import TestClient

from voc.store import Store, schema

HTML = {"accept": "text/html"}
UNHEARD = {"fr": "Il n’y a pas d’enregistrement ici", "en": "There is no recording here"}
PLAY = {"fr": "Écouter à partir de", "en": "Play from"}
SHOW = {"fr": "Lire à partir de", "en": "Read from"}
AT = {"fr": "(sans enregistrement)", "en": "(no recording)"}


@pytest.fixture
def silenced(store: Store, ids: dict[str, str]) -> Callable[[], None]:
    """Takes the sound of the seeded call away, its words stay."""

    def silence() -> None:
        i = schema.interaction
        with store.database.begin() as connection:
            connection.execute(update(i).where(i.c.id == ids["call"]).values(blob=None))

    return silence


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_of_a_call_without_sound_says_so(
    client: TestClient, ids: dict[str, str], silenced: Callable[[], None], language: str
) -> None:
    headers = HTML | {"accept-language": language}
    path = f"/interactions/{ids['call']}"
    with_sound = client.get(path, headers=headers).text
    assert "<audio" in with_sound and PLAY[language] in with_sound and UNHEARD[language] not in with_sound
    silenced()
    without = client.get(path, headers=headers).text
    assert "<audio" not in without and UNHEARD[language] in without
    assert PLAY[language] not in without and SHOW[language] in without
    assert UNHEARD[language] not in client.get(f"/interactions/{ids['text']}", headers=headers).text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_quotes_of_the_digest_say_whether_they_can_be_heard(
    client: TestClient, ids: dict[str, str], store: Store, silenced: Callable[[], None], language: str
) -> None:
    rise(store)
    headers = HTML | {"accept-language": language}
    quoted = rf'href="/interactions/{ids["call"]}\?t=\d+">([^<]+)</a></footer>'

    def source() -> str:
        found = re.search(quoted, client.get("/digest/2026-W46", headers=headers).text)
        assert found is not None
        return found[1]

    def quote() -> dict[str, object]:
        digest = client.get("/v1/digests/2026-W46").json()
        return next(q for item in digest["rises"] for q in item["quotes"] if q["interaction_id"] == ids["call"])

    assert AT[language] not in source() and quote()["has_audio"] is True
    silenced()  # also of a digest that was saved before
    assert AT[language] in source() and quote()["has_audio"] is False
