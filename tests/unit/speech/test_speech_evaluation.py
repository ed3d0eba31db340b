"""The word error rate counts what was misheard, not how it was spelled."""

from __future__ import annotations

import jiwer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.evaluation.speech import Scored, edits, fold, table


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("fr", "Le numéro est soixante-quinze.", "le numero est 75"),
        ("fr", "Vingt-cinq pour cent de l'œuvre", "25 % de l’oeuvre"),
        ("fr", "zéro six, douze", "06 12"),
        ("en", "The order number is A X 1 9 7 3 5", "the order number is AX19735."),
        ("en", "john dot smith at example dot com", "john.smith@example.com"),
        ("en", "Five percent!", "5%"),
    ],
)
def test_spelling_of_the_same_words_is_folded_away(language: str, one: str, other: str) -> None:
    assert fold(one, language) == fold(other, language)


def test_different_words_stay_different() -> None:
    assert fold("prélevé", "fr") != fold("prélever", "fr")
    assert fold("fifteen", "en") != fold("fifty", "en")


words = st.lists(st.sampled_from("abcd"), max_size=8)


@given(words.filter(bool), words)
def test_errors_are_those_of_jiwer(reference: list[str], hypothesis: list[str]) -> None:
    found = jiwer.process_words(" ".join(reference), " ".join(hypothesis))
    assert sum(edits(reference, hypothesis)) == found.substitutions + found.deletions + found.insertions


def test_the_table_sums_over_files() -> None:
    def one(path: str, errors: int, count: int, detected: str) -> Scored:
        return Scored(
            path=path, kind="read", language="fr", detected=detected, words=count,
            substitutions=errors, deletions=0, insertions=0, reference="", hypothesis="",
        )  # fmt: skip

    lines = table([one("french/a.flac", 1, 10, "fr"), one("french/b.flac", 0, 30, "en")]).splitlines()
    assert lines[2] == "| french | read | fr | 2 | 40 | 2.5 % | 2.5 % | 0.0 % | 0.0 % | 1/2 |"
