"""What customers wish the brand were or did, by theme, each with words that open where they were said."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from voc.insights.drilldown import href
from voc.insights.quotes import quote_of, said_at, with_audio
from voc.insights.records import Expectations, ExpectationTheme
from voc.insights.statistics import wilson
from voc.records import Analysis, Quote
from voc.store import Filters, Store
from voc.store.signal_counts import WishPlace

QUOTES = 3
_READ = 8
"""Newest wishes of a theme that are read to choose quotes from: short ones and repeats are passed over."""
_FEWEST_CHARS, _MOST_CHARS = 15, 280


def expectations(store: Store, filters: Filters | None = None, *, quotes: int = QUOTES, most: int = 40) -> Expectations:
    """Wishes by theme (a topic id, or ``other``), the most wished for first; quotes are without personal data."""
    filters = (filters or Filters()).signalled("expectation", None)
    counts = store.meanings.wishes(filters)[:most]
    every = store.interactions.count(filters)
    places = store.meanings.wish_places(filters, counts, each=_READ) if quotes else []
    analyses = store.findings.analyses(sorted({one.interaction_id for one in places}))
    by_theme: dict[str, list[WishPlace]] = {}
    for place in places:
        by_theme.setdefault(place.theme, []).append(place)
    quoted = {theme: _quotes(some, analyses, quotes) for theme, some in by_theme.items()}
    heard = iter(with_audio(store, [quote for some in quoted.values() for quote in some]))  # asked once for all of them
    quoted = {theme: list(islice(heard, len(some))) for theme, some in quoted.items()}
    return Expectations(
        n=every,
        themes=tuple(
            ExpectationTheme(
                theme=one.theme,
                n=one.interactions,
                share=one.interactions / every if every else None,
                interval=wilson(one.interactions, every),
                kinds=one.kinds,
                quotes=tuple(quoted.get(one.theme, ())),
                href=href(filters.signalled("expectation", one.theme)),
            )
            for one in counts
        ),
    )


def _quotes(places: Sequence[WishPlace], analyses: dict[str, Analysis], most: int) -> list[Quote]:
    found: list[Quote] = []
    for place in places:
        analysis = analyses.get(place.interaction_id)
        said = said_at(analysis, place.begin, place.end) if analysis is not None else None
        if said is None or not _FEWEST_CHARS <= len(said.text) <= _MOST_CHARS:
            continue
        if said.text.casefold() in {one.text.casefold() for one in found}:
            continue
        characters = (place.begin, place.end)
        found.append(quote_of(place.interaction_id, said, characters, channel=place.channel, at=place.at))
        if len(found) == most:
            break
    return found
