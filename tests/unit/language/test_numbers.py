"""Numbers said in words: pairs, single digits, and the readings between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.language.numbers import spoken_numbers

UNITS = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
]
TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante"}


def in_french(pair: int) -> str:
    """A number below 100 as the French say it."""
    if pair < 17:
        return UNITS[pair]
    if pair < 20:
        return f"dix-{UNITS[pair - 10]}"
    if pair < 70:
        ten, unit = divmod(pair, 10)
        return TENS[ten] if unit == 0 else f"{TENS[ten]} et un" if unit == 1 else f"{TENS[ten]}-{UNITS[unit]}"
    if pair < 80:
        return "soixante et onze" if pair == 71 else f"soixante-{in_french(pair - 60)}"
    return "quatre-vingts" if pair == 80 else f"quatre-vingt-{in_french(pair - 80)}"


def said(pair: str) -> str:
    return f"zéro {UNITS[int(pair[1])]}" if pair[0] == "0" else in_french(int(pair))


@pytest.mark.parametrize(
    ("language", "text", "digits"),
    [
        ("fr", "zéro six douze trente-quatre cinquante-six soixante-dix-huit", "0612345678"),
        ("fr", "zero six douze trente quatre cinquante six soixante dix huit", "0612345678"),
        ("fr", "zéro six euh douze, trente-quatre", "061234"),
        ("fr", "zéro sept quatre-vingt-dix-neuf quatre vingt un", "079981"),
        ("fr", "zéro six 12 34 cinquante six", "06123456"),
        ("fr", "septante-huit nonante deux zéro un", "789201"),
        ("en", "oh seven double four nine one", "074491"),
        ("en", "zero seven seven triple eight", "077888"),
        ("en", "twenty-two thirty one o five", "223105"),
    ],
)
def test_the_usual_reading(language: str, text: str, digits: str) -> None:
    (found,) = spoken_numbers(f"bien alors {text} voilà", language)
    assert found.digits == digits
    assert f"bien alors {text} voilà"[found.begin : found.end] == text


def test_another_grouping_is_found_when_the_length_asks_for_it() -> None:
    (found,) = spoken_numbers("zéro six douze soixante dix huit quatre vingt deux", "fr")
    assert found.digits == "06127882"
    assert ("0612601882", found.begin, found.end) in list(found.readings(10))


def test_nobody_hears_eighteen_as_ten_eight() -> None:
    (found,) = spoken_numbers("zéro six vingt-quatre quatre-vingt-deux dix-huit", "fr")
    assert list(found.readings(10)) == []


def test_an_article_before_the_number_is_no_digit() -> None:
    (found,) = spoken_numbers("c'est un zéro six douze trente-quatre cinquante-six soixante-dix-huit", "fr")
    assert next(found.readings(10))[0] == "0612345678"


@pytest.mark.parametrize("text", ["un deux", "j'ai un souci", "06 12 34 56 78", "oh no", "je suis à cent pour cent"])
def test_what_is_no_run_of_number_words(text: str) -> None:
    assert spoken_numbers(text, "fr") == []
    assert spoken_numbers(text, "en") == []


@given(st.lists(st.integers(0, 99), min_size=4, max_size=4))
def test_any_number_read_in_pairs_is_heard(pairs: list[int]) -> None:
    number = "06" + "".join(f"{pair:02d}" for pair in pairs)
    spoken = " ".join(said(number[i : i + 2]) for i in range(0, 10, 2))
    readings = [digits for run in spoken_numbers(spoken, "fr") for digits, _, _ in run.readings(10)]
    assert number in readings


@given(st.text(alphabet=st.characters(blacklist_categories=["N"]), max_size=200))
def test_runs_lie_inside_the_text(text: str) -> None:
    for run in spoken_numbers(text, "fr"):
        assert 0 <= run.begin < run.end <= len(text)
