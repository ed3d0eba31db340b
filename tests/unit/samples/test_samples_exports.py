"""The exports are readable, lead to whom they should, and are varied enough to be shown to people."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

from voc.intake import read, read_customers, read_folder
from voc.records import Customer, Interaction, Rejected

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
FILES = ("emails.mbox", "chats.json", "posts.ndjson", "reclamations.csv", "reviews.csv", "enquete_nps.xlsx")
FICTION_FR = ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649", "+3363998")
"""Décision ARCEP 2018-0881, article 2.5.12: numbers for audiovisual works."""
FICTION_ABROAD = "+4420794600", "+442079460"
"""Ofcom: 020 7946 0000 to 0999."""

Key = tuple[str, str]


@pytest.fixture(scope="module")
def truth() -> dict[Key, dict[str, Any]]:
    entries = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))["interactions"]
    return {(entry["channel"], entry["external_id"].strip("<>")): entry for entry in entries}


@pytest.fixture(scope="module")
def taken_in() -> list[Interaction | Rejected]:
    found: list[Interaction | Rejected] = []
    for folder in ("calls", "emails"):
        found += read_folder(SAMPLES / folder)
    for name in FILES:
        found += read(SAMPLES / name)
    return found


@pytest.fixture(scope="module")
def interactions(taken_in: list[Interaction | Rejected]) -> dict[Key, Interaction]:
    return {
        (one.channel.value, (one.external_id or "").strip("<>")): one
        for one in taken_in
        if isinstance(one, Interaction)
    }


@pytest.fixture(scope="module")
def customers() -> list[Customer]:
    rows = list(read_customers(SAMPLES / "customers.csv"))
    assert not [row for row in rows if isinstance(row, Rejected)]
    return [row for row in rows if isinstance(row, Customer)]


def test_every_interaction_comes_in_once_and_on_its_channel(
    truth: dict[Key, dict[str, Any]], taken_in: list[Interaction | Rejected], interactions: dict[Key, Interaction]
) -> None:
    assert [one for one in taken_in if isinstance(one, Rejected)] == []
    assert interactions.keys() == truth.keys()
    assert len(taken_in) == len(truth)


def test_every_interaction_falls_in_its_week(
    truth: dict[Key, dict[str, Any]], interactions: dict[Key, Interaction]
) -> None:
    for key, entry in truth.items():
        moment = interactions[key].occurred_at
        assert moment is not None, key
        assert f"{moment.isocalendar().year}-W{moment.isocalendar().week}" == entry["week"], key


def test_what_came_with_the_channel_names_the_right_customer(
    truth: dict[Key, dict[str, Any]], interactions: dict[Key, Interaction], customers: list[Customer]
) -> None:
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for customer in customers:
        for identifier in customer.identifiers:
            if identifier.type != "name":
                owners[identifier.type, identifier.value].add(customer.id)
    for key, entry in truth.items():
        named = [owners[i.type, i.value] for i in interactions[key].identifiers if (i.type, i.value) in owners]
        came_with = {"caller", "handle", "column"} | ({"address"} if key[0] == "email" or key[0] == "review" else set())
        if entry["linked_by"] in came_with:
            assert named, key
            assert set.intersection(*named) == {entry["customer_id"]}, key
        elif entry["linked_by"] is None:
            assert named == [], key  # anonymous is anonymous
        else:  # in the words; a signature may say a telephone number as well
            assert set().union(*named) <= {entry["customer_id"]}, key


def test_contract_numbers_are_in_the_words(
    truth: dict[Key, dict[str, Any]], interactions: dict[Key, Interaction], customers: list[Customer]
) -> None:
    contracts = {c.id: i.value for c in customers for i in c.identifiers if i.type == "contract"}
    by_contract = {key: entry for key, entry in truth.items() if entry["linked_by"] == "contract"}
    assert len(by_contract) >= 25
    for key, entry in by_contract.items():
        one = interactions[key]
        if one.channel.value != "call":  # on the phone it is said in words
            words = (one.text or "") + " ".join(turn.text for turn in one.turns)
            assert contracts[entry["customer_id"]] in words, key


def test_scores_and_stars_were_understood(interactions: dict[Key, Interaction]) -> None:
    surveys = [one for one in interactions.values() if one.channel.value == "survey"]
    assert all(one.nps is not None for one in surveys)
    silent = sum(not one.text for one in surveys)
    assert 0.25 < silent / len(surveys) < 0.4
    assert all(one.rating is not None for one in interactions.values() if one.channel.value == "review")


def test_conversations_have_both_roles(interactions: dict[Key, Interaction]) -> None:
    talks = [one for one in interactions.values() if one.turns]
    assert len(talks) > 100
    for one in talks:
        assert {turn.participant_role for turn in one.turns} == {"agent", "customer"}, one.source


def test_nobody_real_can_be_reached() -> None:
    """Phone numbers from the ranges kept for fiction, addresses from reserved domains."""
    with (SAMPLES / "customers.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    for row in rows:
        for number in filter(None, (row["téléphone"], row["mobile"])):
            parsed = phonenumbers.parse(number, "FR")
            e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
            assert e164.startswith((*FICTION_FR, *FICTION_ABROAD)), number
        if row["email"]:
            assert row["email"].split("@")[1] in {"example.com", "example.org", "example.net"}
    assert 0.03 < sum(not row["email"] for row in rows) / len(rows) < 0.15
    assert 0.03 < sum(not row["téléphone"] for row in rows) / len(rows) < 0.2


def test_landlines_pass_for_real_ones() -> None:
    """The callers' ranges are valid to libphonenumber, so that strict recognisers link them too."""
    with (SAMPLES / "calls" / "calls.csv").open(encoding="utf-8", newline="") as stream:
        callers = [row["caller"] for row in csv.DictReader(stream) if row["caller"] not in {"", "anonymous"}]
    assert len(callers) > 20
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(number, "FR")) for number in callers)


def words_of(text: str) -> frozenset[str]:
    """The words of a message without case, accents, figures, names of accounts."""
    text = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return frozenset(re.findall(r"[a-z]+", re.sub(r"[@#]\w+|\d+(?:[.,]\d+)?", "", text)))


def test_people_do_not_all_write_the_same(interactions: dict[Key, Interaction]) -> None:
    """Near-duplicates: messages of five words or more that share over 70 % of their words (Jaccard)."""
    said = []
    for key, one in interactions.items():
        text = one.text or " ".join(turn.text for turn in one.turns if turn.participant_role == "customer")
        if len(words := words_of(text)) >= 5:
            said.append((key, words))
    assert len(said) > 550
    like: Counter[Key] = Counter()
    for (one, a), (other, b) in combinations(said, 2):
        if len(a & b) > 0.7 * len(a | b):
            like.update((one, other))
    assert max(like.values(), default=0) <= 3
    assert len(like) / len(said) < 0.1
