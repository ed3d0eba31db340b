"""Themes with their figures: how many speak of each, where, when, and in whose words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from voc.errors import NotFoundError
from voc.insights import statistics
from voc.insights.drilldown import href
from voc.insights.independent_authors import voices
from voc.insights.periods import weeks_between
from voc.insights.quotes import LEAST_CHARS, quote_of, said_at, with_audio
from voc.records import Analysis, Quote
from voc.records.themes import Theme, ThemeFigure, ThemeRun, Themes, ThemeWeek
from voc.store import Filters, Store
from voc.store.figures import TopicMentionRow
from voc.store.theme_counts import ThemeMention

QUOTES = 4
READ_FOR_QUOTES = 12
MOST_WEEKS = 26
"""Weeks of a trend line."""


def themes(
    store: Store,
    filters: Filters,
    *,
    language: str,
    statuses: Sequence[str] = ("discovered", "accepted"),
    limit: int = 200,
    quotes: int = QUOTES,
) -> Themes:
    """The themes of the interactions within ``filters``, the largest first.

    Without a period it is that of the last run.
    """
    run = store.themes.last_run()
    filters = _with_period(filters, run)
    known = {one.id: one for one, _ in store.themes.all().values()}
    chosen = {key: one for key, one in known.items() if one.status in statuses}
    found = _by_theme(store.theme_counts.mentions(filters))
    ordered = sorted(chosen, key=lambda one: (-len(found.get(one, ())), one))[:limit]
    totals = {str(cell.keys[0]): cell.n for cell in store.figures.cells(filters, by=("week",))}
    figures = tuple(
        _figure(store, chosen[one], found.get(one, ()), known, totals, filters, language, quotes) for one in ordered
    )
    return Themes(run=run, since=filters.since, until=filters.until, total=sum(totals.values()), themes=figures)


def theme(store: Store, theme_id: str, filters: Filters, *, language: str) -> ThemeFigure:
    """One theme, whatever became of it.

    Raises:
        NotFoundError: there is none of that id.
    """
    known = {one.id: one for one, _ in store.themes.all().values()}
    if theme_id not in known:
        raise no_such_theme(theme_id)
    filters = _with_period(filters, store.themes.last_run())
    totals = {str(cell.keys[0]): cell.n for cell in store.figures.cells(filters, by=("week",))}
    mentions = store.theme_counts.mentions(filters, theme_id)
    return _figure(store, known[theme_id], mentions, known, totals, filters, language, QUOTES + 1)


def no_such_theme(theme_id: str) -> NotFoundError:
    """The error where nothing has that id."""
    return NotFoundError(
        f"theme {theme_id[:60]}: there is none of that id; see `voc topics discover` or GET /v1/themes.",
        code="no_such_theme",
        theme=theme_id[:60],
    )


def _with_period(filters: Filters, run: ThemeRun | None) -> Filters:
    if run is None or filters.since or filters.until or filters.week:
        return filters
    return filters.model_copy(update={"since": run.since, "until": run.until})


def _by_theme(mentions: Sequence[ThemeMention]) -> dict[str, list[ThemeMention]]:
    found: dict[str, list[ThemeMention]] = defaultdict(list)
    for one in mentions:
        found[one.theme].append(one)
    return found


def _figure(
    store: Store,
    one: Theme,
    mentions: Sequence[ThemeMention],
    known: Mapping[str, Theme],
    totals: Mapping[str, int],
    filters: Filters,
    language: str,
    quotes: int,
) -> ThemeFigure:
    n, total = len(mentions), sum(totals.values())
    moods = [mention.sentiment for mention in mentions if mention.sentiment is not None]
    weeks = _weeks(mentions, totals)
    who = voices([as_mention(mention) for mention in mentions])
    group = known.get(one.group or "")
    return ThemeFigure(
        id=one.id,
        status=one.status,
        label=one.labels.get(language) or one.id,
        labels=one.labels,
        group=one.group,
        group_label=group.labels.get(language) if group else None,
        state=one.state,
        merged_into=one.merged_into,
        split_from=one.split_from,
        n=n,
        voices=len(set(who.values())),
        total=total,
        share=n / total if total else None,
        interval=statistics.wilson(min(n, total), total),
        channels=dict(Counter(mention.channel for mention in mentions).most_common()),
        languages=dict(Counter(mention.language or "?" for mention in mentions).most_common()),
        net=round(sum(moods) / len(moods), 4) if moods else None,
        weeks=weeks,
        p_trend=trend_of(weeks),
        words=one.words,
        rules=one.rules,
        x=one.x,
        y=one.y,
        quotes=quotes_of(store, mentions, who, most=quotes) if quotes else (),
        href=href(filters.signalled("theme", one.id)),
    )


def _weeks(mentions: Sequence[ThemeMention], totals: Mapping[str, int]) -> tuple[ThemeWeek, ...]:
    if not totals:
        return ()
    counts = Counter(mention.week for mention in mentions)
    every = weeks_between(min(totals), max(totals))[-MOST_WEEKS:]
    return tuple(ThemeWeek(week=week, n=counts.get(week, 0), total=totals.get(week, 0)) for week in every)


def trend_of(weeks: Sequence[ThemeWeek]) -> float | None:
    """Two-sided p-value of a steady climb or fall of the share; ``None`` of fewer than three weeks or none at all."""
    heard = [one for one in weeks if one.total]
    if len(heard) < 3 or not any(one.n for one in heard):
        return None
    counts, exposures = [one.n for one in heard], [float(one.total) for one in heard]
    ways = (statistics.trend(counts, exposures, mid=True), statistics.trend(counts[::-1], exposures[::-1], mid=True))
    return round(min(1.0, 2 * min(ways)), 6)


def as_mention(one: ThemeMention) -> TopicMentionRow:
    """A mention of a theme as voices are counted."""
    return TopicMentionRow(
        one.id, one.week, one.channel, one.at, one.customer_id, one.snippet, one.score, one.sentiment
    )


def quotes_of(
    store: Store, mentions: Sequence[ThemeMention], who: Mapping[str, int], *, most: int
) -> tuple[Quote, ...]:
    """The clauses nearest the middle of a theme, of different channels and voices, masked as of today."""
    ranked = sorted(mentions, key=lambda one: (-(one.score or 0.0), one.id))
    by_channel: dict[str, list[ThemeMention]] = defaultdict(list)
    heard: set[int] = set()
    for one in ranked:
        voice = who.get(one.id, -1)
        if voice not in heard:
            heard.add(voice)
            by_channel[one.channel].append(one)
    turns = [rows[depth] for depth in range(READ_FOR_QUOTES) for rows in by_channel.values() if depth < len(rows)]
    analyses = store.findings.analyses([one.id for one in turns[:READ_FOR_QUOTES]])
    found: list[Quote] = []
    said: set[str] = set()
    for one in turns[:READ_FOR_QUOTES]:
        quote = _quote(analyses.get(one.id), one)
        if quote is not None and quote.text.casefold() not in said and len(found) < most:
            said.add(quote.text.casefold())
            found.append(quote)
    return with_audio(store, found)


def _quote(analysis: Analysis | None, mention: ThemeMention) -> Quote | None:
    if analysis is None:
        return None
    begin, end = mention.begin, mention.end
    if end - begin < LEAST_CHARS:  # too short to be understood alone: its whole sentence
        holding = [one for one in analysis.sentences if one.begin < end and begin < one.end]
        begin, end = (holding[0].begin, holding[-1].end) if holding else (begin, end)
    said = said_at(analysis, begin, end)
    if said is None:
        return None
    return quote_of(mention.id, said, (begin, end), channel=mention.channel, at=mention.at, sentiment=mention.sentiment)
