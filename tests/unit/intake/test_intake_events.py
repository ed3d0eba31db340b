"""Events as exports write them: types, moments, whose they are, and the rows that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.errors import InputError
from voc.events import Event, EventFamily, channel_in, event_id, family_of
from voc.intake.events import holds_events, parse_amount, read_events
from voc.records import Rejected
from voc.resources import resource


def write(tmp_path: Path, text: str, name: str = "events.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def events(path: Path, **options: object) -> list[Event]:
    found = list(read_events(path, **options))  # type: ignore[arg-type]
    assert all(isinstance(one, Event) for one in found), found
    return found  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("kind", "family", "channel"),
    [
        ("marketing_sms", EventFamily.SENT, "sms"),
        ("Campagne e-mailing", EventFamily.SENT, "email"),
        ("emails", EventFamily.SENT, "email"),
        ("Démarchage téléphonique", EventFamily.SENT, "call"),
        ("Achat en boutique", EventFamily.PURCHASE, "store"),
        ("order", EventFamily.PURCHASE, None),
        ("StoreVisit", EventFamily.VISIT, "store"),
        ("email_opened", EventFamily.VISIT, "email"),
        ("Livraison", EventFamily.SERVICE, None),
        ("page view", EventFamily.VISIT, "web"),
        ("zzz", EventFamily.OTHER, None),
    ],
)
def test_a_type_says_what_an_event_is_and_how_it_came(kind: str, family: EventFamily, channel: str | None) -> None:
    assert family_of(kind) is family
    assert channel_in(kind) == channel


def test_the_sample_events_are_all_taken_in() -> None:
    path = resource("samples", "events.ndjson")
    found = events(path)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(found) == len(lines)
    assert {one.family for one in found} == {EventFamily.SENT}
    assert {one.channel for one in found} == {"email", "sms", "call"}
    first = found[0]
    assert (first.external_id, first.label) == (lines[0]["event_id"], lines[0]["campaign"])
    assert (first.identifiers[0].type, first.identifiers[0].value) == ("customer", lines[0]["customer_id"])


def test_a_french_export_of_purchases_is_read_without_being_told(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "N° client;Type d'événement;Date d'achat;Produit;Montant;Boutique;Vendeur\n"
        "C1;Achat;09/11/2026 10h12;Box Alizé;1 234,50 €;Nantes centre;Paul\n"
        "C2;Achat;31/10/2026 18h00;Option TV;9,99 €;;\n",
    )
    one, other = events(path)
    assert (one.family, one.amount, one.currency) == (EventFamily.PURCHASE, 1234.5, "EUR")
    assert one.at.isoformat() == "2026-11-09T10:12:00+00:00"
    assert (one.label, one.place, one.attributes) == ("Box Alizé", "Nantes centre", {"Vendeur": "Paul"})
    assert other.place is None and other.amount == 9.99


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",purchase,2026-11-09,9", "names a customer"),
        ("C1,,2026-11-09,9", "no type"),
        ("C1,purchase,,9", "no date"),
        ("C1,purchase,yesterday,9", "not a date"),
        ("n/a,purchase,2026-11-09,9", "names a customer"),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_the_others_go_on(tmp_path: Path, row: str, reason: str) -> None:
    path = write(
        tmp_path, f"customer id,event type,date,amount\nC0,purchase,2026-11-08,5\n{row}\nC9,visit,2026-11-10,\n"
    )
    first, refused, last = list(read_events(path))
    assert isinstance(first, Event) and isinstance(last, Event)
    assert isinstance(refused, Rejected)
    assert refused.source == "events.csv:3" and reason in refused.reason


@pytest.mark.parametrize(
    ("header", "missing"),
    [("customer id,date\nC1,2026-11-09\n", "kind of event"), ("customer id,type\nC1,visit\n", "when each"),
     ("type,date\nvisit,2026-11-09\n", "whose event")],
)  # fmt: skip
def test_a_table_without_what_an_event_needs_says_which_column_to_name(
    tmp_path: Path, header: str, missing: str
) -> None:
    with pytest.raises(InputError, match=missing):
        list(read_events(write(tmp_path, header)))


def test_a_mapping_overrules_what_would_be_guessed(tmp_path: Path) -> None:
    path = write(tmp_path, "who,what,when\nC1,visite,2026-11-09\n")
    (one,) = events(path, mapping={"customer": "who", "type": "what", "at": "when"})
    assert (one.family, one.identifiers[0].value) == (EventFamily.VISIT, "C1")


def test_the_same_event_has_the_same_id_whatever_file_it_comes_in(tmp_path: Path) -> None:
    csv = write(tmp_path, "event_id,customer_id,type,date\nE1,C1,purchase,2026-11-09\n,C1,visit,2026-11-09\n")
    ndjson = write(
        tmp_path,
        '{"event_id": "E1", "customer_id": "C1", "type": "purchase", "date": "2026-11-09T08:00:00Z"}\n'
        '{"customer_id": "C1", "type": "visit", "date": "2026-11-09"}\n',
        "again.ndjson",
    )
    assert [one.id for one in events(csv)] == [one.id for one in events(ndjson)]


def test_events_are_told_from_what_customers_said(tmp_path: Path) -> None:
    assert holds_events(resource("samples", "events.ndjson"))
    for name in ("posts.ndjson", "reviews.csv", "reclamations.csv", "customers.csv", "enquete_nps.xlsx", "chats.json"):
        assert not holds_events(resource("samples", name)), name
    said = write(
        tmp_path,
        "customer id,type,date,comment\n"
        + "C1,order,2026-11-09,My order never came and nobody at all answers the phone when I call you\n" * 5,
    )
    assert not holds_events(said)
    assert not holds_events(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("1 234,50 €", 1234.5, "EUR"), ("1,234.50", 1234.5, None), ("1.234.567", 1234567.0, None), ("-12", -12.0, None),
        ("$9.99", 9.99, None), ("12 EUR", 12.0, "EUR"), ("free", None, None), ("", None, None), (None, None, None),
        ("1.234,50", 1234.5, None), ("0", 0.0, None),
    ],
)  # fmt: skip
def test_amounts_are_read_as_exports_write_them(text: str | None, amount: float | None, currency: str | None) -> None:
    assert parse_amount(text) == (amount, currency)


def test_an_amount_that_is_none_is_kept_as_it_stands(tmp_path: Path) -> None:
    path = write(tmp_path, "customer id,type,date,amount\nC1,purchase,2026-11-09,12\nC1,purchase,2026-11-10,offert\n")
    _, odd = events(path)
    assert odd.amount is None and odd.attributes["amount"] == "offert"


@given(st.text(max_size=300))
def test_any_type_has_a_family_and_any_amount_is_a_number_or_none(text: str) -> None:
    assert family_of(text) in EventFamily
    amount, _ = parse_amount(text)
    assert amount is None or isinstance(amount, float)


def test_an_external_id_makes_the_content_irrelevant() -> None:
    one = event_id(EventFamily.SENT, external_id="1", content=("a",))
    assert one == event_id(EventFamily.SENT, external_id="1", content=("b",))
    assert one != event_id(EventFamily.VISIT, external_id="1", content=("a",))


def test_mixed_events_may_say_the_same_in_different_columns(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '{"type": "marketing_sms", "at": "2026-11-09T08:00:00Z", "customer_id": "C1", "campaign": "Autumn"}\n'
        '{"type": "purchase", "date": "2026-11-10", "customer_id": "C1", "product": "Box", "campaign": null}\n',
        "mixed.ndjson",
    )
    message, purchase = events(path)
    assert (message.label, purchase.label) == ("Autumn", "Box")
    assert purchase.at.day == 10
