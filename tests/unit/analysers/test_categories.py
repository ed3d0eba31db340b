"""Call categories: what each kind of rule sees, where it sees it, and what a wrong file is told."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from voc.analysers.categories.matching import _places, categorised
from voc.analysers.categories.rules import load_categories
from voc.errors import SettingsError
from voc.language.patterns import PatternIndex, flatten
from voc.records import (
    Analysis,
    Aspect,
    CategoryMatch,
    Channel,
    Conversation,
    Intent,
    NonTalk,
    Sentiment,
    Silence,
    Tone,
    Turn,
    Word,
)

TEN_SECONDS = 10_000


def a_call(*said: tuple[str | None, str], **fields: Any) -> Analysis:
    """A call of ten-second turns, one word a second; ``said`` is (role, text)."""
    turns, text = [], ""
    for index, (role, words) in enumerate(said):
        begin = len(text)
        text += words + "\n"
        start = index * TEN_SECONDS
        turns.append(
            Turn(
                index=index,
                participant_role=role,
                begin_ms=start,
                end_ms=start + TEN_SECONDS,
                begin=begin,
                end=begin + len(words),
                text=words,
                words=tuple(
                    Word(text=one, begin_ms=start + 1000 * n, end_ms=start + 1000 * n + 900)
                    for n, one in enumerate(words.split())
                ),
            )
        )
    given_fields: dict[str, Any] = {
        "id": "i1",
        "channel": Channel.CALL,
        "source": "call.ogg",
        "language": "fr",
        "turns": tuple(turns),
        "text": text,
        "conversation": Conversation(
            duration_ms=len(said) * TEN_SECONDS,
            non_talk=NonTalk(total_ms=0, longest_ms=0),
            interruptions={"agent": [], "customer": []},
        ),
    }
    return Analysis(**given_fields | fields)


def written(folder: Path, *rules: dict[str, Any], version: Any = 1, **category: Any) -> Path:
    """A file with one category, ``asked``, of these rules."""
    path = folder / "own.yaml"
    one = {"labels": {"fr": "Demandé", "en": "Asked"}, "rules": list(rules)} | category
    path.write_text(yaml.safe_dump({"version": version, "categories": {"asked": one}}), encoding="utf-8")
    return path


def match(folder: Path, call: Analysis, *rules: dict[str, Any], **category: Any) -> CategoryMatch | None:
    found = categorised(call, load_categories(written(folder, *rules, **category)))
    return found.categories[0] if found.categories else None


BASE = (("agent", "Bonjour, que puis-je faire ?"), ("customer", "Je veux parler à un Responsable !"), ("agent", "Non."))


def test_words_are_found_whatever_their_case_accents_and_punctuation_with_their_second(tmp_path: Path) -> None:
    call = a_call(*BASE)
    found = match(tmp_path, call, {"words": ["PARLER a un responsable"], "by": "customer"})
    assert found is not None
    (point,) = found.points
    assert (point.rule, point.turn, point.begin_ms, point.end_ms) == (1, 1, 12_000, 15_900)
    assert call.text[point.begin : point.end] == "parler à un Responsable"


def test_a_rule_by_one_role_does_not_hear_the_other(tmp_path: Path) -> None:
    assert match(tmp_path, a_call(*BASE), {"words": ["responsable"], "by": "agent"}) is None
    assert match(tmp_path, a_call(*BASE), {"words": ["responsable"]}) is not None


@pytest.mark.parametrize(
    ("within", "holds"),
    [
        ("first 5s", False),
        ("first 20s", True),
        ("last 20s", True),
        ("last 10s", False),
        ("10s..20s", True),
        ("30%..60%", True),
        ("60%..100%", False),
        ("last 70%", True),
        ("first 1min", True),
        ("first 500ms", False),
    ],
)
def test_a_part_of_the_call_is_counted_from_either_end_in_time_or_percent(
    tmp_path: Path, within: str, holds: bool
) -> None:
    found = match(tmp_path, a_call(*BASE), {"words": ["responsable"], "within": within})
    assert (found is not None) is holds


def test_an_absence_has_a_count_and_no_place(tmp_path: Path) -> None:
    rule = {"words": ["au revoir"], "by": "agent", "within": "last 50%", "negate": True}
    assert match(tmp_path, a_call(*BASE), rule) == CategoryMatch(id="asked", points=(), absences=1)
    assert match(tmp_path, a_call(*BASE[:2], ("agent", "Au revoir.")), rule) is None


def test_every_rule_of_a_category_must_hold_and_each_gives_its_places(tmp_path: Path) -> None:
    rules = ({"words": ["bonjour"]}, {"words": ["responsable"]})
    found = match(tmp_path, a_call(*BASE), *rules)
    assert found is not None
    assert [one.rule for one in found.points] == [1, 2]
    assert match(tmp_path, a_call(*BASE), *rules, {"words": ["merci"]}) is None


def test_a_threshold_counts_places(tmp_path: Path) -> None:
    call = a_call(("customer", "Non, non et non."))
    assert match(tmp_path, call, {"words": ["non"], "at_least": 3}) is not None
    assert match(tmp_path, call, {"words": ["non"], "at_least": 4}) is None
    assert match(tmp_path, call, {"words": ["non"], "at_least": 4, "negate": True}) is not None


def test_phrases_of_the_language_spoken_are_tried(tmp_path: Path) -> None:
    rule = {"words": {"fr": ["main"], "en": ["hand"]}}
    assert match(tmp_path, a_call(("agent", "my main hand"), language="en"), rule) is not None
    assert match(tmp_path, a_call(("agent", "my main"), language="en"), rule) is None
    assert match(tmp_path, a_call(("agent", "my main"), language=None), rule) is not None


def test_intents_and_topics_found_by_the_analysers_are_asked_for_by_their_id(tmp_path: Path) -> None:
    call = a_call(*BASE)
    at = call.text.index("Je veux")
    call = call.model_copy(
        update={
            "intents": (Intent(label="cancel", score=0.9, begin=at, end=at + 7),),
            "aspects": (Aspect(topic="billing.fees", sentiment=-1, begin=at, end=at + 7, text="Je veux"),),
        }
    )
    for rule in ({"intent": "cancel"}, {"topic": "billing"}, {"topic": "billing.fees"}):
        found = match(tmp_path, call, rule | {"by": "customer"})
        assert found is not None
        assert found.points[0].begin_ms == 10_000
    assert match(tmp_path, call, {"intent": "cancel", "by": "agent"}) is None
    assert match(tmp_path, call, {"topic": "bill"}) is None


def test_silence_counts_with_its_part_inside_the_window(tmp_path: Path) -> None:
    silent = NonTalk(total_ms=8000, longest_ms=8000, instances=(Silence(begin_ms=4000, end_ms=12_000),))
    call = a_call(*BASE, conversation=Conversation(duration_ms=30_000, non_talk=silent))
    found = match(tmp_path, call, {"silence": "8s"})
    assert found is not None
    assert (found.points[0].begin_ms, found.points[0].end_ms, found.points[0].turn) == (4000, 12_000, None)
    assert match(tmp_path, call, {"silence": "8.1s"}) is None
    assert match(tmp_path, call, {"silence": "6s", "within": "first 10s"}) is not None
    assert match(tmp_path, call, {"silence": "7s", "within": "first 10s"}) is None


def test_interruptions_are_those_of_who_cuts_off(tmp_path: Path) -> None:
    cut = {"agent": [Silence(begin_ms=1000, end_ms=1600), Silence(begin_ms=9000, end_ms=9400)], "customer": []}
    call = a_call(*BASE, conversation=Conversation(duration_ms=30_000, interruptions=cut))
    assert match(tmp_path, call, {"interruption": "300ms", "by": "agent", "at_least": 2}) is not None
    assert match(tmp_path, call, {"interruption": "500ms", "by": "agent", "at_least": 2}) is None
    assert match(tmp_path, call, {"interruption": "300ms", "by": "customer"}) is None
    assert match(tmp_path, call, {"interruption": "300ms"}) is not None


def test_sentiment_and_tone_are_asked_of_turns(tmp_path: Path) -> None:
    call = a_call(*BASE)
    cross = call.turns[1].model_copy(
        update={"sentiment": Sentiment(label="negative", score=-0.9), "tone": Tone(activation=0.9, tension=0.7)}
    )
    call = call.model_copy(update={"turns": (call.turns[0], cross, call.turns[2])})
    assert match(tmp_path, call, {"sentiment": "negative", "by": "customer"}) is not None
    assert match(tmp_path, call, {"sentiment": ["neutral", "positive"]}) is None
    assert match(tmp_path, call, {"tone": "tension >= 0.7"}) is not None
    assert match(tmp_path, call, {"tone": "tension >= 0.71"}) is None
    assert match(tmp_path, call, {"tone": "activation <= 0.5"}) is None
    by_a_hair = cross.model_copy(update={"sentiment": Sentiment(label="negative", score=-0.24)})
    call = call.model_copy(update={"turns": (call.turns[0], by_a_hair, call.turns[2])})
    assert match(tmp_path, call, {"sentiment": "negative", "by": "customer"}) is None
    assert match(tmp_path, call, {"sentiment": "neutral", "by": "customer"}) is not None


@pytest.mark.parametrize(
    ("call", "rule", "reason"),
    [
        (a_call((None, "Bonjour")), {"words": ["bonjour"], "by": "agent", "negate": True}, "who speaks"),
        (a_call(("speaker_1", "Allô"), ("speaker_2", "Oui")), {"words": ["allo"], "by": "customer"}, "who speaks"),
        (
            a_call(("agent", "Bonjour"), ("speaker_2", "Oui")),
            {"words": ["merci"], "by": "customer", "negate": True},
            "who speaks",
        ),
        (a_call(*BASE), {"tone": "tension >= 0.5"}, "tone"),
        (a_call(*BASE), {"sentiment": "negative", "negate": True}, "sentiment"),
        (a_call(*BASE, conversation=None), {"silence": "5s", "negate": True}, "times"),
        (a_call(*BASE, conversation=Conversation(duration_ms=1)), {"interruption": "1s"}, "two speak at once"),
        (a_call((None, "Allô"), conversation=Conversation(duration_ms=1)), {"interruption": "1s"}, "who speaks"),
    ],
)
def test_what_cannot_be_asked_is_left_open_and_said(
    tmp_path: Path, call: Analysis, rule: dict[str, Any], reason: str
) -> None:
    found = categorised(call, load_categories(written(tmp_path, rule)))
    assert found.categories == ()
    (skipped,) = found.skipped
    assert skipped.feature == "categories"
    assert reason in skipped.reason


def test_a_rule_that_fails_settles_it_whatever_the_others_cannot_tell(tmp_path: Path) -> None:
    rules = load_categories(written(tmp_path, {"tone": "tension >= 0.5"}, {"words": ["jamais dit"]}))
    assert categorised(a_call(*BASE), rules).skipped == ()


def test_other_channels_are_asked_only_where_the_category_says_so(tmp_path: Path) -> None:
    chat = a_call(*BASE, channel=Channel.CHAT)
    assert match(tmp_path, chat, {"words": ["bonjour"]}) is None
    assert match(tmp_path, chat, {"words": ["bonjour"]}, channels=["call", "chat"]) is not None


def test_running_other_rules_replaces_what_the_first_said(tmp_path: Path) -> None:
    first = categorised(a_call(*BASE), load_categories(written(tmp_path, {"words": ["bonjour"]}, version=1)))
    second = categorised(first, load_categories(written(tmp_path, {"tone": "tension >= 1"}, version="2026-11")))
    assert first.models["categories"].startswith("1@")
    assert second.models["categories"].startswith("2026-11@")
    assert second.categories == ()
    assert len(second.skipped) == 1
    third = categorised(second, load_categories(written(tmp_path, {"words": ["bonjour"]}, version=1)))
    assert third == first


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"wordz": ["a"]}, "`wordz` is not known"),
        ({}, "one of words, intent"),
        ({"words": ["a"], "silence": "3s"}, "at one thing, this one at 2"),
        ({"words": []}, "list of phrases"),
        ({"words": {"de": ["a"]}}, "not de"),
        ({"words": ["… a"]}, "begins with a gap"),
        ({"words": ["!"]}, "no words"),
        ({"words": [33]}, "quote numbers"),
        ({"words": ["a"], "by": "boss"}, "agent or customer"),
        ({"silence": "3s", "by": "agent"}, "leave `by` out"),
        ({"silence": 3}, "number with its unit"),
        ({"silence": "20%"}, "must be a time"),
        ({"words": ["a"], "within": "frist 30s"}, "write first 30s"),
        ({"words": ["a"], "within": "first 300%"}, "up to 100%"),
        ({"words": ["a"], "within": "20s..10s"}, "ends before it begins"),
        ({"words": ["a"], "at_least": 0}, "from 1 to 1000"),
        ({"words": ["a"], "at_least": True}, "from 1 to 1000"),
        ({"words": ["a"], "negate": "yes"}, "true or false"),
        ({"sentiment": "angry"}, "negative, neutral, positive"),
        ({"tone": "anger > 0.5"}, "activation or tension"),
        ({"intent": "To cancel"}, "the id of one"),
    ],
)
def test_a_rule_nobody_can_mean_is_refused_in_one_line_that_names_it(
    tmp_path: Path, rule: dict[str, Any], says: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        load_categories(written(tmp_path, {"words": ["a"]}, rule))
    message = str(refused.value)
    assert message.startswith("VOC_CATEGORIES: own.yaml, asked, rule 2: ")
    assert says in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[", "is not YAML"),
        ("version: 1", "must hold `version` and `categories`"),
        ("version: a b\ncategories: {}", "`version`"),
        ("version: 1\ncategories: [a]", "must map"),
        ("version: 1\ncategories: {Held Long: {}}", "an id is lower-case"),
        ("version: 1\ncategories: {a: [b]}", "`labels` and `rules`"),
        ("version: 1\ncategories: {a: {labels: x, rules: []}}", "1 to 20 rules"),
        ("version: 1\ncategories: {a: {rules: [{silence: 3s}]}}", "`labels` must be"),
        ("version: 1\ncategories: {a: {labels: x, channels: [phone], rules: [{silence: 3s}]}}", "`channels`"),
    ],
)
def test_a_file_that_is_no_set_of_categories_is_refused_in_one_line(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load_categories(path)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_more_than_twenty_rules_are_refused_and_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="1 to 20"):
        load_categories(written(tmp_path, *[{"words": ["a"]}] * 21))
    with pytest.raises(SettingsError, match=r"gone\.yaml cannot be read"):
        load_categories(tmp_path / "gone.yaml")


def test_the_shipped_file_is_whole_and_named_in_both_languages() -> None:
    shipped = load_categories()
    assert len(shipped.categories) >= 12
    assert all(one.labels["fr"] and one.labels["en"] and one.why["fr"] and one.why["en"] for one in shipped)
    assert {rule.kind for one in shipped for rule in one.rules} >= {
        *("words", "intent", "silence", "interruption", "sentiment", "tone")
    }


@pytest.mark.parametrize(
    ("category", "language", "says"),
    [
        ("supervisor_requested", "fr", "Passez-moi votre responsable tout de suite."),
        ("supervisor_requested", "en", "I want to speak to your manager now."),
        ("legal_or_press", "fr", "Je vais saisir le médiateur."),
        ("legal_or_press", "en", "You'll hear from my solicitor."),
        ("called_before", "fr", "C'est la troisième fois que je vous appelle !"),
        ("called_before", "fr", "Je vous appelle pour la troisième fois."),
        ("called_before", "fr", "Ça fait dix fois que je vous rappelle."),
        ("called_before", "en", "I am calling for the third time."),
        ("called_before", "en", "I've already explained this to your colleague."),
        ("payment_difficulty", "fr", "En ce moment je ne peux pas vous payer."),
        ("payment_difficulty", "en", "I can't afford this bill."),
    ],
)
def test_the_shipped_categories_hear_what_customers_say(category: str, language: str, says: str) -> None:
    call = a_call(("agent", "Oui ?"), ("customer", says), language=language)
    found = {one.id: one for one in categorised(call, load_categories()).categories}
    assert category in found
    assert found[category].points[0].turn == 1


def test_calling_every_time_is_not_having_called_before() -> None:
    call = a_call(("agent", "Oui ?"), ("customer", "Chaque fois que j'appelle on me répond vite."), language="fr")
    assert "called_before" not in {one.id for one in categorised(call, load_categories()).categories}


@pytest.mark.parametrize(("gap", "words"), [("..", 5), ("...", 9), ("…", 9)])
def test_gaps_are_those_of_every_rule_file(tmp_path: Path, gap: str, words: int) -> None:
    rule = {"words": [f"rappel* {gap} demain"]}
    for between, found in ((words, True), (words + 1, False)):
        call = a_call(("agent", "On rappellera " + "vite " * between + "demain."), language="fr")
        assert (match(tmp_path, call, rule) is not None) == found


def test_punctuation_in_a_phrase_means_nothing(tmp_path: Path) -> None:
    call = a_call(("agent", "Ça va bien, merci"), language="fr")
    assert match(tmp_path, call, {"words": ["Ça va bien, merci !"]}) is not None


@given(st.text(max_size=80), st.lists(st.sampled_from(["a", "b*", "l'été", "a … b", "œuf"]), min_size=1, max_size=3))
def test_places_are_stretches_of_the_text_in_order_that_never_overlap(text: str, phrases: list[str]) -> None:
    index: PatternIndex[None] = PatternIndex()
    index.add(None, phrases)
    found = _places(flatten(text), [index])
    assert all(0 <= begin < end <= len(text) for begin, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
