"""The files the fictional operator's systems would hand over, each with its own habits of columns and encoding."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from customers import Person, plain
from plan import Contact
from writing import Writer

FIXED = (2026, 11, 16, 6, 0, 0)
"""Moment written into the workbook's zip entries, so that the same seed gives the same bytes."""

REASONS = {
    "billing": "Facturation",
    "price": "Facturation",
    "delivery": "Livraison",
    "outage": "Technique",
    "slow": "Technique",
    "coverage": "Technique",
    "technician": "Technique",
    "moving": "Déménagement",
    "cancellation": "Résiliation",
    "contract": "Contrat",
}


def zulu(moment: datetime) -> str:
    """``2026-11-09T10:12:00Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def write_table(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]], *, delimiter: str, encoding: str
) -> None:
    """A delimited export, CRLF as Excel writes it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    path.write_bytes(text.getvalue().encode(encoding))


def write_lines(path: Path, items: Iterable[Any]) -> None:
    """NDJSON."""
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")


def customers(path: Path, base: list[Person]) -> None:
    """The CRM export: semicolons and a byte order mark, dates the French way."""
    header = [
        "id_client",
        "civilité",
        "prénom",
        "nom",
        "email",
        "téléphone",
        "mobile",
        "n° contrat",
        "ville",
        "code postal",
        "segment",
        "offre",
        "produit",
        "client depuis",
        "dernier déménagement",
        "langue",
        "handle",
        "réseau social",
    ]
    rows = [
        [
            p.id,
            p.civility,
            p.first,
            p.last,
            p.email,
            p.phone,
            p.mobile,
            p.contract,
            p.city,
            p.postcode,
            p.segment,
            p.offer,
            p.product,
            p.since.strftime("%d/%m/%Y"),
            p.moved.strftime("%d/%m/%Y") if p.moved else None,
            p.language,
            f"@{p.handle}" if p.handle else None,
            p.network if p.handle else None,
        ]
        for p in base
    ]
    write_table(path, header, rows, delimiter=";", encoding="utf-8-sig")


def posts(path: Path, contacts: list[Contact], write: Writer) -> None:
    """Social listening export, one JSON object a line."""
    items = []
    for number, contact in enumerate(contacts):
        person, rng = contact.person, write.rng
        assert person is not None
        known = contact.linked_by == "handle"
        handle = person.handle if known else f"{rng.choice(write.people['handle_words'])}{rng.randint(100, 9999)}"
        contact.external_id = str(1840000000000 + int(contact.moment.timestamp()) % 10**9 * 7 + number)
        contact.source = f"{path.name}:{number + 1}"
        contact.row["text"] = write.post(contact)
        items.append(
            {
                "post_id": contact.external_id,
                "created_at": zulu(contact.moment),
                "network": person.network if known else rng.choice(["x", "x", "mastodon", "facebook"]),
                "author_handle": handle,
                "text": contact.row["text"],
                "lang": contact.language,
                "likes": int(rng.expovariate(0.2)),
            }
        )
    write_lines(path, items)


def complaints(path: Path, contacts: list[Contact], write: Writer) -> None:
    """The claims register: French headers, semicolons, Windows encoding."""
    header = [
        "N° réclamation",
        "Date de réception",
        "N° client",
        "Civilité",
        "Nom",
        "Ville",
        "Motif",
        "Réclamation",
        "Statut",
    ]
    rows = []
    for number, contact in enumerate(contacts, start=1):
        person = contact.person
        assert person is not None
        contact.external_id, contact.source = f"REC-2026-{4100 + number}", f"{path.name}:{number + 1}"
        matter = (
            write.line(contact, "complaint")
            if contact.plant == "contact_pressure"
            else write.body(contact, formal=True)
        )
        contact.row["text"] = matter
        named = contact.linked_by == "column"
        rows.append(
            [
                contact.external_id,
                contact.moment.strftime("%d/%m/%Y %H:%M"),
                person.id if named else None,
                person.civility,
                person.last if named else write.rng.choice(write.people["last_names"][contact.language]),
                person.city,
                REASONS.get(contact.topic, "Autre"),
                matter,
                write.rng.choice(["Ouverte", "En cours", "Close", "Close"]),
            ]
        )
    write_table(path, header, rows, delimiter=";", encoding="cp1252")


SCORES = {
    "negative": ([0, 1, 2, 3, 3, 4, 5, 6], [1, 1, 2, 2]),
    "mixed": ([5, 6, 7, 7, 8], [3, 3, 4]),
    "neutral": ([6, 7, 8], [3, 4]),
    "positive": ([9, 9, 10, 10, 8], [5, 5, 4]),
    "empty": ([2, 5, 6, 7, 8, 8, 9, 10], [3, 4]),
}


def surveys(path: Path, contacts: list[Contact], write: Writer) -> None:
    """The NPS and satisfaction survey, a workbook with one answer a row; a third left the comment empty."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Réponses"
    sheet.append(
        [
            "ID réponse",
            "Date de réponse",
            "ID client",
            "Note NPS",
            "Satisfaction",
            "Commentaire",
            "Moment",
            "Langue",
        ]
    )
    for number, contact in enumerate(contacts, start=1):
        person, rng = contact.person, write.rng
        assert person is not None
        contact.external_id, contact.source = f"NPS-{number:05d}", f"{path.name}:{number + 1}"
        contact.row["text"] = write.verbatim(contact) if contact.file else None
        nps, csat = SCORES[contact.polarity or "neutral"]
        contact.row["nps"] = rng.choice(nps)
        sheet.append(
            [
                contact.external_id,
                contact.moment.replace(tzinfo=None),
                person.id if contact.linked_by else None,
                contact.row["nps"],
                rng.choice(csat) if rng.random() < 0.85 else None,
                contact.row["text"],
                rng.choice(["après contact", "anniversaire", "après installation", "trimestriel"]),
                contact.language,
            ]
        )
    book.properties.created = book.properties.modified = datetime(*FIXED)
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name == "docProps/core.xml":  # openpyxl stamps the moment of saving
                content = _pin_modified(content)
            target.writestr(zipfile.ZipInfo(name, date_time=FIXED), content, zipfile.ZIP_DEFLATED)


def _pin_modified(xml: bytes) -> bytes:
    import re

    stamp = datetime(*FIXED).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return re.sub(rb"(<dcterms:(?:modified|created)[^>]*>)[^<]*", rb"\g<1>" + stamp, xml)


def reviews(path: Path, contacts: list[Contact], write: Writer) -> None:
    """Reviews of the brand and its shops with their stars; verified authors come with their address."""
    header = ["review_id", "date", "stars", "title", "review", "author", "author_email", "store"]
    stars = {"negative": [1, 1, 1, 2, 2], "mixed": [3, 3, 2, 4], "neutral": [3, 4], "positive": [5, 5, 5, 4]}
    rows = []
    for number, contact in enumerate(contacts, start=1):
        person, rng = contact.person, write.rng
        assert person is not None
        contact.external_id, contact.source = f"AV{880200 + 7 * number}", f"{path.name}:{number + 1}"
        title, text = write.review(contact)
        contact.row["text"] = text
        store = "Lyon Part-Dieu" if contact.plant == "store_part_dieu" else None
        rows.append(
            [
                contact.external_id,
                contact.moment.strftime("%Y-%m-%d %H:%M"),
                rng.choice(stars[contact.polarity or "neutral"]),
                title,
                text,
                f"{person.first} {person.last[0]}.",
                person.email if contact.linked_by else None,
                store,
            ]
        )
    write_table(path, header, rows, delimiter=",", encoding="utf-8")


def chats(path: Path, contacts: list[Contact], write: Writer) -> None:
    """Conversations of the website's chat, with roles."""
    items = []
    for number, contact in enumerate(contacts, start=1):
        person, rng = contact.person, write.rng
        assert person is not None
        contact.external_id, contact.source = f"CH-{52000 + 11 * number}", f"{path.name}:{number}"
        turns = write.dialogue(contact, aloud=False)
        contact.row["text"] = " ".join(text for role, text in turns if role == "customer")
        at, messages = contact.moment, []
        for role, text in turns:
            messages.append({"role": role, "at": zulu(at), "text": text})
            at += timedelta(seconds=rng.randint(8, 70))
        items.append(
            {
                "conversation_id": contact.external_id,
                "started_at": zulu(contact.moment),
                "channel": "chat",
                "language": contact.language,
                "customer_id": person.id if contact.linked_by == "column" else None,
                "messages": messages,
            }
        )
    path.write_text(json.dumps(items, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _clock(ms: int) -> str:
    return f"{ms // 3600000:02d}:{ms // 60000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


def timed(turns: list[tuple[str, str]], rng: random.Random) -> list[dict[str, Any]]:
    """Turns with begin and end in ms at a natural pace (about 170 words a minute, short gaps)."""
    at, timed_turns = rng.randint(300, 1200), []
    for role, text in turns:
        length = 350 + len(text.split()) * rng.randint(300, 390)
        timed_turns.append({"role": role, "begin_ms": at, "end_ms": at + length, "text": text})
        at += length + rng.choice([150, 300, 300, 500, 900, 1800])
    return timed_turns


def call_transcripts(folder: Path, contacts: list[Contact], write: Writer, *, first_number: int) -> list[list[Any]]:
    """Calls transcribed elsewhere: WebVTT with voices, or JSON with roles; returns their rows of ``calls.csv``."""
    rows = []
    for number, contact in enumerate(contacts, start=first_number):
        person, rng = contact.person, write.rng
        assert person is not None
        contact.external_id = f"call-{number:04d}"
        turns = timed(write.dialogue(contact, aloud=True), rng)
        contact.row["text"] = " ".join(t["text"] for t in turns if t["role"] == "customer")
        caller = person.phone if contact.linked_by == "caller" else ("anonymous" if rng.random() < 0.5 else None)
        name = f"{contact.external_id}.{'json' if number % 3 else 'vtt'}"
        contact.source = f"calls/{name}"
        if name.endswith(".vtt"):
            cues = [
                f"{_clock(t['begin_ms'])} --> {_clock(t['end_ms'])}\n<v {t['role']}>{t['text']}</v>\n" for t in turns
            ]
            (folder / name).write_text("WEBVTT\n\n" + "\n".join(cues), encoding="utf-8")
        else:
            call = {
                "call_id": contact.external_id,
                "started_at": zulu(contact.moment),
                "language": contact.language,
                "caller": caller,
                "agent": contact.row["slots"]["agent"],
                "turns": turns,
            }
            (folder / name).write_text(json.dumps(call, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        rows.append(
            [
                name,
                contact.external_id,
                zulu(contact.moment),
                caller,
                contact.row["slots"]["agent"],
                contact.language,
                None,
                None,
            ]
        )
    return rows


def envelope_name(person: Person) -> str:
    """The display name of a From header."""
    return plain(f"{person.first} {person.last}") if person.language == "en" else f"{person.first} {person.last}"
