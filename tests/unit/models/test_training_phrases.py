"""The sentences of our own that the weights learn from: none of them is like one they are judged by."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recipes are scripts beside each other, not a package."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "models" / "recipes"), *sys.path])


def test_plain_sentences_are_unlike_the_sheet() -> None:
    import plain_phrases

    near = plain_phrases.near_sheet()
    sheet = re.findall(r'"([^"]+)"', (ROOT / "benchmarks" / "pairs_fr.yaml").read_text("utf-8"))
    assert len(sheet) == 350
    assert all(near(text) for text in sheet)
    found = plain_phrases.phrases(np.random.default_rng(1), french=600, english=300)
    assert not any(near(text) for text, _ in found)
    assert {label for _, label in found} == {"negative", "neutral", "positive"}


def test_contrasting_sentences_hold_none_of_the_sheet() -> None:
    import contrast_phrases

    sheet = contrast_phrases.sheet()
    found = contrast_phrases.phrases(np.random.default_rng(1), french=600, english=300)
    assert not any(contrast_phrases.folded(text) in sheet for text, _ in found)


def test_adjectives_agree() -> None:
    import plain_phrases

    agreed = {form: plain_phrases._agreed("ponctuel|ponctuelle", form) for form in ("m", "f", "mp", "fp")}
    assert agreed == {"m": "ponctuel", "f": "ponctuelle", "mp": "ponctuels", "fp": "ponctuelles"}
    assert plain_phrases._agreed("génial|géniale", "mp") == "géniaux"
    assert plain_phrases._agreed("hors pair|hors pair", "fp") == "hors pair"
    assert plain_phrases._agreed("odieux|odieuse", "mp") == "odieux"
