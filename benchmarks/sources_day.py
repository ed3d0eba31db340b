"""A day of sources in some minutes: all kinds at once against real servers, the worker killed again and again.

    python -m benchmarks.sources_day                  # ten minutes, twenty kills
    python -m benchmarks.sources_day --seconds 60 --kills 4

Seven sources – a folder, an S3 bucket (moto), an SFTP server (AsyncSSH), a mailbox (pymap), a feed (Python's HTTP
server), a database (PostgreSQL) and a hook – are given things all the time, each thing with a text of its own, some of
them damaged. The worker is killed without warning, every server and the service itself are restarted once. At the end
each text has to be in the store exactly once, and each damaged thing set aside with a reason.
"""

from __future__ import annotations

import argparse
import hmac
import imaplib
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import postgresql_copy
from tests.other_servers import (
    PASSWORD,
    USER,
    Running,
    free_port,
    pymap_server,
    running,
    s3_client,
    s3_server,
    sftp_server,
    wait_for_port,
)

SECRET = "a secret of the hook"
EVERY_SECONDS = 10
"""How often each source is asked: the least there is."""
PATIENCE_SECONDS = 180.0
"""How long after the last thing everything has to be in."""
BAD_SHARE = 0.03

MARK = re.compile(r"Thing ([a-z0-9]+-\d+) of the day")


def text_of(mark: str) -> str:
    """A customer's words that nothing else says."""
    return f"Thing {mark} of the day, and I am not happy with it."


@dataclass
class Report:
    """What was given and what came of it."""

    given: dict[str, list[str]] = field(default_factory=dict)
    bad: dict[str, int] = field(default_factory=dict)
    kills: int = 0
    restarts: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    set_aside: dict[str, int] = field(default_factory=dict)
    unexplained: int = 0
    failed_runs: int = 0
    runs: int = 0
    seconds: float = 0.0
    last_in_seconds: float = 0.0
    """From the last thing given until all were in."""

    @property
    def right(self) -> bool:
        """Every thing in once, every damaged one set aside with a reason."""
        return not self.lost and not self.doubled and not self.unexplained and self.set_aside == self.bad

    def table(self) -> str:
        """For docs/figures."""
        lines = ["| source | things given | in once | damaged | set aside with a reason |", "|---|--:|--:|--:|--:|"]
        for name, marks in self.given.items():
            once = len(marks) - len([one for one in (*self.lost, *self.doubled) if one in set(marks)])
            aside = self.set_aside.get(name, 0)
            lines.append(f"| {name} | {len(marks):,} | {once:,} | {self.bad.get(name, 0):,} | {aside:,} |")
        total = sum(map(len, self.given.values()))
        lines += [
            "",
            f"{self.seconds:.0f} s, {total:,} things; worker killed {self.kills} times, {self.restarts} restarts of "
            f"servers and service; {self.runs:,} runs, {self.failed_runs:,} of them could not reach their source; "
            f"all in {self.last_in_seconds:.0f} s after the last was given.",
        ]
        return "\n".join(lines)


class Day:
    """The servers, the service and whoever fills the sources."""

    def __init__(self, folder: Path, *, seconds: float, kills: int, pause: float, queues: tuple[str, ...]) -> None:
        self.folder, self.seconds, self.kills, self.pause, self.queues = folder, seconds, kills, pause, queues
        self.home = folder / "home"
        self.port = free_port()
        self.report = Report()
        self.chance = random.Random(7)
        self.stop = threading.Event()
        self.faults: list[str] = []
        self.ended = 0
        self.worker: subprocess.Popen[bytes] | None = None
        self.serving: subprocess.Popen[bytes] | None = None

    # --- the service ----------------------------------------------------------------------------------------------

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VOC_")}
        if "VOC_MODELS_DIR" in os.environ:
            kept["VOC_MODELS_DIR"] = os.environ["VOC_MODELS_DIR"]
        return kept | {
            "VOC_HOME": str(self.home), "VOC_OUTBOUND_ALLOW": "127.0.0.1", "VOC_SOURCE_KEY": "key",
            "VOC_SOURCE_SECRET": "secret", "VOC_SOURCE_PASSWORD": PASSWORD, "VOC_SOURCE_HOOK": SECRET,
            "VOC_THREADS": "1",
        }  # fmt: skip

    def voc(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "voc", *arguments], env=self.environment(), cwd=self.folder, stdout=log,
                stderr=log, start_new_session=True,
            )  # fmt: skip

    def serve(self) -> None:
        self.serving = self.voc("serve", "--workers", "0", "--port", str(self.port))
        wait_for_port(self.port)

    def work(self) -> None:
        self.worker = self.voc("worker", *(part for queue in self.queues for part in ("--queue", queue)))

    @staticmethod
    def kill(process: subprocess.Popen[bytes] | None) -> None:
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=body, method=method)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            request.add_header(name.replace("_", "-"), value)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def add(self, kind: str, options: dict[str, Any], **secrets: str) -> dict[str, Any]:
        wanted: dict[str, Any] = {"kind": kind, "name": kind, "options": options, "secrets": secrets}
        if kind != "webhook":
            wanted["every_seconds"] = EVERY_SECONDS
        added: dict[str, Any] = self.ask("POST", "/v1/sources", json.dumps(wanted).encode())
        return added

    # --- what fills them ------------------------------------------------------------------------------------------

    def filling(self, name: str, put: Callable[[str, bool], None]) -> threading.Thread:
        """Give things to a source until the day is over; a server that is down is tried again, as people do."""
        self.report.given[name] = []

        def fill() -> None:
            number = 0
            while not self.stop.wait(self.pause * self.chance.uniform(0.3, 1.7)):
                mark, bad = f"{name}-{number}", name != "webhook" and self.chance.random() < BAD_SHARE
                number += 1
                while True:
                    try:
                        put(mark, bad)
                        break
                    except Exception as error:
                        if time.monotonic() > self.until + PATIENCE_SECONDS:
                            self.faults.append(f"{name}: {type(error).__name__}: {error}")
                            return
                        time.sleep(0.5)
                if bad:
                    self.report.bad[name] = self.report.bad.get(name, 0) + 1
                else:
                    self.report.given[name].append(mark)

        return threading.Thread(target=fill, name=name, daemon=True)

    def run(self) -> Report:
        """The whole day."""
        begun = time.monotonic()
        self.until = begun + self.seconds
        with ExitStack() as held:
            servers, fillers = self.open_all(held)
            for one in fillers:
                one.start()
            moments = [begun + self.seconds * (n + 1) / (self.kills + 1) for n in range(self.kills)]
            restarts = [(begun + self.seconds * (n + 1) / (len(servers) + 2), one) for n, one in enumerate(servers)]
            # On a slow machine the worker is long at starting: the day goes on until it has died as often as asked.
            while time.monotonic() < self.until or moments or restarts:
                now = time.monotonic()
                if moments and now > moments[0]:
                    moments.pop(0)
                    self.wait_for_a_run()
                    self.kill(self.worker)
                    self.report.kills += 1
                    self.work()
                if restarts and now > restarts[0][0]:
                    restarts.pop(0)[1]()
                    self.report.restarts += 1
                time.sleep(0.2)
            self.stop.set()
            for one in fillers:
                one.join(timeout=PATIENCE_SECONDS)
            last = time.monotonic()
            while time.monotonic() < last + PATIENCE_SECONDS and not self.settled():
                time.sleep(1.0)
            self.report.last_in_seconds = time.monotonic() - last
            self.report.seconds = time.monotonic() - begun
            self.look()
        if self.faults:
            raise AssertionError(self.faults)
        return self.report

    def wait_for_a_run(self) -> None:
        """Until the worker is in the middle of one, and has ended another since it was killed last.

        A file during whose reading the worker ends three times is set aside, as it may be the reason: a worker that is
        killed each time before it has read anything is another thing than one that dies now and then.
        """
        until = time.monotonic() + 2 * EVERY_SECONDS
        while time.monotonic() < until:
            with suppress(sqlite3.Error), closing(self.database()) as connection:
                [(ended,)] = connection.execute("SELECT count(*) FROM source_run WHERE status = 'done'").fetchall()
                running = connection.execute("SELECT 1 FROM source_run WHERE status = 'running'").fetchone()
                if running and ended > self.ended:
                    self.ended = ended
                    time.sleep(self.chance.uniform(0, 0.4))
                    return
            time.sleep(0.02)

    def database(self) -> sqlite3.Connection:
        """The service's own, to look at."""
        return sqlite3.connect(f"file:{self.home / 'voc.db'}?mode=ro", uri=True, timeout=60)

    def open_all(self, held: ExitStack) -> tuple[list[Callable[[], None]], list[threading.Thread]]:
        """Every server and source; how each server is restarted, and who fills it."""
        folder = self.folder
        s3, objects = held.enter_context(s3_server()), dict[str, bytes]()
        sftp, key = held.enter_context(sftp_server(self._made("sftp")))
        imap = held.enter_context(pymap_server(self._made("imap")))
        feed = held.enter_context(running(_feed_command(self._made("feed"))))
        postgresql = held.enter_context(postgresql_copy.server())
        base = postgresql.get_uri()
        self.serve()
        held.callback(lambda: (self.kill(self.worker), self.kill(self.serving)))
        inbox, calls = self._made("inbox"), self._made("calls")
        s3_client(s3.port).create_bucket(Bucket="day")
        columns = "id serial PRIMARY KEY, message text, changed timestamptz DEFAULT clock_timestamp()"
        _query(base, f"CREATE TABLE answer ({columns})")
        (folder / "feed" / "reviews.json").write_text("[]")

        self.add("folder", {"path": str(inbox), "settle_seconds": 1})
        self.add(
            "s3", {"bucket": "day", "endpoint": f"http://127.0.0.1:{s3.port}", "region": "us-east-1"},
            key_id="env:VOC_SOURCE_KEY", secret_key="env:VOC_SOURCE_SECRET",
        )  # fmt: skip
        self.add(
            "sftp",
            {"host": "127.0.0.1", "port": sftp.port, "user": "voc", "path": str(calls), "host_key": key,
             "settle_seconds": 1},
            password="env:VOC_SOURCE_PASSWORD",
        )  # fmt: skip
        self.add(
            "imap", {"host": "127.0.0.1", "port": imap.port, "security": "none", "user": USER},
            password="env:VOC_SOURCE_PASSWORD",
        )  # fmt: skip
        self.add("feed", {"url": f"http://127.0.0.1:{feed.port}/reviews.json"})
        self.add(
            "sql",
            {"url": base.replace("postgresql://", "postgresql+psycopg://"), "watermark": "changed", "id": "id",
             "query": "SELECT id, message, changed FROM answer WHERE changed >= :watermark ORDER BY changed",
             "overlap_seconds": 30},
        )  # fmt: skip
        hook = self.add("webhook", {}, secret="env:VOC_SOURCE_HOOK")["hook"]
        self.work()

        def again_with_objects() -> None:
            _again(s3)
            client = s3_client(s3.port)  # it keeps its objects in memory: whoever owns them has them still
            client.create_bucket(Bucket="day")
            for name, data in objects.copy().items():
                client.put_object(Bucket="day", Key=name, Body=data)

        def serve_again() -> None:
            self.kill(self.serving)
            self.serve()

        restarts = [
            again_with_objects,
            lambda: _postgresql_again(postgresql),
            *(partial(_again, one) for one in (sftp, imap, feed)),
            serve_again,
        ]
        fillers = [
            self.filling("folder", lambda mark, bad: _put_file(inbox, mark, bad)),
            self.filling("sftp", lambda mark, bad: _put_file(calls, mark, bad)),
            self.filling("s3", lambda mark, bad: _put_object(s3, objects, mark, bad)),
            self.filling("imap", lambda mark, bad: _put_mail(imap, mark, bad)),
            self.filling("feed", _Feed(folder / "feed" / "reviews.json").put),
            self.filling("sql", lambda mark, bad: _put_row(base, mark, bad)),
            self.filling("webhook", lambda mark, _: self._push(hook, mark)),
        ]
        return restarts, fillers

    def _made(self, name: str) -> Path:
        (self.folder / name).mkdir()
        return self.folder / name

    def _push(self, hook: str, mark: str) -> None:
        body = json.dumps({"id": mark, "text": text_of(mark), "created_at": _now()}).encode()
        self.ask("POST", hook, body, X_Signature=hmac.new(SECRET.encode(), body, "sha256").hexdigest())

    # --- what came of it ------------------------------------------------------------------------------------------

    def found(self) -> Counter[str]:
        """How often each text is in the store."""
        with closing(self.database()) as connection:
            rows = connection.execute("SELECT record FROM interaction")
            return Counter(mark for (record,) in rows for mark in set(MARK.findall(record)))

    def settled(self) -> bool:
        found = self.found()
        aside = sum(one["refused"] for one in self.ask("GET", "/v1/sources")["items"])
        every = [mark for marks in self.report.given.values() for mark in marks]
        return all(found[one] for one in every) and aside >= sum(self._refused_whole().values())

    def _refused_whole(self) -> dict[str, int]:
        """Damaged things that are files: a damaged row or message is a rejected row of its file."""
        return {name: n for name, n in self.report.bad.items() if name in {"folder", "s3", "sftp"}}

    def look(self) -> None:
        report, found = self.report, self.found()
        every = [mark for marks in report.given.values() for mark in marks]
        report.lost = [one for one in every if not found[one]]
        report.doubled = [one for one in every if found[one] > 1]
        for one in self.ask("GET", "/v1/sources")["items"]:
            items = self.ask("GET", f"/v1/sources/{one['id']}/items")["items"]
            report.unexplained += sum(not item["reason"] for item in items)
            if items:
                report.set_aside[one["name"]] = len(items)
            runs = self.ask("GET", f"/v1/sources/{one['id']}/runs?limit=500")["items"]
            report.runs += len(runs)
            report.failed_runs += sum(run["status"] == "failed" for run in runs)
            report.unexplained += sum(run["status"] == "failed" and not run["reason"] for run in runs)
        report.bad = self._refused_whole()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _put_file(folder: Path, mark: str, bad: bool) -> None:
    """As careless people do: written in place, a piece at a time."""
    path = folder / f"{mark}.{'bin' if bad else 'csv'}"
    with path.open("wb") as file:
        if bad:
            file.write(os.urandom(3000))
            return
        file.write(b"id;message;date\n")
        file.flush()
        time.sleep(0.3)
        file.write(f"{mark};{text_of(mark)};{_now()}\n".encode())


def _put_object(s3: Running, objects: dict[str, bytes], mark: str, bad: bool) -> None:
    data = os.urandom(3000) if bad else f"id;message;date\n{mark};{text_of(mark)};{_now()}\n".encode()
    name = f"{mark}.{'bin' if bad else 'csv'}"
    s3_client(s3.port).put_object(Bucket="day", Key=name, Body=data)
    objects[name] = data


def _put_mail(imap: Running, mark: str, bad: bool) -> None:
    message = EmailMessage()
    message["From"] = f"{mark}@example.com"
    message["Subject"] = "A thing"
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = f"<{mark}@example.com>"
    message.set_content("" if bad else text_of(mark))
    client = imaplib.IMAP4("127.0.0.1", imap.port)
    try:
        client.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
        status, _ = client.append("INBOX", "", None, message.as_bytes())  # type: ignore[arg-type]
        assert status == "OK"
    finally:
        with suppress(Exception):
            client.logout()


class _Feed:
    """A feed that holds its last hundred entries."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: list[dict[str, Any]] = []

    def put(self, mark: str, bad: bool) -> None:
        said = {} if bad else {"text": text_of(mark)}
        self.entries.append({"id": f"review-{mark}", "date": _now(), **said})
        written = self.path.with_suffix(".new")
        written.write_text(json.dumps(self.entries[-100:]))
        written.replace(self.path)


def _put_row(base: str, mark: str, bad: bool) -> None:
    _query(base, "INSERT INTO answer (message) VALUES (%s)", "" if bad else text_of(mark))


def _query(base: str, statement: str, *values: str) -> None:
    import psycopg

    with psycopg.connect(base, autocommit=True, connect_timeout=10) as connection:
        connection.execute(statement, values or None)  # type: ignore[arg-type]


def _feed_command(folder: Path) -> Callable[[int], list[str]]:
    return lambda port: [
        *(sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(folder))
    ]


def _again(server: Running) -> None:
    """Down for a while, then there again."""
    server.stop()
    time.sleep(3.0)
    server.start()


def _postgresql_again(server: Any) -> None:
    server.stop()
    time.sleep(3.0)
    server.start()


def main() -> None:
    """Print the table; exit 1 where anything was lost, doubled or left unexplained."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=600)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--pause", type=float, default=2.0, help="seconds between two things of a source")
    options.add_argument("--queue", action="append", default=[], help="queues of the worker; all by default")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="voc-day-") as folder:
        day = Day(Path(folder), seconds=given.seconds, kills=given.kills, pause=given.pause, queues=tuple(given.queue))
        report = day.run()
    print(report.table())
    if not report.right:
        print(f"lost: {report.lost[:20]} doubled: {report.doubled[:20]} set aside: {report.set_aside} of {report.bad}")
        raise SystemExit(1)


if __name__ == "__main__":
    main()
