"""How a turn sounds: activation and tension, read from what the transcription's encoder made of it anyway.

*Activation* is the calibrated probability of a stirred voice (anger, fear, joy) as against a calm one (neutral, sad,
bored, disgusted); *tension* that of an angry voice against all others. Both are linear discriminants on the mean of the
encoder's states while the turn is spoken; ``models/tone/README.md`` says what they were trained on and how wrong they
are. Tone never changes what was read in the words.

Voices differ more between people than within one. From three turns of a speaker on, the first three are therefore
taken for their usual voice, and every turn is moved by a share of how far those three lie from an average voice. Only
a share, because somebody may be angry from the first word on.

Only turns of the customer are scored unless ``VOC_TONE=all``: in the European Union employees' emotions may not be
inferred from their voices (Regulation (EU) 2024/1689, art. 5(1)(f)), and customers must be told (art. 50(3)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from voc import models
from voc.errors import ModelError
from voc.records import Skipped, Tone, Turn
from voc.speech.conversation_metrics import Interval
from voc.speech.decode import SAMPLE_RATE, Audio
from voc.speech.encoder_pooling import VoiceStates
from voc.speech.prosody import Prosody, opening, prosody, reasons

Whose = Literal["customer", "all", "off"]
"""Values of ``VOC_TONE``: whose voices are scored."""

TONE_NAME: Final = "voc-tone@4"
SCALES: Final = ("activation", "tension")

CUSTOMER: Final = "customer"

SPOKEN_MIN_S: Final = 0.6
"""A turn with less speech says nothing reliable of a voice; parts of clips as short as this were learnt."""

BASELINE_TURNS: Final = 3
"""So many first turns are a speaker's usual voice."""

OFF: Final = "switched off by VOC_TONE"
OTHER_MODEL: Final = "tone is read from the states of Whisper base, and another model transcribes"
NO_ROLES: Final = "who speaks is not known, and only the customer's voice may be scored"
NO_CUSTOMER: Final = "no customer speech found"
NO_SPEECH: Final = "no speech found"
TOO_SHORT: Final = "no turn is long enough to tell how it sounds"


@dataclass(frozen=True)
class ToneHead:
    """The weights; all arrays float32."""

    weights: NDArray[np.float32]
    """[width of the encoder, 2 scales]"""
    bias: NDArray[np.float32]
    """[2]"""
    usual: NDArray[np.float32]
    """[2]: the score of an average speaker's usual voice."""
    share: float
    """How much of a speaker's distance from it is taken off, 0…1."""
    calibration: NDArray[np.float32]
    """[2 scales, 2]: slope and offset (Platt) of scores as they are."""
    relative_calibration: NDArray[np.float32]
    """[2 scales, 2]: of scores relative to the speaker."""
    encoder: str
    """Fingerprint of the weights whose states it reads."""

    def scores(self, means: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return scores [..., 2 scales], not calibrated, of means of projected states [..., 2]."""
        return np.asarray(means + self.bias, dtype=np.float32)

    def shift(self, baseline: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what is taken off a speaker's scores [2], from those of their first turns [n, 2]."""
        return np.asarray(self.share * (baseline.mean(axis=0) - self.usual), dtype=np.float32)

    def probabilities(
        self, scores: NDArray[np.float32], *, shift: NDArray[np.float32] | None = None
    ) -> NDArray[np.float64]:
        """Return calibrated probabilities [..., 2 scales]; with ``shift`` those relative to the speaker."""
        slope, offset = (self.calibration if shift is None else self.relative_calibration).T
        moved = scores if shift is None else scores - shift
        return np.asarray(1 / (1 + np.exp(-(moved.astype(np.float64) * slope + offset))), dtype=np.float64)


@lru_cache(maxsize=1)
def load_head(path: Path | None = None) -> ToneHead:
    """Load the weights that ship, or those of a file.

    Raises:
        ModelError: they are missing or damaged.
    """
    file = path or models.path("tone") / "tone.npz"
    try:
        with file.open("rb") as handle, np.load(handle, allow_pickle=False) as saved:
            arrays = {
                name: saved[name].astype(np.float32)
                for name in ("weights", "bias", "usual", "calibration", "relative_calibration")
            }
            return ToneHead(**arrays, share=float(saved["share"]), encoder=str(saved["encoder"]))
    except (OSError, KeyError, ValueError, EOFError, BadZipFile) as error:
        raise ModelError(f"{file}: not weights of voc-tone ({error}); run `voc models verify`.") from error


class ToneReader:
    """Scores the turns of one recording: ``listener`` hears its transcription, :meth:`scored` is asked afterwards."""

    def __init__(self, *, whose: Whose, encoder: str | None) -> None:
        """Prepare for a recording.

        Args:
            whose: whose voices are scored.
            encoder: fingerprint of the weights that transcribe; ``None`` where nobody speaks and nothing is read.

        Raises:
            ModelError: the weights are missing or damaged.
        """
        self._whose = whose
        self._reason: str | None = None
        self._head: ToneHead | None = None
        self.listener: VoiceStates | None = None
        if whose == "off":
            self._reason = OFF
            return
        if encoder is None:
            self._reason = NO_SPEECH
            return
        head = load_head()
        if head.encoder != encoder:
            self._reason = OTHER_MODEL
            return
        self._head = head
        self.listener = VoiceStates(head.weights)

    def scored(
        self, turns: Sequence[Turn], audio: Audio, spoken: Sequence[Sequence[Interval]]
    ) -> tuple[list[Turn], list[Skipped]]:
        """Return the turns with their tone, and why there is none where no turn got one.

        Args:
            turns: with roles, in time; ``channel_tag`` is the 1-based channel of ``audio``.
            audio: what was transcribed.
            spoken: voice activity of each channel (samples).
        """
        kept = list(turns)
        if self._head is None or self.listener is None:
            return kept, [_skipped(self._reason or OFF)]
        chosen = [
            index for index, turn in enumerate(turns) if self._whose == "all" or turn.participant_role == CUSTOMER
        ]
        if not chosen:
            return kept, [_skipped(self._why_nobody(turns))]
        speakers: dict[tuple[int | None, str | None], list[_Measured]] = {}
        for index in chosen:
            turn = turns[index]
            channel = (turn.channel_tag or 1) - 1
            speech = _within(spoken[channel], turn) if channel < len(spoken) else []
            mean, seconds = self.listener.mean(channel, speech)
            if seconds < SPOKEN_MIN_S:
                continue
            voice = prosody(audio, channel, speech, words=len(turn.words) or len(turn.text.split()))
            one = _Measured(index, self._head.scores(mean), voice)
            speakers.setdefault((turn.channel_tag, turn.participant_role), []).append(one)
        for measured in speakers.values():
            for index, tone in _tones(self._head, measured):
                kept[index] = kept[index].model_copy(update={"tone": tone})
        return kept, [] if speakers else [_skipped(TOO_SHORT)]

    def _why_nobody(self, turns: Sequence[Turn]) -> str:
        if not turns:
            return NO_SPEECH
        known = [turn.participant_role for turn in turns if turn.participant_role in ("agent", CUSTOMER)]
        return NO_CUSTOMER if known else NO_ROLES


@dataclass(frozen=True)
class _Measured:
    index: int
    scores: NDArray[np.float32]
    voice: Prosody


def _tones(head: ToneHead, measured: Sequence[_Measured]) -> list[tuple[int, Tone]]:
    """Tones of one speaker's turns, in time."""
    first = measured[:BASELINE_TURNS]
    relative = len(measured) >= BASELINE_TURNS
    shift = head.shift(np.stack([one.scores for one in first])) if relative else None
    usual = opening([one.voice for one in first])
    found = []
    for at, one in enumerate(measured):
        activation, tension = head.probabilities(one.scores, shift=shift)
        found.append(
            (
                one.index,
                Tone(
                    activation=round(float(activation), 3),
                    tension=round(float(tension), 3),
                    relative=relative,
                    reasons=reasons(one.voice, usual) if relative and at >= BASELINE_TURNS else (),
                    pitch_hz=one.voice.pitch_hz,
                    loudness_dbfs=one.voice.loudness_dbfs,
                    words_per_minute=one.voice.words_per_minute,
                ),
            )
        )
    return found


def _within(spoken: Sequence[Interval], turn: Turn) -> list[Interval]:
    """The parts of the voice activity (samples) that lie in a turn."""
    if turn.begin_ms is None or turn.end_ms is None:
        return []
    first, last = turn.begin_ms * SAMPLE_RATE // 1000, turn.end_ms * SAMPLE_RATE // 1000
    return [(max(begin, first), min(end, last)) for begin, end in spoken if begin < last and end > first]


def _skipped(reason: str) -> Skipped:
    return Skipped(feature="tone", reason=reason)
