"""The written material: Markdown files of sentences, read into decks that deal the least-used one first.

A file holds one topic. ``## fr core`` opens a section (language and kind); each line below is one sentence or
message whose bullet is its opinion: ``-`` negative, ``+`` positive, ``~`` mixed, ``=`` neutral. ``{amount}`` and the
like are filled when it is used. A literal ``\\n`` is a line break.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

POLARITIES = {"-": "negative", "+": "positive", "~": "mixed", "=": "neutral"}


@dataclass(frozen=True)
class Line:
    """One hand-written sentence or message and the opinion it carries."""

    text: str
    polarity: str


class Library:
    """All sections of all files; :meth:`deal` hands lines out evenly so that none is worn out."""

    def __init__(self, folder: Path) -> None:
        self.sections: dict[tuple[str, str, str], list[Line]] = {}
        self.used: Counter[tuple[str, str, str, str]] = Counter()
        for path in sorted(folder.glob("*.md")):
            self._read(path)

    def _read(self, path: Path) -> None:
        lines: list[Line] | None = None
        for number, row in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if row.startswith("## "):
                language, kind = row[3:].split()
                lines = self.sections.setdefault((path.stem, language, kind), [])
            elif row and not row.startswith("# "):
                bullet, text = row[0], row[1:].strip()
                if lines is None or bullet not in POLARITIES:
                    raise ValueError(f"{path.name}:{number}: a line starts with one of - + ~ = inside a section.")
                lines.append(Line(text=text.replace("\\n", "\n"), polarity=POLARITIES[bullet]))

    def lines(self, topic: str, language: str, kind: str) -> list[Line]:
        """The lines of a section; an unknown section is an error that names it."""
        try:
            return self.sections[topic, language, kind]
        except KeyError:
            raise KeyError(f"texts/{topic}.md has no section '## {language} {kind}'") from None

    def has(self, topic: str, language: str, kind: str) -> bool:
        """Whether the section exists."""
        return (topic, language, kind) in self.sections

    def deal(self, rng: random.Random, topic: str, language: str, kind: str, *, like: str | None = None) -> Line:
        """One of the least-used lines; with ``like``, one whose polarity does not clash with it when there is one."""
        lines = self.lines(topic, language, kind)
        if like is not None:
            lines = [line for line in lines if line.polarity in _agreeing(like)] or lines
        uses = [self.used[topic, language, kind, line.text] for line in lines]
        line = rng.choice([line for line, n in zip(lines, uses, strict=True) if n == min(uses)])
        self.used[topic, language, kind, line.text] += 1
        return line


def _agreeing(polarity: str) -> set[str]:
    if polarity == "opinion":
        return {"negative", "mixed", "positive"}
    if polarity == "need":
        return {"negative", "mixed", "neutral"}
    return {"mixed", "negative"} if polarity in {"mixed", "negative"} else {polarity}
