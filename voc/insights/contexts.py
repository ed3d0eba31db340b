"""Segments and contexts: in which combination of profile, product, usage, moment and channel a subject concentrates."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from voc.errors import InputError
from voc.insights import comparison, periods, statistics
from voc.insights.context_items import RETURNS, Dimension, dimensions, returning
from voc.insights.context_records import AffectedVolume, Campaign, Circumstance, Context, Contexts, HeatCell
from voc.insights.context_subjects import PARENTS, SENTIMENTS, arranged
from voc.insights.drilldown import href
from voc.insights.records import Change, Share
from voc.insights.subgroup_discovery import LEVEL, Contacts, Item, Mask, Pattern, mine
from voc.records import Interval, SentimentLabel
from voc.store import Filters, Store
from voc.store.contexts import Contact, Profile, set_id

MOST_CONTACTS = 100_000
"""Newest contacts one search reads."""
MOST_CUSTOMERS = 500_000
"""Customers counted for the population of a campaign."""
MARGIN = 0.1
RESPONSE = 0.2
"""Share of people asked who answer, when nobody says otherwise: usual for a company's own customers."""
LEAST_PEOPLE = 30
"""A campaign to fewer people is a handful of calls, not a campaign."""
HEAT_ROWS, HEAT_COLUMNS = 14, 10
HEAT_PEOPLE, HEAT_VOICES = 10, 3

LABELS: tuple[SentimentLabel, ...] = ("negative", "neutral", "positive")


def contexts(
    store: Store,
    filters: Filters | None = None,
    *,
    by: str | Sequence[str] = (),
    compare: str | None = None,
    margin: float = MARGIN,
    response: float = RESPONSE,
) -> Contexts:
    """Every context in which a subject concentrates, most at stake first; for workers, as it takes its time.

    Args:
        by: dimensions that may be part of a context; all by default.
        compare: another period (``voc.insights.periods.compared``) to count each context in.
        margin: half-width of the 95 % interval a listening campaign should reach, as a share.
        response: share of the people asked who answer.

    Raises:
        InputError: an unknown dimension or comparison, a margin or response out of range.
    """
    if not 0.01 <= margin <= 0.5 or not 0.01 <= response <= 1:
        raise InputError("margin= takes 0.01 to 0.5, response= 0.01 to 1.")
    filters = filters or Filters()
    chosen = tuple(one.strip() for one in by.split(",") if one.strip()) if isinstance(by, str) else tuple(by)
    return _Search(store, filters, chosen, margin, response).answer(compare)


def with_precision(found: Contexts, *, margin: float, response: float) -> Contexts:
    """The same contexts with campaigns for another precision: nothing has to be searched again for that."""
    told = [
        one.model_copy(update={"campaign": campaign(one.campaign.population, one.campaign.heard, margin, response)})
        if one.campaign is not None
        else one
        for one in found.contexts
    ]
    return found.model_copy(update={"contexts": tuple(_deserved(told, margin))})


def campaign(population: int, heard: int, margin: float, response: float) -> Campaign:
    """What it takes to know a share of ``population`` within ``margin`` when ``heard`` voices are known already."""
    answers = sample_size(population, margin)
    more = max(0, min(population, answers) - heard)
    return Campaign(
        population=population,
        margin=margin,
        answers=answers,
        heard=heard,
        more=more,
        invitations=min(population, math.ceil(more / response)),
        deserved=False,
        reason="less_at_stake",
    )


class _Search:
    """One search: what it reads, and the records made of what it finds."""

    def __init__(self, store: Store, filters: Filters, by: tuple[str, ...], margin: float, response: float) -> None:
        self.store, self.filters, self.by = store, filters, by
        self.margin, self.response = margin, response
        self.contacts = store.contexts.contacts(filters, limit=MOST_CONTACTS)
        self.profiles = self._profiles(self.contacts)
        every = dimensions(self.contacts, self.profiles)
        self.names = tuple(one.name for one in every)
        for name in by:
            if name not in self.names:
                raise InputError(f"by={name}: no such dimension here; there are {', '.join(self.names)}.")
        self.dimensions = [one for one in every if not by or one.name in by]
        self.kinds = {one.name: one for one in self.dimensions}
        self.arranged = arranged(self.contacts, self.profiles, self.dimensions)
        self.sets: dict[str, list[str]] = {}

    def _profiles(self, contacts: Iterable[Contact]) -> dict[str, Profile]:
        return self.store.contexts.profiles(sorted({one.customer_id for one in contacts if one.customer_id}))

    def answer(self, compare: str | None) -> Contexts:
        before = periods.compared(self.filters, compare) if compare else None
        mined = mine(self.arranged)
        populations = self._populations([one.items for one in mined.patterns])
        earlier = self._earlier(before) if before is not None else None
        found = [
            self._context(one, population, before, earlier)
            for one, population in zip(mined.patterns, populations, strict=True)
        ]
        found = _deserved(sorted(found, key=lambda one: (-one.stake.score, one.adjusted, one.key)), self.margin)
        heat = self._heat(mined.patterns)
        self.store.contexts.keep(self.sets, now=datetime.now(UTC))
        return Contexts(
            period=comparison.period(self.filters),
            compared_with=comparison.period(before) if before is not None else None,
            n=len(self.contacts),
            left_out=max(0, self._matching() - len(self.contacts)),
            tested=mined.tested,
            level=LEVEL,
            by=self.by,
            dimensions=self.names,
            contexts=tuple(found),
            heat=tuple(heat),
        )

    def _matching(self) -> int:
        return self.store.interactions.count(self.filters) if len(self.contacts) >= MOST_CONTACTS else 0

    # --- one context ---------------------------------------------------------------------------------------------

    def _context(
        self, one: Pattern, population: int | None, before: Filters | None, earlier: _Earlier | None
    ) -> Context:
        inside = self.arranged.inside(one.items)
        place = self._set(one.items, np.flatnonzero(inside))
        there = self.filters.model_copy(update={"context": place})
        here = _about(there, one.family, one.subject)
        share = statistics.wilson(one.k, one.n)
        usual = one.K / one.N
        labels = [self.contacts[row].sentiment for row in one.rows.tolist()]
        scored = [label for label in labels if label]
        previous: Change | None = None
        if before is not None and earlier is not None:
            previous = self._previous(one, before, earlier)
        return Context(
            key=place,
            circumstances=self._circumstances(one.items),
            subject=one.subject,
            family=cast(Literal["topic", "parent", "sentiment"], one.family),
            n=len(one.rows),
            contacts=int(inside.sum()),
            voices=one.k,
            people=one.n,
            voices_elsewhere=one.K - one.k,
            people_elsewhere=one.N - one.n,
            share=one.k / one.n,
            share_interval=share,
            lift=one.lift,
            lift_interval=Interval(low=share.low / usual, high=share.high / usual),
            expected=one.n * usual,
            p_value=one.p,
            adjusted=one.adjusted,
            sentiments={
                label: Share(
                    n=scored.count(label),
                    share=scored.count(label) / len(scored) if scored else None,
                    interval=statistics.wilson(scored.count(label), len(scored)),
                    href=href(here.model_copy(update={"sentiment": label})),
                )
                for label in LABELS
            },
            unscored=len(labels) - len(scored),
            stake=self._stake(one, scored),
            campaign=campaign(population, one.k, self.margin, self.response) if population is not None else None,
            also=tuple(self._circumstances(items) for items in one.also),
            href=href(here),
            context_href=href(there),
            previous=previous,
        )

    def _circumstances(self, items: Sequence[Item]) -> tuple[Circumstance, ...]:
        return tuple(Circumstance(dimension=name, kind=self.kinds[name].kind, value=value) for name, value in items)

    def _stake(self, one: Pattern, scored: Sequence[str]) -> AffectedVolume:
        severity = (scored.count("negative") + 1) / (len(scored) + 2)
        customers = {self.contacts[row].customer_id for row in one.rows.tolist()} - {None}
        known = {one.id: one.value for one in self.profiles.values() if one.value is not None}
        worth = [known[one] for one in customers if one in known]
        usual = sum(known.values()) / len(known) if known else 0.0
        value = sum(worth) / len(worth) / usual if worth and usual > 0 else 1.0
        volume = len(one.rows)
        return AffectedVolume(
            volume=volume, severity=severity, value=value, valued=len(worth), score=volume * severity * value
        )

    def _populations(self, contexts: Sequence[tuple[Item, ...]]) -> list[int | None]:
        """Customers of the base of whom each context holds today; ``None`` for one that is not about customers."""
        asked = [
            [(self.kinds[name], value) for name, value in items if not self.kinds[name].own and name != RETURNS]
            for items in contexts
        ]
        counts = [0] * len(contexts)
        if any(asked):
            latest = max((one.at for one in self.contacts), default=datetime.now(UTC))
            nothing = Contact("", latest, "", "", None, None, {}, ())
            for profile in self.store.contexts.base(limit=MOST_CUSTOMERS):
                for number, wanted in enumerate(asked):
                    if wanted and all(dimension.of(nothing, profile) == value for dimension, value in wanted):
                        counts[number] += 1
        return [count if wanted else None for count, wanted in zip(counts, asked, strict=True)]

    # --- against another period ----------------------------------------------------------------------------------

    def _earlier(self, before: Filters) -> _Earlier:
        contacts = self.store.contexts.contacts(before, limit=MOST_CONTACTS)
        profiles = self._profiles(contacts)
        return _Earlier(contacts, arranged(contacts, profiles, _for(contacts, self.dimensions)))

    def _previous(self, one: Pattern, before: Filters, earlier: _Earlier) -> Change:
        known = all(item in earlier.arranged.masks for item in one.items)
        inside: Mask = earlier.arranged.inside(one.items) if known else np.zeros(earlier.arranged.n, dtype=bool)
        speaking = {family.name: family for family in earlier.arranged.families}[one.family]
        n = (
            len(earlier.arranged.speaking(one.items, one.family, one.subject))
            if (known and one.subject in speaking.names)
            else 0
        )
        place = self._set(one.items, np.flatnonzero(inside), earlier.contacts)
        there = _about(before.model_copy(update={"context": place}), one.family, one.subject)
        return comparison.count_change(len(one.rows), self.filters, n, before, href=href(there))

    # --- the map -------------------------------------------------------------------------------------------------

    def _heat(self, patterns: Sequence[Pattern]) -> list[HeatCell]:
        """Single circumstances by parent topic: those of the findings first, then the most frequent."""
        number = next(k for k, family in enumerate(self.arranged.families) if family.name == PARENTS)
        family = self.arranged.families[number]
        frequent = np.bincount(family.subject, minlength=len(family.names) + 1)[: len(family.names)]
        columns = [int(k) for k in np.argsort(-frequent, kind="stable")[:HEAT_COLUMNS] if frequent[k]]
        named = [item for one in patterns for item in one.items]
        rows = list(dict.fromkeys([*named, *self.arranged.items()]))[:HEAT_ROWS]
        found = {(item, one.subject.partition(".")[0]) for one in patterns for item in one.items}
        cells = []
        for item in rows:
            inside = self.arranged.inside([item])
            place = self._set((item,), np.flatnonzero(inside))
            here, everywhere = self.arranged.counts(number, inside), self.arranged.known_counts(number, [item])
            n, total = int(here.sum()), int(everywhere.sum())
            (circumstance,) = self._circumstances([item])
            for column in columns:
                subject, k, of_all = family.names[column], int(here[column]), int(everywhere[column])
                enough = n >= HEAT_PEOPLE and of_all >= HEAT_VOICES and of_all * n / total >= 1
                contacts = self.arranged.speaking([item], PARENTS, subject)
                cells.append(
                    HeatCell(
                        circumstance=circumstance,
                        subject=subject,
                        n=len(contacts),
                        voices=k,
                        people=n,
                        lift=(k / n) / (of_all / total) if enough else None,
                        found=(item, subject) in found,
                        href=href(self.filters.model_copy(update={"context": place, "topic": subject})),
                    )
                )
        return cells

    def _set(self, items: Sequence[Item], rows: NDArray[np.intp], contacts: Sequence[Contact] | None = None) -> str:
        members = [(contacts if contacts is not None else self.contacts)[row].id for row in rows.tolist()]
        name = set_id("\x1f".join(f"{name}={value}" for name, value in sorted(items)), members)
        self.sets[name] = members
        return name


class _Earlier:
    """The contacts of the period compared with."""

    def __init__(self, contacts: Sequence[Contact], arranged: Contacts) -> None:
        self.contacts, self.arranged = contacts, arranged


def sample_size(population: int, margin: float) -> int:
    """Answers for a share within ``margin`` at 95 %, at its widest (one half), out of a finite population."""
    if population <= 0:
        return 0
    unlimited = 1.959964**2 * 0.25 / margin**2
    return min(population, math.ceil(unlimited / (1 + (unlimited - 1) / population)))


def _deserved(found: Sequence[Context], margin: float) -> list[Context]:
    """Say which contexts deserve a campaign: enough people, at least the median stake, and how bad it is not known."""
    stakes = sorted(one.stake.score for one in found)
    median = stakes[len(stakes) // 2] if stakes else 0.0
    told: list[Context] = []
    for one in found:
        if one.campaign is None:
            told.append(one)
            continue
        interval = one.sentiments["negative"].interval
        if one.campaign.population < LEAST_PEOPLE:
            reason = "too_few_people"
        elif one.stake.score < median:
            reason = "less_at_stake"
        elif (interval.high - interval.low) / 2 <= margin:
            reason = "sure_enough"
        else:
            reason = "unsure_and_at_stake"
        decided = {"deserved": reason == "unsure_and_at_stake", "reason": reason}
        told.append(one.model_copy(update={"campaign": one.campaign.model_copy(update=decided)}))
    return told


def _about(filters: Filters, family: str, subject: str) -> Filters:
    """The contacts of ``filters`` that speak of a subject."""
    return filters.model_copy(update={"sentiment" if family == SENTIMENTS else "topic": subject})


def _for(contacts: Sequence[Contact], chosen: Sequence[Dimension]) -> list[Dimension]:
    """The dimensions as the contacts of another period have them: who came back is told from those."""
    return [
        Dimension(one.name, one.kind, returning(contacts), one.own) if one.name == RETURNS else one for one in chosen
    ]
