"""One interaction in, one analysis out: speech first where there is a recording, then the words. No store.

Importing this module loads no model; each is loaded when the first interaction needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from voc.analysers.categories.matching import categorised
from voc.analysers.categories.rules import load_categories
from voc.errors import InputError
from voc.language.registry import heard
from voc.records import Analysis, Interaction, Skipped
from voc.settings import Settings, settings

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from voc.analysis.text_pipeline import TextAnalyser, TextResult
    from voc.speech.transcribe import Transcriber
    from voc.speech.transcript import Transcript
    from voc.topics.taxonomy import Taxonomy

NO_CONVERSATION = "the transcript came without times"
WRITTEN = "messages are written: talk time, silences and pace are measures of calls"


class AnalysisResult(NamedTuple):
    """An analysis and the vector of its text (float32 [384], L2-normalised; ``None`` where there are no words).

    ``sentence_vectors`` is float32 [n, 384], one row for each of ``analysis.sentences``.
    """

    analysis: Analysis
    vector: npt.NDArray[np.float32] | None
    sentence_vectors: npt.NDArray[np.float32] | None = None


class Analyser:
    """Analyses interactions of every channel.

    ``transcribe`` and ``analyse_text`` are the two halves, for callers that keep what the first gave (a transcript is
    minutes of work) before they start the second. ``analyse`` does both.
    """

    def __init__(self, given: Settings | None = None) -> None:
        self._settings = given or settings()
        self._transcriber: Transcriber | None = None
        self._text: TextAnalyser | None = None
        self._taxonomy: Taxonomy | None = None

    @property
    def settings(self) -> Settings:
        """The settings it was made with."""
        return self._settings

    @property
    def transcriber(self) -> Transcriber:
        """The speech recogniser in force; its weights are loaded at the first recording."""
        if self._transcriber is None:
            from voc.speech.transcribe import Transcriber

            self._transcriber = Transcriber(given=self._settings)
        return self._transcriber

    @property
    def text(self) -> TextAnalyser:
        """The analyser of words in force."""
        if self._text is None:
            from voc.analysis.text_pipeline import TextAnalyser

            self._text = TextAnalyser(self._settings, taxonomy=self._taxonomy)
        return self._text

    def use_taxonomy(self, taxonomy: Taxonomy) -> None:
        """Find the topics of ``taxonomy`` from now on, whatever the settings say; no model is loaded again."""
        if self._taxonomy is None or self._taxonomy.name != taxonomy.name:
            self._taxonomy, self._text = taxonomy, None

    def transcribe(
        self,
        interaction: Interaction,
        *,
        path: Path | None = None,
        usual_language: str | None = None,
        prompt: str = "",
        progress: Callable[[float], None] | None = None,
    ) -> Transcript:
        """Transcribe the recording of ``interaction``.

        Args:
            interaction: one with a ``recording``.
            path: where its bytes are; default the path the recording names.
            usual_language: what the caller or the queue usually speaks; it decides where little is said.
            prompt: what was said before, or words to expect.
            progress: called with the share done, 0…1.

        Raises:
            InputError: there is no recording, it is not on this disk, or it cannot be decoded.
            ModelError: the speech model is missing.
        """
        recording = interaction.recording
        if recording is None:
            raise InputError(f"{interaction.source}: there is no recording to transcribe.")
        place = path or (Path(recording.path) if recording.path else None)
        if place is None:
            raise InputError(f"{interaction.source}: the recording's file is unknown; give its path.")
        forced = self._settings.language if self._settings.language != "auto" else None
        given = interaction.language[:2].lower() if interaction.language else None
        language = forced or (given if given in heard() else None)
        return self.transcriber.transcribe(
            place,
            roles=recording.roles,
            language=language,
            usual_language=usual_language,
            prompt=prompt,
            progress=progress,
            name=recording.filename,
        )

    def analyse_text(
        self, interactions: Sequence[Interaction], *, transcripts: Mapping[str, Transcript] | None = None
    ) -> list[AnalysisResult]:
        """Analyse the words of ``interactions``, in their order.

        Args:
            interactions: with a text or turns; one with a recording needs its transcript.
            transcripts: what :meth:`transcribe` gave, by interaction id.

        Raises:
            InputError: a recording has no transcript.
            ModelError: the encoder is missing.
        """
        heard = transcripts or {}
        ready = [self._with_words(interaction, heard.get(interaction.id)) for interaction in interactions]
        results = self.text.analyse(ready)
        return [
            self._joined(interaction, result, heard.get(interaction.id))
            for interaction, result in zip(ready, results, strict=True)
        ]

    def analyse(self, interactions: Sequence[Interaction]) -> list[AnalysisResult]:
        """Analyse ``interactions``, recordings and texts mixed, in their order.

        Raises:
            InputError: a recording cannot be used; the message names it. Callers that must go on with the others
                analyse one at a time.
            ModelError: weights are missing.
        """
        heard = {each.id: self.transcribe(each) for each in interactions if _to_transcribe(each)}
        return self.analyse_text(interactions, transcripts=heard)

    def _with_words(self, interaction: Interaction, transcript: Transcript | None) -> Interaction:
        if transcript is not None:
            language = interaction.language or transcript.language
            return interaction.model_copy(update={"turns": transcript.turns, "text": None, "language": language})
        if _to_transcribe(interaction):
            raise InputError(f"{interaction.source}: the recording has not been transcribed; transcribe it first.")
        return interaction

    def _joined(self, interaction: Interaction, result: TextResult, transcript: Transcript | None) -> AnalysisResult:
        analysis = result.analysis
        if transcript is not None or interaction.turns:
            analysis = categorised(_with_speech(analysis, transcript), load_categories(self._settings.categories))
        return AnalysisResult(analysis, result.vector, result.sentence_vectors)


def _to_transcribe(interaction: Interaction) -> bool:
    return interaction.recording is not None and not interaction.turns and interaction.text is None


def _with_speech(analysis: Analysis, transcript: Transcript | None) -> Analysis:
    """Add what the clock and the voice gave to what the words gave."""
    from voc.speech.conversation_metrics import measure, with_sentiment

    skipped = list(analysis.skipped)
    changes: dict[str, object] = {}
    if transcript is not None:
        conversation = transcript.conversation
        changes["models"] = {**transcript.models, **analysis.models}
        skipped = [*transcript.skipped, *skipped]
        if transcript.language:
            changes["language"] = transcript.language
            changes["language_confidence"] = transcript.language_confidence
    else:
        ends = [turn.end_ms for turn in analysis.turns if turn.end_ms is not None]
        if not ends or any(turn.begin_ms is None or turn.end_ms is None for turn in analysis.turns):
            reason = WRITTEN if analysis.channel.description.typed_live else NO_CONVERSATION
            skipped.append(Skipped(feature="conversation", reason=reason))
            return analysis.model_copy(update={"skipped": tuple(skipped)})
        conversation = measure(analysis.turns, duration_ms=max(ends))
    changes["conversation"] = with_sentiment(conversation, analysis.turns)
    changes["skipped"] = tuple(skipped)
    return analysis.model_copy(update=changes)
