"""What the encoder's states say beside sentiment: emotions, complaint, intents, irony, how critical a remark is.

All are linear heads on the same states (``heads.npz`` beside the encoder), so reading them costs next to nothing
once a text is encoded. They were trained together with the encoder (``models/encoder/README.md``). Scores are
probabilities 0…1; each label has a threshold, chosen on rows kept apart, above which it is worth telling.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voc.analysers import refitted_heads as learned
from voc.analysers.topics.judging import wrongly_named
from voc.language.encoder import Encoder, FloatArray, load_encoder

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LabelScores:
    """Scores of independent labels for ``n`` states: float [n, labels], and the threshold of each label."""

    labels: tuple[str, ...]
    scores: Scores
    thresholds: Scores

    def told(self, row: int) -> list[tuple[str, float]]:
        """Labels above their threshold in one row, with scores, highest first."""
        found = [
            (label, round(float(score), 3))
            for label, score, threshold in zip(self.labels, self.scores[row], self.thresholds, strict=True)
            if score >= threshold
        ]
        return sorted(found, key=lambda pair: -pair[1])


@dataclass(frozen=True)
class HeadScores:
    """What every head says of ``n`` states."""

    emotions: LabelScores
    intents: LabelScores
    complaint: Scores
    """Probability that it is a complaint, [n]."""
    irony: Scores
    """Probability that it is meant otherwise than it is said, [n]."""
    criticality: Scores
    """How critical a remark is, −1 (very critical) … 1 (full of praise), [n]."""

    def __len__(self) -> int:
        return len(self.complaint)


class Heads:
    """The heads that belong to an encoder.

    Raises:
        KeyError: the encoder in ``folder`` has none.
    """

    def __init__(self, folder: Path, *, version: str = "") -> None:
        labels: Mapping[str, list[str]] = json.loads((folder / "config.json").read_text("utf-8"))["labels"]
        self._labels = {name: tuple(each) for name, each in labels.items()}
        self._arrays: Mapping[str, FloatArray] = learned.heads_in_force(folder, version).arrays

    def labels(self, name: str) -> tuple[str, ...]:
        """The labels of a head, in the order of its outputs."""
        return self._labels[name]

    def logits(self, name: str, states: FloatArray) -> Scores:
        """Raw outputs of one head: float [n, outputs]."""
        weight, bias = self._arrays[f"{name}.weight"], self._arrays[f"{name}.bias"]
        return np.asarray(states @ weight + bias, dtype=np.float64)

    def probabilities(self, name: str, states: FloatArray) -> Scores:
        """Calibrated probabilities over exclusive classes: float [n, classes], rows sum to one."""
        logits = self.logits(name, states) / float(self._arrays[f"{name}.temperature"])
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    def label_scores(self, name: str, states: FloatArray) -> LabelScores:
        """Scores of a head with independent labels."""
        temperature = float(self._arrays[f"{name}.temperature"])
        scores = 1 / (1 + np.exp(-self.logits(name, states) / temperature))
        return LabelScores(self._labels[name], scores, self._arrays[f"{name}.thresholds"].astype(np.float64))

    def wrongly_named(self, states: FloatArray, named: Sequence[Iterable[str]]) -> list[frozenset[str]]:
        """Topics that people's corrections taught to be wrong in a clause of such a state."""
        return wrongly_named(self._arrays, states, named)

    def rejection(self, name: str) -> float:
        """The probability of the best class under which a head had better say that none fits; 0: never."""
        return float(self._arrays.get(f"{name}.reject", np.float32(0)))

    def score(self, states: FloatArray) -> HeadScores:
        """Every head on ``states``, float32 [n, 384]: those of whole texts or of spans."""
        return HeadScores(
            emotions=self.label_scores("emotions", states),
            intents=self.label_scores("intents", states),
            complaint=self.label_scores("complaint", states).scores[:, 0],
            irony=self.label_scores("irony", states).scores[:, 0],
            criticality=np.clip(self.logits("criticality", states)[:, 0], -1, 1),
        )


@lru_cache(maxsize=2)
def _load(encoder: Encoder, stamp: tuple[str, int] | None) -> Heads:
    return Heads(encoder.folder, version=encoder.version)


def load_heads() -> Heads:
    """The heads of the shipped encoder, loaded once a process and again when ``voc learn`` has refitted them.

    Raises:
        ModelError: the encoder's files are missing.
    """
    return _load(load_encoder(), learned.stamp())
