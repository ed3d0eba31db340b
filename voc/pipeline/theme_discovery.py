"""Discovery: the clauses no topic explains are read, clustered, named and matched to the themes known before."""

from __future__ import annotations

import hashlib
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from voc.errors import InputError
from voc.insights import statistics
from voc.language.encoder import Encoder, FloatArray, load_encoder
from voc.language.registry import everyday_phrases
from voc.records import Analysis, as_utc
from voc.records.themes import Theme, ThemeRun, ThemeState
from voc.store import Filters, Store
from voc.store.themes import ReadClause, StoredClauses
from voc.themes.clustering import IntArray, Layers, cluster
from voc.themes.continuity import Continued, Known, continued
from voc.themes.map import layout, placed_beside
from voc.themes.naming import READ_EACH, labels, named
from voc.themes.space import centres, language_key, placed
from voc.themes.unexplained import masked, unexplained

log = logging.getLogger("voc.themes")

PERIOD = timedelta(weeks=12)
"""What a discovery looks at unless it is told otherwise."""
MOST_CLAUSES = 1_000_000
"""Clauses of one run: 1.5 GB of vectors; of a longer period the latest are taken, and that is said."""
READ_AT_ONCE = 200
OPENING = 48
"""Characters of a clause that stands for a theme without telling words."""
CHANGED = 0.05
"""p-value up to which a theme's share of all clauses counts as grown or shrunk against the run before."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class _Found:
    """What a run works on: its clauses, their vectors, and the themes known before."""

    clauses: StoredClauses
    vectors: FloatArray
    known: list[tuple[Theme, FloatArray]]


def discover(
    store: Store,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> ThemeRun:
    """Find the themes of a period, by default of the last twelve weeks, and save them with their clauses.

    Raises:
        InputError: the period is empty.
        ModelError: the encoder is missing.
    """
    began, now = time.monotonic(), now or datetime.now(UTC)
    until = until or now
    since = since or until - PERIOD
    if since >= until:
        raise InputError("discover: the period ends before it begins; give --since before --until.")
    filters = Filters(since=since, until=until)
    encoder = load_encoder()
    read_clauses(store, filters, encoder, now=now, progress=progress)
    clauses = store.themes.clauses(filters)
    space = _space(store, encoder, clauses)
    found = _Found(clauses, placed(clauses.states.astype(np.float32), clauses.languages, space), _living(store))
    places = {one.id: number for number, (one, _) in enumerate(found.known)}
    held = np.array([places.get(one or "", -1) for one in clauses.themes], dtype=np.int64)
    fresh = cluster(found.vectors)
    known = [_as_known(one, centre) for one, centre in found.known]
    carried = continued(found.vectors, held, fresh, known, seen=_seen(clauses, store.themes.last_run()))
    themes = _themes(store, found, carried, fresh, now=now)
    run = _run(store, found, carried, themes, since=since, until=until, now=now, seconds=time.monotonic() - began)
    store.themes.save_run(run, _with_states(themes, carried, run), _changes(found, carried, themes))
    log.info("%d themes over %d clauses", run.themes, run.clauses)
    return run


def read_clauses(
    store: Store, filters: Filters, encoder: Encoder, *, now: datetime, progress: Progress | None = None
) -> int:
    """Encode the clauses of interactions that were not read since their last analysis; returns how many were read."""
    version = f"{encoder.name}@{encoder.version}"
    waiting = store.themes.unread(filters, encoder=version)
    for begin in range(0, len(waiting), READ_AT_ONCE):
        part = waiting[begin : begin + READ_AT_ONCE]
        analyses = store.findings.analyses(part)
        store.themes.save_clauses(_read(part, analyses, encoder), encoder=version, now=now)
        if progress:
            progress("read", begin + len(part), len(waiting))
    return len(waiting)


def _read(ids: Sequence[str], analyses: dict[str, Analysis], encoder: Encoder) -> dict[str, list[ReadClause]]:
    rows = [(one, clause) for one in ids if one in analyses for clause in unexplained(analyses[one])]
    states = encoder.encode([clause.text for _, clause in rows]).states if rows else np.zeros((0, 384), np.float32)
    found: dict[str, list[ReadClause]] = {one: [] for one in ids}
    for (one, clause), state in zip(rows, states, strict=True):
        found[one].append(ReadClause(clause.begin, clause.end, analyses[one].language, clause.sentiment, state))
    return found


def _space(store: Store, encoder: Encoder, clauses: StoredClauses) -> dict[str, FloatArray]:
    """The middles that likeness is measured from; the first run with enough clauses sets them for good."""
    version = f"{encoder.name}@{encoder.version}"
    kept = store.themes.centres(version)
    if kept:
        return kept
    phrases = everyday_phrases()
    spoken = np.array([code for code, _ in phrases])
    states = encoder.encode([phrase for _, phrase in phrases]).states
    everyday = {code: states[spoken == code].mean(axis=0) for code in dict(phrases)}
    found = centres(clauses.states.astype(np.float32), clauses.languages, everyday)
    if len(clauses.ids):
        store.themes.keep_centres(version, found)
    return found


def _living(store: Store) -> list[tuple[Theme, FloatArray]]:
    return [(one, centre) for one, centre in store.themes.all().values() if one.status != "merged"]


def _as_known(one: Theme, centre: FloatArray) -> Known:
    rejected = one.status == "rejected"
    decided = one.status == "accepted" or rejected or one.named_by_person
    return Known(one.id, centre, one.floor, decided=decided, rejected=rejected)


def _seen(clauses: StoredClauses, last: ThemeRun | None) -> npt.NDArray[np.bool_]:
    """Which clauses the run before looked at too, as they were read then."""
    if last is None:
        return np.zeros(len(clauses.ids), dtype=np.bool_)
    at, since, until = (as_utc(moment) for moment in (last.at, last.since, last.until))
    pairs = zip(clauses.moments, clauses.read, strict=True)
    return np.array([as_utc(read) <= at and since <= as_utc(said) < until for said, read in pairs], dtype=np.bool_)


def _themes(
    store: Store, found: _Found, carried: Continued, fresh: Layers, *, now: datetime
) -> list[tuple[Theme, FloatArray]]:
    """Every theme after this run, the known ones first, with its middle."""
    old = len(found.known)
    members = [np.flatnonzero(carried.labels == number) for number in range(old + carried.new)]
    samples = _samples(store, found, carried, members) if carried.new else {}
    words = named(samples)
    ids = [one.id for one, _ in found.known]
    ids += [_new_id(found.clauses, rows, now) for rows in members[old:]]
    themes: list[Theme] = []
    for number in range(len(members)):
        changes = {"floor": round(float(carried.floors[number]), 4)}
        if number < old:
            into = carried.merged.get(number)
            known = found.known[number][0].model_copy(update=changes)
            if into is not None:
                known = known.model_copy(update={"status": "merged", "merged_into": ids[into]})
            themes.append(known)
            continue
        own = words.get(number, ())
        themes.append(
            Theme(
                id=ids[number],
                labels=labels(own, fallback=_opening(samples.get(number, ()))),
                words=own,
                split_from=ids[carried.split[number]] if number in carried.split else None,
                created_at=now,
                **changes,
            )
        )
    return list(zip(_placed(_grouped(themes, members, fresh), carried, old), carried.centres, strict=True))


def _samples(
    store: Store, found: _Found, carried: Continued, members: Sequence[IntArray]
) -> dict[int, list[tuple[str, str | None]]]:
    """The clauses each theme is named by, nearest its middle first; a new one is weighed against all the others."""
    return {
        number: sample(store, found.clauses, rows[_nearest(found.vectors, rows, carried.centres[number])])
        for number, rows in enumerate(members)
        if len(rows)
    }


def _opening(clauses: Sequence[tuple[str, str | None]]) -> str:
    """Words nobody tells apart have no name: the clause in the middle stands for them."""
    text = clauses[0][0] if clauses else ""
    return f"“{text}”" if len(text) <= OPENING else f"“{text[:OPENING].rsplit(' ', 1)[0]} …”"


def _nearest(vectors: FloatArray, rows: IntArray, centre: FloatArray) -> IntArray:
    return np.argsort(-(vectors[rows] @ centre), kind="stable")[:READ_EACH]


def sample(store: Store, clauses: StoredClauses, rows: IntArray) -> list[tuple[str, str | None]]:
    """Clauses as (masked text, language), with the masks of today."""
    analyses = store.findings.analyses(sorted({clauses.interactions[row] for row in rows.tolist()}))
    found = []
    for row in rows.tolist():
        analysis = analyses.get(clauses.interactions[row])
        if analysis is not None and analysis.redacted_text is not None:
            begin, end = clauses.spans[row].tolist()
            found.append((masked(analysis.text, begin, end, analysis.redacted), clauses.languages[row]))
    return found


def _new_id(clauses: StoredClauses, rows: IntArray, now: datetime) -> str:
    """An id that the same run over the same clauses gives again, and no other run."""
    places = [f"{clauses.interactions[row]}:{clauses.spans[row][0]}" for row in rows.tolist()]
    digest = hashlib.sha256("\n".join([now.isoformat(), *places]).encode()).hexdigest()
    return f"theme_{digest[:10]}"


def _grouped(themes: Sequence[Theme], members: Sequence[IntArray], fresh: Layers) -> list[Theme]:
    """Themes with their coarse group: that of most of their clauses, called by its largest theme."""
    homes: dict[int, list[int]] = {}
    for number, rows in enumerate(members):
        coarse = fresh.coarse[rows]
        coarse = coarse[coarse >= 0]
        if len(coarse):
            homes.setdefault(Counter(coarse.tolist()).most_common(1)[0][0], []).append(number)
    group: dict[int, str] = {}
    for together in homes.values():
        leading = max(together, key=lambda number: (len(members[number]), -number))
        group |= dict.fromkeys(together, themes[leading].id)
    return [one.model_copy(update={"group": group.get(number, one.id)}) for number, one in enumerate(themes)]


def _placed(themes: Sequence[Theme], carried: Continued, old: int) -> list[Theme]:
    """Themes with their places on the map; known ones keep theirs."""
    if old < 3:
        places = layout(carried.centres)
    else:
        kept = np.array([[one.x, one.y] for one in themes[:old]])
        places = np.concatenate([kept, placed_beside(carried.centres[old:], carried.centres[:old], kept)])
    return [
        one.model_copy(update={"x": round(float(x), 4), "y": round(float(y), 4)})
        for one, (x, y) in zip(themes, places, strict=True)
    ]


def _run(
    store: Store,
    found: _Found,
    carried: Continued,
    themes: Sequence[tuple[Theme, FloatArray]],
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    seconds: float,
) -> ThemeRun:
    clauses = found.clauses
    sizes = Counter(carried.labels[carried.labels >= 0].tolist())
    by_id = {one.id: sizes.get(number, 0) for number, (one, _) in enumerate(themes)}
    last = store.themes.last_run()
    total, left_out = len(clauses.ids), int((carried.labels < 0).sum())
    ids = [one.id for one, _ in themes]
    merged = {ids[gone]: ids[into] for gone, into in carried.merged.items()}
    split = {ids[new]: ids[parent] for new, parent in carried.split.items()}
    states = {
        one.id: _state(one.id, number >= len(found.known), by_id, total, last, merged, split)
        for number, (one, _) in enumerate(themes)
    }
    shown = [one for one, _ in themes if one.status in ("discovered", "accepted") and by_id[one.id]]
    return ThemeRun(
        id=hashlib.sha256(f"{now.isoformat()}{since}{until}".encode()).hexdigest()[:12],
        at=now,
        since=since,
        until=until,
        interactions=store.themes.analysed(Filters(since=since, until=until)),
        unexplained=len(set(clauses.interactions)),
        clauses=total,
        left_out=left_out,
        outlier_share=round(left_out / total, 4) if total else None,
        outlier_interval=statistics.wilson(left_out, total),
        themes=len(shown),
        states=states,
        sizes=by_id,
        merged=merged,
        split=split,
        seconds=round(seconds, 2),
    )


def _state(
    theme_id: str,
    new: bool,
    sizes: dict[str, int],
    total: int,
    last: ThemeRun | None,
    merged: dict[str, str],
    split: dict[str, str],
) -> ThemeState:
    """What became of a theme, measured against its share of the clauses in the run before."""
    if theme_id in merged:
        return "merged"
    if theme_id in split:
        return "split"
    if new:
        return "new"
    n = sizes[theme_id]
    if n == 0:
        return "gone"
    before = last.sizes.get(theme_id, 0) if last else 0
    if last is None or not last.clauses or not total:
        return "steady"
    if not before:
        return "grown"
    if statistics.rise(n, total, before, last.clauses, mid=True) <= CHANGED:
        return "grown"
    if statistics.fall(n, total, before, last.clauses, mid=True) <= CHANGED:
        return "shrunk"
    return "steady"


def _with_states(
    themes: Sequence[tuple[Theme, FloatArray]], carried: Continued, run: ThemeRun
) -> list[tuple[Theme, FloatArray]]:
    return [(one.model_copy(update={"state": run.states[one.id]}), centre) for one, centre in themes]


def _changes(
    found: _Found, carried: Continued, themes: Sequence[tuple[Theme, FloatArray]]
) -> dict[int, tuple[str | None, float | None]]:
    """Clause → its theme and likeness, where the theme is another than before."""
    changed: dict[int, tuple[str | None, float | None]] = {}
    likeness = np.einsum(
        "ij,ij->i", found.vectors, np.where(carried.labels[:, None] >= 0, carried.centres[carried.labels], 0.0)
    ) if len(themes) else np.zeros(len(found.vectors))  # fmt: skip
    for row, label in enumerate(carried.labels.tolist()):
        theme_id = themes[label][0].id if label >= 0 else None
        if theme_id != found.clauses.themes[row]:
            score = round(float(likeness[row]), 4) if label >= 0 else None
            changed[int(found.clauses.ids[row])] = (theme_id, score)
    return changed


def language_of(clauses: StoredClauses, row: int) -> str:
    """The language a clause is counted under."""
    return language_key(clauses.languages[row])
