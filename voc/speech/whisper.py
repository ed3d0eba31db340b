"""Whisper on short windows: the words of a list of windows, with their times and confidences.

``WhisperModel.transcribe`` pads every window to 30 s. Here a batch is padded to its longest window plus 3 s: measured
on telephone prompts this costs no accuracy and is 2.5 times faster, while less padding makes the model invent text.
Encoding, decoding and alignment are faster-whisper's and CTranslate2's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voc.speech.activity import Window
from voc.speech.decode import SAMPLE_RATE, Audio
from voc.speech.heard import RETRY_COMPRESSION, RETRY_LOG_PROBABILITY, Heard, SpokenWord, read_out
from voc.speech.languages import DISAGREES, LANGUAGES, Guess, evidence, other
from voc.speech.missed import alone, filled, missed
from voc.speech.passages import Passages
from voc.speech.recogniser import give_back_memory
from voc.speech.states import as_array
from voc.speech.vocabulary import Vocabulary

BEAM: Final = 5
BATCH: Final = {"cpu": 4, "cuda": 16}
"""Windows decoded at once; measured on two cores, 2, 4 and 8 take the same time, and fewer pad each other less. A GPU
wants more of them."""

BATCH_S: Final = {"cpu": 64.0, "cuda": 480.0}
"""Seconds of a batch, padding included: the decoder keeps 1.2 MB for each while it reads them."""

_SPARING_S: Final = 300.0
"""Seconds to read from which on memory is given back between the steps, on a CPU."""

_PADDING_S: Final = 3.0
_MODEL_WINDOW_S: Final = 30.0
_HOP: Final = 160
"""Samples a mel frame (10 ms); the encoder halves the frames again."""

_TOKENS_PER_S: Final = 12
"""No one speaks faster (French telephone speech: 6 to 8); what runs on is a loop, cut here."""

Listener = Callable[[Sequence[Window], Any], None]
"""Takes the windows of a batch and what the encoder made of them: CTranslate2 float [batch, states, width]."""


@dataclass(frozen=True)
class _Read:
    """A decoding: what was heard and its tokens."""

    heard: Heard
    tokens: list[int]


class WindowReader:
    """Reads windows of a recording with a loaded model, in batches of similar length."""

    def __init__(self, model: Any, *, vocabulary: Vocabulary | None = None) -> None:
        """Take a loaded ``faster_whisper.WhisperModel`` and the words to expect, if any."""
        self._model = model
        self._vocabulary = vocabulary or Vocabulary()
        device = model.model.device if model.model.device in BATCH else "cpu"
        self._batch, self._batch_s = BATCH[device], BATCH_S[device]
        self._sparing = False

    def read(
        self,
        audio: Audio,
        windows: Sequence[Window],
        *,
        language: str | None = None,
        progress: Callable[[float], None] | None = None,
        listener: Listener | None = None,
    ) -> tuple[list[Heard], Guess | None]:
        """Transcribe windows; returns what was heard in their order, and the language guess.

        Without ``language`` it is taken from the longest windows (the first batch, up to a minute of speech), whose
        encoding is used again for the words: the guess costs nothing. A window in which the language plainly changes
        is cut there and gives one :class:`Heard` for each part. ``progress`` is called with seconds read, ``listener``
        with the windows of each batch and the encoder's states of them.
        """
        # Giving memory back costs a hundredth of the time, and a short recording has not much to give.
        self._sparing = self._model.model.device == "cpu" and sum(window.seconds for window in windows) > _SPARING_S
        heard: list[list[Heard]] = [[] for _ in windows]
        guess: Guess | None = None if language else Guess()
        passages = Passages(self._model, lambda some: self._encode(audio, some))
        cut: list[tuple[int, Window, str]] = []
        for number, indices in enumerate(self._batches(windows)):
            batch = [windows[index] for index in indices]
            encoded = self._encode(audio, batch)
            if guess is not None and number == 0:
                for window, probabilities in zip(batch, self._model.model.detect_language(encoded), strict=True):
                    guess.add(probabilities, window.seconds)
            code = language or (guess.language if guess else LANGUAGES[0])
            parts = passages.of(batch, encoded, code) if language is None else [[(window, code)] for window in batch]
            whole = [found[0][1] if len(found) == 1 else None for found in parts]
            cut += [
                (index, *part) for index, found in zip(indices, parts, strict=True) if len(found) > 1 for part in found
            ]
            for index, one, result in zip(
                indices, whole, self._transcribe(audio, batch, encoded, [one or code for one in whole]), strict=True
            ):
                if one is not None:
                    heard[index].append(result)
            if listener:
                listener(batch, encoded)
            if progress:
                progress(sum(window.seconds for window in batch))
        for index, window, code in cut:
            heard[index] += self._transcribe(audio, [window], self._encode(audio, [window]), [code])
        return [self._completed(audio, result, language) for results in heard for result in results], guess

    def _completed(self, audio: Audio, heard: Heard, language: str | None) -> Heard:
        """Read by itself what was passed over; without ``language`` in the one it sounds like."""
        for stretch in missed(heard):
            window = alone(heard.window, stretch)
            encoded = self._encode(audio, [window])
            code = language or heard.language or LANGUAGES[0]
            if language is None:
                [probabilities] = self._model.model.detect_language(encoded)
                code = other(code) if evidence(probabilities, against=code) > DISAGREES else code
            [again] = self._transcribe(audio, [window], encoded, [code])
            heard = filled(heard, stretch, again)
        return heard

    def _batches(self, windows: Sequence[Window]) -> Iterator[list[int]]:
        """The numbers of the windows that are read together, the longest first."""
        order = sorted(range(len(windows)), key=lambda index: -windows[index].seconds)
        while order:
            at_once = int(self._batch_s / _padded_s(windows[order[0]], _PADDING_S))
            many = max(1, min(self._batch, at_once))
            yield order[:many]
            del order[:many]

    def _encode(self, audio: Audio, windows: Sequence[Window], *, padding_s: float = _PADDING_S) -> Any:
        seconds = max(_padded_s(window, padding_s) for window in windows)
        frames = math.ceil(seconds * SAMPLE_RATE / _HOP / 2) * 2
        features = [self._features(audio, window, frames) for window in windows]
        if self._model.model.device != "cpu":
            return self._model.encode(np.stack(features))
        if self._sparing:
            give_back_memory()
        # One at a time: attention over 30 s takes 70 MB a window, and a CPU gains nothing from several at once.
        return _view(np.concatenate([as_array(self._model.encode(one[None])) for one in features]))

    def _features(self, audio: Audio, window: Window, frames: int) -> NDArray[np.float32]:
        padded = np.zeros(frames * _HOP, dtype=np.float32)
        at = 0
        for begin, end in window.pieces:
            sound = audio.samples(window.channel, begin, end)[: len(padded) - at]
            padded[at : at + len(sound)] = sound
            at += len(sound)
        features = self._model.feature_extractor(padded, padding=0)[:, :frames]
        return np.ascontiguousarray(features, dtype=np.float32)

    def _transcribe(
        self, audio: Audio, windows: Sequence[Window], encoded: Any, languages: Sequence[str]
    ) -> list[Heard]:
        prompted = bool(self._vocabulary)
        found = self._words(windows, encoded, languages, prompted=prompted)
        if prompted:
            # What was perhaps said by the prompt alone is read without it; the sound is encoded already.
            doubted = [at for at, one in enumerate(found) if one.failed or self._vocabulary.out_of_nowhere(one.words)]
            if doubted:
                plain = self._words(windows, encoded, languages, prompted=False)
                found = [plain[at] if at in doubted else one for at, one in enumerate(found)]
        return [self._again(audio, one) if one.failed else one for one in found]

    def _words(
        self, windows: Sequence[Window], encoded: Any, languages: Sequence[str], *, prompted: bool
    ) -> list[Heard]:
        read = self._decode(windows, encoded, languages, prompted=prompted)
        words = self._align(read, encoded)
        return [replace(one.heard, words=spoken) for one, spoken in zip(read, words, strict=True)]

    def _again(self, audio: Audio, first: Heard) -> Heard:
        """Decode a window that failed once more, alone, padded to the full 30 s, repetition forbidden.

        Whisper's own remedy is sampling at rising temperature; this one gives the same words on every run.
        """
        encoded = self._encode(audio, [first.window], padding_s=_MODEL_WINDOW_S)
        languages = [first.language or LANGUAGES[0]]
        [second] = self._decode([first.window], encoded, languages, prompted=False, no_repeat_ngram_size=4)
        looping = first.compression > RETRY_COMPRESSION or first.log_probability >= RETRY_LOG_PROBABILITY
        if not looping and second.heard.log_probability <= first.log_probability:
            return first
        [words] = self._align([second], encoded)
        return replace(second.heard, words=words)

    def _tokenizer(self, language: str) -> Any:
        from faster_whisper.tokenizer import Tokenizer

        return Tokenizer(
            self._model.hf_tokenizer, self._model.model.is_multilingual, task="transcribe", language=language
        )

    def _decode(
        self, windows: Sequence[Window], encoded: Any, languages: Sequence[str], *, prompted: bool, **options: Any
    ) -> list[_Read]:
        tokenizers = {language: self._tokenizer(language) for language in set(languages)}
        any_one = tokenizers[languages[0]]
        before = [any_one.sot_prev, *self._vocabulary.tokens(any_one)] if prompted else []
        prompts = [
            [*before, *tokenizers[language].sot_sequence, tokenizers[language].no_timestamps] for language in languages
        ]
        longest = max(window.seconds for window in windows)
        if self._sparing:
            give_back_memory()
        results = self._model.model.generate(
            encoded,
            prompts,
            beam_size=BEAM,
            max_length=min(self._model.max_length, len(prompts[0]) + 16 + int(_TOKENS_PER_S * longest)),
            suppress_tokens=_suppressed(any_one),
            return_scores=True,
            return_no_speech_prob=True,
            **options,
        )
        out = []
        for window, language, result in zip(windows, languages, results, strict=True):
            tokens = [token for token in result.sequences_ids[0] if token < any_one.eot]
            length = len(result.sequences_ids[0])
            # The score is normalised by the length; Whisper's threshold counts the end of text as a token too.
            log_probability = result.scores[0] * length / (length + 1)
            text = any_one.decode(tokens).strip()
            heard = Heard(window, text, log_probability, float(result.no_speech_prob), language=language)
            out.append(_Read(heard, tokens))
        return out

    def _align(self, read: Sequence[_Read], encoded: Any) -> list[tuple[SpokenWord, ...]]:
        """Place the words; on a CPU window by window: each token takes 200 kB, and several at once gain nothing."""
        if self._model.model.device != "cpu":
            return self._align_together(read, encoded)
        states = as_array(encoded)
        return [
            words
            for at, one in enumerate(read)
            for words in self._align_together([one], _view(np.ascontiguousarray(states[at : at + 1])))
        ]

    def _align_together(self, read: Sequence[_Read], encoded: Any) -> list[tuple[SpokenWord, ...]]:
        """Language by language: the alignment of a batch begins with one language's token."""
        words: list[tuple[SpokenWord, ...]] = [()] * len(read)
        frames = [max(2, math.ceil(one.heard.window.seconds * SAMPLE_RATE / _HOP)) for one in read]
        for language in sorted({one.heard.language or LANGUAGES[0] for one in read}):
            tokenizer = self._tokenizer(language)
            tokens = [one.tokens if one.heard.language == language else [] for one in read]
            alignments = self._model.find_alignment(tokenizer, tokens, encoded, frames)
            for at, (one, alignment) in enumerate(zip(read, alignments, strict=True)):
                if one.heard.language == language:
                    words[at] = _words(alignment, one.heard.window)
        return words


def _padded_s(window: Window, padding_s: float) -> float:
    return min(_MODEL_WINDOW_S, window.seconds + padding_s)


def _view(states: NDArray[np.float32]) -> Any:
    from ctranslate2 import StorageView

    return StorageView.from_array(states)


_OPENING: Final = frozenset('"“«([{¿¡')
_DASHES: Final = frozenset("-–—…")


def _words(alignment: Sequence[dict[str, Any]], window: Window) -> tuple[SpokenWord, ...]:
    """Join the pieces of a window's alignment to words, so that the words joined by spaces are the text.

    A piece that does not begin with a space belongs to the word before ("rendez" + "-vous"); punctuation is attached
    and takes no time; a dash that stands alone is left out.
    """
    words: list[SpokenWord] = []
    opening = ""
    for piece in alignment:
        raw = str(piece["word"])
        text, probability = raw.strip(), float(piece["probability"])
        if not text:
            continue
        if not any(character.isalnum() for character in text):
            if text in _OPENING:
                opening = text
            elif words and text not in _DASHES:
                # French sets a space before ? and !, which stays.
                words[-1] = replace(words[-1], text=words[-1].text + raw.rstrip())
            continue
        # A word is said at once, though the alignment may give it the pause before it; a number may have pauses in it.
        place = window.recorded if read_out(text) else window.recorded_at_once
        begin, end = place(float(piece["start"]), float(piece["end"]))
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
