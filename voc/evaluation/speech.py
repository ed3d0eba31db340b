"""Word error rate of the transcription, as `voc eval speech` reports it.

Only recordings with a transcript written by a person count (``reference_origin`` = ``human``). Both sides are folded
before they are compared: lower case; accents, punctuation, apostrophes and hyphens removed; French and English number
words written as digits (``text2num``: "soixante-quinze" = "75"), each digit and each letter of a code compared by
itself ("AX19735" = "A X 1 9 7 3 5", so that a number read out weighs as many words as were said); "%", and the "@"
and "." of an address, spelled out. Nothing else is forgiven: hesitations, spelling variants, elisions and wrong word
endings all count. The rate is errors (substitutions, deletions, insertions) over the words of the reference, summed
over files, so long files weigh more.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pydantic import computed_field

from voc.evaluation.corpora import shared_data
from voc.records import Record
from voc.speech.transcribe import Transcriber

_SPOKEN = {"fr": {"%": "pour cent", "@": "arobase", ".": "point"}, "en": {"%": "percent", "@": "at", ".": "dot"}}


class Scored(Record):
    """One recording: errors against the reference, both as folded words, and the language that was detected."""

    path: str
    kind: str
    language: str
    detected: str | None
    words: int
    substitutions: int
    deletions: int
    insertions: int
    reference: str
    hypothesis: str

    @computed_field  # type: ignore[prop-decorator]
    @property
    def errors(self) -> int:
        """All three kinds of error."""
        return self.substitutions + self.deletions + self.insertions

    @computed_field  # type: ignore[prop-decorator]
    @property
    def rate(self) -> float:
        """Word error rate, 0… (above 1 when more is invented than was said)."""
        return self.errors / self.words


def fold(text: str, language: str) -> list[str]:
    """Return the words of a text as they are compared (see above)."""
    from text_to_num import alpha2digit

    spoken = _SPOKEN[language]
    text = text.lower().replace("œ", "oe").replace("æ", "ae").replace("’", "'").replace("%", f" {spoken['%']} ")
    text = re.sub(r"(?<=[a-z])\.(?=[a-z]{2})", f" {spoken['.']} ", text).replace("@", f" {spoken['@']} ")
    text = alpha2digit(text, language)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = re.findall(r"[a-z0-9]+", text)
    return [part for word in words for part in (word if any(c.isdigit() for c in word) else [word])]


def edits(reference: Sequence[str], hypothesis: Sequence[str]) -> tuple[int, int, int]:
    """Return the substitutions, deletions and insertions of a cheapest alignment (Levenshtein)."""
    row = [(at, 0, 0, at) for at in range(len(hypothesis) + 1)]
    for deleted, expected in enumerate(reference, start=1):
        above, row = row, [(deleted, 0, deleted, 0)]
        for at, found in enumerate(hypothesis, start=1):
            cost, subs, dels, inss = above[at - 1]
            if expected == found:
                row.append((cost, subs, dels, inss))
                continue
            candidates = [(cost + 1, subs + 1, dels, inss)]
            cost, subs, dels, inss = above[at]
            candidates.append((cost + 1, subs, dels + 1, inss))
            cost, subs, dels, inss = row[at - 1]
            candidates.append((cost + 1, subs, dels, inss + 1))
            row.append(min(candidates, key=lambda candidate: candidate[0]))
    return row[-1][1:]


def evaluate(
    *,
    transcriber: Transcriber | None = None,
    data: Path | None = None,
    limit: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[Scored]:
    """Transcribe every recording with a human reference and score it; the language is detected, not given.

    ``data`` is the folder with ``transcripts.csv``; ``limit`` takes the first so many; ``progress`` gets each path.

    Raises:
        InputError: the evaluation data is not there.
    """
    folder = data or shared_data("speech")
    with (folder / "transcripts.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["reference_origin"] == "human"][:limit]
    transcriber = transcriber or Transcriber()
    scored = []
    for row in rows:
        transcript = transcriber.transcribe(folder / row["path"])
        reference = fold(row["reference"], row["language"])
        hypothesis = fold(" ".join(turn.text for turn in transcript.turns), row["language"])
        substitutions, deletions, insertions = edits(reference, hypothesis)
        scored.append(
            Scored(
                path=row["path"],
                kind=row["kind"],
                language=row["language"],
                detected=transcript.language,
                words=len(reference),
                substitutions=substitutions,
                deletions=deletions,
                insertions=insertions,
                reference=" ".join(reference),
                hypothesis=" ".join(hypothesis),
            )
        )
        if progress:
            progress(row["path"])
    return scored


def table(scored: Iterable[Scored]) -> str:
    """Return the scores by corpus (the folder), kind and language as a Markdown table."""
    groups: dict[tuple[str, str, str], list[Scored]] = {}
    for one in scored:
        groups.setdefault((one.path.split("/")[0], one.kind, one.language), []).append(one)
    lines = [
        "| corpus | kind | language | recordings | words | WER | subst. | del. | ins. | language found |",
        "|---|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for (corpus, kind, language), members in sorted(groups.items()):
        words = sum(one.words for one in members)
        parts = (
            sum(one.errors for one in members),
            sum(one.substitutions for one in members),
            sum(one.deletions for one in members),
            sum(one.insertions for one in members),
        )
        right = sum(one.detected == one.language for one in members)
        rates = " | ".join(f"{100 * part / words:.1f} %" for part in parts)
        lines.append(
            f"| {corpus} | {kind} | {language} | {len(members)} | {words} | {rates} | {right}/{len(members)} |"
        )
    return "\n".join(lines)
