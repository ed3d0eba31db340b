"""Whether the figure of a finding moved after the week it was found in.

What the digest tests is tested again: independent voices a week, as a share of all that was heard at a constant mix of
channels, with its exact conditional tests, held to what a subject of this size varies by itself, as the digest does
(:mod:`voc.insights.topic_unrest`). Three stretches of weeks are set against each other: the four *usual* ones before,
the one it was *found* in, and all *since*. Whether it moved is asked of since against found, whether it still stands
out of since against usual.

Nothing here says why it moved. A week that was picked because it stood out is followed by plainer ones by chance
alone (regression to the mean), which is why "back to usual" also needs the weeks before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from voc.insights import change_detection as changes
from voc.insights import count_change_tests, periods, statistics
from voc.insights.count_change_tests import Counted, Direction, Series, What
from voc.insights.topic_unrest import Unrest, unrest_of
from voc.records import FollowUp, PeriodShare, Verdict
from voc.store import Filters, Store

USUAL_WEEKS = 4
LEAST_HEARD = 20
"""Voices heard since, below which nothing is said of a share of them: what the digest asks of a week."""
LEAST_EXPECTED = 5.0
"""Voices the figure would have brought since, at its higher rate, below which even none at all would say little."""
LEVEL = 0.05
"""One-sided, of each test; nothing is corrected, a finding is one that somebody chose to look at."""

_KEY = re.compile(r"topic:(?P<topic>.+?)(?::(?P<what>complaints|praise))?:(?P<direction>rise|fall)")


@dataclass(frozen=True)
class Figure:
    """What a finding counts: a subject, all that is said of it or only one side, and which way it went."""

    topic: str
    what: What
    direction: Direction

    def filters(self, **period: str | datetime) -> Filters:
        """The interactions it counts."""
        side = {"complaints": "negative", "praise": "positive"}.get(self.what)
        return Filters.model_validate({"topic": self.topic, "topic_sentiment": side, **period})


@dataclass(frozen=True)
class Followed:
    """One finding to look after: ``week`` is the one it is followed from, ``decided_at`` when that was decided."""

    key: str
    week: str
    decided_at: datetime | None = None


def figure_of(key: str) -> Figure | None:
    """What the key of a finding counts; ``None`` where it is not of a kind that can be followed."""
    match = _KEY.fullmatch(key)
    if match is None:
        return None
    what: What = "complaints" if match["what"] == "complaints" else "praise" if match["what"] else "all"
    return Figure(match["topic"], what, "rise" if match["direction"] == "rise" else "fall")


def follow_up(store: Store, followed: Iterable[Followed], *, until: str) -> dict[str, FollowUp]:
    """Key → whether its figure moved by the end of ``until``, a week that is over; one pass over the facts for all.

    Findings whose week is ``until`` or later, or that cannot be followed, are left out.
    """
    wanted = [one for one in followed if one.week < until and figure_of(one.key) is not None]
    bounds = store.figures.first_and_last()
    if not wanted or bounds is None:
        return {}
    first = periods.weeks_before(min(one.week for one in wanted), USUAL_WEEKS)[0]
    first = max(first, periods.week_of(bounds[0]))  # weeks before the first interaction are not weeks of silence
    since, ends = periods.begins(first), periods.ends(until)
    spoken: Series = {(one.week, one.channel): one.voices for one in store.figures.channel_weeks(since, ends)}
    topics = [one for level in ("label", "parent") for one in store.figures.topic_weeks(since, ends, level=level)]
    counted = changes.series_of(topics)
    found = {}
    for one in wanted:
        usual = [week for week in periods.weeks_before(one.week, USUAL_WEEKS) if week >= first]
        after = [week for week in periods.weeks_between(one.week, until) if week != one.week]
        found[one.key] = _judged(one, counted, spoken, usual, after)
    return found


@dataclass(frozen=True)
class _Stretch:
    """Voices of the figure in some weeks, and what these weeks' channels would have brought at a constant rate."""

    n: int
    exposure: float
    weeks: int

    @property
    def rate(self) -> float:
        return self.n / self.exposure if self.exposure > 0 else 0.0


def _judged(one: Followed, counted: Counted, spoken: Series, usual: Sequence[str], after: Sequence[str]) -> FollowUp:
    figure = figure_of(one.key)
    assert figure is not None  # only those are wanted
    series = counted.get((figure.topic, figure.what), {})
    weeks = [*usual, one.week, *after]
    weekly = count_change_tests.weekly(series, spoken, weeks)
    parts = {"usual": slice(0, len(usual)), "found": slice(len(usual), len(usual) + 1)}
    parts["since"] = slice(len(usual) + 1, None)
    stretches = {
        name: _Stretch(sum(weekly.counts[part]), sum(weekly.exposures[part]), len(weeks[part]))
        for name, part in parts.items()
    }
    shares = {name: _share(series, spoken, weeks[part]) for name, part in parts.items()}
    unrest = unrest_of(counted, spoken, [*usual, one.week])
    verdict, p_moved, p_usual = _verdict(figure.direction, stretches, unrest=unrest, heard=shares["since"].of)
    decided_late = one.decided_at is not None and periods.ends(after[-1]) <= one.decided_at
    return FollowUp(
        verdict=verdict, until=after[-1], p_moved=p_moved, p_usual=p_usual, before_decision=decided_late, **shares
    )


def _verdict(
    direction: Direction, parts: Mapping[str, _Stretch], *, unrest: Unrest, heard: int
) -> tuple[Verdict, float | None, float | None]:
    since, found, usual = parts["since"], parts["found"], parts["usual"]
    expected = max(found.rate, usual.rate) * since.exposure
    if heard < LEAST_HEARD or expected < LEAST_EXPECTED or found.exposure <= 0:
        return "too_little", None, None

    def higher(one: _Stretch, other: _Stretch) -> float:
        varies = unrest.dispersion(one.n + other.n, one.weeks + other.weeks)
        return statistics.rise(one.n, one.exposure, other.n, other.exposure, dispersion=varies, mid=True)

    if direction == "rise":
        back, on, apart = higher(found, since), higher(since, found), higher(since, usual)
    else:
        back, on, apart = higher(since, found), higher(found, since), higher(usual, since)
    known = apart if usual.exposure > 0 else None
    if back <= LEVEL:
        return ("back_to_usual" if known is not None and known > LEVEL else "receding"), back, known
    if on <= LEVEL:
        return "growing", on, known
    return "unchanged", min(back, on), known


def _share(series: Series, spoken: Series, weeks: Sequence[str]) -> PeriodShare:
    here = set(weeks)
    n = sum(voices for (week, _), voices in series.items() if week in here)
    of = sum(voices for (week, _), voices in spoken.items() if week in here)
    around = statistics.wilson(min(n, of), of)
    return PeriodShare(weeks=tuple(weeks), n=n, of=of, share=n / of if of else None, low=around.low, high=around.high)
