"""Learning from corrections, on demand: the heads are refitted, measured on what was held back, and put in force.

What is read is the encoder's frozen states of the corrected texts; the encoder itself is not trained here. Topics are
named by published rules, which no run changes: those that misfire most are listed with the words that did it, and where
a topic was taken away and confirmed often enough, a head of its own learns in which clauses it is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from voc.analysers import refitted_heads as learned
from voc.analysers.emotions import EMOTION
from voc.analysers.head_refitting import Examples, LinearHead, Measured, Outcome, as_arrays, refit
from voc.analysers.intents import INTENT
from voc.analysers.sentiment.model import LABELS, kind_of
from voc.analysis.preprocessing import LONGEST
from voc.corrections import Correction
from voc.language.encoder import Encoder, FloatArray, load_encoder
from voc.language.folding import fold
from voc.language.sentences import Span
from voc.pipeline.topic_judging import FEWEST as FEWEST_TOPIC
from voc.pipeline.topic_judging import anchors_of, clause_states, keep_all, topic_decisions
from voc.pipeline.topic_misfires import TopicMisfires, topic_misfires
from voc.records import Analysis, Interval, Record
from voc.store import Filters, Store

FEWEST = 40
"""Decisions a head needs: with fewer, five held-back parts of eight say nothing about the next hundred texts."""
FEWEST_EACH = 8
"""Decisions of at least two different kinds among them: from one kind a head learns to say nothing else."""
MARGIN = 0.02
"""Accuracy by which a refitted head must be better on what was held back from it; and the 95 % interval of that gain
must lie above nothing. A gain that chance explains is not one: on rows kept apart such heads came out as they were."""
MOST_ANCHORS = 1000
MOST_MOVED = 0.1
"""Share of texts nobody corrected whose label may change: more is another model, not a corrected one."""
_STARS = (0, 0, 1, 2, 2)
"""Class of each of five stars: 1–2 negative, 3 neutral, 4–5 positive."""


class HeadReport(Record):
    """What became of one head: figures 0…1 over ``decisions`` people made about ``texts``.

    ``before`` is the shipped head, ``after`` one that had not seen what it is measured on. ``moved`` is the share of
    ``anchors`` (texts nobody corrected) whose label would change.
    """

    head: str
    field: str
    texts: int
    decisions: int
    put_in_force: bool
    reason: str
    """Why it was put in force, or was not."""
    accuracy_before: float | None = None
    accuracy_after: float | None = None
    macro_f1_before: float | None = None
    macro_f1_after: float | None = None
    gain: float | None = None
    """Accuracy after minus before."""
    gain_interval: Interval | None = None
    moved: float | None = None
    anchors: int = 0
    learnt_from: dict[str, int] = Field(default_factory=dict)
    """Decisions by what people said: ``negative`` → 31, of independent labels ``anger: no`` → 4."""


class LearningReport(Record):
    """One run of ``voc learn``; ``version`` is that of the heads in force now, ``None`` where they are the shipped."""

    heads: tuple[HeadReport, ...]
    version: str | None
    not_learnt: dict[str, int]
    """Corrections nothing is learnt from, by why."""
    misfires: tuple[TopicMisfires, ...] = ()
    """Topics that people took away most, with the words that had named them."""


@dataclass
class _Task:
    """One head, with what people said that bears on it."""

    name: str
    corrected: str
    head: LinearHead
    labels: tuple[str, ...]
    gold: dict[str, list[int]] = field(default_factory=dict)
    """Interaction → gold, as :class:`voc.analysers.head_refitting.Examples` has it."""
    spans: dict[str, Span] = field(default_factory=dict)
    """Of a topic, where each decision stands; else the whole text is read."""

    def add(self, one: Correction) -> bool:
        """Take a correction in; False when this head does not know its label."""
        if self.head.kind == "classes":
            self.gold[one.interaction_id] = [self.labels.index(one.value)]
            return True
        label = one.field if one.field == "complaint" else one.value
        if label not in self.labels:
            return False
        row = self.gold.setdefault(one.interaction_id, [-1] * len(self.labels))
        row[self.labels.index(label)] = int(one.value == "yes" if one.field == "complaint" else one.present)
        return True


def learn(store: Store, *, force: bool = False, dry_run: bool = False) -> LearningReport:
    """Refit every head there are enough corrections for, always from the shipped ones.

    A head is put in force when, on corrections held back from it, accuracy rises by :data:`MARGIN` at least, beyond
    what chance explains, and macro-F1 does not fall, and when it leaves nine of ten uncorrected texts as they were;
    ``force`` puts it in force all the same, ``dry_run`` none. Heads that were in force and do not pass go back to what
    was shipped. Every such change can be taken back (:func:`voc.analysers.refitted_heads.undo`).

    Raises:
        ModelError: the encoder is missing.
        StoreError: the refitted heads cannot be written.
    """
    encoder = load_encoder()
    corrections = store.corrections.every()
    analyses = store.findings.analyses(list({one.interaction_id for one in corrections}), as_found=True)
    judged = topic_decisions(corrections, analyses)
    apart = {(i, one.topic) for one in judged for i in one.gold}
    others = [one for one in corrections if one.field != "topic" or (one.interaction_id, one.value) not in apart]
    tasks, not_learnt = _gather(others, analyses, _shipped(encoder))
    tasks += [
        _Task(one.name, "topic", keep_all(), (one.topic,), {i: [said] for i, said in one.gold.items()}, one.spans)
        for one in judged
    ]
    ready = [task for task in tasks if _lacking(task) is None]
    anchors = _anchors(store, {one.interaction_id for one in corrections}) if ready else []
    whole = dict.fromkeys(i for t in ready if not t.spans for i in t.gold)
    states = _states(encoder, [*(analyses[i] for i in whole), *(anchors if whole else ())])
    reports: list[HeadReport] = []
    chosen: list[tuple[str, LinearHead]] = []
    for task in tasks:
        lacking = _lacking(task)
        if lacking is not None:
            reports.append(_report(task, put_in_force=False, reason=lacking))
            continue
        ids = list(task.gold)
        if task.spans:
            near, spans = anchors_of(task.labels[0], anchors)
            said = clause_states(encoder, [analyses[i] for i in ids], [task.spans[i] for i in ids])
            beside = clause_states(encoder, near, spans)
        else:
            near = [one for one in anchors if _reads(task, one)]
            said, beside = np.stack([states[one] for one in ids]), _stacked([states[one.id] for one in near])
        examples = Examples(said, np.array([task.gold[one] for one in ids]), _groups(analyses, ids))
        outcome = refit(task.head, examples, beside)
        refused = why_refused(outcome)
        taken = refused is None or force
        reason = refused or f"better by {MARGIN:.0%} at least on what was held back, and not by chance"
        reports.append(
            _report(task, put_in_force=taken and not dry_run, reason=reason, outcome=outcome, anchors=len(near))
        )
        if taken:
            chosen.append((task.name, outcome.head))
    if chosen and not dry_run:
        learned.put_in_force(as_arrays(chosen), folder=encoder.folder, about=_about(corrections, chosen, tasks))
    elif ready and not dry_run:
        learned.reset()
    in_force = learned.load()
    return LearningReport(
        heads=tuple(reports),
        version=in_force.version if in_force else None,
        not_learnt=dict(not_learnt),
        misfires=tuple(topic_misfires(corrections, analyses)),
    )


def _groups(analyses: Mapping[str, Analysis], ids: Sequence[str]) -> npt.NDArray[np.int64]:
    """A number for each text, the same for texts of the same words."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(" ".join(fold(analyses[one].text).split()), len(known)) for one in ids])


def _about(
    corrections: Sequence[Correction], chosen: Sequence[tuple[str, LinearHead]], tasks: Sequence[_Task]
) -> dict[str, Any]:
    """What the heads in force were learnt from, without a word of it."""
    names = {name for name, _ in chosen}
    used = {one for task in tasks if task.name in names for one in task.gold}
    days = [one.at for one in corrections if one.interaction_id in used]
    return {
        "corrections": len(corrections),
        "texts": len(used),
        "first": min(days).date().isoformat(),
        "last": max(days).date().isoformat(),
        "decisions": {task.name: _learnt_from(task) for task in tasks if task.name in names},
    }


def _learnt_from(task: _Task) -> dict[str, int]:
    """Decisions by what was said."""
    found: dict[str, int] = {}
    for row in task.gold.values():
        for place, value in enumerate(row):
            if value >= 0:
                said = task.labels[value] if task.head.kind == "classes" else task.labels[place]
                key = said if task.head.kind == "classes" or value else f"{said}: no"
                found[key] = found.get(key, 0) + 1
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _shipped(encoder: Encoder) -> list[_Task]:
    """A task for every head of the encoder that people can correct."""
    with np.load(encoder.folder / learned.SHIPPED, allow_pickle=False) as kept:
        arrays = {name: kept[name] for name in kept.files}
    known: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("post", "sentiment", LABELS),
        ("message", "sentiment", LABELS),
        ("review", "sentiment", LABELS),
        ("stars", "sentiment", LABELS),
        ("emotions", "emotion", tuple(EMOTION.labels)),
        ("intents", "intent", tuple(INTENT.labels)),
        ("complaint", "complaint", ("complaint",)),
    )
    tasks = []
    for name, corrected, labels in known:
        if f"{name}.weight" not in arrays or (name == "stars" and "review.weight" in arrays):
            continue
        weight = arrays[f"{name}.weight"].astype(np.float64)
        groups = _STARS if name == "stars" else ()
        if weight.shape[1] != (len(groups) or len(labels)):
            continue
        thresholds = arrays.get(f"{name}.thresholds")
        head = LinearHead(
            kind="classes" if corrected == "sentiment" else "labels",
            weight=weight,
            bias=arrays[f"{name}.bias"].astype(np.float64),
            temperature=float(arrays.get(f"{name}.temperature", np.float32(1.0))),
            groups=groups,
            thresholds=None if thresholds is None else thresholds.astype(np.float64),
        )
        tasks.append(_Task(name, corrected, head, labels))
    return tasks


def _gather(
    corrections: Iterable[Correction], analyses: Mapping[str, Analysis], tasks: list[_Task]
) -> tuple[list[_Task], dict[str, int]]:
    """Give every correction to the head it bears on; what no head learns from is counted by why."""
    not_learnt: dict[str, int] = {}
    for one in corrections:
        analysis = analyses.get(one.interaction_id)
        why: str | None = None
        if one.field == "topic":
            why = f"topics come from rules: correct those that misfire; one is learnt from {FEWEST_TOPIC} decisions on"
        elif analysis is None or not analysis.text.strip():
            why = "the interaction has no words"
        elif analysis.turns:
            why = "the label of a conversation is the sum of its turns"
        else:
            task = next((t for t in tasks if t.corrected == one.field and _reads(t, analysis)), None)
            if task is None or not task.add(one):
                why = f"{one.field} comes from published rules, not from a head"
        if why is not None:
            not_learnt[why] = not_learnt.get(why, 0) + 1
    return [task for task in tasks if task.gold], not_learnt


def _reads(task: _Task, analysis: Analysis) -> bool:
    """Whether a head has a say in the label of this text."""
    if task.corrected != "sentiment":
        return True
    kind = kind_of(analysis.channel, analysis.text, conversation=bool(analysis.turns))
    return kind == ("review" if task.name == "stars" else task.name)


def _lacking(task: _Task) -> str | None:
    """What is missing before this head can learn, or ``None``."""
    decisions = _decisions(task)
    if len(decisions) < FEWEST and not task.spans:
        return f"{len(decisions)} decisions; it takes {FEWEST}"
    fewest = FEWEST_EACH // 2 if task.spans else FEWEST_EACH
    kinds = sum(int((decisions == each).sum()) >= fewest for each in np.unique(decisions))
    if kinds < 2:
        return f"fewer than two labels with {fewest} decisions each: confirm some that are right as they are"
    return None


def _decisions(task: _Task) -> npt.NDArray[np.int64]:
    gold = np.array([value for row in task.gold.values() for value in row], dtype=np.int64)
    return gold[gold >= 0]


def _anchors(store: Store, corrected: set[str]) -> list[Analysis]:
    """The latest analysed texts nobody corrected: what a refitted head should go on saying of them."""
    ids = [one for one in store.interactions.all_ids(Filters(status="done")) if one not in corrected]
    found = store.findings.analyses(ids[-MOST_ANCHORS:], as_found=True)
    anchors = [one for one in found.values() if one.text.strip() and not one.turns]
    # In no order of time: the first of them are those that are fitted to.
    return sorted(anchors, key=lambda one: one.id)


def _states(encoder: Encoder, analyses: Sequence[Analysis]) -> dict[str, FloatArray]:
    """The encoder's state of each text, float32 [384], by interaction."""
    encoded = encoder.encode([one.text[:LONGEST] for one in analyses], kind="passage")
    return {one.id: state for one, state in zip(analyses, encoded.states, strict=True)}


def _stacked(states: Sequence[FloatArray]) -> FloatArray:
    return np.stack(states) if states else np.zeros((0, Encoder.dimension), np.float32)


def why_refused(outcome: Outcome) -> str | None:
    """Why a refitted head is not put in force; None where it is."""
    before, after = outcome.before, outcome.after
    gain, low, _ = outcome.difference
    if after.accuracy < before.accuracy or after.macro_f1 < before.macro_f1:
        return "what was held back got worse"
    if gain < MARGIN or low <= 0:
        return f"what was held back did not get better by {MARGIN:.0%} beyond chance"
    if outcome.moved > MOST_MOVED:
        return f"it would change the label of more than {MOST_MOVED:.0%} of the texts nobody corrected"
    return None


def _report(
    task: _Task, *, put_in_force: bool, reason: str, outcome: Outcome | None = None, anchors: int = 0
) -> HeadReport:
    report = HeadReport(
        head=task.name,
        field=task.corrected,
        texts=len(task.gold),
        decisions=len(_decisions(task)),
        put_in_force=put_in_force,
        reason=reason,
        learnt_from=_learnt_from(task),
    )
    if outcome is None:
        return report
    gain, low, high = outcome.difference

    def figures(measured: Measured, when: str) -> dict[str, float]:
        return {f"accuracy_{when}": measured.accuracy, f"macro_f1_{when}": measured.macro_f1}

    return report.model_copy(
        update={
            **figures(outcome.before, "before"),
            **figures(outcome.after, "after"),
            "gain": gain,
            "gain_interval": Interval(low=low, high=high),
            "moved": outcome.moved,
            "anchors": anchors,
        }
    )
