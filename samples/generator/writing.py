"""From a planned contact to the words its person would have used."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from customers import plain
from library import Library, Line
from plan import Contact

MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
UNITS_FR = [
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
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
TENS_FR = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre-vingt"}
DIGITS_EN = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
REGISTER = {"complaint": "negative", "review": "opinion", "chat": "need", "call": "need"}
"""What a channel is used for: claims are never praise, reviews never a mere question."""
EMOJI = {
    "negative": ["😡", "😤", "🙄", "🤬", "😒", "👎"],
    "positive": ["😊", "👍", "🙏", "❤️", "👏", "🎉"],
    "mixed": ["🤷", "😐"],
    "neutral": ["🤔", "🙂"],
}
SMS = [
    ("pourquoi", "pk"),
    ("c'est", "c"),
    ("quelqu'un", "qqn"),
    ("beaucoup", "bcp"),
    ("toujours", "tjs"),
    ("vous", "vs"),
    ("avec", "ac"),
    ("parce que", "pcq"),
    ("jamais", "jms"),
    ("you ", "u "),
    ("please", "pls"),
    ("because", "cos"),
]


def number_fr(n: int) -> str:
    """0 … 99 in French words, as digits of a number are read out in pairs."""
    if n < 20:
        return UNITS_FR[n]
    base = n // 10 * 10
    if base in (70, 90):
        base -= 10
    rest = n - base
    if rest == 0:
        return TENS_FR[base] + ("s" if base == 80 else "")
    link = " et " if rest in (1, 11) and base != 80 else "-"
    return TENS_FR[base] + link + UNITS_FR[rest]


def spoken(number: str, language: str) -> str:
    """A contract number as people say it: pairs in French (``zéro cinq`` with its zero), digits in English."""
    if language == "en":
        return " ".join(DIGITS_EN[int(d)] for d in number[:4]) + ", " + " ".join(DIGITS_EN[int(d)] for d in number[4:])
    pairs = [number[i : i + 2] for i in range(0, len(number), 2)]
    return ", ".join(("zéro " + UNITS_FR[int(p[1])]) if p[0] == "0" else number_fr(int(p)) for p in pairs)


class Writer:
    """Writes contacts with the library's sentences; everything random comes from one generator."""

    def __init__(self, rng: random.Random, library: Library, people: dict[str, Any]) -> None:
        self.rng, self.library, self.people = rng, library, people

    # --- words ---------------------------------------------------------------------------------------------------

    def fill(self, line: Line | str, contact: Contact, *, aloud: bool = False) -> str:
        """``line`` with its slots filled for this contact."""
        text, polarity = (line.text, line.polarity) if isinstance(line, Line) else (line, "negative")
        rng, language, person = self.rng, contact.language, contact.person
        assert person is not None
        day = contact.moment.date()

        def money(low: int, high: int, cents: bool) -> str:
            value = rng.randint(low, high) + (rng.choice([0, 0.5, 0.9, 0.99, 0.4, 0.15]) if cents else 0)
            figure = f"{value:.2f}" if value % 1 else f"{int(value)}"
            return f"{figure.replace('.', ',')} €" if language == "fr" else f"€{figure}"

        def on(when: date) -> str:
            month = MONTHS[language][when.month - 1]
            return f"{'1er' if when.day == 1 else when.day} {month}" if language == "fr" else f"{when.day} {month}"

        offset = rng.randint(8, 25) if polarity == "neutral" else -rng.randint(6, 25)
        if contact.plant == "double_charge":
            offset = -rng.randint(0, max(0, (day - date(2026, 11, 5)).days))
        slots: dict[str, Callable[[], str]] = {
            "amount": lambda: money(12, 118, True),
            "small": lambda: money(2, 12, False),
            "days": lambda: str(rng.randint(3, 19)),
            "weeks": lambda: (
                UNITS_FR if language == "fr" else ["x", "x", "two", "three", "four", "five", "six", "seven"]
            )[rng.randint(3, 7)],
            "months": lambda: str(rng.choice([2, 3, 4, 6, 8, 10, 14])),
            "minutes": lambda: str(rng.randint(24, 74)),
            "mbps": lambda: str(rng.randint(6, 48)),
            "year": lambda: str(person.since.year),
            "month": lambda: MONTHS[language][(day.month - 2) % 12],
            "date": lambda: on(day + timedelta(days=offset)),
            "city": lambda: person.city,
            "town": lambda: person.city,
            "postcode": lambda: person.postcode,
            "advisor": lambda: rng.choice(self.people["agents"]),
            "agent": lambda: rng.choice(self.people["agents"]),
            "shop": lambda: rng.choice(self.people["shops"]),
            "first": lambda: person.first,
            "last": lambda: person.last,
            "phone": lambda: (person.mobile if person.shares_phone else person.phone) or person.first,
            "email": lambda: person.email or "",
            "contract": lambda: spoken(person.contract, language) if aloud else person.contract,
            "street": lambda: self.deal(contact, "letters", "street").text,
            "job": lambda: self.deal(contact, "letters", "job").text,
        }
        kept: dict[str, str] = contact.row.setdefault("slots", {})  # one contact names one amount, one advisor …

        def value(name: str) -> str:
            if name not in kept or name == "contract":
                kept[name] = slots[name]()
            return kept[name]

        filled = re.sub(r"\{(\w+)\}", lambda match: value(match[1]), text)
        return filled[0].upper() + filled[1:] if text.startswith("{") else filled

    def deal(self, contact: Contact, file: str, kind: str, *, like: str | None = None) -> Line:
        return self.library.deal(self.rng, file, contact.language, kind, like=like)

    def line(self, contact: Contact, kind: str, *, aloud: bool = False) -> str:
        """One filled line of the contact's own topic; the first one settles its opinion."""
        line = self.deal(contact, contact.file, kind, like=contact.polarity or REGISTER.get(contact.channel))
        contact.polarity = contact.polarity or line.polarity
        return self.fill(line, contact, aloud=aloud)

    def extra(self, contact: Contact, kind: str) -> str:
        """Another line of the topic if one agrees with the opinion already given, else nothing."""
        if contact.polarity == "neutral" or not self.library.has(contact.file, contact.language, kind):
            return ""
        positive = contact.polarity == "positive"
        lines = self.library.lines(contact.file, contact.language, kind)
        if not any((line.polarity == "positive") == positive for line in lines):
            return ""
        return self.line(contact, kind)

    def about(self, contact: Contact, kind: str) -> str:
        """One filled line of the frame around the matter, of the kind's variant for the contact's opinion."""
        suffix = {"positive": "_pos", "negative": "_neg", "mixed": "_mix", "neutral": "_neu"}[
            contact.polarity or "neutral"
        ]
        for variant in (kind + suffix, kind + "_neg" if suffix != "_pos" else kind + "_pos", kind):
            if self.library.has("letters", contact.language, variant):
                return self.fill(self.deal(contact, "letters", variant), contact)
        return ""

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    # --- how people type -----------------------------------------------------------------------------------------

    def rough(self, text: str, contact: Contact, *, much: float = 1.0) -> str:
        """The same words as typed on a phone in a hurry: some lower case, missing accents, slips, SMS spelling."""
        if self.chance(0.22 * much) and not text[1:2].isupper():
            text = text[0].lower() + text[1:]
            text = text.rstrip(".")
        if contact.language == "fr" and self.chance(0.1 * much):
            text = plain(text) if text.isascii() or all(ord(c) < 0x250 for c in text) else text
        if self.chance(0.09 * much):
            for word, short in SMS:
                text = re.sub(rf"\b{re.escape(word)}", short, text)
        if self.chance(0.12 * much):
            words = text.split(" ")
            long = [i for i, w in enumerate(words) if len(w) > 5 and w.isalpha()]
            if long:
                i = self.rng.choice(long)
                at = self.rng.randint(1, len(words[i]) - 3)
                w = words[i]
                words[i] = self.rng.choice(
                    [w[:at] + w[at + 1] + w[at] + w[at + 2 :], w[:at] + w[at + 1 :], w[:at] + w[at] + w[at:]]
                )
                text = " ".join(words)
        if contact.polarity == "negative" and not text.endswith(("?", "!", "…")) and self.chance(0.08 * much):
            text = text.rstrip(".") + self.rng.choice(["!!", " !!!", "..."])
        return text

    # --- channels ------------------------------------------------------------------------------------------------

    def post(self, contact: Contact) -> str:
        """A social post."""
        text = self.line(contact, "short" if self.chance(0.85) else "core")
        if "@AlizeTelecom" not in text and self.chance(0.3):
            text = f"@AlizeTelecom {text}"
        text = self.rough(text, contact)
        if self.chance(0.16):
            text += " " + self.rng.choice(EMOJI[contact.polarity or "neutral"])
        if self.chance(0.08):
            text += self.rng.choice(
                [" #AlizeTelecom", " #fail" if contact.polarity == "negative" else " #merci", " #telecom"]
            )
        return text

    def verbatim(self, contact: Contact) -> str:
        """What is typed into a survey's comment box."""
        kinds = [k for k in ("terse", "short", "core") if self.library.has(contact.file, contact.language, k)]
        kind = self.rng.choices(kinds, [{"terse": 40, "short": 40, "core": 20}[k] for k in kinds])[0]
        text = self.line(contact, kind).replace("@AlizeTelecom", "Alizé")
        if kind == "terse" and self.chance(0.4):
            text = sentences(text, self.extra(contact, "detail"))
        return self.rough(text, contact)

    def review(self, contact: Contact) -> tuple[str, str]:
        """Title and body of a public review."""
        parts = [self.line(contact, "short" if self.chance(0.35) else "core").replace(" @AlizeTelecom", "")]
        if self.chance(0.6):
            parts.append(self.extra(contact, "detail"))
        if self.chance(0.35):
            parts.insert(0, self.about(contact, "review_open"))
        if self.chance(0.5) and contact.polarity != "neutral":
            parts.append(self.about(contact, "review_close"))
        title = self.about(contact, "review_title") if contact.polarity != "neutral" else ""
        return title, self.rough(sentences(*parts), contact, much=0.7)

    def body(self, contact: Contact, *, formal: bool = False) -> str:
        """The matter of an e-mail or a complaint: one to four sentences and what is asked for."""
        core = self.line(contact, "core")
        parts = [self.about(contact, "formal_open" if formal else "opener")] if formal or self.chance(0.6) else []
        parts += [core, self.extra(contact, "detail")]
        if self.chance(0.4):
            parts.append(self.extra(contact, "detail"))
        if contact.polarity == "negative" and self.chance(0.25):
            parts.append(self.about(contact, "intensifier"))
        if self.chance(0.75):
            parts.append(self.extra(contact, "ask"))
        if formal:
            parts.append(self.about(contact, "formal_close"))
        return self.rough(sentences(*dict.fromkeys(parts)), contact, much=0.0 if formal else 0.35)

    def dialogue(self, contact: Contact, *, aloud: bool) -> list[tuple[str, str]]:
        """``(role, text)`` turns of a chat, or of a call when ``aloud`` (numbers in words, more hesitation)."""
        rng, language = self.rng, contact.language

        def say(kind: str) -> str:
            return self.fill(self.deal(contact, "dialogues", kind), contact, aloud=aloud)

        matter = (
            self.line(contact, "core" if aloud or self.chance(0.6) else "short").replace("@AlizeTelecom", "").strip()
        )
        lead = {
            "fr": [
                "Oui bonjour. ",
                "Bonjour, alors voilà. ",
                "Bonjour, euh, je vous explique. ",
                "Ah, enfin quelqu'un. Bonjour. ",
                "Bonjour madame. ",
            ],
            "en": ["Yes, hello. ", "Hi. So, um, ", "Hello there. ", "Finally, hi. ", "Good morning. "],
        }[language]
        hello = {"fr": ["Bonjour, ", "bjr ", "", "Bonsoir. ", ""], "en": ["Hi, ", "hello ", "", "Hey. ", ""]}[language]
        turns = [("agent", say("greet")), ("customer", rng.choice(lead if aloud else hello) + matter)]
        detail = self.extra(contact, "detail") if self.chance(0.65) else ""
        if detail:
            turns.append(("agent", say("thanks_agent" if contact.polarity == "positive" else "empathy")))
            turns.append(("customer", detail))
        turns.append(("agent", say("identify")))
        if contact.linked_by == "contract":
            turns.append(("customer", say("give_contract")))
        elif contact.linked_by == "address" and not aloud:
            turns.append(("customer", say("give_email")))
        elif contact.linked_by is None:
            nothing = self.deal(contact, "dialogues", "give_nothing", like=contact.polarity)
            turns.append(("customer", self.fill(nothing, contact)))
        else:
            turns.pop()
        turns.append(
            (
                "agent",
                self.line(contact, "agent") if self.library.has(contact.file, language, "agent") else say("agent_more"),
            )
        )
        pleased = contact.polarity in {"positive", "neutral"}
        turns.append(("customer", say("react_pos" if pleased else "react_neg")))
        turns.append(("agent", say("agent_more")))
        turns += [("customer", say("bye_customer")), ("agent", say("bye_agent"))]
        if aloud:
            return turns
        return [(role, self.rough(text, contact, much=0.8) if role == "customer" else text) for role, text in turns]


def sentences(*parts: str) -> str:
    """``parts`` that are not empty as running text: a full stop where one is missing, no capital after a colon."""
    text = ""
    for part in filter(None, parts):
        if text.endswith(":") and part[:1].isupper() and not part[1:2].isupper() and part[:2] not in {"I ", "I'"}:
            part = part[0].lower() + part[1:]  # noqa: PLW2901
        elif text and text[-1].isalnum():
            text += "."
        text += (" " if text else "") + part
    return text
