"""One interaction made ready for the models: its text, turns, language, sentences and clauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from voc.analysers.sentiment.model import SentimentKind, kind_of
from voc.language.conversation import customer_spans, placed_turns, said_by_customer
from voc.language.identification import Detected, detect_language, is_no_answer, says_something
from voc.language.patterns import TokenisedText, flatten
from voc.language.registry import codes, listed
from voc.language.sentences import Span, split_sentences
from voc.language.word_alignment import heard_confidence
from voc.privacy.identifiers import Mention, identifiers_of
from voc.records import Identifier, Interaction, Sentiment, Skipped, Turn
from voc.topics.assign import Clause, find_clauses
from voc.topics.taxonomy import Taxonomy

LONGEST = 60_000
"""Characters of a text that are scored: thirty pages, or an hour's call. The rest is kept, and said to be skipped."""


@dataclass
class PreparedInteraction:
    """One interaction on its way through the analysis."""

    interaction: Interaction
    text: str
    turns: tuple[Turn, ...]
    language: Detected
    flat: TokenisedText
    sentences: list[Span] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    subject: str = ""
    subject_clauses: list[Clause] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    silent: str = ""
    """Why no word of it is read; empty where some are."""
    apart: dict[int, Sentiment] = field(default_factory=dict)
    """Number of a clause → its sentiment read alone, where it shares its sentence with others."""
    turns_apart: dict[int, Sentiment] = field(default_factory=dict)
    """Number of a turn → its sentiment read alone, where others speak before or after it."""

    @property
    def spans(self) -> list[Span]:
        """Sentences, then clauses, then turns: what is pooled from the encoder's pass, in this order."""
        turns = [(turn.begin or 0, turn.end or 0) for turn in self.turns]
        return [*self.sentences, *((clause.begin, clause.end) for clause in self.clauses), *turns]

    @property
    def kind(self) -> SentimentKind:
        """Which sentiment head reads the whole text."""
        return kind_of(self.interaction.channel, self.text, conversation=bool(self.turns))


def prepare(
    interaction: Interaction, taxonomy: Taxonomy, *, forced_language: str | None, longest: int = LONGEST
) -> PreparedInteraction:
    """Everything about an interaction that needs no model. ``longest`` is how many characters are scored."""
    text, turns = placed_turns(interaction)
    language = detect_language(text, hint=interaction.language, forced=forced_language)
    work = PreparedInteraction(interaction, text, turns, language, flatten(text[:longest]))
    read = min(len(text), longest)
    if not text.strip():
        work.silent = "there are no words to read"
    elif not turns and is_no_answer(text):
        work.silent = "the text says that there is nothing to say"
        return work
    stretches = [(turn.begin or 0, min(turn.end or 0, read)) for turn in turns] or [(0, read)]
    for begin, end in stretches:
        if begin < end and says_something(text[begin:end]):
            spans = split_sentences(text, begin=begin, end=end)
            # Handles and links alone say nothing, and have no mood.
            work.sentences += [span for span in spans if len(spans) == 1 or says_something(text[span[0] : span[1]])]
    voiced = customer_spans(turns)
    heard = [s for s in work.sentences if voiced is None or any(b <= s[0] < e for b, e in voiced)]
    work.clauses = find_clauses(text[:read], heard, taxonomy, language=language.language, flat=work.flat)
    if interaction.subject and text.strip():
        subject = interaction.subject[:500]
        work.subject = subject
        work.subject_clauses = find_clauses(subject, split_sentences(subject), taxonomy, language=language.language)
    if len(text) > longest:
        reason = f"only the first {longest:,} of {len(text):,} characters are scored"
        work.skipped.append(Skipped(feature="sentiment and topics of the rest", reason=reason))
    return work


def identifiers_said(work: PreparedInteraction, mentions: Sequence[Mention]) -> tuple[Identifier, ...]:
    """Identifiers said; in a call the customer's, and the agent's that belong to the customer.

    What is said again, or read back, is as surely heard as in its best place.
    """
    best: dict[tuple[str, str], float] = {}
    for one in mentions if any(turn.words for turn in work.turns) else ():
        if (heard := heard_confidence(work.turns, one.begin, one.end)) is not None:
            best[one.kind, one.value] = max(heard, best.get((one.kind, one.value), 0.0))
    said = said_by_customer(work.text, identifiers_of(mentions), work.turns)
    return tuple(one.model_copy(update={"confidence": best.get((one.type, one.value))}) for one in said)


BY_RULES = ("intents", "expectations", "effort", "action", "fragility")
"""What is found by rules alone."""


def rules_unread(language: str | None) -> list[Skipped]:
    """What rules could not find in a text of ``language``, or of none that was told, with the reason."""
    if language in codes():
        return []
    only = f"rules are {listed('and', names=True)} only"
    named = f"the language ({language})" if language else "no language"
    topics = f"{only}; {named} was found, only nearness to examples was used"
    skipped = [Skipped(feature="topic rules", reason=topics)]
    if language is not None:
        reason = f"{only}, and the language is {language}"
        skipped += [Skipped(feature=feature, reason=reason) for feature in BY_RULES]
    return skipped
