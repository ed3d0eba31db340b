"""Refitting a linear head to corrections: a maximum a posteriori update with the shipped weights as the prior's mean.

The loss is the cross-entropy on the examples plus ``pull`` / 2 times the squared distance from the shipped weights
(a Gaussian prior around them; Chelba and Acero 2006 adapt maximum-entropy models so). States are divided by their mean
length first, so that ``pull`` means the same for every encoder.

People mostly correct what is wrong. A head that saw nothing else would learn to contradict itself, so *anchors* stand
beside the corrections: texts nobody corrected, with what the shipped head says of them (Li and Hoiem 2016,
arXiv:1606.09282, learn without forgetting the same way).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, log_expit, log_softmax, softmax

from voc.language.encoder import FloatArray

HeadKind = Literal["classes", "labels"]
Array = npt.NDArray[np.float64]

PULLS = (0.1, 0.5, 2.0, 10.0, 40.0)
"""Strengths of the prior that are tried; which one is chosen on parts held back."""
ANCHORS_A_CORRECTION = 3.0
"""Weight of all anchors together, in corrections: for one label a person changed, three read over were right."""
ANCHORS = 300
"""Anchors that are fitted to; the others only tell how far a head has moved."""
FOLDS, INNER_FOLDS = 5, 3
SEED = 7
TURNS, CLOSE_ENOUGH = 100, 1e-6
"""Most iterations of one fit, and the share of the loss under which a step is the last: it is convex, few do."""


@dataclass(frozen=True)
class LinearHead:
    """A head: ``weight`` float [dimension, outputs], ``bias`` float [outputs], and the temperature it is read at.

    ``groups`` says which class each output belongs to, where several outputs are one class (stars); ``thresholds``
    from which probability on a label counts, where they are independent.
    """

    kind: HeadKind
    weight: Array
    bias: Array
    temperature: float
    groups: tuple[int, ...] = ()
    thresholds: Array | None = None

    def logits(self, states: FloatArray | Array) -> Array:
        """Raw outputs at the head's temperature, float [n, outputs]."""
        return np.asarray((states @ self.weight + self.bias) / self.temperature, dtype=np.float64)

    def probabilities(self, states: FloatArray | Array) -> Array:
        """Probabilities of the outputs, float [n, outputs]."""
        logits = self.logits(states)
        return np.asarray(softmax(logits, axis=1) if self.kind == "classes" else expit(logits))

    def decide(self, states: FloatArray | Array) -> npt.NDArray[np.int64]:
        """Class of each state as int [n, 1], or each label's 0/1 as int [n, outputs]."""
        found = self.probabilities(states)
        if self.kind == "labels":
            return np.asarray(found >= (self.thresholds if self.thresholds is not None else 0.5), dtype=np.int64)
        return np.asarray((found @ membership(self)).argmax(axis=1)[:, None], dtype=np.int64)


@dataclass(frozen=True)
class Examples:
    """What people said: ``states`` float [n, dimension]; ``gold`` int, classes [n, 1] or labels [n, outputs].

    −1 in ``gold`` is where nobody said anything. ``groups`` int [n] numbers what must be held back together (the same
    words twice would be learnt by heart); empty where every example is its own.
    """

    states: FloatArray
    gold: npt.NDArray[np.int64]
    groups: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.states)

    def part(self, rows: npt.NDArray[np.int64]) -> Examples:
        """Some of them."""
        return Examples(self.states[rows], self.gold[rows], self.groups[rows] if len(self.groups) else self.groups)


@dataclass(frozen=True)
class Measured:
    """How a head does on decisions people made: figures 0…1 over ``n`` decisions."""

    n: int
    accuracy: float
    macro_f1: float


@dataclass(frozen=True)
class Outcome:
    """A refit: the head on all examples, and what a head that had not seen them does on each part held back.

    ``difference`` is accuracy after minus before with its 95 % interval; ``moved`` the share of anchors whose label
    the new head changes.
    """

    head: LinearHead
    pull: float
    before: Measured
    after: Measured
    difference: tuple[float, float, float]
    moved: float


def membership(head: LinearHead) -> Array:
    """Which output belongs to which class: float [outputs, classes]."""
    groups = head.groups or tuple(range(len(head.bias)))
    return np.eye(max(groups) + 1)[list(groups)]


def fit(head: LinearHead, examples: Examples, anchors: FloatArray, *, pull: float) -> LinearHead:
    """The head nearest to ``head`` that says what ``examples`` say, on states and anchors float [n, dimension]."""
    scale = float(np.linalg.norm(examples.states, axis=1).mean()) or 1.0
    states = np.concatenate([examples.states, anchors]).astype(np.float64) / scale
    inputs = np.concatenate([states, np.ones((len(states), 1))], axis=1)
    start = np.concatenate([head.weight * scale, head.bias[None]]) / head.temperature
    weights = np.ones(len(inputs))
    if len(anchors):
        weights[len(examples) :] = ANCHORS_A_CORRECTION * len(examples) / len(anchors)
    kept = head.probabilities(anchors) if len(anchors) else np.zeros((0, len(head.bias)))
    loss = _class_loss if head.kind == "classes" else _label_loss
    member = membership(head) if head.kind == "classes" else np.zeros((0, 0))

    def objective(flat: Array) -> tuple[float, Array]:
        moved = flat.reshape(start.shape) - start
        value, slope = loss(inputs @ flat.reshape(start.shape), examples.gold, kept, weights, member)
        gradient = inputs.T @ slope + pull * moved
        return value + 0.5 * pull * float((moved**2).sum()), gradient.ravel()

    found = minimize(
        objective, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": TURNS, "ftol": CLOSE_ENOUGH}
    )
    fitted = found.x.reshape(start.shape) * head.temperature
    return LinearHead(head.kind, fitted[:-1] / scale, fitted[-1], head.temperature, head.groups, head.thresholds)


def _class_loss(
    logits: Array, gold: npt.NDArray[np.int64], kept: Array, weights: Array, member: Array
) -> tuple[float, Array]:
    logs = log_softmax(logits, axis=1)
    n = len(gold)
    # Where several outputs are one class, the examples' share among them is the head's own.
    inside = np.where(member[:, gold[:, 0]].T > 0, logs[:n], -np.inf)
    wanted = np.concatenate([softmax(inside, axis=1), kept])
    hits = np.concatenate([np.logaddexp.reduce(inside, axis=1), (kept * logs[n:]).sum(axis=1)])
    return -float(weights @ hits), weights[:, None] * (np.exp(logs) - wanted)


def _label_loss(
    logits: Array, gold: npt.NDArray[np.int64], kept: Array, weights: Array, member: Array
) -> tuple[float, Array]:
    known = np.concatenate([gold >= 0, np.ones_like(kept, dtype=bool)])
    wanted = np.concatenate([np.maximum(gold, 0), kept])
    bits = wanted * log_expit(logits) + (1 - wanted) * log_expit(-logits)
    each = weights[:, None] * known
    return -float((each * bits).sum()), each * (expit(logits) - wanted)


def refit(head: LinearHead, examples: Examples, anchors: FloatArray) -> Outcome:
    """Refit on all examples; measure by cross-validation, with the pull of each fold chosen inside that fold.

    Raises:
        ValueError: there are fewer examples than folds.
    """
    if len(examples) < FOLDS:
        raise ValueError(f"{len(examples)} examples are fewer than {FOLDS} folds")
    after = np.full_like(examples.gold, -1)
    near = anchors[:ANCHORS]
    for train, held in _folds(examples, FOLDS):
        pull = _best_pull(head, examples.part(train), near)
        after[held] = fit(head, examples.part(train), near, pull=pull).decide(examples.states[held])
    known = examples.gold >= 0
    gold, old, new = examples.gold[known], head.decide(examples.states)[known], after[known]
    pull = _best_pull(head, examples, near)
    fitted = fit(head, examples, near, pull=pull)
    changed = (fitted.decide(anchors) != head.decide(anchors)).any(axis=1).mean() if len(anchors) else 0.0
    return Outcome(
        fitted, pull, measure(gold, old), measure(gold, new), _difference(old == gold, new == gold), float(changed)
    )


def measure(gold: npt.NDArray[np.int64], found: npt.NDArray[np.int64]) -> Measured:
    """Accuracy, and mean F1 over the classes that people used."""
    classes = np.unique(gold)
    hits = np.array([((found == c) & (gold == c)).sum() for c in classes])
    total = np.array([(found == c).sum() + (gold == c).sum() for c in classes])
    return Measured(n=len(gold), accuracy=float((found == gold).mean()), macro_f1=float((2 * hits / total).mean()))


def _best_pull(head: LinearHead, examples: Examples, anchors: FloatArray) -> float:
    """The pull that makes what was held back most probable; the strongest where there is little to hold back."""
    if len(examples) < 2 * INNER_FOLDS:
        return PULLS[-1]
    lost = dict.fromkeys(PULLS, 0.0)
    for train, held in _folds(examples, INNER_FOLDS):
        part = examples.part(held)
        for pull in PULLS:
            fitted = fit(head, examples.part(train), anchors, pull=pull)
            lost[pull] += _surprise(fitted, part)
    return min(reversed(PULLS), key=lambda pull: lost[pull])


def _surprise(head: LinearHead, examples: Examples) -> float:
    """Cross-entropy of what people said, in nats."""
    logits, none = head.logits(examples.states), np.zeros((0, len(head.bias)))
    loss = _class_loss if head.kind == "classes" else _label_loss
    member = membership(head) if head.kind == "classes" else none
    return loss(logits, examples.gold, none, np.ones(len(examples)), member)[0]


def _folds(examples: Examples, number: int) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """(train, held back) rows; every combination of labels is spread evenly over the folds, a group stays together."""
    order = np.random.default_rng(SEED).permutation(len(examples))
    order = order[np.lexsort(examples.gold[order].T)]
    groups = examples.groups if len(examples.groups) else np.arange(len(examples))
    first = {int(group): place for place, group in reversed(list(enumerate(groups[order])))}
    rank = {place: number_of for number_of, place in enumerate(sorted(first.values()))}
    folds = np.array([rank[first[int(group)]] % number for group in groups[order]])
    for fold in range(number):
        if (held := order[folds == fold]).size:
            yield np.setdiff1d(order, held), np.sort(held)


def _difference(old: npt.NDArray[np.bool_], new: npt.NDArray[np.bool_]) -> tuple[float, float, float]:
    """Mean gain in accuracy with a 95 % interval: paired bootstrap over decisions (Efron 1979)."""
    gains = new.astype(float) - old
    picks = np.random.default_rng(SEED).integers(len(gains), size=(2000, len(gains)))
    low, high = np.quantile(gains[picks].mean(axis=1), [0.025, 0.975])
    return float(gains.mean()), float(low), float(high)


def as_arrays(heads: Sequence[tuple[str, LinearHead]]) -> dict[str, FloatArray]:
    """Refitted heads as ``name.weight`` and ``name.bias``; what they are read with is the shipped heads'."""
    found: dict[str, FloatArray] = {}
    for name, head in heads:
        found[f"{name}.weight"] = head.weight.astype(np.float32)
        found[f"{name}.bias"] = head.bias.astype(np.float32)
    return found
