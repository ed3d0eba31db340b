"""The weekly digest: one ISO week against the four before it, what changed, where, and in whose words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from voc.insights import change_detection as stories
from voc.insights import change_drivers as concentration
from voc.insights import periods, quotes, statistics, wording
from voc.insights.change_detection import DetectedChange
from voc.insights.digest_emergence import emerging_items
from voc.insights.drilldown import href
from voc.insights.labels import remember_themes, topic_labels
from voc.insights.periods import latest_complete_week
from voc.records import (
    Digest,
    DigestDetail,
    DigestItem,
    Distinctive,
    Interval,
    TopicCount,
    WeekCount,
    as_utc,
    sentiment_label,
)
from voc.store import Filters, Store
from voc.store.figures import ChannelWeek

__all__ = ["build", "default_week", "latest_complete_week"]

BASELINE_WEEKS = 4
LEAST_NOW = 20
"""Interactions in the week below which nothing is tested."""
LEAST_BASELINE_WEEKS = 2
LEAST_BASELINE = 40
"""Interactions in the weeks before below which nothing is tested."""
LEAST_ELAPSED = 0.2
"""Part of a running week (a day and a half) that must be over before it is compared."""
TEXTS_READ = 3000
"""Texts of the week that the distinctive words of a change are held against."""
LEAST_VOICES = 2
"""Voices with which a channel confirms what others say."""
TONE = 0.6
"""Share of clear voices on one side from which a change is called praise or complaints."""


def default_week(store: Store, *, now: datetime) -> str:
    """The last complete week that has data; the running one when there is no other, the last one in an empty store."""
    last = store.figures.latest_before(periods.begins(periods.week_of(now)))
    if last is not None:
        return periods.week_of(last)
    bounds = store.figures.first_and_last(now=now)
    return periods.week_of(bounds[0]) if bounds is not None else latest_complete_week(now)


def build(store: Store, week: str, *, now: datetime) -> Digest:
    """The digest of ``week``.

    What is too little to judge is said in ``notes`` (codes, see ``voc.insights.wording.note``) and not judged.

    Raises:
        InputError: ``week`` is not an ISO week.
    """
    begins, ends = periods.begins(week), periods.ends(week)
    bounds = store.figures.first_and_last(now=now)
    before = periods.weeks_before(week, BASELINE_WEEKS)
    if bounds is not None:  # weeks before the first interaction are not weeks of silence
        before = [one for one in before if one >= periods.week_of(bounds[0])]
    weeks = [*before, week]
    remember_themes({one.id: one.labels for one in store.themes.accepted()})
    since = periods.begins(weeks[0])
    heard = store.figures.channel_weeks(since, ends)
    n = sum(one.n for one in heard if one.week == week)
    n_baseline = sum(one.n for one in heard if one.week != week)
    elapsed = min(1.0, max(0.0, (as_utc(now) - begins) / periods.WEEK))
    notes = _notes(n, n_baseline, before, elapsed)
    rises: list[DigestItem] = []
    falls: list[DigestItem] = []
    if not notes or set(notes) <= {"week_running"}:
        topics = [one for level in ("label", "parent") for one in store.figures.topic_weeks(since, ends, level=level)]
        found = stories.find(store, weeks, heard, topics, elapsed=elapsed)
        items = [_item(store, one, weeks, n, n_baseline) for one in found]
        rises = sorted((one for one in items if one.kind.endswith("rise")), key=_rank)
        told = [{mention.id for mention in story.mentions} for story in found if story.direction == "rise"]
        unforeseen = emerging_items(store, week, weeks=weeks, told=told, n_week=n, n_before=n_baseline)
        rises = [*unforeseen, *rises]
        falls = sorted((one for one in items if one.kind.endswith("fall")), key=_rank)
        if not topics and not unforeseen:
            notes.append("no_topics")
        elif not items and not unforeseen:
            notes.append("nothing_changed")
    return Digest(
        week=week,
        begins=begins,
        ends=ends,
        created_at=now,
        n=n,
        n_baseline=n_baseline,
        baseline_weeks=tuple(before),
        volumes=_volumes(heard, week, len(before), elapsed, comparable=not _is_too_little(notes)),
        sentiment=_sentiment(store, Filters(week=week)),
        sentiment_baseline=_sentiment(store, Filters(since=since, until=begins)) if before else {},
        rises=tuple(rises),
        falls=tuple(falls),
        notes=tuple(notes),
    )


def _notes(n: int, n_baseline: int, before: Sequence[str], elapsed: float) -> list[str]:
    notes = []
    if elapsed < 1:
        notes.append("week_running" if elapsed >= LEAST_ELAPSED else "week_just_begun")
    if n == 0:
        return [*notes, "no_data"]
    if n < LEAST_NOW:
        notes.append(f"few_interactions:{n}")
    if len(before) < LEAST_BASELINE_WEEKS:
        notes.append(f"short_history:{len(before)}")
    elif n_baseline < LEAST_BASELINE:
        notes.append(f"few_before:{n_baseline}")
    return notes


TOO_LITTLE = frozenset(("no_data", "few_interactions", "short_history", "few_before"))
"""Notes after which nothing is compared: no ratio may stand beside them."""


def _is_too_little(notes: Sequence[str]) -> bool:
    return any(note.partition(":")[0] in TOO_LITTLE for note in notes)


def _volumes(
    heard: Sequence[ChannelWeek], week: str, weeks_before: int, elapsed: float, *, comparable: bool
) -> dict[str, dict[str, float]]:
    """Channel → ``n``, ``baseline`` (mean a week), ``low`` and ``high`` of n (Poisson), and against the weeks before
    ``ratio`` with ``ratio_low``, ``ratio_high`` and a two-sided ``p_value`` where there is enough to compare."""
    found: dict[str, dict[str, float]] = {}
    for channel in sorted({one.channel for one in heard}):
        n = sum(one.n for one in heard if one.channel == channel and one.week == week)
        before = sum(one.n for one in heard if one.channel == channel and one.week != week)
        around = statistics.poisson(n)
        found[channel] = {"n": n, "low": around.low, "high": around.high}
        if weeks_before and elapsed > 0:
            found[channel]["baseline"] = before / weeks_before
        if weeks_before and elapsed > 0 and comparable:
            ratio, low, high = statistics.rate_ratio(n, elapsed, before, weeks_before)
            p = 2 * min(
                statistics.rise(n, elapsed, before, weeks_before), statistics.fall(n, elapsed, before, weeks_before)
            )
            found[channel]["p_value"] = min(1.0, p)
            limits = {"ratio": ratio, "ratio_low": low, "ratio_high": high}
            found[channel] |= {name: value for name, value in limits.items() if math.isfinite(value)}
    return dict(sorted(found.items(), key=lambda one: -one[1]["n"]))


def _sentiment(store: Store, filters: Filters) -> dict[str, float]:
    """Share of each label with its Wilson limits, net sentiment with its own, and ``n``; empty when nothing is
    scored."""
    cells = store.figures.cells(filters)
    if not cells or not cells[0].scored:
        return {}
    cell = cells[0]
    found: dict[str, float] = {"n": cell.scored}
    for label, k in (("negative", cell.negative), ("neutral", cell.neutral), ("positive", cell.positive)):
        around = statistics.wilson(k, cell.scored)
        found |= {label: k / cell.scored, f"{label}_low": around.low, f"{label}_high": around.high}
    net = statistics.net_share(cell.positive, cell.negative, cell.scored)
    return found | {"net": (cell.positive - cell.negative) / cell.scored, "net_low": net.low, "net_high": net.high}


def _item(store: Store, story: DetectedChange, weeks: Sequence[str], n_week: int, n_before: int) -> DigestItem:
    week = weeks[-1]
    here = Filters(week=week, topic=story.topic)
    if story.what != "all":
        here = here.model_copy(update={"topic_sentiment": "negative" if story.what == "complaints" else "positive"})
    n = len(story.mentions)
    by_week = {one: store.interactions.count(here.model_copy(update={"week": one})) for one in weeks}
    before = sum(by_week.values()) - n
    ratio, low, high = story.tested.ratio()
    channels: dict[str, int] = {}
    for mention in story.mentions:
        channels[mention.channel] = channels.get(mention.channel, 0) + 1
    tone = _tone(story)
    extra = DigestDetail(
        what=story.what,
        pace=story.pace,
        tone=tone,
        new=before == 0,
        q_value=story.q,
        ratio=ratio if math.isfinite(ratio) else None,
        ratio_low=low if math.isfinite(low) else None,
        ratio_high=high if math.isfinite(high) else None,
        share=n / n_week if n_week else None,
        share_before=before / n_before if n_before else None,
        voices=len({story.voices[one.id] for one in story.mentions}),
        corroborated_by=tuple(_corroborating(story, store, here, weeks)),
        said=_said(story),
        weeks=tuple(
            WeekCount(week=one, n=k, href=href(here.model_copy(update={"week": one}))) for one, k in by_week.items()
        ),
        parts=_topics(story.parts, week),
        also=_topics(story.also, week),
    )
    breakdown: dict[str, dict[str, int]] = {}
    if story.direction == "rise":
        groups = concentration.concentrations(store, here, Filters(week=week))
        for group in groups:
            breakdown.setdefault(group.dimension, {})[group.value] = group.n
        words = _words(store, story, here, weeks)
        extra = extra.model_copy(update={"concentration": tuple(groups), "words": tuple(words)})
    kind = story.direction if story.pace == "sudden" else f"slow_{story.direction}"
    suffix = "" if story.what == "all" else f":{story.what}"
    return DigestItem(
        key=f"topic:{story.topic}{suffix}:{story.direction}",
        kind=kind,
        topic=story.topic,
        labels=wording.titles(story.topic, story.direction, story.pace, tone, new=before == 0),
        value=n / n_week if n_week else 0.0,
        baseline=before / n_before if n_before else None,
        n=n,
        n_baseline=before,
        p_value=story.p,
        interval=statistics.wilson(n, max(n, n_week)) if n_week else Interval(low=0, high=1),
        channels=dict(sorted(channels.items(), key=lambda one: (-one[1], one[0]))),
        breakdown=breakdown,
        quotes=quotes.quotes(store, story.topic, story.mentions, voices=story.voices, what=story.what)
        if story.direction == "rise"
        else (),
        href=href(here),
        extra=extra,
    )


def _topics(counts: dict[str, int], week: str) -> tuple[TopicCount, ...]:
    return tuple(
        TopicCount(topic=topic, labels=topic_labels(topic), n=n, href=href(Filters(week=week, topic=topic)))
        for topic, n in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    )


def _corroborating(story: DetectedChange, store: Store, here: Filters, weeks: Sequence[str]) -> list[str]:
    """Channels that show the change by themselves: two voices at least, and more (for a fall: fewer) than before.

    The one message a quiet channel always brings does not confirm what the others shout.
    """
    before = here.model_copy(
        update={"week": None, "since": periods.begins(weeks[0]), "until": periods.begins(weeks[-1])}
    )
    means = {str(cell.keys[0]): cell.n / (len(weeks) - 1) for cell in store.figures.cells(before, by=("channel",))}
    now: dict[str, set[int]] = {}
    for one in story.mentions:
        now.setdefault(one.channel, set()).add(story.voices[one.id])
    if story.direction == "fall":
        return sorted(channel for channel, mean in means.items() if mean >= 2 and len(now.get(channel, ())) < mean)
    return sorted(
        channel
        for channel, speakers in now.items()
        if len(speakers) >= LEAST_VOICES and len(speakers) > means.get(channel, 0.0)
    )


def _words(store: Store, story: DetectedChange, here: Filters, weeks: Sequence[str]) -> list[Distinctive]:
    inside: dict[int, tuple[str, str | None]] = {}
    ids = {one.id for one in story.mentions}
    for mention in story.mentions:
        if mention.snippet:
            inside.setdefault(story.voices[mention.id], (mention.snippet, mention.language))
    around = store.figures.snippets(Filters(week=weeks[-1]), limit=TEXTS_READ)
    earlier = store.figures.snippets(
        here.model_copy(update={"week": None, "since": periods.begins(weeks[0]), "until": periods.begins(weeks[-1])}),
        limit=TEXTS_READ,
    )
    outside = [text for ident, text in around.items() if ident not in ids]
    return concentration.distinctive(
        [text for text, _ in inside.values()],
        outside,
        list(earlier.values()),
        languages=[code for _, code in inside.values()],
    )


def _said(story: DetectedChange) -> dict[str, int]:
    found = {"negative": 0, "neutral": 0, "positive": 0}
    for one in story.mentions:
        if one.sentiment is not None:
            found[sentiment_label(one.sentiment)] += 1
    return found


def _tone(story: DetectedChange) -> str | None:
    """``praise`` or ``complaints`` where most of what is said is on one side, else ``None``."""
    if story.what != "all":
        return story.what
    said = _said(story)
    n = sum(said.values())
    if n and said["positive"] >= TONE * n:
        return "praise"
    if n and said["negative"] >= TONE * n:
        return "complaints"
    return None


def _rank(item: DigestItem) -> tuple[int, float, float, str]:
    """One finding on three channels is worth more than thirty on one; then the surer, then the larger."""
    ratio = item.extra.ratio or math.inf
    q = 1.0 if item.extra.q_value is None else item.extra.q_value
    return -len(item.extra.corroborated_by), q, -max(ratio, 1 / ratio), item.key
