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

from voc.speech.alignment import words_of
from voc.speech.code_switching import Passages
from voc.speech.decode import SAMPLE_RATE, Audio
from voc.speech.encoder_pooling import as_array
from voc.speech.foreign import LEAST_S, SUSPECTED, Probabilities, is_in, likeliest_third
from voc.speech.gap_retry import merge_retry, moved_out, retry_window, sureness, uncovered_speech, with_neighbours
from voc.speech.hallucination_filter import repetitive, without_impossible
from voc.speech.hotwords import Vocabulary
from voc.speech.languages import DISAGREES, LANGUAGES, Guess, language_log_odds, other_language
from voc.speech.model_cache import give_back_memory
from voc.speech.script import other_scripts
from voc.speech.voice_activity import Window
from voc.speech.window_transcript import RETRY_COMPRESSION, RETRY_LOG_PROBABILITY, SpokenWord, WindowTranscript

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
_SHORT_S: Final = 2.0
"""A shorter window is padded to the 30 s Whisper was trained on: with less, a single "bonjour" is written twice."""

_HOP: Final = 160
"""Samples a mel frame (10 ms); the encoder halves the frames again."""

_TOKENS_PER_S: Final = 12
"""No one speaks faster (French telephone speech: 6 to 8); what runs on is a loop, cut here."""

Listener = Callable[[Sequence[Window], Any], None]
"""Takes the windows of a batch and what the encoder made of them: CTranslate2 float [batch, states, width]."""


@dataclass(frozen=True)
class _Read:
    """A decoding: what was heard and its tokens."""

    heard: WindowTranscript
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
        self._other_scripts: tuple[int, ...] | None = None

    def read(
        self,
        audio: Audio,
        windows: Sequence[Window],
        *,
        language: str | None = None,
        usual: str | None = None,
        progress: Callable[[float], None] | None = None,
        listener: Listener | None = None,
    ) -> tuple[list[WindowTranscript], Guess | None]:
        """Transcribe windows; returns what was heard in their order, and the language guess.

        Without ``language`` it is taken from the longest windows (the first batch, up to a minute of speech), whose
        encoding is used again for the words: the guess costs nothing; it leans to ``usual`` where little is said. A
        window in which the language plainly changes is cut there and gives one :class:`WindowTranscript` for each part;
        one in a language that is not read here has no words and names it. ``progress`` is called with seconds read,
        ``listener`` with the windows of each batch and the encoder's states of them.
        """
        # Giving memory back costs a hundredth of the time, and a short recording has not much to give.
        self._sparing = self._model.model.device == "cpu" and sum(window.seconds for window in windows) > _SPARING_S
        heard: list[list[WindowTranscript]] = [[] for _ in windows]
        guess: Guess | None = None if language else Guess(usual)
        passages = Passages(self._model, lambda some: self._encode(audio, some, padding_s=_PADDING_S))
        cut: list[tuple[int, Window, str]] = []
        for number, indices in enumerate(self._batches(windows)):
            batch = [windows[index] for index in indices]
            encoded = self._encode(audio, batch)
            asked: list[Probabilities] = self._model.model.detect_language(encoded) if guess is not None else []
            if guess is not None and number == 0:
                for window, probabilities in zip(batch, asked, strict=True):
                    guess.add(probabilities, window.seconds)
                if guess.doubtful:
                    guess.settled = self._likelier(audio, batch[0])
            code = language or (guess.language if guess else LANGUAGES[0])
            parts = [[(window, code)] for window in batch]
            if language is None:
                parts = [
                    self._settled(audio, found, code, probabilities)
                    for found, probabilities in zip(passages.of(batch, encoded, code), asked, strict=True)
                ]
            whole = [found[0][1] if len(found) == 1 else None for found in parts]
            cut += [
                (index, *part) for index, found in zip(indices, parts, strict=True) if len(found) > 1 for part in found
            ]
            for index, one, result in zip(
                indices,
                whole,
                self._transcribe(audio, batch, encoded, [_read_as(one, code) for one in whole]),
                strict=True,
            ):
                if one is not None:
                    heard[index].append(result if one in LANGUAGES else _not_read(result.window, one))
            if listener:
                listener(batch, encoded)
            if progress:
                progress(sum(window.seconds for window in batch))
        for index, window, code in cut:
            if code in LANGUAGES:
                heard[index] += self._transcribe(audio, [window], self._encode(audio, [window]), [code])
            else:
                heard[index].append(_not_read(window, code))
        completed = [self._completed(audio, result, language) for results in heard for result in results]
        return [one for results in completed for one in results], guess

    def _settled(
        self, audio: Audio, parts: list[tuple[Window, str]], language: str, probabilities: Probabilities
    ) -> list[tuple[Window, str]]:
        """Settle which parts of a window are in a language that is not read, by how well they read in it."""
        third, probability = likeliest_third(probabilities)
        settled = []
        for window, code in parts:
            suspected = third if len(parts) == 1 and code in LANGUAGES and probability >= SUSPECTED else code
            if suspected not in LANGUAGES and not self._is_foreign(audio, window, suspected):
                suspected = code if code in LANGUAGES else language
            settled.append((window, suspected))
        if len({code for _, code in settled}) > 1 or len(settled) == 1:
            return settled
        windows = [window for window, _ in settled]
        speech = tuple(stretch for window in windows for stretch in window.speech)
        return [(Window(windows[0].channel, windows[0].begin, windows[-1].end, speech=speech), settled[0][1])]

    def _is_foreign(self, audio: Audio, window: Window, third: str) -> bool:
        seconds = sum(end - begin for begin, end in window.speech) / SAMPLE_RATE
        if seconds < LEAST_S:
            return False
        encoded = self._encode(audio, [window], padding_s=_MODEL_WINDOW_S)
        [probabilities] = self._model.model.detect_language(encoded)
        scores = {code: self._score(window, encoded, code) for code in (third, *LANGUAGES)}
        return is_in(third, probabilities, scores, seconds=seconds)

    def _likelier(self, audio: Audio, window: Window) -> str:
        """The language read here in which a window reads better."""
        encoded = self._encode(audio, [window], padding_s=_MODEL_WINDOW_S)
        return max(LANGUAGES, key=lambda code: self._score(window, encoded, code))

    def _score(self, window: Window, encoded: Any, language: str) -> float:
        """Mean natural log probability of a token of a window read in a language; −∞ where the text is a loop."""
        [read] = self._decode([window], encoded, [language], prompted=False)
        # A loop is likely in any language: what it says of this one is nothing.
        return read.heard.log_probability if read.heard.compression <= RETRY_COMPRESSION else -math.inf

    def _completed(self, audio: Audio, heard: WindowTranscript, language: str | None) -> list[WindowTranscript]:
        """Read once more what was passed over, by itself and with what is said around it; the better one counts.

        What turns out to be in the other language is heard apart.
        """
        apart: list[WindowTranscript] = []
        for stretch in uncovered_speech(heard):
            tries = [
                again
                for window in dict.fromkeys(
                    (retry_window(heard.window, stretch), with_neighbours(heard.window, stretch))
                )
                for again in self._readings(audio, window, heard.language or LANGUAGES[0], language)
            ]
            best = max(tries, key=lambda one: sureness(stretch, one))
            if best.language == heard.language:
                heard = merge_retry(heard, stretch, best)
            elif sureness(stretch, best) > 0:
                heard, other_one = moved_out(heard, stretch, best)
                apart.append(other_one)
        if repetitive(heard) and len(heard.window.speech) > 1:
            return [*self._taken_apart(audio, heard, language), *apart]
        return [heard, *apart]

    def _taken_apart(self, audio: Audio, heard: WindowTranscript, language: str | None) -> list[WindowTranscript]:
        """Read each stretch of a window that repeats itself alone: an announcement that comes again is heard in each,
        a loop is not."""
        apart: list[WindowTranscript] = []
        for stretch in heard.window.speech:
            alone = retry_window(heard.window, stretch)
            tries = self._readings(audio, alone, heard.language or LANGUAGES[0], language)
            best = max(tries, key=lambda one: sureness(stretch, one))
            if sureness(stretch, best) > 0:
                heard, part = moved_out(heard, stretch, best)
                apart.append(part)
        return [heard, *apart] if heard.window.speech else apart

    def _readings(self, audio: Audio, window: Window, code: str, language: str | None) -> list[WindowTranscript]:
        """Read a window in the language of its surroundings, and in the other one if it sounds more like that."""
        encoded = self._encode(audio, [window])
        codes = [language or code]
        if language is None:
            [probabilities] = self._model.model.detect_language(encoded)
            if language_log_odds(probabilities, against=code) > DISAGREES:
                codes = [other_language(code)]
            elif language_log_odds(probabilities, against=code) > -DISAGREES:
                # It hardly sounds like either: how it reads must tell.
                codes = [code, other_language(code)]
        return [one for each in codes for one in self._transcribe(audio, [window], encoded, [each])]

    def _batches(self, windows: Sequence[Window]) -> Iterator[list[int]]:
        """The numbers of the windows that are read together, the longest first."""
        order = sorted(range(len(windows)), key=lambda index: -windows[index].seconds)
        while order:
            at_once = int(self._batch_s / _padded_s(windows[order[0]], _PADDING_S))
            many = max(1, min(self._batch, at_once))
            yield order[:many]
            del order[:many]

    def _encode(self, audio: Audio, windows: Sequence[Window], *, padding_s: float | None = None) -> Any:
        """Encode windows together; without ``padding_s`` as they are read, short ones with more of it."""
        seconds = max(_padded_s(window, _usual_s(window) if padding_s is None else padding_s) for window in windows)
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
    ) -> list[WindowTranscript]:
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
    ) -> list[WindowTranscript]:
        read = self._decode(windows, encoded, languages, prompted=prompted)
        words = self._align(read, encoded)
        found = [replace(one.heard, words=spoken) for one, spoken in zip(read, words, strict=True)]
        return [without_impossible(one) for one in found]

    def _again(self, audio: Audio, first: WindowTranscript) -> WindowTranscript:
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
        return without_impossible(replace(second.heard, words=words))

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
            suppress_tokens=self._suppressed(any_one, languages),
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
            heard = WindowTranscript(window, text, log_probability, float(result.no_speech_prob), language=language)
            out.append(_Read(heard, tokens))
        return out

    def _suppressed(self, tokenizer: Any, languages: Sequence[str]) -> list[int]:
        """Tokens that are never words (Whisper's ``suppress_tokens=-1``), nor letters of the languages read here."""
        from faster_whisper.transcribe import get_suppressed_tokens

        never = list(get_suppressed_tokens(tokenizer, [-1]))
        if not set(languages) <= set(LANGUAGES):
            return never
        if self._other_scripts is None:
            self._other_scripts = other_scripts(self._model.hf_tokenizer, below=tokenizer.eot)
        return [*never, *self._other_scripts]

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
                    words[at] = words_of(alignment, one.heard.window)
        return words


def _read_as(language: str | None, code: str) -> str:
    return language if language in LANGUAGES else code


def _not_read(window: Window, language: str) -> WindowTranscript:
    """What stands for speech in a language that is not read here: no words, and the language."""
    return WindowTranscript(window, "", 0.0, 0.0, language=language)


def _usual_s(window: Window) -> float:
    return _MODEL_WINDOW_S if window.seconds < _SHORT_S else _PADDING_S


def _padded_s(window: Window, padding_s: float) -> float:
    return min(_MODEL_WINDOW_S, window.seconds + padding_s)


def _view(states: NDArray[np.float32]) -> Any:
    from ctranslate2 import StorageView

    return StorageView.from_array(states)
