"""Whisper on short windows: the words of a list of windows, with their times and confidences.

``WhisperModel.transcribe`` pads every window to 30 s. Here a batch is padded to its longest window plus 3 s: measured
on telephone prompts this costs no accuracy and is 2.5 times faster, while less padding makes the model invent text.
Encoding, decoding and alignment are faster-whisper's and CTranslate2's own.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voc.errors import ModelError
from voc.speech.activity import Window
from voc.speech.decode import SAMPLE_RATE, Audio

LANGUAGES: Final = ("fr", "en")

BEAM: Final = 5
BATCH: Final = 4
"""Windows decoded at once; measured on two cores, 2, 4 and 8 take the same time, and fewer pad each other less."""

_PADDING_S: Final = 3.0
_MODEL_WINDOW_S: Final = 30.0
_HOP: Final = 160
"""Samples a mel frame (10 ms); the encoder halves the frames again."""

_TOKENS_PER_S: Final = 12
"""No one speaks faster (French telephone speech: 6 to 8); what runs on is a loop, cut here."""

FOREIGN: Final = 0.8
"""Below this an unread language is not named: far-field English has come out as Welsh with 0.56."""

WORDS_PER_S: Final = 7.0
"""No one says more words a second than this for longer than a breath."""

RETRY_LOG_PROBABILITY: Final = -1.0
RETRY_COMPRESSION: Final = 2.4
"""Whisper's own thresholds (Radford et al. 2022, §4.5) for a decoding that failed."""


Listener = Callable[[Sequence[Window], Any], None]
"""Takes the windows of a batch and what the encoder made of them: CTranslate2 float [batch, states, width]."""


@dataclass(frozen=True)
class SpokenWord:
    """A word with its place in the recording (s) and its confidence (mean token probability, 0…1)."""

    text: str
    begin_s: float
    end_s: float
    confidence: float


@dataclass(frozen=True)
class Heard:
    """What Whisper made of a window, with the figures that tell speech from invention."""

    window: Window
    text: str
    log_probability: float
    """Mean natural log probability of a token."""
    no_speech: float
    """Probability that nobody speaks, 0…1."""
    words: tuple[SpokenWord, ...] = ()

    @property
    def compression(self) -> float:
        """How much zlib shortens the text: above 2.4 it repeats itself."""
        raw = self.text.encode()
        return len(raw) / len(zlib.compress(raw)) if raw else 0.0

    @property
    def failed(self) -> bool:
        """Whether another try is due: by Whisper's own rules, or with more words than anyone can say in the window."""
        return bool(self.text) and (
            self.compression > RETRY_COMPRESSION
            or self.log_probability < RETRY_LOG_PROBABILITY
            or len(self.text.split()) > WORDS_PER_S * self.window.seconds
        )


@dataclass
class Guess:
    """Language of a recording: the probabilities of all languages, averaged over speech, weighted by its length."""

    weights: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, probabilities: Sequence[tuple[str, float]], seconds: float) -> None:
        """Add one window: (``<|fr|>``, probability) pairs."""
        for token, probability in probabilities:
            code = token.strip("<|>")
            self.weights[code] = self.weights.get(code, 0.0) + probability * seconds
        self.seconds += seconds

    @property
    def language(self) -> str:
        """The likelier of the languages read here."""
        return max(LANGUAGES, key=lambda code: self.weights.get(code, 0.0))

    @property
    def confidence(self) -> float | None:
        """Its probability against the other one; ``None`` when nothing was heard."""
        known = sum(self.weights.get(code, 0.0) for code in LANGUAGES)
        return self.weights.get(self.language, 0.0) / known if known > 0 else None

    @property
    def foreign(self) -> tuple[str, float] | None:
        """Another language that is likelier than not, with its probability; an accent alone does not get there."""
        if not self.seconds:
            return None
        code = max(self.weights, key=lambda key: self.weights[key])
        probability = self.weights[code] / self.seconds
        return (code, probability) if code not in LANGUAGES and probability > FOREIGN else None


@lru_cache(maxsize=1)
def load_whisper(folder: Path, *, threads: int) -> Any:
    """Load a CTranslate2 Whisper model once per process: int8 on the CPU.

    Raises:
        ModelError: the folder holds no usable model.
    """
    from faster_whisper import WhisperModel

    missing = [name for name in ("model.bin", "config.json", "tokenizer.json") if not (folder / name).is_file()]
    if missing:
        raise ModelError(f"{folder}: {', '.join(missing)} missing; run `voc models pull` or set VOC_WHISPER_MODEL.")
    try:
        return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True)
    except (RuntimeError, ValueError) as error:
        raise ModelError(f"{folder}: not a Whisper model of CTranslate2 ({error}); run `voc models verify`.") from error


class WindowReader:
    """Reads windows of a recording with a loaded model, in batches of similar length."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def read(
        self,
        audio: Audio,
        windows: Sequence[Window],
        *,
        language: str | None = None,
        progress: Callable[[float], None] | None = None,
        listener: Listener | None = None,
    ) -> tuple[list[Heard], Guess | None]:
        """Transcribe windows; returns one :class:`Heard` each, in the order given, and the language guess.

        Without ``language`` it is taken from the longest windows (the first batch, up to two minutes of speech), whose
        encoding is used again for the words: the guess costs nothing. ``progress`` is called with seconds read,
        ``listener`` with the windows of each batch and the encoder's states of them.
        """
        heard: list[Heard | None] = [None] * len(windows)
        guess: Guess | None = None if language else Guess()
        order = sorted(range(len(windows)), key=lambda index: -windows[index].seconds)
        for begin in range(0, len(order), BATCH):
            indices = order[begin : begin + BATCH]
            batch = [windows[index] for index in indices]
            encoded = self._encode(audio, batch)
            if guess is not None and begin == 0:
                for window, probabilities in zip(batch, self._model.model.detect_language(encoded), strict=True):
                    guess.add(probabilities, window.seconds)
            code = language or (guess.language if guess else LANGUAGES[0])
            for index, result in zip(indices, self._transcribe(audio, batch, encoded, code), strict=True):
                heard[index] = result
            if listener:
                listener(batch, encoded)
            if progress:
                progress(sum(window.seconds for window in batch))
        return [result for result in heard if result is not None], guess

    def _encode(self, audio: Audio, windows: Sequence[Window], *, padding_s: float = _PADDING_S) -> Any:
        seconds = min(_MODEL_WINDOW_S, max(window.seconds for window in windows) + padding_s)
        frames = math.ceil(seconds * SAMPLE_RATE / _HOP / 2) * 2
        features = np.stack([self._features(audio, window, frames) for window in windows])
        return self._model.encode(np.ascontiguousarray(features, dtype=np.float32))

    def _features(self, audio: Audio, window: Window, frames: int) -> NDArray[np.float32]:
        sound = audio.samples(window.channel, window.begin, window.end)[: frames * _HOP]
        padded = np.pad(sound, (0, frames * _HOP - len(sound)))
        features: NDArray[np.float32] = self._model.feature_extractor(padded, padding=0)[:, :frames]
        return features

    def _transcribe(self, audio: Audio, windows: Sequence[Window], encoded: Any, language: str) -> list[Heard]:
        tokenizer = self._tokenizer(language)
        decoded = self._decode(windows, encoded, tokenizer)
        words = self._align([tokens for _, tokens in decoded], windows, encoded, tokenizer)
        results = []
        for (heard, _), spoken in zip(decoded, words, strict=True):
            result = replace(heard, words=spoken)
            results.append(self._again(audio, result, tokenizer) if result.failed else result)
        return results

    def _again(self, audio: Audio, first: Heard, tokenizer: Any) -> Heard:
        """Decode a window that failed once more, alone, padded to the full 30 s, repetition forbidden.

        Whisper's own remedy is sampling at rising temperature; this one gives the same words on every run.
        """
        encoded = self._encode(audio, [first.window], padding_s=_MODEL_WINDOW_S)
        [(second, tokens)] = self._decode([first.window], encoded, tokenizer, no_repeat_ngram_size=4)
        looping = first.compression > RETRY_COMPRESSION or first.log_probability >= RETRY_LOG_PROBABILITY
        if not looping and second.log_probability <= first.log_probability:
            return first
        [words] = self._align([tokens], [first.window], encoded, tokenizer)
        return replace(second, words=words)

    def _tokenizer(self, language: str) -> Any:
        from faster_whisper.tokenizer import Tokenizer

        return Tokenizer(
            self._model.hf_tokenizer, self._model.model.is_multilingual, task="transcribe", language=language
        )

    def _decode(
        self, windows: Sequence[Window], encoded: Any, tokenizer: Any, **options: Any
    ) -> list[tuple[Heard, list[int]]]:
        prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        longest = max(window.seconds for window in windows)
        results = self._model.model.generate(
            encoded,
            [prompt] * len(windows),
            beam_size=BEAM,
            max_length=min(self._model.max_length, len(prompt) + 16 + int(_TOKENS_PER_S * longest)),
            suppress_tokens=_suppressed(tokenizer),
            return_scores=True,
            return_no_speech_prob=True,
            **options,
        )
        out = []
        for window, result in zip(windows, results, strict=True):
            tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
            length = len(result.sequences_ids[0])
            # The score is normalised by the length; Whisper's threshold counts the end of text as a token too.
            log_probability = result.scores[0] * length / (length + 1)
            text = tokenizer.decode(tokens).strip()
            out.append((Heard(window, text, log_probability, float(result.no_speech_prob)), tokens))
        return out

    def _align(
        self, tokens: Sequence[list[int]], windows: Sequence[Window], encoded: Any, tokenizer: Any
    ) -> Iterator[tuple[SpokenWord, ...]]:
        frames = [max(2, math.ceil(window.seconds * SAMPLE_RATE / _HOP)) for window in windows]
        alignments = self._model.find_alignment(tokenizer, list(tokens), encoded, frames)
        for window, alignment in zip(windows, alignments, strict=True):
            yield _words(alignment, offset_s=window.begin / SAMPLE_RATE)


_OPENING: Final = frozenset('"“«([{¿¡')
_DASHES: Final = frozenset("-–—…")


def _words(alignment: Sequence[dict[str, Any]], *, offset_s: float) -> tuple[SpokenWord, ...]:
    """Join the pieces of an alignment to words, so that the words joined by spaces are the text.

    A piece that does not begin with a space belongs to the word before ("rendez" + "-vous"); punctuation is attached
    and takes no time; a dash that stands alone is left out.
    """
    words: list[SpokenWord] = []
    opening = ""
    for piece in alignment:
        raw = str(piece["word"])
        text, probability = raw.strip(), float(piece["probability"])
        begin, end = offset_s + float(piece["start"]), offset_s + float(piece["end"])
        if not text:
            continue
        if not any(character.isalnum() for character in text):
            if text in _OPENING:
                opening = text
            elif words and text not in _DASHES:
                # French sets a space before ? and !, which stays.
                words[-1] = replace(words[-1], text=words[-1].text + raw.rstrip())
            continue
        if words and not opening and not raw.startswith(" "):
            last = words[-1]
            words[-1] = SpokenWord(last.text + text, last.begin_s, end, min(last.confidence, probability))
        else:
            words.append(SpokenWord(opening + text, begin, end, probability))
        opening = ""
    return tuple(words)


def _suppressed(tokenizer: Any) -> list[int]:
    """Tokens that are never words: speaker tags, music notes, task marks (Whisper's ``suppress_tokens=-1``)."""
    from faster_whisper.transcribe import get_suppressed_tokens

    return list(get_suppressed_tokens(tokenizer, [-1]))
