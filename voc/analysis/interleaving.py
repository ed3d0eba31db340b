"""Several batches under way in one thread: where one waits for a model, another goes on."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_turns(tasks: Iterable[Generator[None, None, T]], *, at_once: int) -> Iterator[T]:
    """What each task returns, in their order; ``at_once`` of them take turns whenever one yields.

    One thread runs them all: nothing they use has to be safe for threads.
    """
    waiting = iter(tasks)
    under_way: deque[Generator[None, None, T]] = deque()
    ended: dict[Generator[None, None, T], T] = {}

    def step(task: Generator[None, None, T]) -> None:
        try:
            next(task)
        except StopIteration as stop:
            ended[task] = stop.value

    while True:
        while len(under_way) < at_once and (task := next(waiting, None)) is not None:
            under_way.append(task)
            step(task)
        if not under_way:
            return
        for task in under_way:
            if task not in ended:
                step(task)
        while under_way and under_way[0] in ended:
            yield ended.pop(under_way.popleft())
