"""One declaration a kind, and everything generic that follows from it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from makers import an_analysis, an_interaction

from voc.analysers import Analyser, PreparedText, analyser
from voc.analysers.fragility import FRAGILITY
from voc.analysers.rulebooks import load_rules
from voc.errors import InputError, SettingsError
from voc.records import Channel, Signal
from voc.signals import Change, Range, SignalKind, kind, kinds, registry

RIVAL = SignalKind(
    "rival",
    title={"fr": "Concurrent", "en": "Competitor"},
    labels={"orange": {"fr": "Orange", "en": "Orange"}, "sfr": {"fr": "SFR", "en": "SFR"}},
    correctable=True,
)
STRAIN = SignalKind(
    "strain", title={"fr": "Charge", "en": "Strain"}, value=Range(0, 10), bands={"high": Range(7, 10)},
    one_per_interaction=True, correctable=True,
)  # fmt: skip
ANALYSIS = an_analysis(an_interaction(1), signals=(Signal(kind="rival", label="orange", begin=0, end=7),))


def prepared(text: str) -> PreparedText:
    return PreparedText(text=text, language="fr", channel=Channel.EMAIL)


def test_every_kind_has_its_words_in_both_languages() -> None:
    for each in kinds().values():
        assert set(each.title) >= {"fr", "en"}
        for words in each.labels.values():
            assert set(words) >= {"fr", "en"}
        for band in each.bands.values():
            assert set(band.words) >= {"fr", "en"}


def test_the_signs_of_leaving_are_those_of_the_rule_book() -> None:
    for rule in load_rules("fragility").rules:
        assert {language: words.replace("'", "’") for language, words in rule.labels.items()} == {
            language: words.replace("'", "’") for language, words in FRAGILITY.labels[rule.id].items()
        }
    assert {rule.id for rule in load_rules("fragility").rules} == set(FRAGILITY.labels)


@pytest.mark.parametrize(
    ("name", "value"),
    [("intent", "cancel"), ("intent", "none"), ("effort", "hard"), ("effort", "-3"), ("effort", "any"),
     ("expectation", "billing.amount"), ("category", "hold_too_long")],
)  # fmt: skip
def test_what_a_kind_can_be_asked(name: str, value: str) -> None:
    kind(name).check_filter(value)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [("intent", "cancle", "Did you mean cancel?"), ("effort", "-7", "-5 … +5"), ("effort", "hrad", "hard"),
     ("expectation", "l'été dernier", "not one of")],
)  # fmt: skip
def test_what_nobody_can_mean_is_refused_with_the_nearest(name: str, value: str, says: str) -> None:
    with pytest.raises(InputError, match="is not one of") as refused:
        kind(name).check_filter(value)
    assert says in str(refused.value)


def test_an_unknown_kind_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"there are sentiment, score_conflict, topic.*Did you mean effort\?"):
        kind("efort")


def test_labels_of_a_kind_without_a_field_are_corrected_in_the_signals() -> None:
    added = ANALYSIS.model_copy(update=RIVAL.corrected(ANALYSIS, Change("sfr")))
    assert [one.label for one in RIVAL.signals(added)] == ["orange", "sfr"]
    assert RIVAL.signals(added)[1].analyser == "person"
    taken = added.model_copy(update=RIVAL.corrected(added, Change("orange", present=False)))
    assert [one.label for one in RIVAL.signals(taken)] == ["sfr"]


def test_a_scale_has_one_value_and_none_takes_it_away() -> None:
    first = ANALYSIS.model_copy(update=STRAIN.corrected(ANALYSIS, Change("8")))
    second = first.model_copy(update=STRAIN.corrected(first, Change("3")))
    assert [one.value for one in STRAIN.signals(second)] == [3.0]
    assert STRAIN.choices == (*map(str, range(11)), "none")
    empty = second.model_copy(update=STRAIN.corrected(second, Change("none")))
    assert STRAIN.signals(empty) == []
    assert RIVAL.signals(empty) == RIVAL.signals(ANALYSIS)


@analyser("rivals", version="2", gives=(RIVAL,))
def rivals(text: PreparedText) -> Iterator[Signal]:
    for label, begin, end in text.find({"orange": ["chez orange"], "sfr": ["sfr .. moins cher"]}):
        yield text.signal(RIVAL, label, begin=begin, end=end)


def test_an_analyser_finds_words_where_they_stand() -> None:
    text = "C'est plus simple chez Orange, et SFR est bien moins cher."
    found = rivals(prepared(text))
    assert [(one.label, text[one.begin : one.end], one.analyser) for one in found] == [
        ("orange", "chez Orange", "rivals@2"),
        ("sfr", "SFR est bien moins cher", "rivals@2"),
    ]


def test_the_companys_own_words_are_not_heard() -> None:
    text = PreparedText(text="Chez Orange ?", language="fr", channel=Channel.CALL, heard=[])
    assert rivals(text) == []


@pytest.mark.parametrize(
    ("signal", "says"),
    [
        (Signal(kind="strain", label="strain", value=1), "gives rival, not strain"),
        (Signal(kind="rival", label="free"), "'free' is not among the labels"),
        (Signal(kind="rival", label="sfr", begin=3, end=99), "outside the text"),
    ],
)
def test_an_analyser_that_breaks_its_declaration_is_told(signal: Signal, says: str) -> None:
    broken = Analyser("broken", "1", (RIVAL,), (), lambda _: [signal])
    with pytest.raises(ValueError, match=says):
        broken(prepared("Bonjour"))


def test_analysers_come_after_those_they_need() -> None:
    first = Analyser("first", "1", (STRAIN,), ("rival",), lambda _: [])
    second = Analyser("second", "1", (RIVAL,), ("topic",), lambda _: [])
    assert list(registry._ordered({"first": first, "second": second})) == ["second", "first"]
    circle = Analyser("second", "1", (RIVAL,), ("strain",), lambda _: [])
    with pytest.raises(SettingsError, match="first, second need each other in a circle"):
        registry._ordered({"first": first, "second": circle})
