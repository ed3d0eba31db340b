"""How the weights of a tone are fitted: linear discriminants, share, calibration. Numpy alone.

Used by ``models/recipes/train_tone.py`` for the weights that ship and by ``voc eval speech`` for the folds of the
speaker-disjoint figures, so that both are the same method.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voc.evaluation.tone_sets import ANGRY, CALM, STIRRED, Clip, EncodedClips
from voc.speech.tone import BASELINE_TURNS, ToneHead

Floats = NDArray[np.float64]

RIDGE: Final = 2.0
"""Penalty on weights of standardised features, against a mean square of 1. Chosen with :data:`WAYS_WEIGHT` by the areas
of :func:`untaught` on EmoDB, whole clips and parts: 0.835 and 0.837 with 2 and 2, 0.833 and 0.830 with 1 and 0, 0.827
and 0.844 with 1 and 5, 0.829 and 0.834 with 5 and 5."""

WAYS_WEIGHT: Final = 2.0
"""How much more than between clips a difference counts that is between hearings of the same clip: its band, level and
line, what it lies beside, and which part of it is heard."""

PRIORS: Final = (0.5, 1 / 7)
"""How often voices are taken to be stirred, and angry: a probability means what it says where they are so frequent.
Half, and one of the seven states that both corpora hold."""

CUTS: Final = ((0.2, 0.4), (0.25, 0.75))
"""Shares of a clip that are learnt beside the whole: a turn is as often part of a sentence, and whoever learnt whole
sentences alone takes their livelier beginnings for a stirred voice."""

WIDTH: Final = 512
"""Numbers of a state of Whisper base."""

DRAWS: Final = 20
"""Beginnings tried for each speaker when the share and the calibration relative to it are fitted."""

SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
SHARE_COST: Final = 0.005
"""Actors in one studio need no beginning to be compared with, and callers on different lines do: the largest share is
taken that costs the area on EmoDB no more than this."""


def labels(clips: Sequence[Clip]) -> NDArray[np.bool_]:
    """Return what is to be told, bool [clips, 2]: stirred, angry."""
    return np.array([(clip.stirred, clip.angry) for clip in clips])


def evenly(clips: Sequence[Clip]) -> Floats:
    """Return weights [clips, 2] that sum to 1 a scale: its sides as in :data:`PRIORS`, each emotion of a side alike."""
    emotions = [clip.emotion for clip in clips]
    counts = {emotion: emotions.count(emotion) for emotion in set(emotions)}
    truth = labels(clips)
    found = np.zeros(truth.shape)
    for scale, prior in enumerate(PRIORS):
        sides = {
            side: len({one for one, true in zip(emotions, truth[:, scale], strict=True) if true == side})
            for side in (True, False)
        }
        found[:, scale] = [
            (prior if true else 1 - prior) / (sides[bool(true)] * counts[emotion])
            for emotion, true in zip(emotions, truth[:, scale], strict=True)
        ]
    return np.asarray(found / found.sum(axis=0), dtype=np.float64)


def rows_of(heard: Sequence[EncodedClips]) -> list[Floats]:
    """Return the features [clips, WIDTH] of the clips as heard in every way given: whole, and in parts."""
    unit = np.eye(WIDTH, dtype=np.float32)
    ways = [
        way
        for seed, one in enumerate(heard)
        for way in (one, *(one.cut(shares, seed=10 * seed + at) for at, shares in enumerate(CUTS)))
    ]
    return [one.means(unit).astype(np.float64) for one in ways]


def train(
    rows: Sequence[Floats], clips: Sequence[Clip], *, chosen: NDArray[np.bool_] | None = None, encoder: str = ""
) -> ToneHead:
    """Train a head on the chosen clips (default all); ``rows`` holds them as :func:`rows_of` gives them.

    Share and calibration come from scores of speakers and emotions that a fit has not seen.
    """
    use = np.ones(len(clips), dtype=bool) if chosen is None else chosen
    own = [clip for clip, taken in zip(clips, use, strict=True) if taken]
    kept = [one[use] for one in rows]
    weights, bias = discriminants(kept, own)
    scores = untaught(kept, own)
    usual = _usual(scores, own)
    merits = {share: _merit(scores, own, share=share, usual=usual) for share in SHARES}
    share = max(one for one in SHARES if merits[one] >= max(merits.values()) - SHARE_COST)
    return ToneHead(
        weights=weights.T.astype(np.float32),
        bias=bias.astype(np.float32),
        usual=usual.astype(np.float32),
        share=share,
        calibration=_calibrated(scores, own),
        relative_calibration=_calibrated_relative(scores, own, share=share, usual=usual),
        encoder=encoder,
    )


@dataclass(frozen=True)
class Moments:
    """Sums over the features of some clips: a fit without others needs none of these again."""

    emotion: str
    count: int
    total: Floats
    """[features]"""
    square: Floats
    """[features]: of each feature."""
    spread: Floats
    """[features, features]: of all pairs, and :data:`WAYS_WEIGHT` of how a clip differs from itself."""


Part = tuple[str, str, int, str]
"""What a fit leaves out together: a voice, a speaker, a half of the sentences, an emotion."""


def _parts(clips: Sequence[Clip]) -> list[Part]:
    sentences = sorted({clip.sentence for clip in clips})
    return [
        (clip.voice or clip.speaker, clip.speaker, sentences.index(clip.sentence) % 2, clip.emotion) for clip in clips
    ]


def moments(rows: Sequence[Floats], clips: Sequence[Clip]) -> dict[Part, Moments]:
    """Sum up the clips of each part, as heard in every way."""
    parts = _parts(clips)
    found = {}
    for part in sorted(set(parts)):
        mine = np.array([one == part for one in parts])
        ways = np.stack([one[mine] for one in rows])
        apart = (ways - ways.mean(axis=0)).reshape(-1, ways.shape[-1])
        every = ways.reshape(-1, ways.shape[-1])
        spread = every.T @ every + WAYS_WEIGHT * (apart.T @ apart)
        found[part] = Moments(part[-1], len(every), every.sum(axis=0), np.square(every).sum(axis=0), spread)
    return found


def discriminants(rows: Sequence[Floats], clips: Sequence[Clip]) -> tuple[Floats, Floats]:
    """Return weights [2, features] and bias [2] of both scales; ``rows`` holds the clips as heard in several ways."""
    sums = list(moments(rows, clips).values())
    fits = [_discriminant(sums, scale) for scale in range(len(PRIORS))]
    return np.stack([slopes for slopes, _ in fits]), np.array([offset for _, offset in fits])


def _side(emotion: str, scale: int) -> bool:
    return (emotion in STIRRED, emotion == ANGRY)[scale]


def _discriminant(sums: Sequence[Moments], scale: int) -> tuple[Floats, float]:
    """Weights [features] and bias of one scale.

    Fisher's linear discriminant with a ridge, as the least squares of the two sides coded 1 and -1 (Hastie, Buja and
    Tibshirani 1995), in which directions that differ between hearings of one clip count less (the within-class
    covariance normalisation of Hatch, Kajarekar and Stolcke 2006).
    """
    counts = Counter[str]()
    for one in sums:
        counts[one.emotion] += one.count
    kinds = Counter(_side(emotion, scale) for emotion in counts)
    prior = {True: PRIORS[scale], False: 1 - PRIORS[scale]}
    weight = [prior[side := _side(one.emotion, scale)] / kinds[side] / counts[one.emotion] for one in sums]
    middle = prior[True] - prior[False]
    width = len(sums[0].total)
    mean, square, towards, spread = np.zeros(width), np.zeros(width), np.zeros(width), np.zeros((width, width))
    for share, one in zip(weight, sums, strict=True):
        mean += share * one.total
        square += share * one.square
        spread += share * one.spread
        towards += share * ((1 if _side(one.emotion, scale) else -1) - middle) * one.total
    deviation = np.sqrt(np.maximum(square - np.square(mean), 0)) + 1e-6
    standard = (spread - np.outer(mean, mean)) / np.outer(deviation, deviation) + RIDGE * np.eye(len(mean))
    slopes = np.linalg.solve(standard, towards / deviation) / deviation
    return slopes, middle - float(slopes @ mean)


def untaught(rows: Sequence[Floats], clips: Sequence[Clip]) -> list[Floats]:
    """Return scores [clips, 2] for each way of hearing, from fits to which a clip is as foreign as a customer's turn.

    Such a fit knows nobody of the speaker's sex, none of the sentences of that half, and not the emotion: customers
    are other people, say other things and feel what no actor was asked for. With the speaker alone left out EmoDB is
    told almost without error (area 0.99), and whatever is chosen or calibrated by that is far too sure of anybody else.
    Where an emotion is the only one on its side (anger, for tension) it stays. A side without one of its emotions keeps
    its weight: else every fit would lean away from what it did not see.
    """
    sums = moments(rows, clips)
    parts = _parts(clips)
    halves = {half for _, _, half, _ in sums}
    found = [np.zeros((len(clips), len(PRIORS))) for _ in rows]
    for voice, half, emotion in sorted({(voice, half, emotion) for voice, _, half, emotion in sums}):
        mine = np.array([(who, at, felt) == (voice, half, emotion) for who, _, at, felt in parts])
        others = [one for (who, _, at, _), one in sums.items() if who != voice and (at != half or len(halves) == 1)]
        for scale in range(len(PRIORS)):
            use = [one for one in others if one.emotion != emotion]
            if len({_side(one.emotion, scale) for one in use}) < 2:
                use = others
            slopes, offset = _discriminant(use, scale)
            for scores, one in zip(found, rows, strict=True):
                scores[mine, scale] = one[mine] @ slopes + offset
    return found


def logistic(rows: Floats, truth: NDArray[np.bool_], weight: Floats, *, ridge: float) -> tuple[Floats, float]:
    """Return slopes [features] and offset of a ridge logistic regression (Newton's method)."""
    design = np.column_stack([rows, np.ones(len(rows))])
    weight = 1000 * weight / weight.sum()
    penalty = np.append(np.full(rows.shape[1], ridge), 1e-9)
    solution = np.zeros(design.shape[1])
    for _ in range(50):
        likely = 1 / (1 + np.exp(-np.clip(design @ solution, -30, 30)))
        gradient = design.T @ (weight * (likely - truth)) + penalty * solution
        curvature = (design * (weight * likely * (1 - likely) + 1e-9)[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        solution -= step
        if float(np.abs(step).max()) < 1e-6:
            break
    return solution[:-1], float(solution[-1])


def beginnings(clips: Sequence[Clip], *, calm: bool, seed: int, draws: int = DRAWS) -> list[dict[str, list[int]]]:
    """Draw clips that stand for the first turns of each speaker: calm ones, or any."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        drawn = {}
        for speaker in sorted({clip.speaker for clip in clips}):
            own = [
                index
                for index, clip in enumerate(clips)
                if clip.speaker == speaker and (clip.emotion == CALM or not calm)
            ]
            drawn[speaker] = [int(index) for index in rng.choice(own, BASELINE_TURNS, replace=False)]
        found.append(drawn)
    return found


def shifted(
    scores: Floats, clips: Sequence[Clip], began: dict[str, list[int]], *, share: float, usual: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return scores relative to how each speaker began [clips, 2], and which clips were no beginning."""
    moved = scores.copy()
    rest = np.ones(len(clips), dtype=bool)
    speakers = np.array([clip.speaker for clip in clips])
    for speaker, first in began.items():
        moved[speakers == speaker] -= share * (scores[first].mean(axis=0) - usual)
        rest[first] = False
    return moved, rest


def _usual(scores: Sequence[Floats], clips: Sequence[Clip]) -> Floats:
    """The mean score [2] of calm clips, every speaker weighing the same."""
    speakers = sorted({clip.speaker for clip in clips})
    calm = [[i for i, clip in enumerate(clips) if (clip.speaker, clip.emotion) == (who, CALM)] for who in speakers]
    found: Floats = np.mean([each[own].mean(axis=0) for each in scores for own in calm if own], axis=0)
    return found


def _openings(clips: Sequence[Clip]) -> list[dict[str, list[int]]]:
    """Half of the beginnings calm, half of any kind: most callers begin calmly, not all."""
    return [*beginnings(clips, calm=True, seed=1), *beginnings(clips, calm=False, seed=2)]


def _merit(scores: Sequence[Floats], clips: Sequence[Clip], *, share: float, usual: Floats) -> float:
    truth = labels(clips)
    found = []
    for each in scores:
        for first in _openings(clips):
            relative, rest = shifted(each, clips, first, share=share, usual=usual)
            found += [area(relative[rest, scale], truth[rest, scale]) for scale in range(2)]
    return float(np.mean(found))


def _calibrated(scores: Sequence[Floats], clips: Sequence[Clip]) -> NDArray[np.float32]:
    truth, weight = labels(clips), evenly(clips)
    found = [_platt([(each[:, scale], truth[:, scale], weight[:, scale]) for each in scores]) for scale in range(2)]
    return np.array(found, dtype=np.float32)


def _calibrated_relative(
    scores: Sequence[Floats], clips: Sequence[Clip], *, share: float, usual: Floats
) -> NDArray[np.float32]:
    truth, weight = labels(clips), evenly(clips)
    moved = [shifted(each, clips, first, share=share, usual=usual) for each in scores for first in _openings(clips)]
    found = [
        _platt([(relative[rest, scale], truth[rest, scale], weight[rest, scale]) for relative, rest in moved])
        for scale in range(2)
    ]
    return np.array(found, dtype=np.float32)


def _platt(parts: Sequence[tuple[Floats, NDArray[np.bool_], Floats]]) -> tuple[float, float]:
    """Slope and offset of a logistic regression of the truth on the score (Platt 1999)."""
    scores, truth, weight = (np.concatenate([part[at] for part in parts]) for at in range(3))
    slopes, offset = logistic(scores[:, None], truth, weight, ridge=1e-6)
    return float(slopes[0]), offset


def area(scores: Floats, truth: NDArray[np.bool_]) -> float:
    """Return the area under the ROC curve: how often a true one scores above a false one, ties half."""
    order = np.argsort(scores, kind="stable")
    _, inverse, counts = np.unique(scores[order], return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positive = truth[order]
    n, m = int(positive.sum()), int((~positive).sum())
    return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * m))
