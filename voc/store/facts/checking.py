"""Whether figures from the facts are those from the store: the same questions asked of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from voc.store.dimensions import DIMENSIONS
from voc.store.figures import Cell, Figures
from voc.store.filters import Filters
from voc.store.shapes import Source, StoreSource

Counted = dict[str, tuple[int, ...]]

NOT_DAYS = tuple(name for name in DIMENSIONS if name != "day")  # the weeks tell, at a seventh of the groups


def differences(facts: Source, truth: StoreSource) -> Iterator[str]:
    """One line for each figure that differs, by what it counts; nothing where all agree."""
    for name, ask in _questions().items():
        found, expected = ask(Figures(facts)), ask(Figures(truth))
        for key in sorted(found.keys() | expected.keys()):
            if found.get(key) != expected.get(key):
                yield f"{name} {key}: {found.get(key)} from the facts, {expected.get(key)} from the store"


def _questions() -> dict[str, Callable[[Figures], Counted]]:
    asked: dict[str, Callable[[Figures], Counted]] = {
        f"interactions by {name}": lambda figures, name=name: _cells(figures.cells(Filters(), by=(name,)))  # type: ignore[misc]
        for name in NOT_DAYS
    }
    asked["topics, what is said"] = lambda figures: {
        one.topic: (one.n, one.negative, one.neutral, one.positive) for one in figures.said(Filters())
    }
    asked["scores"] = lambda figures: {"histogram": tuple(figures.scores(Filters()))}
    return asked


def _cells(cells: list[Cell]) -> Counted:
    return {str(one.keys[0]): (one.n, one.scored, one.negative, one.neutral, one.positive) for one in cells}
