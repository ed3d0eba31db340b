"""Whether a process lives: exact on this machine, by its silence elsewhere."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from voc.pipeline.worker_liveness import SILENT_AFTER, _birth, is_alive, process_id

NOW = datetime(2026, 11, 16, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1)

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc on this system")


def name_of(pid: int) -> str:
    """What a process of that pid would call itself."""
    return f"{process_id().split('/')[0]}/{pid}/{_birth(pid)}"


@needs_proc
def test_this_process_lives_however_long_it_was_silent() -> None:
    assert is_alive(process_id(), heartbeat_at=LONG_AGO, now=NOW)
    assert process_id() == process_id()


@needs_proc
def test_a_process_that_ended_is_dead_at_once() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    name = name_of(process.pid)
    assert is_alive(name, heartbeat_at=NOW, now=NOW)
    process.kill()
    deadline = time.monotonic() + 10
    while is_alive(name, heartbeat_at=NOW, now=NOW) and time.monotonic() < deadline:  # a zombie until it is waited for
        time.sleep(0.01)
    assert process.returncode is None
    assert not is_alive(name, heartbeat_at=NOW, now=NOW)
    process.communicate()
    assert not is_alive(name, heartbeat_at=NOW, now=NOW)


@needs_proc
def test_a_pid_used_again_is_another_process() -> None:
    host, pid, _ = process_id().split("/")
    assert not is_alive(f"{host}/{pid}/12-deadbeef", heartbeat_at=NOW, now=NOW)


def test_elsewhere_silence_decides() -> None:
    name = "another-machine/1/12-abcdef01"
    assert is_alive(name, heartbeat_at=NOW, now=NOW)
    assert is_alive(name, heartbeat_at=NOW - SILENT_AFTER / 2, now=NOW)
    assert not is_alive(name, heartbeat_at=NOW - SILENT_AFTER, now=NOW)


def test_a_name_that_is_none_is_dead_once_it_was_silent() -> None:
    for name in ("", "x", "x/y", "x/y/z/"):
        assert not is_alive(name, heartbeat_at=LONG_AGO, now=NOW)
