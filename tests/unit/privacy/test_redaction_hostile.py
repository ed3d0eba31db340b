"""Texts made to take long: the search grows with the length, not with its square."""

import time

import pytest

from voc.privacy.redaction import LONGEST, RECOGNISERS, redact

HOSTILE = {
    "digits": "1", "pairs": "06 12 ", "spaced": "1 ", "dotted": "1.", "at": "a@", "capitals": "Abc ",
    "streets": "12 Rue ", "commas": "12 Abc, ", "number words": "un deux ", "ambiguous": "quatre vingt ",
    "lines": "\n", "names": "marie dupont ", "elisions": "D'", "colons": "a:", "hyphens": "a-", "iban": "FR76 ",
    "orders": "commande n° ", "aloud": "a point ", "titles": "madame ", "spelled": "a b ", "road": "rue de la ",
}  # fmt: skip


def seconds(piece: str, length: int) -> float:
    text = (piece * length)[:length]
    begun = time.process_time()
    for recogniser in RECOGNISERS:
        list(recogniser.find(text, None))
    return time.process_time() - begun


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_four_times_the_text_takes_little_more_than_four_times_as_long(piece: str) -> None:
    seconds(piece, 500)  # what is compiled or loaded at the first use
    # The quickest of three: a machine that does other work besides takes longer now and then.
    short, long = (min(seconds(piece, length) for _ in range(3)) for length in (2_000, 8_000))
    assert long < 1.5, "a page of this would hold up a worker"
    assert long < 9 * short + 0.1


def test_a_megabyte_of_digits_is_searched_as_far_as_is_shown() -> None:
    begun = time.process_time()
    (found,) = redact(["7" * 1_000_000], languages=["fr"])
    assert time.process_time() - begun < 10
    assert found.text is not None
    assert len(found.text) <= LONGEST + 10


def test_what_runs_on_without_a_space_is_read_quickly() -> None:
    begun = time.process_time()
    redact(["Ab:" * 10_000], languages=["fr"])
    assert time.process_time() - begun < 5
