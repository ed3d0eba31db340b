"""How the weights of a tone are fitted: logistic regressions, share, calibration. Numpy alone.

Used by ``models/recipes/train_tone.py`` for the weights that ship and by ``voc eval speech`` for the folds of the
speaker-disjoint figures, so that both are the same method.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voc.evaluation.tone_sets import CALM, Clip, EncodedClips
from voc.speech.tone import BASELINE_TURNS, ToneHead

Floats = NDArray[np.float64]

RIDGE: Final = 100.0
"""Penalty on weights of standardised features, for a total weight of the training clips of 1,000. Chosen on EmoDB,
speakers left out: 1 to 100 are alike, and the strongest of them trusts the corpus least. With the emotion left out as
well 10 to 100 are (area of activation 0.91 to 0.90), and 1,000 is worse (0.84)."""

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
    """Return weights [clips] that sum to 1 and give each emotion the same share."""
    emotions = [clip.emotion for clip in clips]
    counts = {emotion: emotions.count(emotion) for emotion in set(emotions)}
    return np.array([1 / (counts[emotion] * len(counts)) for emotion in emotions])


def train(
    heard: Sequence[EncodedClips], clips: Sequence[Clip], *, chosen: NDArray[np.bool_] | None = None, encoder: str = ""
) -> ToneHead:
    """Train a head on the chosen clips (default all), as heard in every way given.

    Share and calibration come from scores of speakers and emotions that a fit has not seen.
    """
    use = np.ones(len(clips), dtype=bool) if chosen is None else chosen
    own = [clip for clip, taken in zip(clips, use, strict=True) if taken]
    rows: list[Floats] = [one.means(np.eye(WIDTH, dtype=np.float32))[use].astype(np.float64) for one in heard]
    weights, bias = regressed(rows, own)
    scores = untaught(rows, own)
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


def regressed(rows: Sequence[Floats], clips: Sequence[Clip]) -> tuple[Floats, Floats]:
    """Return weights [2, features] and bias [2] of both; ``rows`` holds the clips as heard in several ways."""
    truth, weight = labels(clips), evenly(clips)
    fits = [_regressed(rows, truth[:, scale], weight) for scale in range(truth.shape[1])]
    return np.stack([slopes for slopes, _ in fits]), np.array([offset for _, offset in fits])


def _regressed(rows: Sequence[Floats], truth: NDArray[np.bool_], weight: Floats) -> tuple[Floats, float]:
    """Weights [features] and bias of one scale."""
    every = np.concatenate(rows)
    mean, deviation = every.mean(axis=0), every.std(axis=0) + 1e-6
    slopes, offset = logistic((every - mean) / deviation, np.tile(truth, len(rows)), np.tile(weight, len(rows)))
    return slopes / deviation, offset - float(slopes / deviation @ mean)


def untaught(rows: Sequence[Floats], clips: Sequence[Clip]) -> list[Floats]:
    """Return scores [clips, 2] for each way of hearing, from regressions without the speaker and the emotion of a clip.

    Customers feel what no actor was asked for. With the speaker alone left out EmoDB is told almost without error (area
    0.99), and probabilities fitted to that are far too sure of anybody else. Where an emotion is the only one on its
    side (anger, for tension) it stays.
    """
    speakers, emotions = (np.array([getattr(clip, name) for clip in clips]) for name in ("speaker", "emotion"))
    truth = labels(clips)
    found = [np.zeros(truth.shape) for _ in rows]
    for speaker, emotion in sorted(set(zip(speakers.tolist(), emotions.tolist(), strict=True))):
        mine = (speakers == speaker) & (emotions == emotion)
        for scale in range(truth.shape[1]):
            use = (speakers != speaker) & (emotions != emotion)
            if len(set(truth[use, scale])) < 2:
                use = speakers != speaker
            weight = evenly([clip for clip, used in zip(clips, use, strict=True) if used])
            slopes, offset = _regressed([one[use] for one in rows], truth[use, scale], weight)
            for scores, one in zip(found, rows, strict=True):
                scores[mine, scale] = one[mine] @ slopes + offset
    return found


def logistic(rows: Floats, truth: NDArray[np.bool_], weight: Floats, *, ridge: float = RIDGE) -> tuple[Floats, float]:
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
    found = [_platt([(each[:, scale], truth[:, scale], weight) for each in scores]) for scale in range(2)]
    return np.array(found, dtype=np.float32)


def _calibrated_relative(
    scores: Sequence[Floats], clips: Sequence[Clip], *, share: float, usual: Floats
) -> NDArray[np.float32]:
    truth, weight = labels(clips), evenly(clips)
    moved = [shifted(each, clips, first, share=share, usual=usual) for each in scores for first in _openings(clips)]
    found = [
        _platt([(relative[rest, scale], truth[rest, scale], weight[rest]) for relative, rest in moved])
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
