"""The voice on a call's page: its curve, why a turn stands out, how surely voices are read, and what the law asks."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from api import tone_figures
from api.localisation import words
from voc.records import Tone
from voc.resources import resource
from voc.speech import tone
from voc.store import Store
from voc.store.analyses import Analysed


@pytest.fixture
def voiced(store: Store, ids: dict[str, str]) -> str:
    """The seeded call with a tone on every turn of the customer; the last one is louder and faster."""
    analysis = store.findings.analysis(ids["call"])
    assert analysis is not None
    theirs = [turn.index for turn in analysis.turns if turn.participant_role == "customer"]
    turns = tuple(
        turn
        if turn.index not in theirs
        else turn.model_copy(
            update={
                "tone": Tone(
                    activation=0.81, tension=0.12, reasons=("louder", "faster") if turn.index == theirs[-1] else ()
                )
            }
        )
        for turn in analysis.turns
    )
    kept = analysis.model_copy(update={"turns": turns})
    store.findings.save_analyses([Analysed(analysis=kept, vector=None)], [], now=datetime.now(UTC))
    return ids["call"]


def page(client: TestClient, interaction_id: str, language: str) -> str:
    answer = client.get(f"/interactions/{interaction_id}", headers={"accept": "text/html", "accept-language": language})
    assert answer.status_code == 200
    return answer.text


def test_the_page_says_in_what_a_turn_stands_out_in_both_languages(client: TestClient, voiced: str) -> None:
    english, french = page(client, voiced, "en"), page(client, voiced, "fr")
    assert english.count('class="reasons"') == 1
    assert "louder, faster than at first" in english
    assert "plus fort, plus vite qu’au début" in french


def test_the_law_stands_beside_the_curve(client: TestClient, voiced: str) -> None:
    assert "forbids it" in page(client, voiced, "en")
    assert "droit de l’Union européenne" in page(client, voiced, "fr")


def test_beside_the_curve_stands_its_error(client: TestClient, voiced: str) -> None:
    figures = tone_figures.tone_figures()
    assert figures is not None
    english = page(client, voiced, "en")
    assert f"{figures.activation_auc * 100:.0f} times in 100" in english
    assert f"off by {figures.activation_ece * 100:.0f} and {figures.tension_ece * 100:.0f} points" in english


def test_the_card_quotes_the_figures_that_ship() -> None:
    lines = json.loads(resource("models", "tone", "figures.json").read_text("utf-8"))
    card = resource("models", "tone", "README.md").read_text("utf-8")
    for one in lines:
        figures = [f"{one[f'{scale}_{kind}']:.3f}" for scale in ("activation", "tension") for kind in ("auc", "ece")]
        assert f"| {one['speakers']} | {one['clips']} | {' | '.join(figures)} |" in card


def test_a_call_without_tone_has_no_word_of_it(client: TestClient, ids: dict[str, str]) -> None:
    assert "voice-help" not in page(client, ids["call"], "en")


def test_figures_that_are_missing_are_left_out(
    monkeypatch: pytest.MonkeyPatch, client: TestClient, voiced: str
) -> None:
    tone_figures.tone_figures.cache_clear()
    monkeypatch.setattr(tone_figures, "resource", lambda *_: resource("models", "manifest.toml"))
    assert "off by" not in page(client, voiced, "en")
    tone_figures.tone_figures.cache_clear()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_reason_for_silence_has_its_words(language: str) -> None:
    reasons = (tone.OFF, tone.OTHER_MODEL, tone.NO_ROLES, tone.NO_CUSTOMER, tone.NO_SPEECH, tone.TOO_SHORT)
    shown = [words(language).known(f"reasons.{reason}", "untold") for reason in reasons]
    assert "untold" not in shown
