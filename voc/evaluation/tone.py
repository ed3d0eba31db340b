"""How well activation and tension are told from a voice, as `voc eval speech` reports it.

Two corpora of acted speech, in languages voc does not read: EmoDB (German, 10 speakers), each speaker scored by weights
trained on the other nine; and EMOVO (Italian, 6 speakers), scored by the weights that ship, which were trained on EmoDB
and never saw it. What is scored is what a call gives: clips follow each other on a line, the encoder reads the windows
of the transcription, and a clip is a slice of them; or it is all that a recording holds
(:mod:`voc.evaluation.tone_sets`).

*Raw* takes a clip as it is. *Relative* takes three clips of the speaker for the first turns of a call, which are then
not scored: calm ones, or any (the mean of 20 draws). *ECE* is the expected calibration error in ten equal bins, voices
weighing as a probability takes them to be frequent (:func:`voc.evaluation.tone_fitting.evenly`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from voc import models
from voc.evaluation.tone_fitting import area, beginnings, evenly, labels, rows_of, train
from voc.evaluation.tone_sets import Band, Clip, EncodedClips, Line, Setting, Sounds, hear, load
from voc.records import Record
from voc.speech.model_cache import Recogniser
from voc.speech.tone import ToneHead, load_head
from voc.speech.whisper import WindowReader

Floats = NDArray[np.float64]

Beginning = Literal["raw", "calm", "any"]
"""Whether scores are taken as they are, or relative to first turns that were calm, or of any kind."""

TRAINED_ON: Final = "emodb"
UNSEEN: Final = "emovo"

LINES: Final = (
    Line("telephone", "call", 1),
    Line("wide", "call", 2),
    Line("telephone", "alone", 3),
    Line("wide", "alone", 4),
)
"""Ways in which the training clips are heard. Who learnt clips in calls alone tells recordings of one turn apart less
well, and the other way round much less."""

TESTED_LINES: Final = tuple(Line(line.band, line.setting, line.seed + 10) for line in LINES)
"""Of the unseen corpus."""

BEGINNINGS: Final[tuple[tuple[Beginning, int], ...]] = (("calm", 21), ("any", 22))
"""Beginnings and the seeds they are drawn with."""

NAMES: Final = {TRAINED_ON: "EmoDB, speakers left out", UNSEEN: "EMOVO, never seen"}
SETTINGS: Final[dict[Setting, str]] = {"call": "in a call", "alone": "by itself"}
WORDS: Final[dict[Beginning, str]] = {"raw": "–", "calm": "a calm beginning", "any": "any beginning"}

BINS: Final = 10


class ToneScored(Record):
    """One line of the table; areas and errors are 0…1."""

    corpus: str
    band: Band
    setting: Setting
    beginning: Beginning
    speakers: int
    clips: int
    activation_auc: float
    activation_ece: float
    tension_auc: float
    tension_ece: float


@dataclass(frozen=True)
class Judged:
    """What a head says of every clip: probabilities [clips, 2] as they are, and relative to each drawn beginning."""

    raw: Floats
    relative: dict[Beginning, list[tuple[Floats, NDArray[np.bool_]]]]
    """With which clips were no beginning."""


def evaluate(*, progress: Callable[[str], None] | None = None) -> list[ToneScored]:
    """Hear both corpora and score them; many minutes of one core.

    Raises:
        InputError: a corpus is not there.
        ModelError: weights are missing.
    """
    say = progress or (lambda _: None)
    seen, unseen = load(TRAINED_ON), load(UNSEEN)
    with whisper().lent() as model:
        reader = WindowReader(model)
        trained = heard_for_training(seen, reader, progress=say)
        tests = []
        for line in TESTED_LINES:
            say(f"{UNSEEN}, {line.band}, {line.setting}")
            tests.append(hear(unseen, reader, line))
    return [*speaker_disjoint(seen.clips, trained), *cross_corpus(unseen.clips, tests, load_head())]


def whisper() -> Recogniser:
    """The encoder whose states are read, on the CPU in int8 as in most installations."""
    return Recogniser(models.ensure("whisper-base"), threads=0, device="cpu")


def heard_for_training(sounds: Sounds, reader: WindowReader, *, progress: Callable[[str], None]) -> list[EncodedClips]:
    """The training clips as heard in every way of :data:`LINES`."""
    found = []
    for line in LINES:
        progress(f"{TRAINED_ON}, {line.band}, {line.setting}")
        found.append(hear(sounds, reader, line))
    return found


def speaker_disjoint(clips: Sequence[Clip], trained: Sequence[EncodedClips]) -> list[ToneScored]:
    """Score each speaker by weights, share and calibration of the others."""
    speakers = np.array([clip.speaker for clip in clips])
    rows = rows_of(trained)
    heads = {speaker: train(rows, clips, chosen=speakers != speaker) for speaker in sorted(set(speakers))}
    found = []
    for line, heard in zip(LINES, trained, strict=True):
        judged = [judge(head, heard, clips) for head in heads.values()]
        own = [speakers == speaker for speaker in heads]
        found += scored(TRAINED_ON, line, clips, _joined(judged, own))
    return found


def cross_corpus(clips: Sequence[Clip], tests: Sequence[EncodedClips], head: ToneHead) -> list[ToneScored]:
    """Score a corpus by weights that never saw it."""
    return [
        found
        for line, heard in zip(TESTED_LINES, tests, strict=True)
        for found in scored(UNSEEN, line, clips, judge(head, heard, clips))
    ]


def judge(head: ToneHead, heard: EncodedClips, clips: Sequence[Clip]) -> Judged:
    """Say of every clip what the run time would."""
    scores = head.scores(heard.means(head.weights))
    speakers = np.array([clip.speaker for clip in clips])
    relative: dict[Beginning, list[tuple[Floats, NDArray[np.bool_]]]] = {}
    for beginning, seed in BEGINNINGS:
        relative[beginning] = []
        for began in beginnings(clips, calm=beginning == "calm", seed=seed):
            moved = np.zeros(scores.shape)
            rest = np.ones(len(clips), dtype=bool)
            for speaker, first in began.items():
                own = speakers == speaker
                moved[own] = head.probabilities(scores[own], shift=head.shift(scores[first]))
                rest[first] = False
            relative[beginning].append((moved, rest))
    return Judged(head.probabilities(scores), relative)


def _joined(judged: Sequence[Judged], own: Sequence[NDArray[np.bool_]]) -> Judged:
    """Each speaker's clips from the head that did not see them."""
    raw = np.zeros(judged[0].raw.shape)
    relative: dict[Beginning, list[tuple[Floats, NDArray[np.bool_]]]] = {
        beginning: [(np.zeros(raw.shape), rest) for _, rest in draws] for beginning, draws in judged[0].relative.items()
    }
    for one, mine in zip(judged, own, strict=True):
        raw[mine] = one.raw[mine]
        for beginning, draws in relative.items():
            for (into, _), (moved, _) in zip(draws, one.relative[beginning], strict=True):
                into[mine] = moved[mine]
    return Judged(raw, relative)


def scored(corpus: str, line: Line, clips: Sequence[Clip], judged: Judged) -> list[ToneScored]:
    """Three lines: raw, relative to calm beginnings, relative to any."""
    everything = np.ones(len(clips), dtype=bool)
    ways: dict[Beginning, list[tuple[Floats, NDArray[np.bool_]]]] = {"raw": [(judged.raw, everything)]}
    truth, weight = labels(clips), evenly(clips)
    found = []
    for beginning, draws in (ways | judged.relative).items():
        figures = np.mean(
            [
                [
                    figure
                    for scale in range(2)
                    for figure in (
                        area(said[rest, scale], truth[rest, scale]),
                        calibration_error(said[rest, scale], truth[rest, scale], weight[rest, scale]),
                    )
                ]
                for said, rest in draws
            ],
            axis=0,
        )
        found.append(
            ToneScored(
                corpus=corpus,
                band=line.band,
                setting=line.setting,
                beginning=beginning,
                speakers=len({clip.speaker for clip in clips}),
                clips=int(draws[0][1].sum()),
                activation_auc=round(float(figures[0]), 4),
                activation_ece=round(float(figures[1]), 4),
                tension_auc=round(float(figures[2]), 4),
                tension_ece=round(float(figures[3]), 4),
            )
        )
    return found


def calibration_error(said: Floats, truth: NDArray[np.bool_], weight: Floats) -> float:
    """Return the mean distance of what was said from how often it was so, over :data:`BINS` equal bins (0…1)."""
    place = np.minimum((said * BINS).astype(int), BINS - 1)
    total = float(weight.sum())
    error = 0.0
    for at in range(BINS):
        here = place == at
        if here.any():
            error += abs(float((weight[here] * (said[here] - truth[here])).sum()))
    return error / total


def table(found: Iterable[ToneScored]) -> str:
    """Return the lines as a Markdown table."""
    lines = [
        "| corpus | band | heard | relative to | speakers | clips | activation AUC | ECE | tension AUC | ECE |",
        "|---|---|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {NAMES[one.corpus]} | {one.band} | {SETTINGS[one.setting]} | {WORDS[one.beginning]}"
        f" | {one.speakers} | {one.clips}"
        f" | {one.activation_auc:.3f} | {one.activation_ece:.3f} | {one.tension_auc:.3f} | {one.tension_ece:.3f} |"
        for one in found
    ]
    return "\n".join(lines)
