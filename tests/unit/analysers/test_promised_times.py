"""A time that was promised says something only beside the one it took."""

from __future__ import annotations

import pytest

from tests.unit.analysers.understood_texts import reading
from voc.analysers.rulebooks import load_rules
from voc.analysers.sentiment.promised_times import promised_times


@pytest.mark.parametrize(
    ("text", "language", "turns"),
    [
        ("Livraison annoncée en 5 jours, reçue en 2.", "fr", ["praised"]),
        ("Livraison prévue sous 3 jours, reçue en 12 jours.", "fr", ["lowered"]),
        ("They said 10 days and it arrived in 4", "en", ["praised"]),
        ("I was promised 2 weeks, it took 6 weeks", "en", ["lowered"]),
        ("Annoncé en 2 jours, reçu en 2.", "fr", []),
        ("Annoncé en 2 semaines, reçu en 5 jours.", "fr", []),
        ("Livraison annoncée en 5 jours.", "fr", []),
    ],
)
def test_what_it_took_is_held_against_what_was_promised(text: str, language: str, turns: list[str]) -> None:
    made = reading(text, language)
    assert [cue.turn for cue in promised_times(made, load_rules("cues").find(made))] == turns
