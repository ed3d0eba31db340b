"""Processor time of erasing one person from large stores: the keys of every text made first, then people one by one.

    voc demo --no-serve
    python -m benchmarks.erasure HOME FOLDER [INTERACTIONS …]

Makes a store of each size (10 000 and 100 000 by default) with whole records and analyses from the rows of the one in
HOME under FOLDER, unless it is there (``benchmarks.grown_store``), puts somebody into it who wrote twelve times and is
named in three messages of others, and erases them. The database's own rewriting (VACUUM) is a worker's, once a day, and
not in these figures.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.grown_store import grow
from voc.pipeline import erasing
from voc.records import Analysis, Channel, Customer, Identifier, Interaction, Link, interaction_id
from voc.rights.mention_keys import make_due
from voc.settings import Settings
from voc.store import Store, open_store
from voc.store.analyses import Analysed

SIZES = (10_000, 100_000)
PEOPLE, OWN, NAMED = 5, 12, 3
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def put_in(store: Store, number: int) -> str:
    """Somebody who wrote :data:`OWN` times and is named in :data:`NAMED` messages of others; their id."""
    mail = f"zephyrine.{number}@example.com"
    one = Customer(
        id=f"ZQ-{number:06d}",
        name=f"Zéphyrine Quatrebarbes {number}",
        first_name="Zéphyrine",
        last_name=f"Quatrebarbes{number}",
        identifiers=(Identifier(type="email", value=mail), Identifier(type="phone", value=f"+3363998{number:04d}")),
    )
    store.customers.save([one], now=NOW)
    said = [f"Bonjour, ma box {place} est en panne." for place in range(OWN)]
    said += [f"J'ai vu Mme Quatrebarbes{number} ({mail}, 06 39 98 {number // 100:02d} {number % 100:02d})."] * NAMED
    for place, text in enumerate(said):
        external = f"erasure-{number}-{place}-{time.time_ns()}"
        came = Interaction(
            id=interaction_id(Channel.EMAIL, external_id=external, content_hash=external),
            channel=Channel.EMAIL, source=external, content_hash=external, external_id=external,
            occurred_at=NOW + timedelta(minutes=place), text=text,
        )  # fmt: skip
        store.interactions.add([came], upload_id=None, work_id="erasure", received_at=NOW)
        found = Analysis(id=came.id, channel=came.channel, source=external, text=text, redacted_text=text)
        whose = one.id if place < OWN else None
        link = Link(interaction_id=came.id, customer_id=whose, method="exact_identifier" if whose else "none")
        store.findings.save_analyses([Analysed(found, None)], [link], now=NOW)
    return one.id


def measure(home: Path) -> tuple[float, int, list[float], int]:
    """Seconds of making every key, bytes of them, seconds of each erasure, and rows masked."""
    settings = Settings(home=home)
    with open_store(settings) as store:
        salt = store.tombstones.salt(settings.tombstone_salt)
        began = time.process_time()
        make_due(store, salt=salt)
        first = time.process_time() - began
        people = [
            put_in(store, number)
            for number in range(int(time.time()) % 1000 * 10, int(time.time()) % 1000 * 10 + PEOPLE)
        ]
        make_due(store, salt=salt)
        took, mentions = [], 0
        erasing.COMPACTED_AT_ONCE = 0
        for one in people:
            began = time.process_time()
            report = erasing.erase_customers(store, settings, [one], actor="benchmark")
            took.append(time.process_time() - began)
            mentions += report.erasures[0].mentions
        with store.database.read() as connection:
            size = connection.exec_driver_sql("SELECT sum(length(hashes)) FROM mention_key").scalar_one()
    return first, size, took, mentions


def main(source: Path, folder: Path, sizes: list[int]) -> None:
    """Print the table."""
    print("| interactions | keys made at first | keys | one erasure, median | slowest | rows masked |")
    print("|--:|--:|--:|--:|--:|--:|")
    for size in sizes:
        home = folder / f"whole-{size}"
        if not (home / "voc.db").exists():
            grow(source, home, size, whole=True)
        first, bytes_, took, mentions = measure(home)
        print(
            f"| {size:,} | {first:.0f} s | {bytes_ / 1e6:.0f} MB | {sorted(took)[len(took) // 2]:.2f} s | "
            f"{max(took):.2f} s | {mentions} |"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [int(one) for one in sys.argv[3:]] or list(SIZES))
