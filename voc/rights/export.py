"""Everything held about one person (GDPR article 15 and 20): as JSON for programs, as a page to read, with the sound.

One ZIP: ``person.json`` (every row of every table that points at them, documents whole), ``person.html`` (the same for
people: who they are, what they said, what was understood and why they were linked to it) and ``audio/``. It holds the
words unmasked: they are theirs.
"""

from __future__ import annotations

import html
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any

from voc.errors import NotFoundError
from voc.language.registry import FIRST
from voc.locales.words import Words, words
from voc.records import Record
from voc.rights.consent import consents, required
from voc.store import Store


class PersonalDataExport(Record):
    """What is held about one person. ``tables`` maps a table to its rows that point at them, as plain JSON."""

    customer_id: str
    name: str | None
    made_at: datetime
    consent: dict[str, dict[str, Any]]
    interactions: tuple[dict[str, Any], ...]
    """Oldest first: ``interaction`` as it came in, ``transcript``, ``analysis``, ``link``."""
    tables: dict[str, list[dict[str, Any]]]
    recordings: dict[str, str]
    """Interaction id → name of its file under ``audio/``."""


def held(store: Store, customer_id: str, *, now: datetime, consent_required: str = "") -> PersonalDataExport:
    """Gather everything held about a customer, records merged with theirs included.

    Raises:
        InputError: there is no such customer.
    """
    family = store.erasing.same_person(customer_id)
    customer = store.customers.get(family[0]) if family else None
    if customer is None:
        raise NotFoundError(
            f"customer {customer_id}: no such customer; look for the id under Customers.",
            code="no_such_customer",
            customer=customer_id,
        )
    ids = sorted({one for record in family for one in store.erasing.linked_to(record)})
    tables = store.erasing.rows_about(family, ids)
    documents = {name: {row["interaction_id"]: row for row in tables.pop(name, [])} for name in _DOCUMENTS}
    rows = sorted(tables.pop("interaction", []), key=lambda row: (str(row["at"]), row["id"]))
    recordings = {row["id"]: f"{row['id']}{_suffix(row['source'])}" for row in rows if row["blob"]}
    flags = store.consents.flags([customer.id]).get(customer.id, ({}, {}))
    return PersonalDataExport(
        customer_id=customer.id,
        name=customer.name,
        made_at=now,
        consent={
            one.purpose: {"granted": one.granted, "known_from": one.known_from}
            for one in consents(*flags, needed=required(consent_required))
        },
        interactions=tuple(
            {
                "id": row["id"],
                "channel": row["channel"],
                "at": row["at"],
                "source": row["source"],
                "interaction": row["record"],
                "transcript": documents["transcript"].get(row["id"], {}).get("document"),
                "analysis": documents["analysis"].get(row["id"], {}).get("document"),
                "link": documents["link"].get(row["id"]),
            }
            for row in rows
        ),
        tables={name: found for name, found in sorted(tables.items()) if found},
        recordings=recordings,
    )


_DOCUMENTS = ("transcript", "analysis", "link")


def write_zip(store: Store, everything: PersonalDataExport, target: IO[bytes], *, language: str = FIRST) -> None:
    """Write the archive; a recording that is gone from the blob store is left out."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        document = everything.model_dump(mode="json")
        archive.writestr("person.json", json.dumps(document, ensure_ascii=False, indent=1))
        archive.writestr("person.html", page(everything, language=language))
        for interaction_id, name in everything.recordings.items():
            (key,) = store.erasing.recordings_of([interaction_id]) or (None,)
            if key is not None and store.blobs.exists(key):
                with store.blobs.open(key) as sound, archive.open(f"audio/{name}", "w", force_zip64=True) as packed:
                    while chunk := sound.read(1 << 20):
                        packed.write(chunk)


def page(everything: PersonalDataExport, *, language: str = FIRST) -> str:
    """The same to read: one HTML file without scripts or anything from elsewhere."""
    spoken = words(language)

    def said(name: str) -> str:
        return spoken(f"person_export.{name}")

    parts = [
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{said('title')} {_text(everything.name or everything.customer_id)}</title><style>{_STYLE}</style>",
        f"<h1>{said('title')} {_text(everything.name or everything.customer_id)}</h1>",
        f"<p>{said('made')} {spoken.moment(everything.made_at)} UTC. {said('rights')}</p>",
    ]
    parts += [f"<h2>{said('record')}</h2>{_listed(row)}" for row in everything.tables.get("customer", [])]
    named = [f"{row['type']}: {row['value']}" for row in everything.tables.get("identifier", [])]
    parts.append(f"<h2>{said('identifiers')}</h2>{_bullets(named)}")
    allowed = [f"{name}: {said('yes' if one['granted'] else 'no')}" for name, one in everything.consent.items()]
    parts.append(f"<h2>{said('consent')}</h2>{_bullets(allowed)}")
    parts.append(f"<h2>{said('said')} ({len(everything.interactions)})</h2>")
    parts += [_interaction(one, everything.recordings, said, spoken) for one in everything.interactions]
    other = {k: v for k, v in everything.tables.items() if k not in {"customer", "identifier"}}
    if other:
        parts.append(f"<h2>{said('other')}</h2>")
        for name, rows in other.items():
            parts.append(f"<details><summary>{_text(name)} ({len(rows)})</summary>")
            parts += [_listed(row) for row in rows]
            parts.append("</details>")
    return "\n".join(parts)


def _interaction(one: dict[str, Any], recordings: dict[str, str], said: Callable[[str], str], spoken: Words) -> str:
    analysis = one["analysis"] or {}
    words = analysis.get("text") or one["interaction"].get("text") or ""
    label = (analysis.get("sentiment") or {}).get("label")
    sentiment = spoken.known(f"sentiments.{label}", label) if label else said("none")
    channel = spoken.known(f"channels.{one['channel']}", one["channel"])
    topics = ", ".join(topic["label"] for topic in analysis.get("topics") or ()) or said("none")
    reasons = [f"{e['identifier']}: {e['value']}" for e in (one["link"] or {}).get("evidence") or ()]
    sound = ""
    if one["id"] in recordings:
        name = _text(recordings[one["id"]])
        sound = f'<p>{said("audio")}: <a href="audio/{name}">{name}</a></p>'
    return (
        f"<article><h3>{_text(str(one['at'])[:16])} · {_text(channel)}</h3>"
        f"<blockquote>{_text(words)}</blockquote>{sound}"
        f"<p>{said('understood')}: {said('sentiment')} {_text(sentiment)}; {said('topics')}: {_text(topics)}</p>"
        f"<p>{said('linked')}: {_text('; '.join(reasons) or said('none'))}</p></article>"
    )


def _listed(row: dict[str, Any]) -> str:
    cells = []
    for name, value in row.items():
        if value in (None, "", [], {}):
            continue
        shown = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
        cells.append(f"<dt>{_text(name)}</dt><dd>{_text(shown)}</dd>")
    return f"<dl>{''.join(cells)}</dl>"


def _bullets(lines: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{_text(one)}</li>" for one in lines) + "</ul>"


def _text(value: str) -> str:
    return html.escape(str(value), quote=True)


def _suffix(source: str) -> str:
    suffix = PurePosixPath(source.rpartition(":")[0] or source).suffix.lower()
    return suffix if suffix[1:].isalnum() and len(suffix) <= 6 else ".audio"


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
    "blockquote{white-space:pre-wrap;border-left:3px solid #999;margin:0;padding-left:1rem}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dd{margin:0;overflow-wrap:anywhere}"
    "article{border-top:1px solid #ddd;padding:.5rem 0}"
)
