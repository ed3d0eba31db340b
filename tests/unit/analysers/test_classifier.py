"""What the labels of somebody else's classifier mean; what is said when they, or torch, cannot be had.

The model itself is run by ``tests/integration/test_classifier_with_torch.py``.
"""

from __future__ import annotations

import sys

import numpy as np
import pytest

from voc.analysers.sentiment.classifier import _mapping, load_classifier
from voc.analysers.sentiment.model import LABELS
from voc.errors import ModelError, SettingsError


def meant(*names: str, given: str = "") -> list[str]:
    member = _mapping(dict(enumerate(names)), given, model="some/model")
    assert (member.sum(axis=1) == 1).all()
    return [LABELS[int(np.argmax(row))] for row in member]


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (("negative", "neutral", "positive"), "n u p"),
        (("Positive", "Negative", "Neutral"), "p n u"),
        (("POS", "NEG", "NEU"), "p n u"),
        (("Négatif", "Neutre", "Positif"), "n u p"),
        (("NEGATIVE", "POSITIVE"), "n p"),
        (("LABEL_0", "LABEL_1"), "n p"),
        (("LABEL_0", "LABEL_1", "LABEL_2"), "n u p"),
        (("LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3", "LABEL_4"), "n n u p p"),
        (("1 star", "2 stars", "3 stars", "4 stars", "5 stars"), "n n u p p"),
        (("5", "4", "3", "2", "1"), "p p u n n"),
        (("1 étoile", "2 étoiles", "3 étoiles", "4 étoiles", "5 étoiles"), "n n u p p"),
        (("★", "★★", "★★★", "★★★★", "★★★★★"), "n n u p p"),
        (("Very Negative", "Negative", "Neutral", "Positive", "Very Positive"), "n n u p p"),
    ],
)
def test_labels_are_known_by_name_number_and_stars(names: tuple[str, ...], labels: str) -> None:
    full = {"n": "negative", "u": "neutral", "p": "positive"}
    assert meant(*names) == [full[letter] for letter in labels.split()]


def test_labels_nobody_can_guess_are_said_by_the_setting() -> None:
    given = "fâché=negative, ravi = positive,bof=neutral"

    assert meant("ravi", "bof", "fâché", given=given) == ["positive", "neutral", "negative"]
    assert meant("LABEL_0", "LABEL_1", given="LABEL_0=positive,LABEL_1=negative") == ["positive", "negative"]


@pytest.mark.parametrize(
    ("names", "given", "said"),
    [
        (("ravi", "fâché"), "", r"what its label ravi means is not known; .*VOC_SENTIMENT_LABELS=ravi=negative"),
        (("LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3"), "", "what its label LABEL_0 means is not known"),
        (("positive", "neutral"), "", "none of its labels .* means negative"),
        (("a", "b"), "a=positive", "says nothing of b"),
        (("a", "b"), "a=good,b=negative", "'a=good' does not say"),
        (("a", "b"), "c=positive,a=negative,b=neutral", "its labels are a, b"),
        (("a", "b"), "nonsense", "'=nonsense' does not say"),
        (("a", "b"), "a=neutral,b=positive", "none of its labels .* means negative"),
    ],
)
def test_labels_that_cannot_be_told_are_refused_with_what_to_set(names: tuple[str, ...], given: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        meant(*names, given=given)


def test_without_torch_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)

    with pytest.raises(ModelError, match=r"needs torch, which is not installed; run `pip install 'voc\[torch\]'`"):
        load_classifier("some/model")
