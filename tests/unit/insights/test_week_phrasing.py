"""What a model makes of the sentences of a week, and what of it is believed: nothing that could be untrue."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.insights.week_phrasing import asked, believed, why_dropped
from voc.insights.week_summary import Sentence

VOLUME = Sentence("121 interactions, 81% more than usual (67 a week).")
CHANGES = Sentence(
    "2 problems on the rise: Billing › Double charge, Internet › Outage; 1 good surprise: Shop.",
    ("Billing › Double charge", "Internet › Outage", "Shop"),
)
MOOD = Sentence("58% of what was said is negative [49% – 67%], no significant change (55% before).")
VOLUME_FR = Sentence("1\u202f204 interactions, 12\u202f% de moins que d’habitude (1\u202f370 par semaine).")
MOOD_FR = Sentence("58\u202f% de ce qui est dit est négatif [49\u202f% – 67\u202f%], plus que avant (41\u202f%).")


@pytest.mark.parametrize(
    ("sentence", "text", "language"),
    [
        (VOLUME, "You received 121 interactions this week, up 81% on the usual 67 a week.", "en"),
        (
            CHANGES,
            "The 2 problems on the rise are Billing › Double charge and Internet › Outage, while 1 good surprise came"
            " from Shop.",
            "en",
        ),
        (MOOD, "Customers were negative in 58% of what they said [49% – 67%], no significant change from 55%.", "en"),
        (
            VOLUME_FR,
            "Avec 1 204 interactions, la semaine est en baisse de 12 % par rapport aux 1 370 habituelles.",
            "fr",
        ),
        (MOOD_FR, "Le négatif pèse 58 % de ce qui est dit [49 % – 67 %], contre 41 % : c'est plus que avant.", "fr"),
    ],
)
def test_the_same_in_other_words_is_believed(sentence: Sentence, text: str, language: str) -> None:
    text = text.replace("1 204", "1\u202f204").replace("1 370", "1\u202f370")
    assert why_dropped(sentence, text, language) is None


@pytest.mark.parametrize(
    ("sentence", "text", "language", "code"),
    [
        (VOLUME, "121 interactions, 82% more than the usual 67.", "en", "figures"),
        (VOLUME, "67 interactions, 81% more than the usual 121.", "en", "figures"),
        (VOLUME, "Many interactions, far more than usual.", "en", "figures"),
        (VOLUME, "121 interactions on 3 channels, 81% more than the usual 67.", "en", "figures"),
        (VOLUME, "121 interactions, 81% fewer than the usual 67.", "en", "direction"),
        (VOLUME, "121 interactions, 81% off the usual 67.", "en", "direction"),
        (VOLUME, "121 interactions, not 81% more than the usual 67.", "en", "denied"),
        (VOLUME, "Half of 121 interactions, 81% more than the usual 67.", "en", "amounts"),
        (VOLUME, "121 interactions on three channels, 81% more than the usual 67.", "en", "amounts"),
        (VOLUME, "121 interactions about Billing, 81% more than the usual 67.", "en", "names"),
        (
            CHANGES,
            "2 good surprises on the rise: Billing › Double charge, Internet › Outage; 1 problem: Shop.",
            "en",
            "direction",
        ),
        (CHANGES, "2 problems on the rise: Billing, Internet › Outage; 1 good surprise: Shop.", "en", "names"),
        (VOLUME, "121 interactions, 81% more than usual (67 a week). See https://example.com.", "en", "shape"),
        (VOLUME, "<b>121</b> interactions, 81% more than usual (67 a week).", "en", "shape"),
        (VOLUME, "", "en", "shape"),
        (VOLUME, "121 interactions, 81% more than the usual 67, " + "so please do act now " * 9, "en", "shape"),
        (MOOD, "The mood got worse: 58% negative [49% – 67%], no significant change from 55%.", "en", "direction"),
        (MOOD, "58% of what was said is negative [49% – 67%], a significant change (55% before).", "en", "denied"),
        (VOLUME_FR, "1\u202f204 interactions, 12\u202f% de plus que les 1\u202f370 habituelles.", "fr", "direction"),
        (
            MOOD_FR,
            "58\u202f% négatif [49\u202f% – 67\u202f%], la moitié de plus que avant (41\u202f%).",
            "fr",
            "amounts",
        ),
    ],
)
def test_what_says_something_else_is_dropped(sentence: Sentence, text: str, language: str, code: str) -> None:
    assert why_dropped(sentence, text, language) == code


def test_each_sentence_is_taken_once_and_by_its_id() -> None:
    told = [VOLUME, MOOD]
    assert asked(told, "fr")["language"] == "français"
    good = "A total of 121 interactions, 81% more than the usual 67 a week."
    answer = {
        "sentences": [
            {"id": "s1", "text": good},
            {"id": "s1", "text": VOLUME.text},
            {"id": "s9", "text": "121 interactions."},
            "what?",
        ]
    }
    assert believed(told, answer, "en") == ({VOLUME.text: good}, ["unknown"] * 4)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["sentences", "id", "text"]), inner),
    max_leaves=12,
)


@given(JSON)
def test_whatever_comes_back_no_figure_is_invented(answer: object) -> None:
    phrased, _ = believed([VOLUME], answer, "en")
    assert set(phrased) <= {VOLUME.text}
