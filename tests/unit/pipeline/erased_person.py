"""Somebody who called, wrote and was spoken of, and every string that leads back to them."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from makers import an_interaction, left_the_service, redactions, understood

from voc.exporting import export_to
from voc.records import Digest, DigestItem, Identifier, Quote, Recording
from voc.settings import Settings
from voc.store import Store

NAME, FIRST, LAST = "Zéphyrine Quatrebarbes", "Zéphyrine", "Quatrebarbes"
EMAIL, MOBILE, CONTRACT, HANDLE, ID = "zeph.q@example.com", "+33639981177", "AZ9918273", "zephyrine_q9", "CU-0099171"
SAID_BY_PHONE = "06 39 98 11 77"
SAID = "ma harpe celtique grésille depuis mardi"
CUSTOMERS = f"""id;prénom;nom;email;mobile;téléphone;n° contrat;handle;réseau social;segment;remarque
{ID};{FIRST};{LAST};{EMAIL};06 39 98 11 77;02 61 91 24 08;{CONTRACT};{HANDLE};x;Pro;aime la harpe celtique
CU-0099172;Gaston;Quinquempoix;gaston@example.com;06 39 98 22 88;02 61 91 24 08;AZ5550001;;;Pro;
"""
MAILS = f"""id;email;message;date
m1;{EMAIL};Bonjour, {SAID}. {NAME};2026-11-09
m2;gaston@example.com;J'ai vu Mme {LAST} (06.39.98.11.77, {EMAIL.upper()}) hier;2026-11-09
m3;{EMAIL};{SAID}, encore. {FIRST} {LAST} +33 (0)6 39 98 11 77;2026-11-10
m4;gaston@example.com;Rien à signaler;2026-11-10
m5;{EMAIL};;2026-11-10
"""
TRACES = (
    *(NAME, NAME.upper(), "Quatrebarbes", "quatrebarbes", EMAIL, EMAIL.upper(), MOBILE, "06 39 98 11 77", "0639981177"),
    *("06.39.98.11.77", "(0)6 39 98 11 77", "639981177", CONTRACT, CONTRACT.lower(), HANDLE, ID),
    *("harpe celtique", "celtique", "grésille", "gresille"),
)


def spellings(trace: str) -> Iterator[bytes]:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp1252"):
        yield trace.encode(encoding)
    yield json.dumps(trace)[1:-1].encode()


def opened(data: bytes) -> Iterator[bytes]:
    """The bytes, and what is packed in them."""
    yield data
    if data[:2] == b"\x1f\x8b":
        yield from opened(gzip.decompress(data))
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in packed.namelist():
                yield name.encode()
                yield from opened(packed.read(name))


def found_in(data: bytes) -> set[str]:
    return {trace for part in opened(data) for trace in TRACES for one in spellings(trace) if one in part}


def scan(home: Path) -> dict[str, set[str]]:
    """Which file holds which of the person's strings: every file, its name too."""
    found = {}
    for path in sorted(home.rglob("*")):
        if path.is_file() and (traces := found_in(path.read_bytes()) | found_in(path.name.encode())):
            found[str(path.relative_to(home))] = traces
    return found


def dumped(url: str) -> bytes:
    """Every row of every table of a PostgreSQL, as text."""
    import psycopg

    lines: list[str] = []
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables "
            "WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'"
        ).fetchall()
        for (table,) in tables:
            lines += [row[0] for row in connection.execute(f"SELECT t::text FROM {table} t")]
    return "\n".join(lines).encode()


def live_on(store: Store, chosen: Settings) -> None:
    key, _ = store.blobs.put(io.BytesIO(f"RIFF {NAME} speaks".encode()))
    call = an_interaction(
        50, channel="call", text=None, source=f"appel-{LAST}.wav", recording=Recording(filename="a.wav", sha256=key)
    )
    words = f"Ici {NAME}, {SAID}."
    understood(store, call, customer=ID, text=words, redacted=redactions(words, NAME), score=-0.8, topics=("billing",))
    store.findings.save_transcript(call.id, {"turns": [{"text": words}]}, now=datetime.now(UTC))
    unlinked = an_interaction(51, text=f"{SAID} !", identifiers=(Identifier(type="email", value=EMAIL, verified=True),))
    understood(store, unlinked)
    understood(store, an_interaction(52, text=f"{FIRST.upper()} {LAST.upper()} me l'a dit, n° {ID}"))
    quote = Quote(interaction_id=call.id, text=f"… {SAID} …", channel=call.channel, href=f"/interactions/{call.id}")
    item = DigestItem(key="k", kind="topic", value=1, n=2, quotes=(quote,), labels={"fr": f"Selon Mme {LAST}"})
    now = datetime.now(UTC)
    store.digests.save(Digest(week="2026-W46", begins=now, ends=now, created_at=now, n=2, n_baseline=1, rises=(item,)))
    store.consents.record(ID, "calls", granted=True, source=f"{NAME} by phone", now=now)
    store.access.record(actor="k1", action="link.confirm", target=ID, now=now, detail={"customer": ID, "why": EMAIL})
    export_to(store, chosen.home / "exports" / "figures.db")
    left_the_service(store, chosen.home / "exports" / "figures.db", kind="figures")


def everything(chosen: Settings) -> dict[str, set[str]]:
    found = scan(chosen.home)
    if chosen.database_url and (traces := found_in(dumped(chosen.database_url))):
        found["postgresql"] = traces
    return found
