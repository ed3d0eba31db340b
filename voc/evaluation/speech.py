"""Word error rate of the transcription, as `voc eval speech` reports it.

Only recordings with a transcript written by a person count (``reference_origin`` = ``human``). Both sides are folded
before they are compared: lower case; accents, punctuation, apostrophes and hyphens removed; French and English number
words written as digits (``text2num``: "soixante-quinze" = "75"), each digit and each letter of a code compared by
itself ("AX19735" = "A X 1 9 7 3 5", so that a number read out weighs as many words as were said); "%", and the "@"
and "." of an address, spelled out. Nothing else is forgiven: hesitations, spelling variants, elisions and wrong word
endings all count. The rate is errors (substitutions, deletions, insertions) over the words of the reference, summed
over files, so long files weigh more.

Every recording is read three times: as it is, as a telephone exchange passes it on (8 kHz, G.711 µ-law), and by
faster-whisper alone with the same weights and its own defaults, which says what voc adds and what it costs. Words the
recogniser was not sure of (:data:`voc.records.UNSURE`) are counted apart, with how many of them and of the others are
wrong: found nowhere in the reference in their order.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from pydantic import computed_field

from voc import models
from voc.evaluation.corpora import shared_data
from voc.evaluation.telephone import over_telephone
from voc.language.folding import fold as fold_spelling
from voc.language.folding import open_ligatures
from voc.records import Record, Word
from voc.speech.transcribe import Transcriber
from voc.speech.transcript import Transcript

_SPOKEN = {"fr": {"%": "pour cent", "@": "arobase", ".": "point"}, "en": {"%": "percent", "@": "at", ".": "dot"}}


class Scored(Record):
    """One recording: errors against the reference, both as folded words, and the language that was detected."""

    path: str
    kind: str
    """What is read: a call script, telephone prompts, other text."""
    language: str
    detected: str | None
    words: int
    substitutions: int
    deletions: int
    insertions: int
    reference: str
    hypothesis: str
    telephone_errors: int | None = None
    """Errors of all three kinds after 8 kHz µ-law; ``None`` where that was not read."""
    bare_errors: int | None = None
    """Errors of faster-whisper alone, language detected too; ``None`` where it was not asked."""
    sure: int = 0
    sure_wrong: int = 0
    unsure: int = 0
    unsure_wrong: int = 0

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
    text = open_ligatures(text).lower().replace("’", "'").replace("%", f" {spoken['%']} ")
    text = re.sub(r"(?<=[a-z])\.(?=[a-z]{2})", f" {spoken['.']} ", text).replace("@", f" {spoken['@']} ")
    text = alpha2digit(text, language)
    words = re.findall(r"[a-z0-9]+", fold_spelling(text))
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
    telephone: bool = True,
    bare: bool = True,
    progress: Callable[[str], None] | None = None,
) -> list[Scored]:
    """Transcribe every recording with a human reference and score it; the language is detected, not given.

    ``data`` is the folder with ``transcripts.csv``; ``limit`` takes the first so many; ``telephone`` reads each once
    more after 8 kHz µ-law, ``bare`` by faster-whisper alone; ``progress`` gets each path.

    Raises:
        InputError: the evaluation data is not there.
    """
    folder = data or shared_data("speech")
    with (folder / "transcripts.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["reference_origin"] == "human"][:limit]
    transcriber = transcriber or Transcriber()
    alone = _bare_reader() if bare else None
    scored = []
    for row in rows:
        transcript = transcriber.transcribe(folder / row["path"])
        reference = fold(row["reference"], row["language"])
        hypothesis = _words(transcript, row["language"])
        substitutions, deletions, insertions = edits(reference, hypothesis)
        counts = doubts(reference, [word for turn in transcript.turns for word in turn.words], row["language"])
        narrow = _over_telephone(transcriber, folder / row["path"]) if telephone else None
        scored.append(
            Scored(
                path=row["path"],
                kind=kind_of(row),
                language=row["language"],
                detected=transcript.language,
                words=len(reference),
                substitutions=substitutions,
                deletions=deletions,
                insertions=insertions,
                reference=" ".join(reference),
                hypothesis=" ".join(hypothesis),
                bare_errors=sum(edits(reference, alone(folder / row["path"], row["language"]))) if alone else None,
                telephone_errors=sum(edits(reference, _words(narrow, row["language"]))) if narrow else None,
                sure=counts[0],
                sure_wrong=counts[1],
                unsure=counts[2],
                unsure_wrong=counts[3],
            )
        )
        if progress:
            progress(row["path"])
    return scored


def kind_of(row: dict[str, str]) -> str:
    """What a recording of ``transcripts.csv`` holds, by its folder and source."""
    if row["path"].startswith("call_script"):
        return "call script"
    return "telephone prompts" if row["source"].startswith("asterisk") else f"other {row['kind']}"


def doubts(reference: Sequence[str], words: Sequence[Word], language: str) -> tuple[int, int, int, int]:
    """Return how many words were sure, how many of these wrong, how many unsure, how many of those wrong.

    Each word is folded by itself and the longest runs common with the reference count as right (Ratcliff and
    Obershelp), so a right word in the wrong place is a wrong one.
    """
    parts = [(token, word.unsure) for word in words for token in fold(word.text, language)]
    blocks = SequenceMatcher(None, [token for token, _ in parts], reference, autojunk=False).get_matching_blocks()
    right = {at for block in blocks for at in range(block.a, block.a + block.size)}
    sure = [at for at, (_, unsure) in enumerate(parts) if not unsure]
    unsure = [at for at, (_, unsure) in enumerate(parts) if unsure]
    return (
        len(sure),
        sum(at not in right for at in sure),
        len(unsure),
        sum(at not in right for at in unsure),
    )


def _words(transcript: Transcript, language: str) -> list[str]:
    return fold(" ".join(turn.text for turn in transcript.turns), language)


def _bare_reader() -> Callable[[Path, str], list[str]]:
    """What reads a recording by faster-whisper alone, with the weights voc ships with and nothing else set."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(models.ensure("whisper-base")), device="cpu", compute_type="int8")

    def read(path: Path, language: str) -> list[str]:
        segments, _ = model.transcribe(str(path))
        return fold(" ".join(segment.text for segment in segments), language)

    return read


def _over_telephone(transcriber: Transcriber, path: Path) -> Transcript:
    with tempfile.TemporaryDirectory() as folder:
        return transcriber.transcribe(over_telephone(path, Path(folder) / "line.wav"))


def table(scored: Iterable[Scored]) -> str:
    """Return the scores by corpus (the folder), kind and language as a Markdown table."""
    groups: dict[tuple[str, str, str], list[Scored]] = {}
    for one in scored:
        groups.setdefault((one.path.split("/")[0], one.kind, one.language), []).append(one)
    lines = [
        "| corpus | kind | language | recordings | words | WER | subst. | del. | ins. | bare faster-whisper "
        "| WER after 8 kHz µ-law "
        "| language found | unsure words | wrong of them | of the others |",
        "|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
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
        narrow = [one.telephone_errors for one in members if one.telephone_errors is not None]
        line = f"{100 * sum(narrow) / words:.1f} %" if len(narrow) == len(members) else "–"
        alone = [one.bare_errors for one in members if one.bare_errors is not None]
        bare = f"{100 * sum(alone) / words:.1f} %" if len(alone) == len(members) else "–"
        sure, unsure = sum(one.sure for one in members), sum(one.unsure for one in members)
        wrong = _share(sum(one.unsure_wrong for one in members), unsure)
        others = _share(sum(one.sure_wrong for one in members), sure)
        lines.append(
            f"| {corpus} | {kind} | {language} | {len(members)} | {words} | {rates} | {bare} | {line} "
            f"| {right}/{len(members)} | {_share(unsure, sure + unsure)} | {wrong} | {others} |"
        )
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"
