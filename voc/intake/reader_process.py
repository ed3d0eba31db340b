"""The process in which files are read: it may be stopped, run out of memory or crash, and nothing else does.

It is started by :mod:`voc.intake.isolation`, reads one file after the other and ends when nobody asks any more.
"""

from __future__ import annotations

import logging
import math
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from voc.settings import settings

BATCH = 64
"""Most rows in one message: a message costs about as much as reading a row."""

BATCH_SECONDS = 0.2
"""A message is sent at least this often while rows come: slow readers are seen to be alive."""

IDLE_SECONDS = 120.0
"""A reader nobody asked for so long ends, and gives its memory back."""

LARGEST_KEPT = 512 * 2**20
"""A reader that has held more than this, bytes, is not used again: its memory is not given back otherwise."""


@dataclass(frozen=True)
class Job:
    """One call of ``function`` on ``path``; ``streams`` tells an iterator of rows from one answer.

    ``environment`` and ``folder`` are those of whoever asks, because settings are read from them.
    """

    function: Callable[..., Any]
    path: Path
    options: dict[str, Any]
    streams: bool
    cpu_seconds: float
    memory_bytes: int
    log_level: int
    folder: str | None
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """Some of what was found, in order."""

    found: list[Any]


@dataclass(frozen=True)
class End:
    """The job is done: with an error, or ``answer`` where it does not stream. ``fit``: ready for another."""

    answer: Any = None
    error: Exception | None = None
    fit: bool = True


def serve(descriptor: int) -> None:
    """Do the jobs that come through the socket ``descriptor`` until its other end is closed."""
    sys.stdout.flush()
    os.dup2(2, 1)  # what a library prints is no answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever asks, who then closes the other end
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with Connection(descriptor) as asked, suppress(EOFError, ConnectionError):
        while asked.poll(IDLE_SECONDS):
            _do(asked.recv(), asked)


def _do(job: Job, asked: Connection) -> None:
    logging.getLogger().setLevel(job.log_level)
    _settle_in(job)
    _limit(job)
    answer, error = None, None
    try:
        found = job.function(job.path, **job.options)
        if job.streams:
            _send(found, asked)
        else:
            answer = found
    except ConnectionError:
        raise
    except Exception as problem:
        error = problem
    end = End(answer, error, fit=_largest() < LARGEST_KEPT and not isinstance(error, MemoryError))
    try:
        asked.send(end)
    except (TypeError, AttributeError, ValueError):  # an error that cannot be carried over
        asked.send(End(error=RuntimeError(type(error).__name__), fit=False))


def _send(found: Iterator[Any], asked: Connection) -> None:
    part: list[Any] = []
    sent_at = time.monotonic()
    for one in found:
        part.append(one)
        if len(part) >= BATCH or time.monotonic() - sent_at > BATCH_SECONDS:
            asked.send(Part(part))
            part, sent_at = [], time.monotonic()
    if part:
        asked.send(Part(part))


def _settle_in(job: Job) -> None:
    """Take the settings of whoever asks."""
    current = {name: value for name, value in os.environ.items() if name.startswith("VOC_")}
    if job.environment != current:
        for name in current.keys() - job.environment.keys():
            del os.environ[name]
        os.environ.update(job.environment)
        settings.cache_clear()
    if job.folder is not None and Path(job.folder) != Path.cwd():
        os.chdir(job.folder)
        settings.cache_clear()


def _limit(job: Job) -> None:
    """Bound what this job may use beside what the process has used already."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    seconds = math.ceil(usage.ru_utime + usage.ru_stime + job.cpu_seconds)
    for kind, limit in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, _mapped() + job.memory_bytes)):
        _, hard = resource.getrlimit(kind)
        with suppress(ValueError, OSError):  # a lower limit is set already, or this system has none of the kind
            resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _mapped() -> int:
    """Address space of this process, bytes: what ``RLIMIT_AS`` counts."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def _largest() -> int:
    """Most memory this process ever held, bytes; 0 where the system does not say.

    Not ``ru_maxrss``: it counts what whoever started the process held at that moment.
    """
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)
