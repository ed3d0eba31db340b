"""Reading files in another process, so that a hostile or unlucky one costs a line and not the service.

What a file declares cannot all be checked beforehand: decoders are native code, and an archive of kilobytes may hold
work for days. So whoever serves others reads through here: the reader has so much memory and so much time, and its
end is one reason like any other. A reader that is free does the next file, so that small files pay no start.
"""

from __future__ import annotations

import atexit
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any, TypeVar

from voc.errors import InputError, StoreError
from voc.intake import limits
from voc.intake.reader_process import IDLE_SECONDS, End, Job, Part
from voc.records import Rejected

T = TypeVar("T")

AT_ONCE = 2 * max(2, os.cpu_count() or 2)
"""Readers of this process at most; who comes later waits. More than processors: two slow files stop no third."""

KEPT_READY = 2
"""Idle readers kept; each holds about 60 MB, 150 MB after a recording or a Parquet file."""

LONGEST_SILENCE_SECONDS = 86_400.0
"""However large a file is, nobody waits longer for the next row of it."""

_places = threading.BoundedSemaphore(AT_ONCE)
_lock = threading.Lock()
_ready: list[_Reader] = []


def isolated(reader: Callable[..., Iterator[T]], path: Path, *, name: str, **options: Any) -> Iterator[T | Rejected]:
    """Yield what ``reader(path, **options)`` yields, read in another process.

    Args:
        reader: a function of a module, as :func:`voc.intake.read`.
        path: the file.
        name: what to call it to people.
        options: further arguments of ``reader``.

    Yields:
        What was found; a :class:`Rejected` at the end where the reader had to be stopped or crashed.

    Raises:
        InputError: as ``reader`` does; any other error of it as it is.
    """
    try:
        for part in _run(reader, path, options, streams=True):
            yield from part
    except _StoppedError as stopped:
        yield Rejected(source=name, reason=str(stopped))


def isolated_answer(function: Callable[..., T], path: Path, *, name: str, **options: Any) -> T:
    """What ``function(path, **options)`` returns, found in another process.

    Raises:
        InputError: the process had to be stopped or crashed; or as ``function`` does.
    """
    try:
        [answer] = _run(function, path, options, streams=False)
    except _StoppedError as stopped:
        raise InputError(f"{name}: {stopped}") from stopped
    found: T = answer
    return found


def cpu_seconds(path: Path) -> float:
    """How long a file may be read, seconds of processor time: a minimum, and more the larger it is."""
    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    return limits.READER_CPU_SECONDS + limits.READER_CPU_SECONDS_PER_MB * size / 2**20


class _StoppedError(Exception):
    """The reader did not come to its end; the message is the reason."""


class _Reader:
    """One process that reads; ``asked`` is our end of the line to it."""

    def __init__(self) -> None:
        self.free_since = time.monotonic()
        self.asked, theirs = multiprocessing.Pipe()
        descriptor = theirs.fileno()
        # One thread and one heap: what libraries reserve for more counts as memory, though nothing uses it.
        single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
        search = os.pathsep.join(part for part in sys.path if part)
        code = f"from voc.intake.reader_process import serve; serve({descriptor})"
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-c", code],
                stdin=subprocess.DEVNULL,
                pass_fds=(descriptor,),
                env=os.environ | single | {"PYTHONPATH": search},
            )
        except OSError as error:
            self.asked.close()
            raise StoreError(f"No process could be started to read files ({error.strerror}); retry later.") from error
        finally:
            theirs.close()

    def end(self) -> int:
        """Make sure that it has ended; its exit status, negative for a signal."""
        self.asked.close()
        if self.process.poll() is None:
            self.process.kill()
        return self.process.wait()


def _run(function: Callable[..., Any], path: Path, options: dict[str, Any], *, streams: bool) -> Iterator[Any]:
    budget = cpu_seconds(path)
    job = Job(
        function=function,
        path=path.absolute(),
        options=options,
        streams=streams,
        cpu_seconds=budget,
        memory_bytes=limits.READER_MEMORY_BYTES,
        log_level=logging.getLogger().level,
        folder=_folder(),
        environment={key: value for key, value in os.environ.items() if key.startswith("VOC_")},
    )
    with _a_reader(job) as reader:
        silent = min(budget * limits.READER_SILENCE, LONGEST_SILENCE_SECONDS)
        while True:
            if not reader.asked.poll(silent):
                reader.end()
                raise _StoppedError(_too_long(silent))
            try:
                message = reader.asked.recv()
            except (EOFError, ConnectionError):
                raise _StoppedError(_why(reader.end(), budget)) from None
            if isinstance(message, Part):
                yield message.found
                continue
            assert isinstance(message, End)
            if not message.fit:
                reader.end()
            reader.free_since = time.monotonic()
            if isinstance(message.error, MemoryError):
                raise _StoppedError(limits.too_much_memory())
            if message.error is not None:
                raise message.error
            if not streams:
                yield message.answer
            return


@contextmanager
def _a_reader(job: Job) -> Iterator[_Reader]:
    """A reader that has taken the job; kept for the next one unless this one was left half done."""
    with _places:
        reader = _sent(job)
        done = False
        try:
            yield reader
            done = True
        except GeneratorExit:  # nobody wants the rest
            raise
        except Exception:
            done = reader.process.poll() is None and not reader.asked.closed
            raise
        finally:
            with _lock:
                kept = done and not reader.asked.closed and len(_ready) < KEPT_READY
                if kept:
                    _ready.append(reader)
            if not kept:
                reader.end()


def _sent(job: Job) -> _Reader:
    """A reader to which the job was sent: one that is ready, else a new one."""
    written = ForkingPickler.dumps(job)
    while True:
        with _lock:
            reader = _ready.pop() if _ready else None
        if reader is None:
            break
        # Well before it ends by itself: it could do so while the job is under way.
        if time.monotonic() - reader.free_since < IDLE_SECONDS / 2 and reader.process.poll() is None:
            with suppress(ConnectionError):
                reader.asked.send_bytes(written)
                return reader
        reader.end()
    reader = _Reader()
    try:
        reader.asked.send_bytes(written)
    except ConnectionError:
        status = reader.end()
        raise StoreError(f"The process that reads files ended at once (status {status}); see its output.") from None
    return reader


def _why(status: int, budget: float) -> str:
    if status == -signal.SIGXCPU:
        return _too_long(budget)
    if status == -signal.SIGKILL:
        return f"its reader was killed, most likely for want of memory; {limits.SMALLER}"
    what = signal.Signals(-status).name if status < 0 else f"status {status}"
    return f"its reader crashed ({what}): the file is damaged, or made to harm; export it again."


def _too_long(seconds: float) -> str:
    return f"reading it took longer than {seconds:.0f} s and was stopped; {limits.SMALLER}"


def _folder() -> str | None:
    try:
        return str(Path.cwd())
    except OSError:
        return None


@atexit.register
def close() -> None:
    """End the readers that wait for work."""
    with _lock:
        waiting, _ready[:] = list(_ready), []
    for reader in waiting:
        reader.end()
