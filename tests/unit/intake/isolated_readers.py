"""Readers that misbehave, in a module of their own: another process imports it to run them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from voc.settings import settings


def lines(path: Path) -> Iterator[str]:
    yield from path.read_text().splitlines()


def nothing(path: Path) -> Iterator[str]:
    yield from ()


def spins(path: Path) -> Iterator[str]:
    yield "first"
    while True:
        pass


def sleeps(path: Path) -> Iterator[str]:
    yield "first"
    time.sleep(600)


def eats(path: Path) -> Iterator[str]:
    yield "first"
    held = [bytes(2**20) for _ in range(100_000)]
    yield str(len(held))


def crashes(path: Path) -> Iterator[str]:
    yield from ("first", "second")
    time.sleep(0.3)
    yield "third"  # long after the others: it takes them along
    os.kill(os.getpid(), signal.SIGSEGV)
    yield "never"


class UnspeakableError(Exception):
    """Cannot be carried over: it takes two arguments."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(lambda: one + two)


def fails(path: Path) -> Iterator[str]:
    yield "first"
    raise UnspeakableError("a", "b")


def prints(path: Path) -> Iterator[str]:
    print("a library says something")
    os.write(1, b"and so does its C code\n")
    yield "words"


def in_force(path: Path) -> str:
    return f"{settings().default_region} {Path.cwd()}"


def process(path: Path) -> int:
    return os.getpid()


def dies(path: Path) -> int:
    os.kill(os.getpid(), signal.SIGSEGV)
    return 0


def holds_much(path: Path) -> int:
    held = bytearray(b"x") * (600 * 2**20)
    return os.getpid() + 0 * len(held)


def endless(path: Path) -> Iterator[int]:
    yield from iter(int, 1)
