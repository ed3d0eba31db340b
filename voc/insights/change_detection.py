"""What rose and what fell, one story at a time.

The subjects of the taxonomy overlap: a parent holds its children, and who was charged twice also speaks of the app,
of refunds and of the advisor. So the strongest change is taken first, everything said about it is set aside, and the
rest is tested again without it. A subject that only rose along with another is then no longer a change, and a crisis
that fills the week does not make every other subject fall. Nor does it hide another: a subject's share is taken of
what does not speak, only, of the week's other loud subjects (as library sizes are normalised on what did not change:
Robinson & Oshlack 2010, Genome Biology 11).

Subjects are corrected for having been many (Benjamini & Hochberg over the parents with their children as one family,
whose p-value is the harmonic mean of its questions'). The counts come from SQL; only the few subjects that may have
changed are looked at row by row, where repeated texts and customers are counted once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from voc.insights import count_change_tests as changes
from voc.insights import periods, statistics
from voc.insights.count_change_tests import Counted, Direction, Pace, Series, Test, Weekly, What
from voc.insights.independent_authors import voices
from voc.insights.topic_unrest import Unrest, unrest_of
from voc.records import sentiment_label
from voc.store import Store
from voc.store.figures import ChannelWeek, TopicMentionRow, TopicWeek

WHATS: tuple[What, ...] = ("all", "complaints", "praise")

LEVEL = 0.05
"""False discovery rate of a digest."""
WORTH_A_LOOK = 0.05
"""Family p-value up to which a subject's rows are read (or ``LOUD`` by count alone); others cannot become a story."""
LOUD = 0.01
"""A subject whose count alone rises at this level is set aside when the share of another is taken …"""
LOUD_AT_MOST = 1 / 3
"""… unless more than this part of all subjects do: then the week is busy, not the subjects loud."""
ONE_STORY = 0.5
"""Overlap of two subjects' interactions this week from which they are one story."""
MOST_STORIES = 12
EXPLAINS = 0.6
"""Share of a parent's change that one child must carry to be the story instead of it."""


ALIKE = 0.75
"""Children whose changes are within this of the largest one tell the same story."""
ALSO = 0.3
"""Share of a story's interactions that must also speak of another subject for it to be mentioned."""


@dataclass(frozen=True)
class DetectedChange:
    """One subject that changed. ``mentions`` are this week's interactions on it, ``tested`` the voices by week."""

    topic: str
    what: What
    direction: Direction
    pace: Pace
    p: float
    q: float
    tested: Weekly
    mentions: tuple[TopicMentionRow, ...]
    voices: dict[str, int] = field(repr=False)
    parts: dict[str, int] = field(default_factory=dict)
    """Child → interactions this week, when the parent is the story because its children share the change."""
    also: dict[str, int] = field(default_factory=dict)
    """Subject → how many of the story's interactions speak of it too."""


@dataclass
class _Subject:
    """One topic with its rows over all weeks."""

    topic: str
    rows: list[TopicMentionRow]


@dataclass(frozen=True)
class _Answer:
    topic: str
    what: What
    test: Test
    weekly: Weekly


def find(
    store: Store,
    weeks: Sequence[str],
    heard: Sequence[ChannelWeek],
    topics: Sequence[TopicWeek],
    *,
    elapsed: float = 1.0,
) -> list[DetectedChange]:
    """The stories of the last of ``weeks``, strongest evidence first; empty when nothing stands out of chance.

    ``heard`` and ``topics`` are the store's counts over ``weeks``, topics at both levels; ``elapsed`` is the part of
    the last week that is over.
    """
    spoken: Series = {(one.week, one.channel): one.voices for one in heard}
    counted = series_of(topics)
    families = families_of(counted)
    unrest = unrest_of(counted, spoken, weeks)
    asked = _asked(families, counted, spoken, weeks, unrest=unrest, elapsed=elapsed)
    candidates = [
        root for root, answers in asked.items() if min(_p(answers), _p(_timed(answers, unrest))) <= WORTH_A_LOOK
    ]
    if not candidates:
        return []
    since, until = periods.begins(weeks[0]), periods.ends(weeks[-1])
    read = {
        root: {topic: _Subject(topic, rows) for topic, rows in store.figures.mentions(root, since, until).items()}
        for root in candidates
    }
    who = {root: voices(subjects[root].rows) for root, subjects in read.items()}
    rows = {row.id: row for subjects in read.values() for subject in subjects.values() for row in subject.rows}
    stories: list[DetectedChange] = []
    told: set[str] = set()
    q = 0.0
    while len(stories) < MOST_STORIES:
        counts = {root: _recount(subjects, who[root], told) for root, subjects in read.items()}
        loud = _loud(counts, weeks, unrest, elapsed, of=len(asked))
        again = {}
        for root, subjects in read.items():
            own = {row.id for row in subjects[root].rows}
            others = {row.id for other in loud - {root} for row in read[other][other].rows}
            left = _without(spoken, told | (others - own), rows)
            again[root] = family(families[root], counts[root], left, weeks, unrest=unrest, elapsed=elapsed)
        ranked = sorted((_p(answers), root) for root, answers in again.items() if answers)
        passing = [(p, root) for p, root in ranked if p * len(asked) / (len(stories) + 1) <= LEVEL]
        if not passing or q > LEVEL:
            break
        q = max(q, min(1.0, passing[0][0] * len(asked) / (len(stories) + 1)))
        told_now = [_choose(again[root], root, read[root], who[root], weeks[-1], p=p, q=q) for p, root in passing]
        story = _headline(told_now)
        # What is left of the update's contacts once the double charges are told is a facet of them, no second story.
        if not any(_is_same(story, one) for one in stories):
            stories.append(replace(story, also=_also(story, topics_read=read)))
        told |= {row.id for row in read[story.topic.partition(".")[0]][story.topic].rows}
    return stories


def _p(answers: Sequence[_Answer]) -> float:
    return changes.family_p([one.test for one in answers])


def _weighed(topic: str, what: What, tests: Iterable[Test], weekly: Weekly) -> list[_Answer]:
    return [_Answer(topic, what, replace(test, weight=changes.weight(what, test)), weekly) for test in tests]


def _timed(answers: Sequence[_Answer], unrest: Unrest) -> list[_Answer]:
    """The same questions by count alone, whatever else was said in the week."""
    found = []
    for (topic, what), weekly in {(one.topic, one.what): one.weekly for one in answers}.items():
        varies = unrest.dispersion(weekly.before, len(weekly.counts) - 1)
        tests = changes.tests(replace(weekly, exposures=weekly.lengths), dispersion=varies)
        found += _weighed(topic, what, tests, weekly)
    return found


def _loud(counts: Mapping[str, Counted], weeks: Sequence[str], unrest: Unrest, elapsed: float, *, of: int) -> set[str]:
    """Parents whose count rose this week, leaving the shares of the others aside."""
    weekly = {week: elapsed if week == weeks[-1] else 1.0 for week in weeks}
    found = set()
    for root, counted in counts.items():
        by_week = dict.fromkeys(weeks, 0)
        for (week, _), n in counted.get((root, "all"), {}).items():
            by_week[week] += n
        now, before = by_week[weeks[-1]], sum(by_week[week] for week in weeks[:-1])
        varies = unrest.dispersion(before, len(weeks) - 1)
        if statistics.rise(now, weekly[weeks[-1]], before, len(weeks) - 1, dispersion=varies) <= LOUD:
            found.add(root)
    return found if len(found) <= LOUD_AT_MOST * of else set()


def _headline(passing: Sequence[DetectedChange]) -> DetectedChange:
    """The strongest story, or the one among those that are about the same interactions that is said most clearly.

    Who is charged twice since an update also speaks of the update: one story, named by what most of them say.
    """
    first = passing[0]
    same = [one for one in passing if _is_same(first, one)]
    return max(same, key=lambda one: (_clarity(one.mentions), one is first), default=first)


def _is_same(one: DetectedChange, other: DetectedChange) -> bool:
    """Whether two changes are about the same interactions of the week, by half of the smaller at least."""
    mine, theirs = ({row.id for row in each.mentions} for each in (one, other))
    return one.direction == other.direction and len(mine & theirs) >= ONE_STORY * max(1, min(len(mine), len(theirs)))


def screen(
    weeks: Sequence[str], heard: Sequence[ChannelWeek], topics: Sequence[TopicWeek], *, elapsed: float = 1.0
) -> dict[str, list[_Answer]]:
    """Parent → the answers of its family on the store's own counts; families nothing can be asked of are left out."""
    spoken: Series = {(one.week, one.channel): one.voices for one in heard}
    counted = series_of(topics)
    unrest = unrest_of(counted, spoken, weeks)
    return _asked(families_of(counted), counted, spoken, weeks, unrest=unrest, elapsed=elapsed)


def _asked(
    families: Mapping[str, Sequence[tuple[str, What]]],
    counted: Counted,
    spoken: Series,
    weeks: Sequence[str],
    *,
    unrest: Unrest,
    elapsed: float,
) -> dict[str, list[_Answer]]:
    answers = {
        root: family(members, counted, spoken, weeks, unrest=unrest, elapsed=elapsed)
        for root, members in families.items()
    }
    return {root: found for root, found in answers.items() if found}


def series_of(topics: Iterable[TopicWeek]) -> Counted:
    """(topic, what) → series, from the counts of the store."""
    counted: Counted = defaultdict(dict)
    for one in topics:
        place = (one.week, one.channel)
        for what, voices_heard in zip(WHATS, (one.voices, one.complaints, one.praise), strict=True):
            if voices_heard:
                counted[one.topic, what][place] = voices_heard
    return dict(counted)


def families_of(counted: Counted) -> dict[str, list[tuple[str, What]]]:
    """Parent → its series and its children's, each different series once.

    A parent with a single child, or a subject only ever complained about, must not be asked the same thing twice.
    """
    found: dict[str, list[tuple[str, What]]] = defaultdict(list)
    seen: dict[str, set[frozenset[tuple[tuple[str, str], int]]]] = defaultdict(set)
    # Children before parents and everything before its parts: the plainer of two equal series stays.
    for topic, what in sorted(counted, key=lambda one: (WHATS.index(one[1]), "." not in one[0], one[0])):
        root = topic.partition(".")[0]
        shape = frozenset(counted[topic, what].items())
        if shape not in seen[root]:
            seen[root].add(shape)
            found[root].append((topic, what))
    return dict(sorted(found.items()))


def family(
    members: Sequence[tuple[str, What]],
    counted: Mapping[tuple[str, What], Series],
    spoken: Series,
    weeks: Sequence[str],
    *,
    unrest: Unrest,
    elapsed: float,
) -> list[_Answer]:
    """Every answerable question about one family."""
    answers = []
    for topic, what in members:
        weekly = changes.weekly(counted.get((topic, what), {}), spoken, weeks, elapsed=elapsed)
        # That praise or complaints fell is asked of the whole subject only: every question costs the others certainty.
        varies = unrest.dispersion(weekly.before, len(weeks) - 1)
        asked = changes.tests(weekly, dispersion=varies, falls=what == "all")
        answers += _weighed(topic, what, asked, weekly)
    able = changes.able([one.test for one in answers], level=LEVEL)
    return [one for one, can in zip(answers, able, strict=True) if can]


def _recount(subjects: Mapping[str, _Subject], who: Mapping[str, int], told: set[str]) -> Counted:
    """Series of one family from its rows: every voice once a week, what was told already left out."""
    counted: Counted = defaultdict(lambda: defaultdict(int))
    for topic, subject in subjects.items():
        seen: set[tuple[What, str, int]] = set()
        for row in subject.rows:
            if row.id in told:
                continue
            for what in _whats(row):
                voice = (what, row.week, who[row.id])
                if voice not in seen:
                    seen.add(voice)
                    counted[topic, what][row.week, row.channel] += 1
    return counted


def _whats(row: TopicMentionRow) -> list[What]:
    found: list[What] = ["all"]
    if row.sentiment is not None:
        label = sentiment_label(row.sentiment)
        if label != "neutral":
            found.append("praise" if label == "positive" else "complaints")
    return found


def _without(spoken: Series, aside: set[str], rows: Mapping[str, TopicMentionRow]) -> Series:
    """All voices less those whose interactions are set aside."""
    left = dict(spoken)
    for week, channel, _ in {(rows[one].week, rows[one].channel, rows[one].customer_id or one) for one in aside}:
        left[week, channel] = max(0, left.get((week, channel), 0) - 1)
    return left


def _clarity(mentions: Iterable[TopicMentionRow]) -> float:
    """How surely and how strongly interactions speak of a subject, added up."""
    return sum((row.score or 0.0) * (0.1 + abs(row.sentiment or 0.0)) for row in mentions)


def _also(story: DetectedChange, *, topics_read: Mapping[str, Mapping[str, _Subject]]) -> dict[str, int]:
    mine = {row.id for row in story.mentions}
    own = story.topic.partition(".")[0]
    found: dict[str, int] = {}
    for root, subjects in topics_read.items():
        for topic, subject in subjects.items():
            # Its own parent and children say nothing new; another parent only what its children do not say better.
            if topic in {own, story.topic} or (story.topic == own and root == own):
                continue
            n = sum(row.id in mine for row in subject.rows)
            if n >= ALSO * len(mine) and not (topic == root and any(child.startswith(f"{root}.") for child in found)):
                found[topic] = n
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _choose(
    answers: Sequence[_Answer],
    root: str,
    subjects: Mapping[str, _Subject],
    who: dict[str, int],
    week: str,
    *,
    p: float,
    q: float,
) -> DetectedChange:
    """The one subject of a family that tells its change best."""
    best = min(answers, key=lambda one: one.test.p)
    direction = best.test.direction
    clear = [one for one in answers if one.test.direction == direction and one.test.p * len(answers) <= LEVEL] or [best]
    # All that is said of a subject says more than its praise or its complaints alone, where it is clear by itself.
    whole = [one for one in clear if one.what == "all"] or [one for one in clear if one.what == best.what]
    chosen = min(whole, key=lambda one: (one.test.p, one.topic))
    parent = next((one for one in whole if one.topic == root), None)
    parts: dict[str, int] = {}
    if parent is not None:
        total = changes.excess(parent.weekly)
        children = {one.topic: one for one in whole if one.topic != root}
        most = max((abs(changes.excess(one.weekly)) for one in children.values()), default=0.0)
        if children and most >= EXPLAINS * abs(total):
            # Who is charged twice also asks for a refund: of children that rose alike, the one said most clearly.
            alike = [topic for topic, one in children.items() if abs(changes.excess(one.weekly)) >= ALIKE * most]
            leading = max(
                alike, key=lambda topic: (_clarity(row for row in subjects[topic].rows if row.week == week), topic)
            )
            chosen = min((one for one in whole if one.topic == leading), key=lambda one: one.test.p)
        else:
            chosen = min((one for one in whole if one.topic == root), key=lambda one: one.test.p)
            parts = {
                topic: sum(row.week == week for row in subject.rows)
                for topic, subject in subjects.items()
                if topic != root
            }
    rows = tuple(row for row in subjects[chosen.topic].rows if row.week == week and chosen.what in _whats(row))
    return DetectedChange(
        topic=chosen.topic,
        what=chosen.what,
        direction=direction,
        pace=chosen.test.pace,
        p=chosen.test.p,
        q=q,
        tested=chosen.weekly,
        mentions=rows,
        voices=who,
        parts={topic: n for topic, n in parts.items() if n},
    )
