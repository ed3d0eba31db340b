"""Filters that go along from page to page, each a chip that takes itself off."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request

from voc.insights.drilldown import filterable

PAGES = (
    "/interactions",
    "/topics",
    "/drivers",
    "/categories",
    "/expectations",
    "/contexts",
    "/explore",
    "/corroboration",
    "/customers/at-risk",
)
"""Pages that take the filters, by their paths."""
NAMES = ("channel", "topic", "topic_sentiment", "sentiment", "segment", "city", "language", "attribute",
         "customer_attribute", "from", "to", "week")  # fmt: skip
"""Filters that say of whom and when; a search, an upload or one customer stays where it was asked for."""


@dataclass(frozen=True)
class Chip:
    """One filter in force: ``without`` is the same page without it."""

    name: str
    value: str
    without: str


@dataclass(frozen=True)
class Kept:
    """What goes along: as a query, and as chips."""

    query: str = ""
    chips: tuple[Chip, ...] = ()

    def along(self, path: str) -> str:
        """``path`` with the filters, where it takes any."""
        return f"{path}?{self.query}" if self.query and path in PAGES else path


def kept_filters(request: Request) -> Kept:
    """The filters that a page was asked with; none on a page that takes none."""
    path = request.url.path
    if path not in PAGES:
        return Kept()
    given = [(name, value) for name, value in request.query_params.multi_items() if value]
    known = {*NAMES, *filterable()}
    asked = [pair for pair in given if pair[0] in known]
    stays = [pair for pair in given if pair[0] != "cursor"]
    chips = []
    for pair in asked:
        rest = urlencode([other for other in stays if other != pair])
        chips.append(Chip(*pair, without=f"{path}?{rest}" if rest else path))
    return Kept(urlencode(asked), tuple(chips))
