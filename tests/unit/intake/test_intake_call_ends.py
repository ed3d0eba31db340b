"""Which number of a call is the customer's: by who called whom, never the company's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc import intake
from voc.errors import SettingsError
from voc.intake.call_ends import CALLEE, CALLER, FACES_MANY, MANY_CALLS, customer_end, direction_of
from voc.intake.telephony import call_of, calls_in
from voc.records import Interaction
from voc.settings import settings

COMPANY, CUSTOMER = "+33199004531", "+33612345678"


def phones(fields: dict[str, Any]) -> list[tuple[str, bool, bool]]:
    return [(one.value, one.verified, one.side_unknown) for one in call_of(fields).identifiers if one.type == "phone"]


SURE = [(CUSTOMER, True, False)]
UNKNOWN = [(COMPANY, False, True), (CUSTOMER, False, True)]


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Sets the company's own numbers for one test."""

    def given(numbers: str) -> None:
        monkeypatch.setenv("VOC_OWN_NUMBERS", numbers)
        settings.cache_clear()

    yield given
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        # outbound: whom the company called
        ({"direction": "outbound-api", "from": COMPANY, "to": CUSTOMER}, SURE),
        ({"direction": "Outbound", "ani": "01 99 00 45 31", "dnis": "06 12 34 56 78"}, SURE),
        ({"sens": "Appel sortant", "appelant": "0199004531", "appelé": "0612345678"}, SURE),
        ({"outbound": "true", "caller": COMPANY, "callee": CUSTOMER}, SURE),
        ({"call type": "Outbound", "from": {"phoneNumber": COMPANY}, "to": {"phoneNumber": CUSTOMER}}, SURE),
        ({"direction": "outbound", "from": COMPANY, "customer_phone": CUSTOMER}, SURE),
        ({"direction": "outbound", "phone": CUSTOMER}, SURE),
        ({"direction": "outbound", "from": COMPANY}, []),
        ({"direction": "outbound", "caller": COMPANY, "to": "anonymous"}, []),
        # inbound: who called
        ({"direction": "inbound", "from": CUSTOMER, "to": COMPANY}, SURE),
        ({"CALL TYPE": "Inbound", "ANI": "0612345678", "DNIS": "0199004531"}, SURE),
        ({"sens": "entrant", "to": COMPANY}, []),
        # nothing says which: one number alone is the caller's, as ever; an extension faces the customer
        ({"caller": CUSTOMER}, SURE),
        ({"phone": CUSTOMER}, SURE),
        ({"src": "0612345678", "dst": "1001"}, SURE),
        ({"cnum": "1001", "src": "0199004531", "dst": "0612345678"}, SURE),
        ({"from": "client:nadia", "to": CUSTOMER}, SURE),
        ({"from": "sip:+33612345678@trunk.example.net", "to": "sip:1001@pbx.example.net"}, SURE),
        ({"from": COMPANY, "to": CUSTOMER, "phone": CUSTOMER}, SURE),
        ({"to": CUSTOMER}, []),
        ({"from": COMPANY, "to": CUSTOMER}, UNKNOWN),
        ({"direction": "outbound-dial", "from": COMPANY, "to": CUSTOMER}, UNKNOWN),
        # among colleagues
        ({"direction": "internal", "from": "0199004531", "to": "0199004532"}, []),
    ],
)
def test_the_customers_end(fields: dict[str, Any], found: list[tuple[str, bool, bool]]) -> None:
    assert phones(fields) == found


def test_the_companys_end_stays_an_attribute_and_no_address() -> None:
    call = call_of({"direction": "outbound", "from": COMPANY, "to": CUSTOMER, "queue": "sav"})
    assert call.attributes == {"direction": "outbound", "from": COMPANY, "queue": "sav"}


@pytest.mark.parametrize(
    "fields",
    [
        {"from": COMPANY, "to": CUSTOMER},
        {"from": CUSTOMER, "to": COMPANY},
        {"direction": "inbound", "from": COMPANY, "to": CUSTOMER},
    ],
)
def test_own_numbers_tell_the_direction(fields: dict[str, Any], own: Callable[[str], None]) -> None:
    own("01 99 00 45 31, +33 1 99 00 45 32")
    assert phones(fields) == SURE


@pytest.mark.parametrize("name", ["phone", "caller", "from", "customer_phone"])
def test_an_own_number_names_nobody_whatever_the_column(name: str, own: Callable[[str], None]) -> None:
    own(COMPANY)
    assert phones({name: COMPANY}) == []


def test_an_own_number_that_is_none_is_said(own: Callable[[str], None]) -> None:
    own("the switchboard")
    with pytest.raises(SettingsError, match="VOC_OWN_NUMBERS: 'the switchboard' is not a phone number"):
        phones({"phone": CUSTOMER})


def test_transcripts_know_who_called_whom(tmp_path: Path) -> None:
    path = tmp_path / "call.json"
    turns = [{"role": "agent", "start": 0, "end": 2, "text": "Bonjour, Alizé Télécom."}]
    path.write_text(json.dumps({"id": "T1", "direction": "outbound", "from": COMPANY, "to": CUSTOMER, "turns": turns}))
    (found,) = intake.read(path)
    assert isinstance(found, Interaction)
    assert [(one.value, one.verified) for one in found.identifiers] == [(CUSTOMER, True)]


def test_tables_of_notes_know_who_called_whom(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text(
        "id;date;sens;appelant;appelé;commentaire\n"
        "N-10001;2026-11-03;sortant;0199004531;0612345678;Le client veut être remboursé de sa facture\n"
        "N-10002;2026-11-03;entrant;0698765432;0199004531;La cliente demande pourquoi sa ligne est coupée\n"
        "N-10003;2026-11-03;;0199004531;0612345678;Le client rappelle pour la même panne de sa box\n"
    )
    found = [one for one in intake.read(path) if isinstance(one, Interaction)]
    assert [[(one.value, one.verified) for one in each.identifiers] for each in found] == [
        [(CUSTOMER, True)],
        [("+33698765432", True)],
        [(COMPANY, False), (CUSTOMER, False)],
    ]


def table_of_calls(folder: Path, columns: str, rows: list[str]) -> dict[str, list[tuple[str, bool]]]:
    path = folder / "calls.csv"
    path.write_text("\n".join([f"filename;{columns}", *(f"c{n}.wav;{row}" for n, row in enumerate(rows))]) + "\n")
    return {name: [(one.value, one.verified) for one in call.identifiers] for name, call in calls_in(path).items()}


def test_a_number_that_faces_everybody_is_the_companys(tmp_path: Path) -> None:
    customers = [f"06123456{n:02d}" for n in range(FACES_MANY)]
    rows = [f"0199004531;{one}" if n % 2 else f"{one};0199004531" for n, one in enumerate(customers)]
    found = table_of_calls(tmp_path, "from;to", rows)
    assert found == {f"c{n}.wav": [(f"+336123456{n:02d}", True)] for n in range(FACES_MANY)}


def test_a_few_calls_do_not_tell_whose_a_number_is(tmp_path: Path) -> None:
    found = table_of_calls(tmp_path, "from;to", ["0199004531;0612345678", "0199004531;0612345679"])
    assert found["c0.wav"] == [(COMPANY, False), (CUSTOMER, False)]


def test_a_number_on_very_many_calls_names_nobody(tmp_path: Path) -> None:
    rows = ["0199004531"] * (MANY_CALLS + 1) + ["0612345678"] * MANY_CALLS
    found = table_of_calls(tmp_path, "caller", rows)
    assert (found["c0.wav"], found[f"c{MANY_CALLS + 1}.wav"]) == ([], [(CUSTOMER, True)])


@given(
    direction=st.sampled_from(["", "inbound", "outbound", "internal", "sortant", "entrant", "outbound-dial"]),
    fields=st.dictionaries(
        st.sampled_from([*CALLER, *CALLEE, "phone", "customer phone"]),
        st.sampled_from([COMPANY, CUSTOMER, "0199004531", "1001", "anonymous", "", "sip:1001@pbx"]),
        max_size=4,
    ),
)
def test_an_own_number_never_names_a_customer(direction: str, fields: dict[str, str]) -> None:
    found = customer_end({**fields, "direction": direction}, region="FR", own=frozenset((COMPANY,)))
    assert COMPANY not in {one.value for one in found.identifiers}
    assert all(one.verified != one.side_unknown for one in found.identifiers)


@pytest.mark.parametrize(
    ("value", "direction"),
    [
        *(("outbound-api", "outbound"), ("Sortant", "outbound"), ("Appel émis", "outbound"), ("OUT", "outbound")),
        *(("inbound", "inbound"), ("Reçu", "inbound"), ("IN", "inbound"), ("Interne", "internal")),
        *(("outbound-dial", None), ("north", None), ("", None)),
    ],
)
def test_the_words_for_a_direction(value: str, direction: str | None) -> None:
    assert direction_of({"direction": value}) == direction
