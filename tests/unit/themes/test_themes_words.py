"""Names, rules and clauses: what a theme is called, what would find it, and what nobody may read of it."""

from __future__ import annotations

import pytest
from makers import an_analysis, an_interaction, redactions

from voc.records import Sentence, Sentiment, TopicMention, Turn
from voc.records.themes import Theme, ThemeWord
from voc.themes.naming import label, labels, named
from voc.themes.rules import matches, pattern_of, proposed, wrong_pattern
from voc.themes.tagging import AcceptedThemes
from voc.themes.unexplained import unexplained

METER = ThemeWord(
    text="compteur communicant",
    language="fr",
    weight=0.4,
    n=9,
    forms=("compteur communicant", "compteurs communicants"),
)
WORDS = (
    METER,
    ThemeWord(text="compteur", language="fr", weight=0.3, n=9, forms=("compteur",)),
    ThemeWord(text="accord", language="fr", weight=0.2, n=5, forms=("accord",)),
)


def test_a_name_says_each_word_once_and_the_other_language_borrows_it() -> None:
    assert label(WORDS, "fr") == "Compteur communicant · accord"
    assert label(WORDS, "en") is None
    assert labels(WORDS, fallback="“…”") == {
        "fr": "Compteur communicant · accord",
        "en": "Compteur communicant · accord",
    }
    assert labels((), fallback="“Tout est dit.”") == {"fr": "“Tout est dit.”", "en": "“Tout est dit.”"}


@pytest.mark.integration
def test_names_are_noun_phrases_and_lemmas_in_both_languages() -> None:
    smart = [
        ("les compteurs communicants m'ont été imposés sans accord", "fr"),
        ("un compteur communicant posé sans mon accord", "fr"),
        ("je refuse un compteur communicant", "fr"),
        ("le compteur communicant fait du bruit", "fr"),
        ("the smart meter was forced on us", "en"),
        ("smart meters are a disgrace", "en"),
        ("no smart meter for me", "en"),
    ]
    parking = [("le parking est trop petit", "fr"), ("parking complet chaque matin", "fr"), ("un parking payant", "fr")]
    found = named({0: smart, 1: parking})
    names = labels(found[0], fallback="?")
    assert names["fr"].startswith("Compteur communicant")
    assert names["en"].startswith("Smart meter")
    assert label(found[1], "fr") == "Parking"


def test_rules_are_proposed_from_words_that_are_the_themes_own() -> None:
    inside = [
        ("un compteur communicant posé", "fr"),
        ("Les compteurs communicants !", "fr"),
        ("sans accord", "fr"),
        ("sans mon accord", "fr"),
    ]
    outside = [("d'accord avec vous", "fr"), ("je suis d'accord", "fr"), ("un accord trouvé", "fr")]
    assert proposed(WORDS, inside, outside) == {"fr": ("(compteur communicant|compteurs communicants)",)}
    assert pattern_of(WORDS[2]) == "accord"
    assert matches(["compteur*"], [text for text, _ in inside]) == {"compteur*": {0, 1}}


def test_a_rule_that_cannot_be_read_is_named() -> None:
    assert wrong_pattern({"fr": ["compteur*"]}) is None
    wrong = wrong_pattern({"fr": ["compteur*", "(accord"]})
    assert wrong is not None
    assert wrong[0] == "(accord"


def _said(text: str, **fields: object):
    sentence = Sentence(begin=0, end=len(text), sentiment=Sentiment(label="negative", score=-0.6))
    return an_analysis(an_interaction(1, text=text), sentences=(sentence,), **fields)


def test_a_clause_of_a_topic_is_explained_and_the_others_are_read_masked() -> None:
    text = "la facture est fausse, mais Monsieur Durand a posé le compteur sans demander"
    begin = text.index("mais")
    topic = TopicMention(id="billing", label="Facturation", score=0.9, begin=0, end=10)
    masks = redactions(text, "Monsieur Durand")
    found = unexplained(_said(text).model_copy(update={"topics": (topic,), "redacted": masks}))
    (clause,) = found
    assert (clause.begin, clause.text) == (begin, "mais … a posé le compteur sans demander")
    assert clause.sentiment == -0.6


def test_a_text_that_was_not_searched_for_personal_data_is_not_read() -> None:
    assert unexplained(_said("le compteur a été posé sans mon accord", redacted_text=None)) == []


def test_of_a_call_only_the_customer_is_read() -> None:
    text = "avez vous reçu le nouveau compteur communicant oui il fait un bruit insupportable"
    cut = text.index("oui")
    turns = (
        Turn(index=0, text=text[:cut], begin=0, end=cut, participant_role="agent"),
        Turn(index=1, text=text[cut:], begin=cut, end=len(text), participant_role="customer"),
    )
    moods = [Sentence(begin=0, end=cut - 1), Sentence(begin=cut, end=len(text))]
    found = unexplained(an_analysis(an_interaction(1, text=text), turns=turns, sentences=tuple(moods)))
    assert [one.begin for one in found] == [cut]


def test_an_accepted_theme_is_told_as_a_topic_and_a_former_one_no_more() -> None:
    theme = Theme(
        id="theme_1", status="accepted", labels={"fr": "Compteurs", "en": "Meters"}, floor=0.5,
        rules={"fr": ("compteur*",)}, created_at=an_interaction(1).occurred_at,
    )  # fmt: skip
    text = "on a posé le compteur sans me demander"
    asked = AcceptedThemes([theme])
    found = asked.tagged(_said(text))
    (topic,) = found.topics
    assert (topic.id, topic.label, topic.source) == ("theme_1", "Compteurs", "discovered")
    assert text[topic.begin : topic.end] == "compteur"
    assert [(one.topic, one.sentiment) for one in found.aspects] == [("theme_1", -0.6)]
    assert asked.tagged(found) == found
    assert AcceptedThemes([]).tagged(found, former=frozenset({"theme_1"})).topics == ()
    assert [one.begin for one in unexplained(found)] == [0]  # it goes on gathering its clauses
