"""Names of columns from several languages come in one order that keeps each language's own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voc.intake.column_names import ATTRIBUTES, FIELDS, PARTS, TEXT, fold_header
from voc.language import languages
from voc.language.column_words import in_one_order

NAMES = st.lists(st.sampled_from("abcdefghij"), max_size=10, unique=True)


@given(whole=NAMES, masks=st.lists(st.lists(st.booleans(), min_size=10, max_size=10), min_size=1, max_size=4))
def test_what_every_language_says_of_the_order_is_kept(whole: list[str], masks: list[list[bool]]) -> None:
    lists = [[name for name, kept in zip(whole, mask, strict=False) if kept] for mask in masks]
    merged = in_one_order(["|".join(one) for one in lists])
    assert sorted(merged) == sorted({name for one in lists for name in one})
    for one in lists:
        assert [name for name in merged if name in one] == one


@given(lists=st.lists(NAMES, max_size=4))
def test_languages_that_contradict_each_other_lose_no_name_and_double_none(lists: list[list[str]]) -> None:
    merged = in_one_order(["|".join(one) for one in lists])
    assert sorted(merged) == sorted({name for one in lists for name in one})


def test_of_two_as_good_the_first_list_goes_first() -> None:
    assert in_one_order(["date|time", "date|heure"]) == ("date", "time", "heure")
    assert in_one_order(["", "nom"]) == ("nom",)


def test_what_stands_behind_two_bars_goes_last_whatever_the_language() -> None:
    assert in_one_order(["created||changed", "cree|saisi"]) == ("created", "cree", "saisi", "changed")


def test_every_name_is_written_as_headers_are_folded_and_of_a_field_that_is_there() -> None:
    for language in languages():
        words = language.columns
        assert words.fields.keys() <= FIELDS.keys()
        assert words.attributes.keys() <= ATTRIBUTES.keys()
        lists = [words.text, words.text_words, words.no_text_words, words.parts]
        for names in (*lists, *words.fields.values(), *words.attributes.values()):
            each = names.split("|") if names else []
            assert [fold_header(one) for one in each] == each
            assert len(set(each)) == len(each)


def test_names_of_both_languages_are_known() -> None:
    assert {"verbatim", "commentaire", "comment"} <= set(TEXT)
    assert {"points negatifs", "cons"} <= set(PARTS)
    assert {"numero de client", "customer number"} <= set(FIELDS["customer"])
    assert {"code postal", "zip code"} <= set(ATTRIBUTES["postcode"])
