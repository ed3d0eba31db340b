"""The little language rules are written in."""

import re
from itertools import takewhile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import voc
from voc.language.patterns import GAP_WORDS, Pattern, PatternError, PatternIndex, compile_patterns, expression, flatten
from voc.topics.loading import load_taxonomy


def finds(pattern: str, text: str) -> str | None:
    flat = flatten(text)
    compiled = compile_patterns([pattern])
    assert compiled
    match = compiled.search(flat.text)
    if not match:
        return None
    begin, end = flat.original(*match.span())
    return text[begin:end]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("factur*", "Ma FACTURATION est fausse", "FACTURATION"),
        ("factur*", "la manufacture", None),
        ("prelevement", "Le Prélèvement !", "Prélèvement"),
        ("(deux|2) fois", "prélevé 2 fois", "2 fois"),
        ("prelev* .. (deux|2) fois", "on m'a prélevé ce mois-ci deux fois !", "prélevé ce mois-ci deux fois"),
        ("prelev* .. (deux|2) fois", "On m'a prélevé. J'ai appelé deux fois", None),
        ("prelev* .. deux fois", "prélevé " + "un mot " * 6 + "deux fois", None),
        ("prelev* ... deux fois", "prélevé " + "un " * 9 + "deux fois", "prélevé " + "un " * 9 + "deux fois"),
        ("l'appli", "L’appli plante", "L’appli"),
        ("l'appli", "l appli plante", "l appli"),
        ("rendez-vous", "mon rendez vous", "rendez vous"),
        ("(mon )?abonnement", "Mon abonnement", "Mon abonnement"),
        ("(very)? slow", "slow", "slow"),
        ("appels?", "un appel", "appel"),
        ("unauthori[sz]ed", "unauthorized payment", "unauthorized"),
        ("no signal", "no   signal", "no   signal"),
        ("3.5 go", "3.5 Go", None),
        ("freebox", "@freebox nul https://freebox.fr freebox@free.fr", None),
    ],
)
def test_patterns(pattern: str, text: str, found: str | None) -> None:
    assert finds(pattern, text) == found


@pytest.mark.parametrize("pattern", ["", "  ", "(a", "a)", "(a||b)", ".. a", "a ..", "a [b", "(a|)", "x" * 3000, "? a"])
def test_a_wrong_pattern_says_so(pattern: str) -> None:
    with pytest.raises(PatternError):
        expression(pattern)


@given(st.text(max_size=300))
def test_every_word_of_the_flat_text_leads_back(text: str) -> None:
    flat = flatten(text)
    assert len(flat.starts) == len(flat.begins) == len(flat.ends)
    for start, begin, end in zip(flat.starts, flat.begins, flat.ends, strict=True):
        assert 0 <= begin < end <= len(text)
        assert flat.original(start, start + 1) == (begin, end)


SHIPPED = [
    rule.says for topic in load_taxonomy(packs="*") for code in ("fr", "en") for rule in topic.rules.get(code, ())
]
"""Patterns of the shipped topic packs: thousands of real ones."""
WORDS = sorted({word for rule in SHIPPED for word in re.split(r"[^\w]+", rule) if word} | {"deux", "ça", "l'appli"})
INDEX: PatternIndex[str] = PatternIndex()
INDEX.add("any", SHIPPED)
EVERY = [pattern for _, pattern in INDEX.entries]


@settings(deadline=None)  # patterns are compiled at their first use
@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
def test_looking_only_for_patterns_with_an_anchor_in_the_text_misses_none(text: str) -> None:
    flat = flatten(text)
    candidates = {pattern.source for _, pattern in INDEX.candidates(flat)}
    every = {
        pattern.source for pattern in EVERY if pattern.source not in candidates and pattern.regex.search(flat.text)
    }
    assert every == set()


@pytest.mark.parametrize(
    ("pattern", "anchors"),
    [
        ("factur*", {("factur", True)}),
        ("(deux|2) fois", {("fois", False)}),
        ("(mon )?abonnement", {("abonnement", False)}),
        ("l'appli marche", {("marche", False)}),
        ("mot-cle", {("mot", True)}),
        ("appels?", {("appel", True)}),
        ("(rembours|resili)*", {("rembours", True), ("resili", True)}),
        ("unauthori[sz]ed", {("unauthori", True)}),
        ("(a|b)? .. c*", {("c", True)}),
    ],
)
def test_anchors_are_what_every_match_holds(pattern: str, anchors: set[tuple[str, bool]]) -> None:
    assert Pattern(pattern).anchors == anchors


def test_one_key_never_has_two_overlapping_finds() -> None:
    index: PatternIndex[str] = PatternIndex()
    index.add("refund", ["rembours*", "demande de remboursement"])
    flat = flatten("ma demande de remboursement, remboursez-moi")
    assert [flat.text[begin:end] for _, begin, end in index.find(flat)] == ["demande de remboursement", "remboursez"]


@pytest.mark.parametrize(
    "file", ["topics/packs/core.yaml", "analysers/intents/rulebook.yaml", "analysers/categories/categories.yaml"]
)
def test_the_heads_of_the_rule_files_say_what_gaps_mean(file: str) -> None:
    numbers = {"four": 4, "five": 5, "eight": 8, "nine": 9, "ten": 10}
    lines = (Path(voc.__file__).parent / file).read_text(encoding="utf-8").splitlines()
    head = " ".join(line.lstrip("# ") for line in takewhile(lambda line: line.startswith("#"), lines))
    said = re.search(r"\w+\*? \.\. \w+\W+(?:leaves )?up to (\w+) words.*?\w+\*? \.\.\. \w+\W+up to (\w+)", head)
    assert said is not None
    assert {"..": numbers[said[1]], "...": numbers[said[2]]} == GAP_WORDS


def test_one_typed_sign_is_three_dots() -> None:
    assert expression("a … b") == expression("a ... b")


@pytest.mark.parametrize("text", ["Oui. Merci.", "Oui. Un merci.", "Oui. Grand merci.", "Oui. Un grand merci."])
def test_several_words_that_may_be_missing_in_front_may_all_be_missing_where_a_sentence_begins(text: str) -> None:
    pattern = compile_patterns(["(un)? (grand)? merci"])
    assert pattern is not None
    assert pattern.search(flatten(text).text)
