"""Processor time of a page's figures: voc beside Datasette over ``voc export``, and the same SQL alone, in one run.

    voc demo --no-serve
    python3 -m venv peer && peer/bin/pip install datasette
    python -m benchmarks.datasette_peer --python PYTHON HOME FOLDER [--interactions 100000] [--rounds 5]

``PYTHON`` is a Python with Datasette, which voc's own environment never holds. A store of that size is grown under
FOLDER from the rows of the one in HOME, with its documents (``benchmarks.grown_store``), and exported; Datasette
serves the export, ``voc serve`` the store, and ``sqlite3`` asks the export alone. They take turns. Counted is the
processor time of whoever answers, user and system; each is asked once before. Every request is about another span of
days, so that nothing that was remembered answers; what voc takes while nothing changed is a column of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.grown_store import grow
from tests.other_servers import free_port
from voc.settings import Settings
from voc.store import open_store

TICKS = os.sysconf("SC_CLK_TCK")
FIRST = date(2025, 1, 6)
ENOUGH = 10
"""Requests a measurement: the clock of /proc has ticks of 10 ms."""


class Question:
    """One figure, as an address of voc and as SQL over the export."""

    def __init__(self, title: str, address: str, sql: str) -> None:
        self.title, self.address, self.sql = title, address, sql

    def asked(self, first: date) -> tuple[str, str]:
        """The address and the statement, of what came on ``first`` and later."""
        joined = "&" if "?" in self.address else "?"
        return f"{self.address}{joined}from={first.isoformat()}", self.sql.replace(":since", f"'{first.isoformat()}'")


_SCORED = "count(*), sum(i.sentiment_label = 'negative'), sum(i.sentiment_label = 'positive'), avg(i.sentiment_score)"
_SIGNALS = "interactions i join signals s on s.interaction_id = i.id where at >= :since and s.kind"
QUESTIONS = (
    Question(
        "volumes by week and channel",
        "/v1/insights/volumes?by=week,channel",
        "select week, channel, count(*) from interactions where at >= :since group by 1, 2",
    ),
    Question(
        "sentiment by topic",
        "/v1/insights/sentiment?by=topic",
        f"select s.label, {_SCORED} from {_SIGNALS} = 'topic' group by 1 order by 2 desc",
    ),
    Question(
        "sentiment by segment",
        "/v1/insights/sentiment?by=segment",
        f"select c.segment, {_SCORED} from interactions i left join customers c on c.id = i.customer_id "
        "where at >= :since group by 1",
    ),
    Question(
        "emotions",
        "/v1/insights/signals/emotion",
        f"select s.label, count(distinct i.id) from {_SIGNALS} = 'emotion' group by 1",
    ),
    Question(
        "newest fifty, negative, about billing",
        "/v1/interactions?topic=billing&sentiment=negative&limit=50",
        "select i.* from interactions i where i.sentiment_label = 'negative' and at >= :since and exists (select 1 "
        "from signals s where s.interaction_id = i.id and s.kind = 'topic' and s.parent = 'billing') "
        "order by at desc limit 50",
    ),
)


class Served:
    """A server of its own, and the processor time it and its children have used."""

    def __init__(self, command: list[str], port: int, environment: dict[str, str], headers: dict[str, str]) -> None:
        self.base, self.headers = f"http://127.0.0.1:{port}", headers
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.2)
        raise SystemExit(f"{command[0]} did not start")

    def get(self, address: str) -> bytes:
        """The body of an answer."""
        request = urllib.request.Request(self.base + address, headers=self.headers)
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                body: bytes = answer.read()
        except urllib.error.HTTPError as refused:
            raise SystemExit(f"{address}: {refused.read().decode()[:300]}") from refused
        return body

    def seconds(self) -> float:
        """Processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(30)


def _per_request(seconds: Callable[[], float], ask: Callable[[str], object], asked: Sequence[str]) -> float:
    began = seconds()
    for one in asked:
        ask(one)
    return (seconds() - began) / len(asked)


def _exported(home: Path, folder: Path, interactions: int) -> tuple[Path, Path]:
    grown = folder / f"whole-{interactions}"
    if not (grown / "voc.db").exists():
        grow(home, grown, interactions, whole=True)
    export = folder / f"whole-{interactions}.db"
    if not export.exists():
        subprocess.run(
            [sys.executable, "-m", "voc", "export", str(export)], env=os.environ | {"VOC_HOME": str(grown)}, check=True
        )
    return grown, export


def measure(voc: Served, datasette: Served, export: Path, rounds: int) -> dict[str, dict[str, list[float]]]:
    """Question → who answered → seconds a request, a round each."""
    database = sqlite3.connect(export)
    page = f"/{export.stem}.json?_shape=arrays&sql="
    took: dict[str, dict[str, list[float]]] = {}
    day = FIRST
    for _ in range(rounds):
        for question in QUESTIONS:
            spans = [day + timedelta(days=number) for number in range(ENOUGH)]
            day += timedelta(days=ENOUGH)
            addresses, statements = zip(*(question.asked(one) for one in spans), strict=True)
            voc.get(question.asked(FIRST - timedelta(days=1))[0])
            kept = took.setdefault(question.title, {name: [] for name in ("voc", "again", "datasette", "sql")})
            kept["voc"].append(_per_request(voc.seconds, voc.get, addresses))
            kept["again"].append(_per_request(voc.seconds, voc.get, addresses[-1:] * ENOUGH))
            pages = [page + urllib.parse.quote(one) for one in statements]
            kept["datasette"].append(_per_request(datasette.seconds, datasette.get, pages))
            rows = _per_request(time.process_time, lambda one: database.execute(one).fetchall(), statements)
            kept["sql"].append(rows)
    return took


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", required=True)
    parser.add_argument("--interactions", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    grown, export = _exported(chosen.home, chosen.folder, chosen.interactions)
    with open_store(Settings(home=grown)) as store:
        _, key = store.access.create_key("benchmark", "analyst", now=datetime.now(UTC))
    ours, theirs = free_port(), free_port()
    command = [sys.executable, "-m", "voc", "serve", "--port", str(ours), "--workers", "0"]
    voc = Served(command, ours, os.environ | {"VOC_HOME": str(grown)}, {"Authorization": f"Bearer {key}"})
    options = ["--setting", "sql_time_limit_ms", "60000", "--setting", "max_returned_rows", "10000"]
    peer = [chosen.python, "-m", "datasette", "serve", str(export), "--port", str(theirs), *options]
    datasette = Served(peer, theirs, dict(os.environ), {})
    try:
        version = json.loads(datasette.get("/-/versions.json"))["datasette"]["version"]
        took = measure(voc, datasette, export, chosen.rounds)
    finally:
        voc.stop()
        datasette.stop()
    print(f"| {chosen.interactions:,} interactions | voc | again | Datasette {version} | SQL alone | voc is quicker |")
    print("|---|--:|--:|--:|--:|--:|")
    for title, by in took.items():
        ms = {who: 1000 * statistics.median(seconds) for who, seconds in by.items()}
        print(
            f"| {title} | {ms['voc']:.0f} ms | {ms['again']:.0f} ms | {ms['datasette']:.0f} ms | {ms['sql']:.0f} ms | "
            f"{ms['datasette'] / ms['voc']:.1f} × |"
        )


if __name__ == "__main__":
    main()
