"""Who speaks when: diarization error on recordings of one channel, and the roles, as ``voc eval speech`` reports them.

The diarization error rate is the share of the reference's speech (people who talk at once counted each) that is missed,
invented or given to somebody else, under the matching of speakers that is best for the whole recording (Hungarian
algorithm): without a collar around the borders, and with the usual one, a quarter of a second on both sides of each
border of the reference that is not scored. It is computed exactly, between all borders of both sides. The number of
speakers is estimated. The references are RTTM files beside the recordings; where the roles are known (the stereo call)
each turn is also checked for its role.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import computed_field

from voc.evaluation.corpora import shared_data
from voc.records import Record
from voc.settings import settings
from voc.speech.decode import decode
from voc.speech.diarization import diarize, load_speaker_models
from voc.speech.transcribe import Transcriber
from voc.speech.transcript import Transcript
from voc.speech.voice_activity import speech_in

PUBLISHED: Final = "pyannote.audio 3.1 on CALLHOME part 2 (telephone, two and more speakers): 28.4 %, another set"
"""https://github.com/pyannote/pyannote-audio: benchmark of speaker-diarization-3.1."""

Spans = Sequence[tuple[float, float]]
"""Begin and end, s."""

_ROLES: Final = {"caller": "customer"}
"""Names in the RTTM of the call that are roles by another name."""


class DiarizationErrors(Record):
    """Seconds of the reference's speech, and of each kind of error."""

    speech_s: float
    missed_s: float
    false_alarm_s: float
    confused_s: float

    @computed_field  # type: ignore[prop-decorator]
    @property
    def rate(self) -> float:
        """Diarization error rate, 0… (above 1 when more is invented than was said)."""
        wrong = self.missed_s + self.false_alarm_s + self.confused_s
        return wrong / self.speech_s if self.speech_s else 0.0


class SpeakersScored(Record):
    """One recording; ``errors`` is ``None`` without a reference of who speaks when.

    ``turns`` and ``turns_right`` count turns that have a role in the reference, and those that were given it;
    ``roles_from`` says where the roles come from.
    """

    path: str
    kind: str
    duration_s: float
    speakers: int
    found: int
    errors: DiarizationErrors | None = None
    with_collar: DiarizationErrors | None = None
    """The same but for a quarter of a second around each border of the reference."""
    turns: int = 0
    turns_right: int = 0
    roles_from: str | None = None


COLLAR_S: Final = 0.25


def diarization_errors(
    reference: Mapping[str, Spans], hypothesis: Mapping[str, Spans], *, collar_s: float = 0.0
) -> DiarizationErrors:
    """Compare who speaks when; both sides map a speaker to spans, which may overlap.

    What lies within ``collar_s`` of a border of the reference is not scored.

    Between two borders the set of speakers is constant on both sides: there, more speakers in the reference than in
    the hypothesis are missed, fewer are a false alarm, and of those that could be matched the others are confused.
    """
    from scipy.optimize import linear_sum_assignment

    marks = [edge for spans in reference.values() for span in spans for edge in span]
    edges = [edge for spans in hypothesis.values() for span in spans for edge in span]
    around = [mark + side for mark in marks for side in (-collar_s, collar_s)]
    borders = np.unique([*marks, *edges, *around])
    lengths = np.diff(borders)
    if collar_s and marks:
        middles = (borders[1:] + borders[:-1]) / 2
        ordered = np.sort(marks)
        at = np.clip(np.searchsorted(ordered, middles), 1, len(ordered) - 1)
        lengths[np.minimum(abs(ordered[at] - middles), abs(ordered[at - 1] - middles)) < collar_s] = 0
    truth, found = _active(reference, borders), _active(hypothesis, borders)
    said, heard = truth.sum(axis=0), found.sum(axis=0)
    together = (truth * lengths) @ found.T
    rows, columns = linear_sum_assignment(together, maximize=True)
    correct = float(together[rows, columns].sum())
    return DiarizationErrors(
        speech_s=float(said @ lengths),
        missed_s=float(np.maximum(said - heard, 0) @ lengths),
        false_alarm_s=float(np.maximum(heard - said, 0) @ lengths),
        confused_s=max(0.0, float(np.minimum(said, heard) @ lengths) - correct),
    )


def _active(speakers: Mapping[str, Spans], borders: np.ndarray) -> np.ndarray:
    """1 where a speaker talks between two borders, [speakers, len(borders) − 1]."""
    out = np.zeros((len(speakers), max(0, len(borders) - 1)))
    for row, spans in enumerate(speakers.values()):
        for begin, end in spans:
            out[row, np.searchsorted(borders, begin) : np.searchsorted(borders, end)] = 1
    return out


def read_rttm(path: Path) -> dict[str, list[tuple[float, float]]]:
    """The spans (s) of each speaker of an RTTM file."""
    found: dict[str, list[tuple[float, float]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if fields and fields[0] == "SPEAKER":
            found.setdefault(fields[7], []).append((float(fields[3]), float(fields[3]) + float(fields[4])))
    return found


def roles_right(transcript: Transcript, reference: Mapping[str, Spans]) -> tuple[int, int]:
    """Return how many turns overlap the reference's speech, and how many have the role of who speaks most in them."""
    judged = right = 0
    for turn in transcript.turns:
        begin, end = (turn.begin_ms or 0) / 1000, (turn.end_ms or 0) / 1000
        shares = {
            name: sum(max(0.0, min(end, last) - max(begin, first)) for first, last in spans)
            for name, spans in reference.items()
        }
        speaker = max(shares, key=lambda name: shares[name])
        if shares[speaker] > 0:
            judged += 1
            right += turn.participant_role == _ROLES.get(speaker, speaker)
    return judged, right


def evaluate(
    *,
    transcriber: Transcriber | None = None,
    data: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[SpeakersScored]:
    """Analyse every recording with a reference of who speaks when and score it; of the others, count the voices.

    Raises:
        InputError: the evaluation data is not there.
    """
    folder = data or shared_data("speech")
    with (folder / "transcripts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    transcriber = transcriber or Transcriber()
    scored = []
    for row in rows:
        if row["rttm"]:
            transcript = transcriber.transcribe(folder / row["path"])
            scored.append(score(row, transcript, read_rttm(folder / row["rttm"])))
        else:
            scored.append(counted(row, folder / row["path"]))
        if progress:
            progress(row["path"])
    return scored


def counted(row: Mapping[str, str], path: Path) -> SpeakersScored:
    """Count the voices of a recording whose words need not be known for that."""
    audio = decode(path).mixed_down()
    heard = diarize(audio, speech_in(audio, 0), using=load_speaker_models(threads=settings().threads))
    return SpeakersScored(
        path=row["path"],
        kind=row["kind"],
        duration_s=audio.duration_ms / 1000,
        speakers=int(row["n_speakers"] or 1),
        found=heard.speakers,
    )


def score(row: Mapping[str, str], transcript: Transcript, reference: Mapping[str, Spans]) -> SpeakersScored:
    """Score one recording; ``row`` is its line of ``transcripts.csv``."""
    heard = {name: [(begin / 1000, end / 1000) for begin, end in spans] for name, spans in transcript.talk.items()}
    judged, right = roles_right(transcript, reference) if "agent" in reference else (0, 0)
    return SpeakersScored(
        path=row["path"],
        kind=row["kind"],
        duration_s=transcript.duration_ms / 1000,
        speakers=int(row["n_speakers"] or 1),
        found=len([name for name, spans in transcript.talk.items() if spans]),
        errors=diarization_errors(reference, heard),
        with_collar=diarization_errors(reference, heard, collar_s=COLLAR_S),
        turns=judged,
        turns_right=right,
        roles_from=transcript.roles_from,
    )


def table(scored: Iterable[SpeakersScored]) -> str:
    """Return the scores as a Markdown table: recordings with a reference each, those of one person counted."""
    lines = [
        "| who speaks when | speakers | found | error rate | missed | false alarm | confused | with a collar"
        " | turns in their role |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    alone = []
    for one in scored:
        if one.errors is None:
            alone.append(one)
            continue
        errors = one.errors
        parts = (errors.missed_s, errors.false_alarm_s, errors.confused_s)
        rates = " | ".join(f"{100 * part / errors.speech_s:.1f} %" for part in parts)
        roles = f"{one.turns_right}/{one.turns}" if one.turns else "–"
        collar = f"{100 * one.with_collar.rate:.1f} %" if one.with_collar and one.with_collar.speech_s else "–"
        lines.append(
            f"| {one.path} | {one.speakers} | {one.found} | {100 * errors.rate:.1f} % | {rates} | {collar} | {roles} |"
        )
    groups: dict[tuple[str, int], list[SpeakersScored]] = {}
    for one in alone:
        groups.setdefault((one.path.split("/")[0], one.speakers), []).append(one)
    for (corpus, speakers), members in sorted(groups.items()):
        right = sum(one.found == speakers for one in members)
        lines.append(f"| {corpus}, no times | {speakers} | right in {right}/{len(members)} | – | – | – | – | – | – |")
    return "\n".join([*lines, "", f"Overlap counted, speakers estimated; the collar is 0.25 s. {PUBLISHED}."])
