"""The keys of a text: where a trace is in a text, its keys are, whatever the names, numbers and signs."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from makers import a_customer

from voc.privacy.personal_data_matcher import Traces
from voc.privacy.trace_keys import Looked, keys_of, text_keys
from voc.records import Customer, Identifier

WRITTEN = [
    *("Œ", "œ", "oe", "É", "e\u0301", "ß", "ss", "ﬁ", "m", "M.", "Mme", "dr", "Léa", "Roux", "de", "la", "L’", "jean"),
    *("1", "06", "39", "98", "11", "77", "0033", "+33", "(0)", "33", "12345", "AZ", "9", "²", "٣", "@", "@mail", "fr"),
    *(
        " ",
        " ",
        "-",
        "_",
        ".",
        ",",
        "'",
        "/",
        "%20",
        "%C3%A9",
        "+",
        "\n",
        "\t",
        "\xa0",
        "\u00ad",
        "\x00",
        "日本",
        "x",
        "ı",
    ),
]
PIECES = st.lists(st.sampled_from(WRITTEN), max_size=8).map("".join)
ANYTHING = st.one_of(PIECES, st.text(max_size=6))
GIVEN = ["+33639981177", "lea.roux@mail.fr", "l-@b", "lea", "lea_roux9", "AZ-9918273", "12345"]
IDENTIFIERS = st.builds(
    Identifier,
    type=st.sampled_from(["phone", "email", "handle", "contract", "order", "customer", "loyalty", "name"]),
    value=st.one_of(
        ANYTHING.filter(lambda one: bool(one.strip())),
        st.sampled_from([*GIVEN, "a1bcdefghijklmnopqrst"]),
    ),
)


@st.composite
def people(draw: st.DrawFn) -> Traces:
    customer = Customer(
        id=draw(st.one_of(st.sampled_from(["C1", "CU-0099171", "AB12CDEFGHIJKLMNOPQRSTU"]), PIECES.filter(bool))),
        name=draw(st.none() | ANYTHING),
        first_name=draw(st.none() | ANYTHING),
        last_name=draw(st.none() | ANYTHING),
        identifiers=tuple(draw(st.lists(IDENTIFIERS, max_size=3))),
    )
    return Traces(customer, namesakes=draw(st.booleans()), kin=draw(st.booleans()))


@st.composite
def texts(draw: st.DrawFn, traces: Traces) -> str:
    """A text that likely speaks of the person: what names them, taken apart and put together in other ways."""
    one = traces.customer
    named = [one.id, one.name, one.first_name, one.last_name, *(each.value for each in one.identifiers)]
    own = [each for each in named if each]
    whole = st.sampled_from(own)
    spaced = whole.map(lambda value: draw(st.sampled_from([" ", "-", ".", "", "_", ", "])).join(value))
    titled = whole.map(
        lambda value: draw(st.sampled_from(["Mme ", "M. J. ", "dr x ", "@", "0033 ", "%40", "+"])) + value
    )
    parts = st.one_of(whole, whole.map(str.upper), spaced, titled, st.sampled_from(WRITTEN), st.text(max_size=4))
    return "".join(draw(st.lists(parts, max_size=9)))


def holds(looked: Looked, text: str) -> bool:
    if looked.conditions is None:
        return True
    keys = text_keys(text)
    return any(all(any_of & keys for any_of in condition) for condition in looked.conditions)


@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_no_text_with_a_trace_lacks_its_keys(data: st.DataObject) -> None:
    traces = data.draw(people())
    text = data.draw(texts(traces))
    if traces.within(text):
        assert holds(keys_of([traces], ()), text)


@given(text=ANYTHING, name=ANYTHING)
@example(text="c1", name="c1")
def test_a_text_that_is_an_id_has_its_keys(text: str, name: str) -> None:
    assert holds(keys_of((), [name]), name)
    assert holds(keys_of((), [name]), f"{text}\x00{name}\x00{text}")


def test_a_text_of_somebody_else_is_not_read() -> None:
    customer = a_customer(
        "CU-0099171", name="Zéphyrine Quatrebarbes", first_name="Zéphyrine", last_name="Quatrebarbes",
        phones=("+33639981177",), emails=("zeph.q@example.com",), contracts=("AZ9918273",), handles=(("x", "zeph_q9"),),
    )  # fmt: skip
    looked = keys_of([Traces(customer)], ["i1f00"])
    for written in (
        "Mme Quatrebarbes",
        "QUATREBARBES, Zephyrine",
        "06 39 98 11 77",
        "zeph.q@example.com",
        "az 9918-273",
    ):
        assert holds(looked, f"avant : {written}."), written
    for other in ("Zéphyrine dit 06 39 98 11 78", "quatrebarbes", "q@example.com", "AZ9918274, 12 000 €"):
        assert not holds(looked, f"avant : {other}."), other


def test_a_name_of_several_words_may_be_written_as_one() -> None:
    customer = a_customer("C1", name="Anne-Marie de la Tour", first_name="Anne-Marie", last_name="de la Tour")
    for written in (
        "Annemarie Delatour",
        "anne marie de latour",
        "DELA TOUR, ANNE-MARIE",
        "Mme Dela-Tour",
        "Mme A. De La_Tour",
    ):
        assert Traces(customer).within(written), written
        assert holds(keys_of([Traces(customer)], ()), written), written


def test_what_no_key_can_tell_is_read_everywhere() -> None:
    late = a_customer("A1" + "B" * 20)  # its last digit is too far from its end
    strokes = a_customer("C1", last_name="__")
    for one in (late, strokes):
        assert keys_of([Traces(one)], ()).conditions is None
    assert keys_of((), ["–"]).conditions is None
