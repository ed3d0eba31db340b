"""Recording to transcript: the room's one way in."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from voc import models
from voc.errors import InputError, ModelError
from voc.records import Skipped
from voc.settings import Settings, settings
from voc.speech import roles as who
from voc.speech.conversation_metrics import Interval
from voc.speech.crosstalk import separated
from voc.speech.decode import SAMPLE_RATE, Audio, decode
from voc.speech.hotwords import Vocabulary, vocabulary
from voc.speech.languages import LANGUAGES, Guess, pick_language
from voc.speech.model_cache import recogniser
from voc.speech.music import sung
from voc.speech.speaker_attribution import attribute_speakers
from voc.speech.tone import TONE_NAME, ToneReader
from voc.speech.transcript import Transcript
from voc.speech.turns import Utterance, by_language, drop_echo_utterances, timed_words, utterances
from voc.speech.unread import believed
from voc.speech.voice_activity import VAD_NAME, Window, speech_in, windows_over
from voc.speech.whisper import Listener, WindowReader
from voc.speech.window_transcript import SpokenWord, WindowTranscript

log = logging.getLogger(__name__)

_SAMPLE_MS: Final = SAMPLE_RATE // 1000


class Transcriber:
    """Transcribes recordings; the model is loaded at the first one and kept for the process.

    ``name`` and ``version`` name the weights (``whisper-base`` at its revision, or a folder and its hash).
    """

    def __init__(self, *, model: str | None = None, threads: int | None = None, given: Settings | None = None) -> None:
        """Set up without loading anything.

        Args:
            model: a name of ``voc models list`` (with or without ``whisper-``) or a folder with a CTranslate2 model;
                default ``VOC_WHISPER_MODEL``.
            threads: of the model, 0 = all cores; default ``VOC_THREADS``.
            given: settings instead of those in force.
        """
        self._settings = given or settings()
        self._model = self._settings.whisper_model if model is None else model
        self._threads = (self._settings.threads if threads is None else threads) or _cores()

    @property
    def name(self) -> str:
        """Name of the weights."""
        folder = Path(self._model)
        if _is_folder(self._model):
            return folder.resolve().name
        return self._model if self._model.startswith("whisper-") else f"whisper-{self._model}"

    @property
    def version(self) -> str:
        """Revision of the weights, seven characters."""
        if _is_folder(self._model):
            return fingerprint(Path(self._model))
        revision = next((status.revision for status in models.listing() if status.name == self.name), None)
        return (revision or "unknown")[:7]

    def transcribe(
        self,
        path: Path,
        *,
        roles: Sequence[str] = (),
        language: str | None = None,
        usual_language: str | None = None,
        prompt: str = "",
        progress: Callable[[float], None] | None = None,
        name: str | None = None,
    ) -> Transcript:
        """Transcribe a recording.

        Args:
            path: any recording FFmpeg decodes.
            roles: of the channels in order (``("agent", "customer")``); a single role on a file says that one person
                speaks in all of it. Without roles two channels get theirs from what is said, if that is plain.
            language: ``fr`` or ``en``; default ``VOC_LANGUAGE``, else it is detected, and passages in the other
                language are read in that one.
            usual_language: what the caller or the queue usually speaks: where little is said, the language is taken to
                be that one. One that is not read is left aside.
            prompt: what was said before, or words to expect, beside ``VOC_HOTWORDS`` and ``VOC_BRANDS``.
            progress: called with the share done, 0…1.
            name: what the recording is called, where the path does not say: sound without a header is known by it.

        Raises:
            InputError: the recording cannot be decoded, or the roles or language do not fit; one line.
            ModelError: the weights are missing or damaged.
            SettingsError: the file ``VOC_HOTWORDS`` names cannot be read.
        """
        expected = vocabulary(self._settings.hotwords, brands=self._settings.brands, prompt=prompt)
        forced = _forced(language or self._settings.language)
        given = who.checked(roles)
        audio, channel_roles, skipped = _channels(decode(path, name=name), given, name=name or path.name)
        spoken = self._voiced(audio)
        leaks = 0
        if audio.channels > 1:
            apart = separated(audio, spoken)
            audio, spoken, leaks = apart.audio, apart.spoken, apart.count
        windows = [
            window
            for channel, intervals in enumerate(spoken)
            for window in windows_over(
                intervals, channel=channel, frames=audio.frames, sung=sung(audio, channel, intervals)
            )
        ]
        voices = ToneReader(whose=self._settings.tone, encoder=fingerprint(self._folder()) if windows else None)
        usual = usual_language if usual_language in LANGUAGES else None
        heard, guess = self._read(audio, windows, (forced, usual), expected, progress, voices.listener)
        found = believed(
            heard, channels=audio.channels, level=lambda window: _level(audio, window.channel, window.pieces)
        )
        skipped += found.skipped
        shared = audio.channels == 1 and len(given) != 1
        said, echoes = self._said(audio, found.kept, spoken, shared=shared)
        if leaks or echoes:
            reason = f"{_stretches(leaks + echoes)} heard faintly on another channel too counted only there"
            skipped.append(Skipped(feature="crosstalk", reason=reason))
        if not found.kept:
            guess = None  # what nobody said is in no language
        code = forced or pick_language(found.kept, guess) or found.third
        people = attribute_speakers(
            audio,
            spoken,
            said,
            given=given,
            channel_roles=channel_roles,
            language=code,
            speakers=None if self._settings.speakers == "auto" else int(self._settings.speakers),
            brands=self._settings.brands.split(","),
            threads=self._threads,
            unread=found.unread,
        )
        turns, toneless = voices.scored(people.turns, audio, spoken)
        skipped += [*people.skipped, *toneless]
        log.info("transcribed %d ms, %d channels, %d turns", audio.duration_ms, audio.channels, len(people.turns))
        return Transcript(
            turns=tuple(turns),
            language=code,
            language_confidence=guess.confidence_in(code) if guess and code else None,
            duration_ms=audio.duration_ms,
            channels=audio.channels,
            roles=people.channel_roles,
            roles_from=people.roles_from,
            conversation=people.conversation,
            talk=people.talk,
            skipped=tuple(skipped),
            models={
                "transcription": f"{self.name}@{self.version}",
                "voice_activity": VAD_NAME,
                **people.models,
                **({"tone": TONE_NAME} if any(turn.tone for turn in turns) else {}),
            },
        )

    def _voiced(self, audio: Audio) -> list[list[Interval]]:
        """Voice activity of every channel (samples), side by side: Silero takes one thread each."""
        if audio.channels == 1:  # a thread of its own would keep memory of its own
            return [speech_in(audio, 0)]
        with ThreadPoolExecutor(max_workers=min(audio.channels, self._threads)) as pool:
            return list(pool.map(lambda channel: speech_in(audio, channel), range(audio.channels)))

    def _read(
        self,
        audio: Audio,
        windows: Sequence[Window],
        languages: tuple[str | None, str | None],
        expected: Vocabulary,
        progress: Callable[[float], None] | None,
        listener: Listener | None,
    ) -> tuple[list[WindowTranscript], Guess | None]:
        """Read the windows; ``languages`` are the one forced and the usual one."""
        if not windows:
            return [], None
        total = sum(window.seconds for window in windows)
        done = 0.0

        def advance(seconds: float) -> None:
            nonlocal done
            done += seconds
            if progress:
                progress(min(1.0, done / total))

        chosen = self._settings
        whisper = recogniser(
            self._folder(), threads=self._threads, device=chosen.device, idle_s=60 * chosen.model_idle_minutes
        )
        with whisper.lent() as model:
            return WindowReader(model, vocabulary=expected).read(
                audio, windows, language=languages[0], usual=languages[1], progress=advance, listener=listener
            )

    def _folder(self) -> Path:
        if _is_folder(self._model):
            return Path(self._model).resolve()
        if any(separator in self._model for separator in "/\\"):
            raise ModelError(f"{self._model}: no such folder with a model.bin; correct VOC_WHISPER_MODEL.")
        return models.ensure(self.name)

    @staticmethod
    def _said(
        audio: Audio, believed: Sequence[WindowTranscript], spoken: Sequence[Sequence[Interval]], *, shared: bool
    ) -> tuple[list[Utterance], int]:
        said: list[Utterance] = []
        for channel in range(audio.channels):
            own = [heard for heard in believed if heard.window.channel == channel]
            words: list[SpokenWord] = [word for heard in own for word in heard.words]
            timed = timed_words(words, speech=_in_ms(spoken[channel]), duration_ms=audio.duration_ms)
            said += by_language(utterances(timed, channel_tag=channel + 1, shared=shared), own)
        if audio.channels == 1:
            return said, 0
        said, echoes = drop_echo_utterances(
            said, level=lambda tag, begin, end: _level(audio, tag - 1, [(begin * _SAMPLE_MS, end * _SAMPLE_MS)])
        )
        return said, len(echoes)


def _cores() -> int:
    """Cores this process may use; not every system tells, then those there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _is_folder(model: str) -> bool:
    return (Path(model) / "model.bin").is_file()


@lru_cache(maxsize=4)
def fingerprint(folder: Path) -> str:
    """Seven hexadecimal digits that change with the weights, without reading gigabytes: size and last megabyte."""
    with (folder / "model.bin").open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 2**20))
        return hashlib.sha256(f"{size}:".encode() + file.read()).hexdigest()[:7]


def _forced(language: str) -> str | None:
    if language == "auto":
        return None
    if language not in LANGUAGES:
        raise InputError(
            f"language {language!r} is not read; use {' or '.join(LANGUAGES)}, or leave it to be detected."
        )
    return language


def _channels(
    audio: Audio, given: tuple[str, ...], *, name: str
) -> tuple[Audio, tuple[str | None, ...], list[Skipped]]:
    """Settle which channels are read, with their roles as far as given."""
    skipped = list(audio.skipped)
    if audio.channels_agree():
        audio = audio.loudest()
        reason = "both channels carry the same sound: a mono recording, treated as one channel"
        skipped.append(Skipped(feature="channels", reason=reason))
    if len(given) == 1:
        return audio.mixed_down(), given, skipped
    if audio.channels == 1:
        if given:
            reason = f"{len(given)} roles were given for one channel: who speaks is told apart by voice"
            skipped.append(Skipped(feature="roles", reason=reason))
        return audio, (None,), skipped
    if given and len(given) != audio.channels:
        raise InputError(
            f"{name}: {audio.channels} channels but {len(given)} roles; name one role a channel, in order."
        )
    silent = [str(channel + 1) for channel in range(audio.channels) if audio.is_silent(channel)]
    if silent and len(silent) < audio.channels:
        skipped.append(Skipped(feature="channels", reason=f"channel {', '.join(silent)} is silent throughout"))
    return audio, given or (None,) * audio.channels, skipped


def _stretches(count: int) -> str:
    return "1 stretch" if count == 1 else f"{count} stretches"


def _in_ms(samples: Sequence[Interval]) -> list[Interval]:
    return [(begin // _SAMPLE_MS, -(-end // _SAMPLE_MS)) for begin, end in samples]


def _level(audio: Audio, channel: int, stretches: Sequence[Interval]) -> float:
    """Level of stretches (samples) together, dBFS; −100 where there is nothing."""
    sounds = [audio.samples(channel, begin, end) for begin, end in stretches]
    count = sum(map(len, sounds))
    return float(10 * np.log10(max(sum(float(sound @ sound) for sound in sounds) / count, 1e-10))) if count else -100.0
