"""Telling a dead process from a living one, so that its work is taken over at once and never twice."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from voc.store import Store
from voc.store.workers import LEFT

SILENT_AFTER = timedelta(seconds=90)
"""A worker on another machine (or an operating system without /proc) that said nothing for this long is dead."""


def process_id() -> str:
    """Name of this process that no later process can have: host, pid, start time and boot."""
    pid = os.getpid()
    return f"{socket.gethostname()}/{pid}/{_birth(pid) or '-'}"


def is_alive(name: str, *, heartbeat_at: datetime, now: datetime) -> bool:
    """Whether the process of that name still runs.

    On this machine the answer is exact (a pid used again has another start time); elsewhere silence decides.
    """
    if heartbeat_at == LEFT:
        return False
    host, _, rest = name.partition("/")
    pid, _, birth = rest.partition("/")
    if host == socket.gethostname() and birth != "-" and pid.isdigit() and Path("/proc/self/stat").exists():
        return _birth(int(pid)) == birth
    return now - heartbeat_at < SILENT_AFTER


def any_alive(store: Store) -> bool:
    """Whether some worker process is running now."""
    now = datetime.now(UTC)
    return any(is_alive(one.id, heartbeat_at=one.heartbeat_at, now=now) for one in store.workers.all())


def _birth(pid: int) -> str | None:
    """Start time of a process in clock ticks since boot, with the boot's id (proc(5), field 22 of stat)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    if fields[0] in {"Z", "X"}:  # a zombie does no work
        return None
    return f"{fields[19]}-{boot[:8]}"
