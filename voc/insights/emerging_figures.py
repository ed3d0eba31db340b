"""What emerged, as people read it: named, with its past, its channels, its words and the way to its interactions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from voc.insights import change_drivers
from voc.insights import emergence_tests as tests
from voc.insights.drilldown import href, interaction_href
from voc.insights.emergence_counts import words_of
from voc.insights.emergence_findings import EmergenceFinding
from voc.insights.emergence_questions import Tested, Window
from voc.insights.emerging import EARLY, LEVEL, Answer, emerged
from voc.insights.labels import topic_labels
from voc.insights.periods import begins, ends, week_of
from voc.insights.quotes import LEAST_CHARS, cut_short, masked, with_audio
from voc.locales import interface_languages
from voc.records import Analysis, Channel, Interval, Quote, as_utc
from voc.records.emergence import Emerging, EmergingSubject, Grain, PeriodCount
from voc.store import Filters, Store
from voc.store.contexts import set_id

MOST = 20
"""Findings shown."""
QUOTES = 4
MOST_WORDS = 5


def emerging(
    store: Store, week: str, *, now: datetime, grain: Grain = "week", level: float = LEVEL, limit: int = MOST
) -> Emerging:
    """What emerged in ``week`` (or, by day, on its last whole day), the clearest first.

    Raises:
        InputError: not an ISO week.
    """
    day = last_day(week, now) if grain == "day" else None
    answer = emerged(store, week, grain=grain, day=day)
    begin, end = answer.bounds[-1]
    return Emerging(
        week=week,
        grain=grain,
        begins=begin,
        ends=end,
        baseline=len(answer.bounds) - 1,
        seasonal=answer.seasonal,
        interactions=sum(begin <= one.at < end for one in answer.window.contacts),
        tested=answer.tested,
        level=level,
        overdispersion={kind: round(alpha, 4) for kind, alpha in answer.alpha.items()},
        notes=(*answer.notes, *(("clauses_unread",) if answer.window.clauses is None else ())),
        subjects=tuple(described(store, answer, one) for one in answer.found[:limit]),
    )


def described(store: Store, answer: Answer, found: EmergenceFinding) -> EmergingSubject:
    """One finding with everything a reader asks of it."""
    lead, window = found.lead, answer.window
    ids = [window.contacts[row].id for row in lead.rows]
    words = telling_words(answer, lead)
    low, high = tests.limits(lead.mean, lead.size)
    context = set_id(f"emerging:{lead.kind}:{lead.subject}", ids)
    store.contexts.keep({context: ids}, now=datetime.now(UTC))
    topics = {one.subject for one in (lead, *found.others) if one.kind == "topic"}
    return EmergingSubject(
        kind=lead.kind,
        subject=lead.subject if lead.kind != "clauses" else context,
        labels=names(store, answer, lead, words),
        words=words,
        dimension=lead.cell[0] if lead.cell else None,
        value=lead.cell[1] if lead.cell else None,
        n=voices_of(answer, lead.rows),
        interactions=len(ids),
        expected=round(lead.mean, 3),
        interval=Interval(low=low, high=high),
        ratio=round(lead.n / lead.mean, 2) if lead.mean >= tests.PRIOR else None,
        p_value=lead.p,
        q_value=lead.q,
        early_sign=lead.mean < EARLY,
        first_seen=found.first_seen.date() if found.first_seen else None,
        history=tuple(
            PeriodCount(
                begins=begin, n=int(count), expected=round(lead.mean * exposed / max(lead.exposed[-1], 1e-9), 3)
            )
            for (begin, _), count, exposed in zip(answer.bounds, lead.counts, lead.exposed, strict=True)
        ),
        channels=dict(Counter(window.contacts[row].channel for row in lead.rows).most_common()),
        also=tuple(sorted({one.subject for one in found.others if one.kind in ("topic", "theme")} - {lead.subject})),
        known=bool(topics),
        quotes=quotes(store, answer, lead, words),
        href=href(Filters(context=context)),
    )


def voices_of(answer: Answer, rows: Sequence[int]) -> int:
    """People and texts among contacts, each once."""
    return len({answer.window.voices[row] for row in rows})


def telling_words(answer: Answer, lead: Tested) -> tuple[str, ...]:
    """The words that set its interactions apart from the others of the period, and from before, as they are written."""
    window = answer.window
    begin, end = answer.bounds[-1]
    own = set(lead.rows)
    inside = [window.texts.get(window.contacts[row].id, "") for row in lead.rows]
    outside = [
        window.texts.get(one.id, "")
        for place, one in enumerate(window.contacts)
        if place not in own and begin <= one.at < end
    ]
    found = [one.text for one in change_drivers.distinctive(inside, outside)]
    if lead.kind == "words":
        spoken = surface(window, lead.subject, lead.rows)
        found = [spoken, *(one for one in found if spoken not in one.split())]
    return tuple(found[:MOST_WORDS])


def names(store: Store, answer: Answer, lead: Tested, words: Sequence[str]) -> dict[str, str]:
    """What it is called in each language."""
    if lead.kind == "topic":
        return topic_labels(lead.subject)
    if lead.kind == "theme" and (known := store.themes.get(lead.subject)) is not None:
        return known.labels
    said = " · ".join(words[:3]) or surface(answer.window, lead.subject, lead.rows)
    said = said[:1].upper() + said[1:]
    return dict.fromkeys(interface_languages(), said)


def quotes(store: Store, answer: Answer, lead: Tested, words: Sequence[str]) -> tuple[Quote, ...]:
    """A sentence each of different voices and channels, that holds a telling word where one does."""
    window = answer.window
    heard: set[int] = set()
    chosen: list[int] = []
    by_channel = Counter[str]()
    left = list(lead.rows)
    while left and len(chosen) < QUOTES:
        row = min(left, key=lambda one: (by_channel[window.contacts[one].channel], lead.rows.index(one)))
        left.remove(row)
        if window.voices[row] not in heard:
            heard.add(window.voices[row])
            by_channel[window.contacts[row].channel] += 1
            chosen.append(row)
    analyses = store.findings.analyses([window.contacts[row].id for row in chosen])
    found = [
        quote
        for row in chosen
        if (analysis := analyses.get(window.contacts[row].id)) is not None
        and (quote := _quote(analysis, words)) is not None
    ]
    return with_audio(store, found)


def _quote(analysis: Analysis, words: Sequence[str]) -> Quote | None:
    if not analysis.redacted_text or not analysis.sentences:
        return None
    agents = [(one.begin or 0, one.end or 0) for one in analysis.turns if one.participant_role == "agent"]
    shown = [
        (one, masked(analysis.text, one.begin, one.end, analysis.redacted))
        for one in analysis.sentences
        if not any(low <= one.begin < high for low, high in agents)
    ]
    shown = [(one, text) for one, text in shown if len(text) >= LEAST_CHARS] or shown
    if not shown:
        return None
    telling = {part for word in words for part in word.casefold().split()}
    sentence, text = max(shown, key=lambda one: (sum(part in one[1].casefold() for part in telling), -one[0].begin))
    turn = next((one for one in analysis.turns if (one.begin or 0) <= sentence.begin < (one.end or 0)), None)
    begin_ms = turn.begin_ms if turn else None
    return Quote(
        interaction_id=analysis.id,
        text=cut_short(text),
        channel=Channel(analysis.channel),
        occurred_at=analysis.occurred_at,
        begin_ms=begin_ms,
        sentiment=sentence.sentiment.score if sentence.sentiment else None,
        href=interaction_href(analysis.id, begin_ms=begin_ms, characters=(sentence.begin, sentence.end)),
    )


def surface(window: Window, stem: str, rows: Sequence[int]) -> str:
    """A word as it is written most, where these contacts hold it."""
    forms: Counter[str] = Counter()
    for place in rows:
        for word in (window.texts.get(window.contacts[place].id) or "").split():
            bare = "".join(c for c in word.lower() if c.isalpha() or c in "'’-").strip("'’-")
            if bare and stem in words_of(bare):
                forms[bare.rpartition("'")[2].rpartition("’")[2]] += 1
    return forms.most_common(1)[0][0] if forms else stem


def last_day(week: str, now: datetime) -> datetime:
    """The last whole day of a week that is over, at its beginning."""
    latest = min(as_utc(now), ends(week)) - timedelta(days=1)
    day = latest.replace(hour=0, minute=0, second=0, microsecond=0)
    return max(day, begins(week)) if week_of(day) == week else begins(week)
