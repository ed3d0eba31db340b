"""What a metric is: one declaration, from which its figure, its place in explore and its alerts follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from voc.records.metrics import NAME_CHARS, MetricValue, Unit
from voc.store import Filters, Store
from voc.store.figures import Cell

Of = Callable[[Store, Cell, Filters], MetricValue]
"""The value of one group: its cell (counts that the store has made already) and the filters that list exactly it."""

_NAME = re.compile(rf"[a-z][a-z0-9_]{{0,{NAME_CHARS - 1}}}")


@dataclass(frozen=True)
class Metric:
    """One metric.

    Attributes:
        name: its id in addresses, alerts and files.
        unit: how its values are written and compared.
        of: its value for one group, with n, a 95 % interval and the way back to the interactions it counts.
        title: what people call it, by language; the built-in ones have theirs in the catalogue.
        by_group: asked for group by group, as it costs a query each; only the largest groups are then shown.
        divides_by: filters that it divides by itself and that it is therefore asked without (``sentiment``); a kind of
            signal is one too (``intent``).
        rank: its place in lists; those of other packages follow the built-in ones.

    Raises:
        ValueError: the name is none: small letters, digits and ``_``, at most 40.
    """

    name: str
    unit: Unit
    of: Of
    title: Mapping[str, str] = field(default_factory=dict)
    by_group: bool = False
    divides_by: tuple[str, ...] = ()
    rank: int = 100

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"metric: {self.name!r} is no name; use small letters, digits and _, at most {NAME_CHARS}")
