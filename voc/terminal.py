"""Progress for people: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self

PLAIN_EVERY_SECONDS = 10.0


class Progress:
    """``with Progress("analysed") as p: p.show(done, total)``; writes to stderr only."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._bar: Any = None
        self._said_at = 0.0
        self._said: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=0, desc=self.what, unit="", leave=False)
        return self

    def show(self, done: int, total: int) -> None:
        """``done`` of ``total``; both may grow."""
        if self._bar is not None:
            self._bar.total = total
            self._bar.n = done
            self._bar.refresh()
            return
        now = time.monotonic()
        finished = done == total and total > 0
        if (done, total) != self._said and (finished or now - self._said_at >= PLAIN_EVERY_SECONDS):
            sys.stderr.write(f"{self.what} {done} of {total}\n")
            sys.stderr.flush()
            self._said_at, self._said = now, (done, total)

    def say(self, line: str) -> None:
        """Write a line of its own."""
        if self._bar is not None:
            self._bar.write(line, file=sys.stderr)
            return
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
