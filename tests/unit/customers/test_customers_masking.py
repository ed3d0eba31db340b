"""Masking the linked customer's own names: whole words, any case and accents, never opening what was closed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import an_analysis, an_interaction, redactions

from voc.privacy.masking import mask_names
from voc.records import Analysis, Redaction


def analysis(text: str, *, redacted: tuple[Redaction, ...] = (), shown: str | None = None) -> Analysis:
    masked, position = "", 0
    for one in redacted:
        masked += text[position : one.begin] + f"[{one.type}]"
        position = one.end
    masked += text[position:]
    return an_analysis(an_interaction(1), text=text, redacted=redacted, redacted_text=shown or masked)


def masked(text: str, *names: str | None) -> str | None:
    return mask_names(analysis(text), names).redacted_text


@pytest.mark.parametrize(
    ("text", "names", "shown"),
    [
        ("Ici Zoé Martin.", ("Zoé", "Martin"), "Ici [PERSON] [PERSON]."),
        ("Ici ZOE MARTIN !", ("Zoé", "Martin"), "Ici [PERSON] [PERSON] !"),
        ("Ici Zoe\u0301, oui", ("Zoé",), "Ici [PERSON], oui"),
        ("Ici Zoé, oui", ("Zoe\u0301",), "Ici [PERSON], oui"),
        ("Le Martinet de M. Martin", ("Martin",), "Le Martinet de M. [PERSON]"),
        ("Martin's phone, l'ami de Martin", ("Martin",), "[PERSON]'s phone, l'ami de [PERSON]"),
        ("bonjour ici zoé martin", ("Zoé", "Martin"), "bonjour ici [PERSON] [PERSON]"),  # a transcript
        ("Un rayon rose et Mme Rose", ("Rose",), "Un rayon rose et Mme [PERSON]"),  # an ordinary word
        ("Jean-Baptiste et Jean", ("Jean", "Jean-Baptiste"), "[PERSON] et [PERSON]"),  # no "[PERSON]-Baptiste"
        ("Jean Baptiste ou Jean\u2011Baptiste", ("Jean-Baptiste",), "[PERSON] ou [PERSON]"),
        ("Mme Dupont et M. Durand", ("Dupont-Durand",), "Mme [PERSON] et M. [PERSON]"),
        ("Mme de la Tour, Tour Eiffel", ("de la Tour",), "Mme [PERSON], [PERSON] Eiffel"),
        ("M. van den Berg vient des Alpes", ("van den Berg",), "M. [PERSON] vient des Alpes"),
        ("M. Lecœur, M. Lecoeur", ("Lecoeur",), "M. [PERSON], M. [PERSON]"),
        ("M. Lecœur, M. Lecoeur", ("Lecœur",), "M. [PERSON], M. [PERSON]"),
        ("Mme LEBŒUF, Leboeuf, LEBOEUF", ("Lebœuf",), "Mme [PERSON], [PERSON], [PERSON]"),
        ("M. Strauß, STRAUSS, STRAUẞ", ("Strauss",), "M. [PERSON], [PERSON], [PERSON]"),
        ("M. Strauss ici", ("Strauß",), "M. [PERSON] ici"),
        ("Jean\u00adBaptiste œuvre", ("Jean-Baptiste",), "[PERSON] œuvre"),
        ("Ici O'Neil ou O\u2019Neil", ("O'Neil",), "Ici [PERSON] ou [PERSON]"),
        ("Zoé Martin ici", (None, None, "Zoé Martin"), "[PERSON] ici"),
        ("Bo et Li", ("Bo", "Li"), "Bo et Li"),
        ("Rien ici", ("Zoé", None, ""), "Rien ici"),
        ("a.c. Abc", ("a.c",), "a.c. Abc"),  # a name is no pattern
        ("(((", ("(((",), "((("),
    ],
)
def test_names_are_masked(text: str, names: tuple[str | None, ...], shown: str) -> None:
    assert masked(text, *names) == shown


def test_what_is_masked_already_stays_and_is_listed_in_order() -> None:
    text = "Martin au 06 12 34 56 78, Zoé Martin"
    before = analysis(text, redacted=redactions(text, "06 12 34 56 78", kind="PHONE"))
    after = mask_names(before, ("Zoé", "Martin"))
    assert after.redacted_text == "[PERSON] au [PHONE], [PERSON] [PERSON]"
    assert [(one.type, text[one.begin : one.end]) for one in after.redacted] == [
        ("PERSON", "Martin"), ("PHONE", "06 12 34 56 78"), ("PERSON", "Zoé"), ("PERSON", "Martin"),
    ]  # fmt: skip
    assert mask_names(after, ("Zoé", "Martin")) == after


def test_a_name_inside_a_masked_address_is_masked_once() -> None:
    text = "zoe.Martin@example.org de Martin"
    before = analysis(text, redacted=redactions(text, "zoe.Martin@example.org", kind="EMAIL"))
    assert mask_names(before, ("Martin",)).redacted_text == "[EMAIL] de [PERSON]"


def test_what_could_not_be_redacted_stays_closed() -> None:
    before = an_analysis(an_interaction(1), text="Ici Zoé", redacted_text=None)
    assert mask_names(before, ("Zoé",)) == before


def test_what_was_not_searched_is_not_opened() -> None:
    """A very long text is searched, and shown, up to a limit only."""
    text = "Ici Zoé au 0612345678. " + "x" * 50 + " Code 4970"
    cut = text.index("x") + 10
    before = analysis(
        text,
        redacted=redactions(text, "0612345678", kind="PHONE"),
        shown=text[:cut].replace("0612345678", "[PHONE]") + " […]",
    )
    after = mask_names(before, ("Zoé",))
    assert after.redacted_text == "Ici [PERSON] au [PHONE]. " + "x" * 10 + " […]"


def test_nothing_to_mask_changes_nothing() -> None:
    before = analysis("Ici personne")
    assert mask_names(before, ("Zoé",)) is before


words = st.text(alphabet="abcdeéÉŒœAZ 'İß-\u0301", max_size=30)


@given(words, st.lists(words, max_size=3))
def test_spans_never_overlap_and_text_outside_them_is_untouched(text: str, names: list[str]) -> None:
    after = mask_names(analysis(text), names)
    position, rebuilt = 0, ""
    for one in after.redacted:
        assert position <= one.begin < one.end <= len(text)
        rebuilt += text[position : one.begin] + "[PERSON]"
        position = one.end
    assert after.redacted_text == rebuilt + text[position:]
