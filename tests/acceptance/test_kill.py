"""Nothing is lost or doubled when the process is killed at any point and started again."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from pathlib import Path

import pytest
from service import ROOT, Server, kill, rows, start, voc

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

FILES = ("emails.mbox", "posts.ndjson", "calls/call-0001.ogg")
WAITED_SECONDS = 180.0


def everything_once(home: Path) -> dict[str, int]:
    """Check that each interaction has each of its findings exactly once; returns the counts."""
    (interactions,) = rows(home, "SELECT count(*) FROM interaction")[0]
    assert rows(home, "SELECT status, count(*) FROM interaction GROUP BY status") == [("done", interactions)]
    counts = {"interactions": interactions}
    for table in ("analysis", "link", "embedding", "interaction_fts"):
        n, distinct = rows(home, f"SELECT count(*), count(DISTINCT interaction_id) FROM {table}")[0]
        assert n == distinct, f"{table}: an interaction is in it twice"
        counts[table] = n
    assert counts["analysis"] == counts["link"] == interactions
    doubled = rows(
        home,
        "SELECT interaction_id, kind, label, begin, count(*) FROM signal GROUP BY 1, 2, 3, 4 HAVING count(*) > 1",
    )
    assert doubled == []
    (counts["signal"],) = rows(home, "SELECT count(*) FROM signal")[0]
    return counts


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """What the same files give when nobody kills anything."""
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    voc("ingest", *(str(ROOT / "samples" / name) for name in FILES), "--wait", home=home)
    return everything_once(home)


def test_killed_ingestion_is_finished_by_the_next_one(tmp_path: Path, undisturbed: dict[str, int]) -> None:
    home, log = tmp_path / "home", tmp_path / "log"
    command = ("ingest", *(str(ROOT / "samples" / name) for name in FILES), "--wait")
    moments = random.Random(46)
    for moment in (0.9, 2.0, moments.uniform(2, 4), moments.uniform(3, 6), moments.uniform(4, 8)):
        process = start(*command, home=home, log=log)
        time.sleep(moment)
        kill(process)
    voc(*command, home=home)
    assert everything_once(home) == undisturbed


def test_a_killed_worker_is_replaced_and_its_work_done(tmp_path: Path, undisturbed: dict[str, int]) -> None:
    home = tmp_path / "home"
    server = Server(home, tmp_path / "log")
    try:
        for name in FILES:
            server.upload(ROOT / "samples" / name)
        for _ in range(2):
            wait_for(lambda: rows(home, "SELECT pid FROM worker"), "a worker announces itself")
            time.sleep(1.5)
            for (pid,) in rows(home, "SELECT pid FROM worker"):
                kill_one(pid)
            time.sleep(0.5)
        wait_until_done(home)
        assert everything_once(home) == undisturbed
    finally:
        server.stop()


def test_a_killed_server_finishes_after_its_restart_without_being_asked(
    tmp_path: Path, undisturbed: dict[str, int]
) -> None:
    home = tmp_path / "home"
    server = Server(home, tmp_path / "log")
    for name in FILES:
        server.upload(ROOT / "samples" / name)
    time.sleep(2.0)
    kill(server.process)
    again = Server(home, tmp_path / "log")
    try:
        wait_until_done(home)
        assert everything_once(home) == undisturbed
    finally:
        again.stop()


def wait_until_done(home: Path) -> None:
    wait_for(lambda: rows(home, "SELECT count(*) FROM interaction WHERE status = 'queued'") == [(0,)], "all is done")


def wait_for(condition: object, what: str) -> None:
    assert callable(condition)
    deadline = time.monotonic() + WAITED_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.2)
    raise AssertionError(f"waited {WAITED_SECONDS} s until {what}")


def kill_one(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
