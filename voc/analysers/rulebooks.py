"""Where the rule books of the built-in analysers lie: each in the folder of the analyser that reads it."""

from __future__ import annotations

from pathlib import Path

from voc.language.rulebook import RuleBook, read_rules

FOLDER = Path(__file__).parent
BOOKS = {
    "intents": FOLDER / "intents" / "rulebook.yaml",
    "expectations": FOLDER / "expectations" / "rulebook.yaml",
    "effort": FOLDER / "effort" / "rulebook.yaml",
    "fragility": FOLDER / "fragility" / "rulebook.yaml",
    "emotions": FOLDER / "emotions" / "rulebook.yaml",
    "cues": FOLDER / "sentiment" / "cues.yaml",
    "requests": FOLDER / "action" / "requests.yaml",
}
"""Book → its file; an analysis names the version of each as ``rules.intents`` and so on."""


def load_rules(name: str) -> RuleBook:
    """The book ``name``, read once.

    Raises:
        SettingsError: the file is missing or wrong; the message names the rule.
    """
    return read_rules(BOOKS[name], name=name)
