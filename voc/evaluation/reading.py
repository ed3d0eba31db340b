"""A reader's test: what is told of texts nobody foresaw, beside what a reader found in them (``voc eval reading``).

Texts were drawn at random (``random.Random(SEEDS[draw]).sample``) from sets no head was taught on, twice, leaving out
those that topic rules had been mended from and, the second time, those of the first. Each was read, before the
analysis was run on any of the draw, for sentiment, intents, wishes, effort, emotions, topics and what is to be done;
tweets of the complaint set that speak to nobody's company were left out. They stand in ``reading_gold.csv`` by their
place in their set with a check sum; the texts themselves, most of which may not be copied, are not part of voc. Two of
the first draw are transcripts of calls. What the first draw got wrong was counted by kind and set before some mends, so
the second is the one to quote.

What two careful readers may see otherwise is marked: several labels with ``/`` are all right, ``?label`` may be told
or not, and topics are families (``a|b``: either). Mails are read as they come in, without what they quote and sign. Of
about a quarter the same reader read sentiment, intents, action and effort a second time; ``second`` is that reading.
The first labels were still in mind: it finds slips of the pen, and does not say how far another reader would agree.

A text is **without a noticeable mistake** where its sentiment and action are right, no label told is wrong, and no
intent that is plainly there is missed. A topic or wish that is missed costs less and has its own column. Of labels that
``/`` parts the likelier stands first: *by the likelier label* a text is so where sentiment and action are that one too,
which compares draws in which more or less was left open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from voc.analysis.text_pipeline import TextAnalyser
from voc.evaluation.reading_sheet import SEEDS, SETS, ReadText, interaction_of, sheet
from voc.insights.statistics import wilson
from voc.records import Analysis, Record
from voc.settings import settings

FIELDS = ("sentiment", "action", "intents", "expectation", "effort", "emotions", "topics")


class Judged(Record):
    """One text judged by field: labels told that are right, told that are wrong, and missed."""

    text: ReadText
    right: dict[str, int]
    wrong: dict[str, tuple[str, ...]]
    missed: dict[str, tuple[str, ...]]
    likelier: bool = False
    """Whether sentiment and action are the ones written first."""

    @property
    def noticeable(self) -> bool:
        """Whether a manager who reads it would notice a mistake."""
        return any(self.wrong.values()) or bool(self.missed["intents"])


class FieldScore(Record):
    """How one field does on some texts: labels told, those that are right, labels that are there, those told."""

    name: str
    field: str
    told: int
    right: int
    there: int
    found: int


class GroupScore(Record):
    """Texts of a part, all or of one language or trade and channel: how many without a noticeable mistake."""

    part: str
    name: str
    texts: int
    clean: int
    strict: int
    sentiment: int
    action: int


class Agreement(Record):
    """How often the second reading of a text is among what the first holds right."""

    name: str
    field: str
    texts: int
    agreed: int


def judge(one: ReadText, found: Analysis) -> Judged:
    """Compare an analysis with what was read."""
    right: dict[str, int] = {}
    wrong: dict[str, tuple[str, ...]] = {}
    missed: dict[str, tuple[str, ...]] = {}

    def add(field: str, told: Iterable[str], there: Iterable[tuple[str, ...]], allowed: Iterable[str]) -> None:
        said, groups = list(dict.fromkeys(told)), list(there)
        may = {label for group in groups for label in group} | set(allowed)
        right[field] = sum(label in may for label in said)
        wrong[field] = tuple(label for label in said if label not in may)
        missed[field] = tuple("|".join(group) for group in groups if not set(group) & set(said))

    add("sentiment", [found.sentiment.label] if found.sentiment else [], [one.sentiment], ())
    add("action", [found.action] if found.action else [], [one.action], ())
    add("intents", [each.label for each in found.intents], [(label,) for label in one.intents], one.maybe_intents)
    wished = ["wish"] if found.expectations else []
    add("expectation", wished, [("wish",)] if one.expectation == "yes" else [], ["wish"] * (one.expectation == "?"))
    effort = [] if not found.effort else ["hard" if found.effort < 0 else "easy"]
    sure = one.effort in ("hard", "easy")
    add("effort", effort, [(one.effort,)] if sure else [], [one.effort.removeprefix("?")])
    felt = [each.label for each in found.emotions if each.label != "neutral"]
    add("emotions", felt, [(label,) for label in one.emotions], one.maybe_emotions)
    families = [topic.id.partition(".")[0] for topic in found.topics]
    add("topics", families if one.topics is not None else [], one.topics or (), one.maybe_topics)
    mood = found.sentiment.label if found.sentiment else None
    likelier = (mood, found.action) == (one.sentiment[0], one.action[0])
    return Judged(text=one, right=right, wrong=wrong, missed=missed, likelier=likelier)


def judged() -> list[Judged]:
    """Analyse the texts of the sheet, each with the packs of its trade, and judge what was told.

    Raises:
        InputError: the evaluation data is not there.
    """
    read = sheet()
    found: dict[str, Judged] = {}
    for packs in sorted({one.packs for one in read}):
        chosen = [one for one in read if one.packs == packs]
        analyser = TextAnalyser(settings().model_copy(update={"topic_packs": packs, "taxonomy": None}))
        for one, result in zip(chosen, analyser.analyse([interaction_of(each) for each in chosen]), strict=True):
            found[one.id] = judge(one, result.analysis)
    return [found[one.id] for one in read]


def summed(name: str, some: Sequence[Judged]) -> list[FieldScore]:
    """One line a field."""
    return [
        FieldScore(
            name=name,
            field=field,
            told=sum(one.right[field] + len(one.wrong[field]) for one in some),
            right=sum(one.right[field] for one in some),
            there=sum(_there(one, field) for one in some),
            found=sum(_there(one, field) - len(one.missed[field]) for one in some),
        )
        for field in FIELDS
    ]


def _there(one: Judged, field: str) -> int:
    text = one.text
    return {
        "sentiment": 1,
        "action": 1,
        "intents": len(text.intents),
        "expectation": int(text.expectation == "yes"),
        "effort": int(text.effort in ("hard", "easy")),
        "emotions": len(text.emotions),
        "topics": len(text.topics or ()),
    }[field]


def agreement(name: str, read: Sequence[ReadText]) -> list[Agreement]:
    """How the second reading agrees with the first, by field."""
    twice = [(one, one.second.split(";")) for one in read if one.second]
    checks = {
        "sentiment": [second[0] in one.sentiment for one, second in twice],
        "intents": [one.intents <= set(second[1].split()) <= one.intents | one.maybe_intents for one, second in twice],
        "action": [second[2] in one.action for one, second in twice],
        "effort": [
            second[3] == one.effort or (one.effort.startswith("?") and second[3] in ("none", one.effort[1:]))
            for one, second in twice
        ],
    }
    return [Agreement(name=name, field=field, texts=len(each), agreed=sum(each)) for field, each in checks.items()]


def groups(part: str, some: Sequence[Judged]) -> list[GroupScore]:
    """Texts of a part without a noticeable mistake: all, by language, by trade and channel."""
    chosen: dict[str, list[Judged]] = {"all": list(some)}
    for language, name in (("fr", "French"), ("en", "English")):
        chosen[name] = [one for one in some if one.text.source.language == language]
    for what in dict.fromkeys(source.what for source in SETS.values()):
        chosen[what] = [one for one in some if one.text.source.what == what]
    return [
        GroupScore(
            part=part,
            name=name,
            texts=len(few),
            clean=sum(not one.noticeable for one in few),
            strict=sum(one.likelier and not one.noticeable for one in few),
            sentiment=sum(not one.wrong["sentiment"] and not one.missed["sentiment"] for one in few),
            action=sum(not one.wrong["action"] and not one.missed["action"] for one in few),
        )
        for name, few in chosen.items()
        if few
    ]


def evaluate() -> Sequence[Record]:
    """Score both draws and each: by field, then by language, trade and channel, then how the two readings agree.

    Raises:
        InputError: the evaluation data is not there.
        ModelError: the encoder is missing.
    """
    every = judged()
    parts = {"both draws": every}
    parts |= {f"{draw} draw": [one for one in every if one.text.draw == draw] for draw in SEEDS}
    found: list[Record] = []
    for name, some in parts.items():
        found += [*summed(name, some), *groups(name, some), *agreement(name, [one.text for one in some])]
    return found


def table(found: Sequence[Record]) -> str:
    """The figures as Markdown tables, in percent, shares with their 95 % intervals (Wilson)."""
    tables: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for one in found:
        if isinstance(one, FieldScore):
            head: tuple[str, ...] = (f"{one.name}: field", "labels told that are right", "labels that are there, told")
            line: tuple[str, ...] = (one.field, _share(one.right, one.told), _share(one.found, one.there))
        elif isinstance(one, GroupScore):
            head = (f"{one.part}: texts", "n", "without a noticeable mistake", "by the likelier label")
            head += ("sentiment right", "action right")
            shares = [_share(count, one.texts) for count in (one.clean, one.strict, one.sentiment, one.action)]
            line = (one.name, str(one.texts), *shares)
        elif isinstance(one, Agreement):
            head = (f"{one.name}: read twice", "n", "second reading among what the first holds right")
            line = (one.field, str(one.texts), _share(one.agreed, one.texts))
        else:
            continue
        tables.setdefault(head, [head, ("---", *["--:"] * (len(head) - 1))]).append(line)
    return "\n\n".join("\n".join(f"| {' | '.join(line)} |" for line in lines) for lines in tables.values())


def _share(count: int, total: int) -> str:
    if not total:
        return "–"
    interval = wilson(count, total)
    return f"{100 * count / total:.0f} % ({count} of {total}; {100 * interval.low:.0f}–{100 * interval.high:.0f})"
