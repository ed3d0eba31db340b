"""The customer base: 400 fictional people with the gaps a real CRM export has."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

CUSTOMERS = 400
ENGLISH_SHARE = 0.24
RECENT_MOVERS = 26
SHARED_PHONES = 4


@dataclass
class Person:
    """One customer as the CRM knows them; ``None`` is a gap."""

    id: str
    civility: str
    first: str
    last: str
    email: str | None
    phone: str | None
    mobile: str | None
    contract: str
    city: str
    postcode: str
    segment: str
    offer: str
    product: str
    since: date
    language: str
    handle: str | None
    network: str | None
    moved: date | None = None
    key: str | None = None
    shares_phone: bool = False

    @property
    def has_fibre(self) -> bool:
        return self.product.startswith("Fibre")

    @property
    def has_mobile(self) -> bool:
        return "obile" in self.product


def plain(text: str) -> str:
    """``text`` without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _slug(text: str) -> str:
    return "".join(c for c in plain(text).lower() if c.isalnum())


def _handle(rng: random.Random, first: str, last: str, words: list[str]) -> str:
    word, number = rng.choice(words), rng.randint(2, 99)
    return rng.choice(
        [
            f"{_slug(first)}_{word}",
            f"{word}{number}",
            f"{_slug(first)[:3]}{_slug(last)}{number}",
            f"{word}_{_slug(last)}",
        ]
    )


def customer_base(rng: random.Random, people: dict[str, Any]) -> list[Person]:
    """The whole base; the cast of the recordings comes first, as long-standing customers."""
    cities, offers = people["cities"], people["offers"]
    product_of = {name: product for name, product, _ in offers}
    postcode_of = {city: postcode for city, postcode, _, _ in reversed(cities)}
    contracts, emails, phones, handles = set[str](), set[str](), set[str](), set[str]()
    base: list[Person] = []

    def unique(taken: set[str], draw: Any) -> str:
        while (value := draw()) in taken:
            pass
        taken.add(value)
        return str(value)

    for member in people["cast"]:
        base.append(
            Person(
                id=f"C{10017 + 3 * len(base)}",
                civility=member["civility"],
                first=member["first"],
                last=member["last"],
                email=member["email"],
                phone=member["phone"],
                mobile=None,
                contract=member["contract"],
                city=member["city"],
                postcode=postcode_of[member["city"]],
                segment=member["segment"],
                offer=member["offer"],
                product=product_of[member["offer"]],
                since=date(2019, 3, 4) + timedelta(days=rng.randint(0, 1500)),
                language=member["language"],
                handle=None,
                network=None,
                moved=date.fromisoformat(member["moved"]) if "moved" in member else None,
                key=member["key"],
            )
        )
        contracts.add(member["contract"])
        phones.add(member["phone"])
        if member["email"]:
            emails.add(member["email"])

    while len(base) < CUSTOMERS:
        language = "en" if rng.random() < ENGLISH_SHARE else "fr"
        woman = rng.random() < 0.5
        first = rng.choice(people["first_names"][f"{language}_{'f' if woman else 'm'}"])
        last = rng.choice(people["last_names"][language])
        city, postcode, _, range_ = rng.choices(cities, [c[2] for c in cities])[0]
        offer, product, _ = rng.choices(offers, [o[2] for o in offers])[0]
        domain = rng.choice(["example.com", "example.org", "example.net"])

        def address(first: str = first, last: str = last, domain: str = domain) -> str:
            tail = "" if rng.random() < 0.6 else str(rng.randint(1, 99))
            shape = rng.choice(["{f}.{l}{t}", "{f}{l}{t}", "{i}.{l}{t}", "{l}.{f}{t}"])
            return shape.format(f=_slug(first), l=_slug(last), i=_slug(first)[0], t=tail) + "@" + domain

        def number(range_: str = range_, language: str = language) -> str:
            if language == "en" and rng.random() < 0.2:
                return f"+44 20 7946 0{rng.randint(100, 999)}"
            return f"{range_} {rng.randint(0, 99):02d} {rng.randint(0, 99):02d}"

        base.append(
            Person(
                id=f"C{10017 + 3 * len(base)}",
                civility="Mme" if woman else "M.",
                first=first,
                last=last,
                email=unique(emails, address) if rng.random() < 0.92 else None,
                phone=unique(phones, number) if rng.random() < 0.9 else None,
                mobile=unique(phones, lambda: f"06 39 98 {rng.randint(0, 99):02d} {rng.randint(0, 99):02d}")
                if rng.random() < 0.3
                else None,
                contract=unique(contracts, lambda: f"40{rng.randint(100000, 999999)}"),
                city=city,
                postcode=postcode,
                segment=rng.choices(list(people["segments"]), list(people["segments"].values()))[0],
                offer=offer,
                product=product,
                since=date(2014, 1, 6) + timedelta(days=rng.randint(0, 4450)),
                language=language,
                handle=unique(handles, lambda first=first, last=last: _handle(rng, first, last, people["handle_words"]))
                if rng.random() < 0.5
                else None,
                network=rng.choice(["x", "x", "mastodon", "facebook"]),
            )
        )

    movers = [p for p in base if p.has_fibre and p.key is None and p.city != "Nantes"][:RECENT_MOVERS]
    for person in movers:
        person.moved = date(2026, 8, 10) + timedelta(days=rng.randint(0, 62))
    # Households: two customers behind one landline, so that a caller's number alone does not name one of them.
    pairs = [p for p in base if p.key is None and p.phone and p.moved is None][-2 * SHARED_PHONES :]
    for one, other in zip(pairs[::2], pairs[1::2], strict=True):
        other.phone, other.last, other.city, other.postcode = one.phone, one.last, one.city, one.postcode
        one.shares_phone = other.shares_phone = True
    return base
