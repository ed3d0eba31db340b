"""Which topics a text speaks of, where, and in what mood: rules first, nearness to examples where rules are silent.

A wrong topic costs the reader's trust, a missing one costs little: rules are written for precision, an exclusion voids
a find in its clause, and the encoder may only add a topic when an example is near, clearly nearer than any sentence
that says nothing, and nearer than the examples of other topics. The thresholds were chosen on hand-written clauses and
on ``train`` rows of banking77 and Bitext mapped to topics (``benchmarks/topic_thresholds.py``), never on
benchmark rows.
"""

from __future__ import annotations

import hashlib
import logging
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from voc.language.encoder import Encoder
from voc.language.negation_scope import Quotes, void_reason
from voc.language.patterns import TokenisedText, flatten
from voc.language.registry import read_as
from voc.language.sentences import Span, split_between, split_clauses
from voc.records import Aspect, Sentiment, TopicMention
from voc.topics.taxonomy import Taxonomy, Topic, TopicRule

log = logging.getLogger(__name__)
FloatArray = npt.NDArray[np.float32]

RULE_SCORE = 0.9
"""Score of a topic one rule found; each further clause adds what is left times :data:`_AGAIN`."""
_AGAIN = 0.3

NEAR = 0.88
"""Cosine to the nearest example from which the encoder may name a topic …"""
CLEAR = 0.04
"""… when it is that much nearer than the nearest sentence that names none …"""
APART = 0.03
"""… and than the nearest example of a topic of another family."""
_FEWEST_WORDS = 3
"""Words of a clause under which the encoder is not asked: "super merci" is near everything."""

OUTER_WORDS = 12
"""Words at either end of a text that count as its start or end, for rules that say where they hold."""

MOST_ASPECTS = 60
"""Aspects kept of one text: an hour's call has some forty."""


@dataclass(frozen=True)
class Clause:
    """A stretch of one sentence with the topics its rules found, each with the span of the words that said so.

    ``voided`` are topics that words in it speak against ("asked for my PIN twice" is no double charge): what merely
    sounds like one of their examples names none of them.
    """

    begin: int
    end: int
    found: tuple[tuple[Topic, Span], ...] = ()
    voided: frozenset[str] = frozenset()

    def without(self, topics: Collection[str]) -> Clause:
        """The clause with some of the topics its rules found taken away; itself where there are none."""
        if not topics:
            return self
        return replace(self, found=tuple(each for each in self.found if each[0].id not in topics))


@dataclass(frozen=True)
class Assigned:
    """Topics of a text (most certain first) and aspects (in the order of the text)."""

    topics: tuple[TopicMention, ...] = ()
    aspects: tuple[Aspect, ...] = ()


def find_clauses(
    text: str,
    sentences: Sequence[Span],
    taxonomy: Taxonomy,
    *,
    language: str | None,
    flat: TokenisedText | None = None,
) -> list[Clause]:
    """Cut the sentences of ``text`` into clauses and search each for the rules of ``language`` (else of all).

    ``flat`` is ``text`` flattened, where the caller has it already.
    """
    spans = [clause for sentence in sentences for clause in split_clauses(text, sentence)]
    flat = flatten(text) if flat is None else flat
    if not flat.starts:
        return [Clause(begin, end) for begin, end in spans]
    finds: list[_Find] = []
    voids: dict[tuple[str, int], list[Span]] = {}
    for code in read_as(language):
        for (topic_id, way, number), begin, end in taxonomy.patterns(code).find(flat):
            span = flat.original(begin, end)
            topic = taxonomy.get(topic_id)
            if way == "voids":
                voids.setdefault((topic_id, number), []).append(span)
            elif topic is not None and _counts(taxonomy.condition(code, topic_id, number), text, flat, begin, end):
                finds.append(_Find(topic, span, number))
    finds.sort(key=lambda find: taxonomy.order[find.topic.id])
    return [piece for span in spans for piece in _with_finds(text, span, finds, voids)]


def topics_by_rules(
    text: str, sentences: Sequence[Span], taxonomy: Taxonomy, *, language: str | None
) -> dict[str, Span]:
    """Topics that rules alone find in a text, each with the first words that say so: no model is asked."""
    clauses = find_clauses(text, sentences, taxonomy, language=language)
    found: dict[str, tuple[Topic, Span]] = {}
    for clause in clauses:
        for topic, span in clause.found:
            found.setdefault(topic.id, (topic, span))
    told = _told(topic for topic, _ in found.values())
    return {name: span for name, (_, span) in found.items() if name in told}


class _Find(NamedTuple):
    """A topic, the words that say so, and the number of the rule among those with conditions (0: none)."""

    topic: Topic
    span: Span
    number: int


def _counts(rule: TopicRule | None, text: str, flat: TokenisedText, begin: int, end: int) -> bool:
    """Whether a find at ``begin``…``end`` of the flat text meets the conditions of its rule."""
    if rule is None:
        return True
    if not rule.negated and void_reason(text, flat, (begin, end), quotes=Quotes(())) == "negated":
        return False
    words = len(flat.starts)
    if rule.where == "start":
        return bisect_right(flat.starts, begin) <= OUTER_WORDS
    return rule.where is None or words - bisect_right(flat.starts, max(begin, end - 1)) < OUTER_WORDS


def _with_finds(
    text: str, clause: Span, finds: Sequence[_Find], voids: dict[tuple[str, int], list[Span]]
) -> list[Clause]:
    begin, end = clause
    inside = []
    for topic, (low, high), number in finds:
        if not begin <= low < end:
            continue
        voiding = [*voids.get((topic.id, 0), ()), *(voids.get((topic.id, number), ()) if number else ())]
        if not any(a < end and b > begin for a, b in voiding):
            inside.append((topic, (low, min(high, end))))
    inside = _most_specific(inside)
    voided = frozenset(
        topic for (topic, number), spans in voids.items() if not number and any(a < end and b > begin for a, b in spans)
    )
    return [replace(piece, voided=voided) if voided else piece for piece in _cut_between_topics(text, clause, inside)]


def _most_specific(found: Sequence[tuple[Topic, Span]]) -> list[tuple[Topic, Span]]:
    """Drop what is general beside what is particular, and a find that lies inside another of its family."""
    told = _told([topic for topic, _ in found])
    kept: list[tuple[Topic, Span]] = []
    for topic, (low, high) in found:
        if topic.id not in told:
            continue
        family = topic.family
        inside_other = any(
            other.id != topic.id
            and other.id in told
            and other.family == family
            and begin <= low
            and high <= end
            and (end - begin) > (high - low)
            for other, (begin, end) in found
        )
        if not inside_other:
            kept.append((topic, (low, high)))
    return sorted(kept, key=lambda item: item[1])


def _told(found: Iterable[Topic]) -> set[str]:
    """Ids of those worth telling side by side: no family beside its child, none that yields to another."""
    topics = {topic.id: topic for topic in found}
    above = {name for topic in topics.values() for name in topic.ancestors}
    told = {name: topic for name, topic in topics.items() if name not in above}
    # Families give way first and one after the other: two that yield to each other must not both fall silent.
    for name, topic in sorted(told.items(), key=lambda item: item[1].parent is not None):
        if topic.yields and topic.gives_way(told):
            del told[name]
    return set(told)


def _cut_between_topics(text: str, clause: Span, found: Sequence[tuple[Topic, Span]]) -> list[Clause]:
    """Give each topic its side of a comma or an *et* when two families share a clause."""
    pieces: list[Clause] = []
    begin = clause[0]
    group: list[tuple[Topic, Span]] = []
    reach = begin
    for topic, span in found:
        families = {other.family for other, _ in group}
        if group and topic.family not in families:
            cut = split_between(text, clause, reach, span[0])
            if cut is not None and cut - begin >= 8:
                pieces.append(Clause(begin, len(text[:cut].rstrip(" ,;:")), tuple(group)))
                begin, group = cut, []
        group.append((topic, span))
        reach = max(reach, span[1])
    pieces.append(Clause(begin, clause[1], tuple(group)))
    return pieces


@dataclass(frozen=True)
class Examples:
    """Vectors of the examples, float32 [n, 384], and for each row its topic; ``None`` for "says nothing"."""

    vectors: FloatArray
    topics: tuple[Topic | None, ...]
    families: npt.NDArray[np.int64] = field(repr=False)
    """Row → number of its family; −1 for "says nothing"."""

    def nearest(self, vectors: FloatArray) -> list[tuple[Topic, float] | None]:
        """For each row of ``vectors`` (float32 [m, 384], L2-normalised) the topic it means and its cosine, if one is
        near, clear and apart enough (see :data:`NEAR`, :data:`CLEAR`, :data:`APART`)."""
        if not len(vectors) or not len(self.vectors):
            return [None] * len(vectors)
        cosines = vectors @ self.vectors.T
        best = np.where(self.families >= 0, cosines, -1).argmax(axis=1)
        found: list[tuple[Topic, float] | None] = []
        for row, index in enumerate(best):
            score = float(cosines[row, index])
            nothing = cosines[row, self.families < 0].max(initial=-1)
            others = cosines[row, (self.families >= 0) & (self.families != self.families[index])].max(initial=-1)
            topic = self.topics[index]
            sure = score >= NEAR and score - nothing >= CLEAR and score - others >= APART
            found.append((topic, score) if sure and topic else None)
        return found


def encode_examples(taxonomy: Taxonomy, encoder: Encoder, *, cache: Path | None = None) -> Examples:
    """Encode the taxonomy's examples; ``cache`` is a folder where their vectors are kept for the next start."""
    rows: list[tuple[str, Topic | None]] = [
        (text, topic) for topic in taxonomy for texts in topic.examples.values() for text in texts
    ]
    rows += [(text, None) for texts in taxonomy.nothing.values() for text in texts]
    rows += [(text, None) for topic in taxonomy for texts in topic.unlike.values() for text in texts]
    families: dict[str, int] = {}
    numbers = [families.setdefault(topic.family, len(families)) if topic else -1 for _, topic in rows]
    texts = [text for text, _ in rows]
    key = hashlib.sha256("\n".join([encoder.name, encoder.version, *texts]).encode()).hexdigest()[:24]
    vectors = _cached(cache / f"examples-{key}.npy", len(texts)) if cache else None
    if vectors is None:
        vectors = encoder.encode(texts).vectors
        if cache:
            _keep(cache / f"examples-{key}.npy", vectors)
    return Examples(vectors, tuple(topic for _, topic in rows), np.array(numbers, dtype=np.int64))


def _cached(path: Path, count: int) -> FloatArray | None:
    try:
        vectors: FloatArray = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    fits = vectors.shape == (count, Encoder.dimension) and vectors.dtype == np.float32
    return vectors if fits and bool(np.isfinite(vectors).all()) else None


def _keep(path: Path, vectors: FloatArray) -> None:
    """Write the cache beside and move it in place; a folder that cannot be written to only costs a second a start."""
    import tempfile

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npy", delete=False) as file:
            np.save(file, vectors)
        Path(file.name).replace(path)
    except OSError as error:
        log.info("example vectors not cached: %s", error.strerror)


def assign(
    text: str,
    clauses: Sequence[Clause],
    *,
    vectors: FloatArray,
    sentiments: Sequence[Sentiment],
    examples: Examples | None,
    language: str | None,
) -> Assigned:
    """Decide the topics and aspects of a text.

    Args:
        text: what the clauses are spans of.
        clauses: from :func:`find_clauses`.
        vectors: float32 [clauses, 384], from the same encoder pass.
        sentiments: one a clause.
        examples: ``None`` to go by the rules alone.
        language: of the labels.
    """
    scores: dict[str, tuple[Topic, float, Span]] = {}
    aspects: list[Aspect] = []
    silent = [i for i, clause in enumerate(clauses) if not clause.found and _says_something(text, clause)]
    hits_near = examples.nearest(vectors[silent]) if examples is not None and silent else []
    near = {
        index: hit
        for index, hit in zip(silent, hits_near, strict=False)
        if hit and hit[0].id not in clauses[index].voided
    }
    for index, clause in enumerate(clauses):
        hits = [(topic, RULE_SCORE, span) for topic, span in clause.found]
        if index in near:
            topic, cosine = near[index]
            hits.append((topic, round(min(0.89, 0.5 + (cosine - NEAR) * 4), 3), (clause.begin, clause.end)))
        for topic, score, span in {topic.id: (topic, score, span) for topic, score, span in reversed(hits)}.values():
            known = scores.get(topic.id)
            total = score if known is None else max(known[1], score) + (1 - max(known[1], score)) * _AGAIN
            scores[topic.id] = (topic, total, known[2] if known else span)
            aspects.append(
                Aspect(
                    topic=topic.id,
                    sentiment=sentiments[index].score,
                    begin=clause.begin,
                    end=clause.end,
                    text=text[clause.begin : clause.end],
                )
            )
    told = _told(topic for topic, _, _ in scores.values())
    mentions = [
        TopicMention(id=topic.id, label=topic.label(language), score=round(score, 3), begin=span[0], end=span[1])
        for topic, score, span in scores.values()
        if topic.id in told
    ]
    kept = {mention.id for mention in mentions}
    aspects = [aspect for aspect in aspects if aspect.topic in kept]
    aspects.sort(key=lambda aspect: (aspect.begin, aspect.topic))
    return Assigned(tuple(sorted(mentions, key=lambda m: -m.score)), tuple(aspects[:MOST_ASPECTS]))


def with_subject(body: Assigned, subject: Assigned) -> Assigned:
    """``body`` with the topics only its subject line names; the subject is no part of the text, so without places."""
    known = {mention.id for mention in body.topics}
    families = {mention.id.partition(".")[0] for mention in body.topics}
    added = tuple(
        mention.model_copy(update={"begin": None, "end": None})
        for mention in subject.topics
        if mention.id not in known and not ("." not in mention.id and mention.id in families)
    )
    return Assigned(body.topics + added, body.aspects)


def _says_something(text: str, clause: Clause) -> bool:
    return len(text[clause.begin : clause.end].split()) >= _FEWEST_WORDS
