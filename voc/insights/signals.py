"""Any kind of signal over the interactions that match: how many have it, with which labels and values, and where.

What is said of effort, intents or a competitor an outside analyser hears is counted alike: shares with Wilson's
interval, the whole distribution of a scale, every number open to the interactions behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from voc.insights import groups, statistics
from voc.insights.drilldown import href
from voc.insights.records import LabelShare, SignalFigure, SignalFigures
from voc.signals import ANY, SignalKind
from voc.signals import kind as kind_of
from voc.store import Filters, Store
from voc.store.signal_counts import SignalCount


def signals(store: Store, kind: str, filters: Filters | None = None, *, by: str | None = None) -> SignalFigures:
    """Signals of ``kind`` overall and by ``topic``, ``channel``, ``segment``, ``language`` or ``week``.

    Raises:
        InputError: there is no such kind, nothing of it is counted, or the dimension is unknown.
    """
    about = kind_of(kind)
    filters = (filters or Filters()).signalled(kind, None)
    filters = filters.model_copy(update={"status": filters.status or "done"})  # what is not read yet says nothing
    every = store.interactions.count(filters)
    overall = _figures(store, about, filters, None, {None: every})
    totals = {cell.keys[0]: cell.n for cell in store.figures.cells(filters, by=(by,))} if by else {}
    figures = _figures(store, about, filters, by, totals) if by else []
    if by != "week":
        figures.sort(key=lambda one: (-one.n, str(one.keys)))
    return SignalFigures(
        kind=kind,
        title=dict(about.title),
        by=by,
        overall=overall[0] if overall else _figure(about, filters, {}, every, 0, [], []),
        figures=tuple(figures),
    )


def _figures(
    store: Store, about: SignalKind, filters: Filters, by: str | None, totals: Mapping[str | None, int]
) -> list[SignalFigure]:
    anyhow = store.meanings.signals(about.name, filters, of="any", by=by)
    labels = _by_key(store.meanings.signals(about.name, filters, of="label", by=by))
    scaled = about.value is not None
    values = _by_key(store.meanings.signals(about.name, filters, of="value", by=by)) if scaled else {}
    found = []
    for one in anyhow:
        group = {by: one.key} if by else {}
        within = groups.narrowed(filters, group)
        total = totals.get(one.key, one.n)
        said, scaled_by = labels.get(one.key, []), values.get(one.key, [])
        found.append(_figure(about, within, group, total, one.n, said, scaled_by))
    return found


def _by_key(counts: Sequence[SignalCount]) -> dict[str | None, list[SignalCount]]:
    found: dict[str | None, list[SignalCount]] = {}
    for one in counts:
        found.setdefault(one.key, []).append(one)
    return found


def _figure(
    about: SignalKind,
    filters: Filters,
    group: Mapping[str, str | None],
    total: int,
    n: int,
    labels: Sequence[SignalCount],
    values: Sequence[SignalCount],
) -> SignalFigure:
    shares = [
        LabelShare(
            label=str(one.label),
            n=one.n,
            share=one.n / total if total else None,
            interval=statistics.wilson(one.n, total),
            href=_open(about, filters, str(one.label)),
        )
        for one in sorted(labels, key=lambda one: (-one.n, str(one.label)))
    ]
    return SignalFigure(
        keys=dict(group),
        total=total,
        n=n,
        share=n / total if total else None,
        interval=statistics.wilson(n, total),
        labels=tuple(shares),
        values={f"{one.value:g}": one.n for one in values if one.value is not None},
        href=_open(about, filters, ANY),
    )


def _open(about: SignalKind, filters: Filters, value: str) -> str | None:
    if not about.filterable:
        return None
    scale = about.value is not None and about.one_per_interaction
    return href(filters.signalled(about.name, ANY if scale else value))
