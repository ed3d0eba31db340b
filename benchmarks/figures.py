"""Processor time of every page and figure over large stores: medians and the 95th percentile of one request, served.

    voc demo --no-serve
    python -m benchmarks.figures HOME FOLDER [INTERACTIONS …] [postgresql]

Makes a store of each size (10 000, 100 000, 1 000 000 by default) from the rows of the one in HOME under FOLDER, unless
it is there (``benchmarks.grown_store``), and asks each address of the API and the pages over four weeks and over
all there is. The exponent tells how the cost grows with the store: 1 is in proportion. Every request is asked twice:
with nothing remembered, and again while nothing changed. With ``postgresql`` the last of the stores is copied to a
PostgreSQL and asked there as well, in a column of its own.
"""

from __future__ import annotations

import math
import os
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.grown_store import grow

SIZES = (10_000, 100_000, 1_000_000)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SPANS = {"four weeks": "from=2026-10-26&to=2026-11-22", "all": ""}
ASKED = (
    *("/v1/insights/volumes?by=week,channel", "/v1/insights/volumes?by=topic", "/v1/insights/volumes?by=segment,topic"),
    *("/v1/insights/sentiment?by=week", "/v1/insights/sentiment?by=topic", "/v1/insights/trends?by=channel"),
    *("/v1/insights/trends?by=topic", "/v1/topics", "/v1/insights/effort?by=topic", "/v1/insights/expectations"),
    *("/v1/insights/signals/emotion", "/v1/insights/categories", "/v1/insights/repeat_contacts"),
    *("/v1/insights/pressure", "/v1/interactions?topic=billing&sentiment=negative&limit=50"),
    *("/v1/interactions?segment=Pro&limit=50", "/v1/customers?limit=50", "/v1/digests/2026-W47"),
    *("/", "/topics", "/interactions", "/interactions?topic=billing&sentiment=negative", "/expectations"),
    *("/repeat-contacts", "/pressure", "/customers", "/digest/2026-W47"),
    *("/v1/insights/drivers?score=nps", "/drivers", "/findings", "/themes"),
)
ROUNDS = 5


def measure(home: Path, url: str | None = None) -> tuple[dict[str, list[float]], dict[str, list[float]], float, float]:
    """Address and span → seconds of processor time of each request, asked first and again; seconds of the start, and
    its memory in MB.
    """
    os.environ["VOC_HOME"] = str(home)
    os.environ.pop("VOC_DATABASE_URL", None)
    if url is not None:
        os.environ["VOC_DATABASE_URL"] = url
    from starlette.testclient import TestClient

    from api.app import create_app
    from voc.settings import settings
    from voc.store import open_store

    settings.cache_clear()
    chosen = settings()
    with open_store(chosen) as store:
        store.facts.follow()
        store.facts.save()
    took: dict[str, list[float]] = {}
    again: dict[str, list[float]] = {}
    with open_store(chosen) as store:
        began = time.process_time()
        store.facts.follow()
        start = time.process_time() - began
        _, key = store.access.create_key("benchmark", "admin", now=NOW)
        app = create_app(store, chosen, clock=lambda: NOW)
        with TestClient(app, headers={"Authorization": f"Bearer {key}"}) as client:
            client.post("/login", data={"key": key})
            for address in ASKED:
                for span, query in SPANS.items() if "?" in address or "/v1/" in address else [("", "")]:
                    full = f"{address}{'&' if '?' in address else '?'}{query}" if query else address
                    name = f"{address} ({span})" if span else address
                    for _ in range(ROUNDS):
                        store.facts.forget_answers()
                        for kept in (took, again):
                            began = time.process_time()
                            answer = client.get(full, follow_redirects=True)
                            if answer.status_code == 200:
                                kept.setdefault(name, []).append(time.process_time() - began)
    return took, again, start, _memory()


def _memory() -> float:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _on_postgresql(home: Path, folder: Path) -> Any:
    from benchmarks.postgresql_copy import copy, server

    other = folder / "postgresql"
    shutil.rmtree(other, ignore_errors=True)
    other.mkdir(parents=True)
    with server() as running:
        copy(home / "voc.db", running.get_uri(), other / "blobs")
        return measure(other, running.get_uri())


def main(source: Path, folder: Path, sizes: list[int], *, postgresql: bool = False) -> None:
    """Print the table."""
    found: list[Any] = []
    for size in sizes:
        home = folder / f"grown-{size}"
        if not (home / "voc.db").exists():
            grow(source, home, size)
        found.append(measure(home))
    titles = [f"{size:,}" for size in sizes]
    if postgresql:
        found.append(_on_postgresql(folder / f"grown-{sizes[-1]}", folder))
        titles.append(f"{sizes[-1]:,}, PostgreSQL")
    print("| asked | " + " | ".join(titles) + " | exponent |")
    print("|---|" + "--:|" * (len(titles) + 1))
    last = len(sizes) - 1
    for name in found[0][0]:
        medians = [sorted(one[0].get(name, [math.nan] * ROUNDS))[ROUNDS // 2] for one in found]
        exponent = math.log(medians[last] / medians[0]) / math.log(sizes[last] / sizes[0]) if last else math.nan
        print(f"| `{name}` | " + " | ".join(f"{1000 * one:.0f} ms" for one in medians) + f" | {exponent:.2f} |")
    for place, title in enumerate(("95 % of them", "95 %, asked again while nothing changed")):
        slowest = [sorted(sorted(seconds)[ROUNDS // 2] for seconds in one[place].values()) for one in found]
        shown = [one[math.ceil(0.95 * len(one)) - 1] for one in slowest]
        print(f"| **{title}** | " + " | ".join(f"**{1000 * one:.0f} ms**" for one in shown) + " | |")
    print("| start from saved facts | " + " | ".join(f"{1000 * one[2]:.0f} ms" for one in found) + " | |")
    print("| memory of the process | " + " | ".join(f"{one[3]:.0f} MB" for one in found) + " | |")


if __name__ == "__main__":
    given = [one for one in sys.argv[3:] if one != "postgresql"]
    main(
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        [int(one) for one in given] or list(SIZES),
        postgresql="postgresql" in sys.argv[3:],
    )
