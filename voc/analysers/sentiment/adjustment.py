"""Sentiment set right where words say one thing and mean another: irony, comparisons, formulas, mixed texts.

The encoder reads irony badly ("Bravo pour la panne" looks glad), so published cues (``cues.yaml``) turn what
they are found in. Every change has a name, so that it can be told: *turned* (irony), *lowered* (it was better
before, or is elsewhere, or is asked for again), *raised* (better than others), *praised* (says that it is praise),
*capped* (middling), *levelled* (a formula), *asked* (a polite request is no praise).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from typing import Literal

from voc.analysers.rulebooks import load_rules
from voc.language.registry import alternatives
from voc.language.rulebook import RuleContext, RuleMatch
from voc.language.sentences import Span
from voc.records import Sentiment
from voc.records import Turn as SpokenTurn

_Moved = Literal["turned", "lowered", "raised", "praised", "capped", "levelled", "asked", "plain"]
Turn = _Moved | Literal["feared", "toiled", "waiting", "thanked"]
"""What a cue does: *waiting* for what stands before it, *capped* keeps praise out of what is middling, *levelled* says
that the words are a formula ("see you soon") and feel nothing, *asked* that a courtesy asks for something ("merci de
m'envoyer…"), *plain* that a sentence asks and holds nothing against anybody, *feared* that what a clause feared did not
come, *toiled* that a clause without praise tells hard work; *thanked* are thanks, which change nothing unless they only
close a text that is not glad."""
IRONY = -0.55
"""Score a clause meant ironically has at most."""
LOWERED, RAISED = -0.4, 0.4
MIDDLING = -0.22
"""Score a clause that finds something middling has at most: neutral, and no praise."""
FAVOURABLE: frozenset[Turn] = frozenset({"raised", "praised", "plain", "feared"})
FORMULA = 0.1
"""Score, of either sign, that a formula has at most."""
GRIEVANCE = -0.4
"""Score of a sentence from which a lone word of praise after it mocks."""
_MOST_OF_IT = 0.6
"""Share of a clause's characters that a formula, or a word that counts alone, has to be."""
MIXED = 0.3
"""From this on (both signs) two parts of a text pull it apart."""
PLAIN_BLAME = -0.6
"""Score of a clause down to which it blames plainly, whatever is politely asked beside it."""
TORN = 0.75
"""How far such a text lies from how it reads towards the mean of its clauses: evenly torn it is neutral."""
_AROUND = 0.2
"""Share of the conversation around it in the mood of a turn, the rest being the turn read alone. Of 112 hand-labelled
turns (``tests/integration/test_turn_moods.py``) 57 % come out right as pooled, 88 % so, 89 % alone; but alone one
complaint in 19 is missed that is plain from what was said before it."""
_LEAST = 1e-4
"""Probability taken for none: as far as they are told."""

_ALONE = frozenset(
    (
        *("middling_alone", "lone_praise", "exclaimed_praise", "doubtful_praise"),
        *("opening_formula", "closing_formula", "assent", "thanks", "bare_demand", "even_handed"),
    )
)
"""Cues that count where they are most of their clause only."""

GLAD = 0.25
"""Sentiment of another sentence from which a text is glad enough for its bare thanks to mean it."""
_GLAD_ALONE = 0.5
"""The same of one that was read alone, as those beside bare thanks are where they look glad."""
BESIDE = re.compile(r"(?:[@#]\w+|https?://\S+|[^\w\s.,;:!?…])")
"""Handles, links and pictures beside a cue: they are no words, and do not keep it from being all there is."""

_SIGNS = re.compile(rf"🙄|🤡|🙃|(?<!\S)/s(?!\S)|{alternatives(lambda one: one.meaning.marks)}", re.IGNORECASE)
_DOUBTED = re.compile(
    rf"(?:«\s?|“\s?|\"\s?|'(?=\w))(?:{alternatives(lambda one: one.meaning.doubted)})(?:\s?»|\s?”|\s?\"|'(?!\w))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Cue:
    """A cue found: what it does, the rule that says so, and its words."""

    turn: Turn
    rule: str
    begin: int
    end: int


def find_cues(reading: RuleContext, finds: Sequence[RuleMatch] | None = None) -> list[Cue]:
    """Irony and comparisons in the customer's words, in their order; ``finds`` are those of the book of cues, where the
    caller has them already."""
    turns: dict[str | None, Turn] = {
        "irony": "turned",
        "comparison": "lowered",
        "favourable": "raised",
        "announced": "praised",
        "middling": "capped",
        "middling_alone": "capped",
        "lone_praise": "waiting",
        "doubtful": "waiting",
        "feared": "feared",
        "formula": "levelled",
        "request": "asked",
        "thanks": "thanked",
    }
    found = [
        Cue(turns[find.rule.kind], find.rule.id, *_with_what_stands_beside(reading, find.begin, find.end))
        for find in (load_rules("cues").find(reading) if finds is None else finds)
        if find.rule.kind in turns
    ]
    found += [
        Cue("turned", "ironic_mark", match.start(), match.end())
        for match in _SIGNS.finditer(reading.text)
        if reading.is_heard(match.start())
    ]
    found += [
        Cue("lowered", "doubted_word", match.start(), match.end())
        for match in _DOUBTED.finditer(reading.text)
        if reading.is_heard(match.start())
    ]
    return sorted(found, key=lambda cue: cue.begin)


def _with_what_stands_beside(reading: RuleContext, begin: int, end: int) -> Span:
    """A stretch with the handles, links and pictures that touch it in its sentence."""
    low, high = reading.sentence_of(begin)
    text = reading.text
    while end < high and (more := BESIDE.match(text, end + (text[end] == " "), high)):
        end = more.end()
    handles = [match.span() for match in BESIDE.finditer(text, low, begin)]
    while handles and not text[handles[-1][1] : begin].strip():
        begin = handles.pop()[0]
    return begin, end


def irony_of_score(clauses: Sequence[Span]) -> list[Cue]:
    """A few words of praise under one of the worst scores: a cue of each of their clauses."""
    return [Cue("turned", "low_score", begin, end) for begin, end in clauses]


def cues_of(span: Span, cues: Sequence[Cue], *, sentence: Span) -> list[Cue]:
    """The cues that bear on ``span``: those in it, and marks of irony anywhere in its sentence or right after it."""
    return [
        cue
        for cue in cues
        if (span[0] <= cue.begin < span[1] and (cue.rule not in _ALONE or _is_most_of(cue, span, cues)))
        or (cue.rule == "ironic_mark" and sentence[0] <= cue.begin <= sentence[1] + 3)
        or (cue.turn == "plain" and sentence[0] <= cue.begin < sentence[1])
    ]


def _is_most_of(cue: Cue, span: Span, cues: Sequence[Cue] = ()) -> bool:
    """Whether a cue, with those of its rule beside it, is nearly all there is."""
    beside = {one for one in cues if one.rule == cue.rule and span[0] <= one.begin < span[1]} | {cue}
    return sum(min(one.end, span[1]) - one.begin for one in beside) >= _MOST_OF_IT * (span[1] - span[0])


def formulas(spans: Sequence[Span], cues: Sequence[Cue]) -> list[Span]:
    """Those of ``spans`` that are nothing but a formula."""
    return [span for span in spans if any(cue.turn == "levelled" for cue in cues_of(span, cues, sentence=span))]


def after_grievances(
    cues: Sequence[Cue], sentences: Sequence[Span], moods: Sequence[Sentiment], reading: RuleContext
) -> list[Cue]:
    """``cues`` once the moods are known.

    A lone word of praise mocks after a grievance, else it says what it says; one that may say either ("Unbelievable.")
    says neither where it is the whole text. Thanks that are all their sentence says
    are a formula where no other sentence is glad ("Plus d'internet depuis hier. Merci."), and mean the contrary beside
    thanks that mock ("Thanks for nothing").
    """
    thanks = [cue.begin for cue in cues if cue.turn == "thanked"]
    mocked = any(cue.rule == "mock_praise" and any(cue.begin <= at < cue.end for at in thanks) for cue in cues)
    found = []
    for cue in cues:
        number = next((n for n, (low, high) in enumerate(sentences) if low <= cue.begin < high), 0)
        if cue.rule == "doubtful_praise":
            if len(sentences) == 1 and _is_most_of(cue, sentences[0]):
                found.append(replace(cue, turn="capped"))
        elif cue.turn == "waiting":
            if _is_alone_after_grievance(cue, number, sentences, moods):
                found.append(replace(cue, turn="turned"))
            elif _ends_a_grievance(cue, number, sentences, reading):
                found.append(replace(cue, turn="turned", rule="mock_praise"))
        elif cue.turn == "thanked" and mocked:
            found.append(replace(cue, turn="turned", rule="mock_praise"))
        elif cue.turn == "thanked" and len(sentences) > 1 and _is_most_of(cue, sentences[number], cues):
            others = [
                set_right(mood, [one for one in cues_of(span, cues, sentence=span) if one.turn == "asked"]).score
                for n, (span, mood) in enumerate(zip(sentences, moods, strict=True))
                if n != number and not _thanks(span, cues)
            ]
            closes = bool(others) and max(others) < _GLAD_ALONE
            found.append(replace(cue, turn="levelled") if closes else cue)
        else:
            found.append(cue)
    return found


def _thanks(sentence: Span, cues: Sequence[Cue]) -> bool:
    return any(
        cue.turn in ("thanked", "levelled") and sentence[0] <= cue.begin < sentence[1] and _is_most_of(cue, sentence)
        for cue in cues
    )


def _is_alone_after_grievance(cue: Cue, number: int, sentences: Sequence[Span], moods: Sequence[Sentiment]) -> bool:
    return number > 0 and _is_most_of(cue, sentences[number]) and moods[number - 1].score <= GRIEVANCE


def _ends_a_grievance(cue: Cue, number: int, sentences: Sequence[Span], reading: RuleContext) -> bool:
    """Whether an exclamation ("quel bonheur") closes a sentence that tells a fault or a struggle before it."""
    if cue.rule != "exclaimed_praise" or number >= len(sentences):
        return False
    low, high = sentences[number]
    if any(one.isalnum() for one in reading.text[cue.end : high]):
        return False
    told = [find.begin for find in load_rules("requests").find(reading) if find.rule.id == "fault"]
    told += [find.begin for find in load_rules("effort").find(reading) if find.rule.points < 0]
    return any(low <= begin < cue.begin for begin in told)


def apologised(reading: RuleContext, turns: Sequence[SpokenTurn]) -> list[SpokenTurn]:
    """The turns with those of agents that apologise levelled: their regret is not a customer's anger."""
    spans = [(turn.begin or 0, turn.end or 0) for turn in turns if turn.participant_role == "agent"]
    if not spans:
        return list(turns)
    said = [
        find.begin for find in load_rules("cues").find(replace(reading, heard=spans)) if find.rule.kind == "apology"
    ]
    return [
        turn.model_copy(update={"sentiment": turn.sentiment.moved_to(-FORMULA)})
        if turn.participant_role == "agent"
        and turn.sentiment is not None
        and turn.sentiment.score < -FORMULA
        and any((turn.begin or 0) <= begin < (turn.end or 0) for begin in said)
        else turn
        for turn in turns
    ]


def of_turn(pooled: Sentiment, alone: Sentiment) -> Sentiment:
    """Sentiment of a turn from the pass over its whole conversation and from reading it alone.

    Pooled from one pass, every turn of a call takes on the mood of the whole: the agent's "au revoir" too. Alone, what
    only the turns before make plain is missed. The mean of the two in log-odds, the share of the first :data:`_AROUND`.
    """
    if pooled.probabilities is None or alone.probabilities is None:
        return alone
    powers = {
        label: _AROUND * log(max(pooled.probabilities[label], _LEAST)) + (1 - _AROUND) * log(max(own, _LEAST))
        for label, own in alone.probabilities.items()
    }
    odds = {label: exp(power) for label, power in powers.items()}
    total = sum(odds.values())
    return Sentiment.of({label: each / total for label, each in odds.items()})


def in_two_minds(
    sentences: Sequence[Span], clauses: Sequence[Span], moods: Sequence[Sentiment]
) -> dict[int, list[tuple[Span, Sentiment]]]:
    """The sentences, by number, in which one clause praises and another blames, with their clauses; all in order."""
    found: dict[int, list[tuple[Span, Sentiment]]] = {}
    for number, inside in enumerate(by_sentence(sentences, clauses)):
        scores = [moods[index].score for index in inside]
        if scores and max(scores) >= MIXED and min(scores) <= -MIXED:
            found[number] = [(clauses[index], moods[index]) for index in inside]
    return found


def by_sentence(sentences: Sequence[Span], clauses: Sequence[Span]) -> Iterator[list[int]]:
    """The numbers of the clauses that begin in each sentence; both in order."""
    number = 0
    for low, high in sentences:
        inside: list[int] = []
        while number < len(clauses) and clauses[number][0] < high:
            if clauses[number][0] >= low:
                inside.append(number)
            number += 1
        yield inside


def set_right(sentiment: Sentiment, cues: Sequence[Cue]) -> Sentiment:
    """``sentiment`` as its cues mean it; the same object where they change nothing."""
    score = sentiment.score
    for cue in sorted(cues, key=lambda cue: cue.turn == "turned"):  # irony has the last word
        if cue.turn == "turned":
            score = min(score, IRONY)
        elif cue.turn == "lowered":
            score = min(score, LOWERED)
        elif cue.turn == "capped":
            score = min(score, MIDDLING)
        elif cue.turn == "levelled":
            score = max(-FORMULA, min(FORMULA, score))
        elif cue.turn == "asked":
            score = min(score, FORMULA)
        elif cue.turn == "plain":
            score = max(score, MIDDLING)
        elif cue.turn == "feared":
            score = max(score, -FORMULA)
        elif cue.turn == "toiled" and score < _GLAD_ALONE:
            score = min(score, LOWERED)
        elif cue.turn == "praised" or (cue.turn == "raised" and score > LOWERED):
            score = max(score, RAISED)
    return sentiment if score == sentiment.score else sentiment.moved_to(score)


def whole_of(whole: Sentiment, parts: Sequence[tuple[Sentiment, float]], *, cues: Sequence[Cue] = ()) -> Sentiment:
    """Sentiment of a text that is not what its encoding says: irony in it, or parts that pull it apart.

    Args:
        whole: as the encoder reads the text.
        parts: its clauses set right, each with what it counts: its number of words, see
            :func:`voc.analysers.sentiment.hard_work.weight_beside`.
        cues: what set them right.
    """
    if not any(words for _, words in parts):
        return whole
    mean = _mean(parts)
    kinds = {cue.turn for cue in cues}
    if "levelled" in kinds and all(abs(part.score) <= FORMULA for part, _ in parts):
        return whole.moved_to(mean)
    kinds -= {"levelled", "waiting", "thanked"}
    if "turned" in kinds and mean < MIXED:
        mean = min(mean, LOWERED)  # who mocks in a text that is not glad means all of it so
    scores = [part.score for part, _ in parts]
    if "lowered" in kinds and not kinds & {"plain", "asked"} and max(scores) < MIXED:
        # Clauses that only tell what was done or tried make no blame milder.
        blaming = [(part, words) for part, words in parts if part.score < -FORMULA]
        mean = min(mean, _mean(blaming) if blaming else 0.0)
    if kinds - FAVOURABLE and whole.score > mean:
        return whole.moved_to(mean)
    # A wish is plain, and asked for as well: no praise.
    favourable = FAVOURABLE | {"asked"} if "plain" in kinds else FAVOURABLE
    if kinds and kinds <= favourable and whole.score < mean:
        return whole.moved_to(mean)
    if "plain" in kinds and min(scores) <= PLAIN_BLAME and whole.score > mean:
        return whole.moved_to(mean)  # that something is asked for as well makes the blame no milder
    if max(scores) >= MIXED and min(scores) <= -MIXED:
        return whole.moved_to(whole.score + TORN * (mean - whole.score))
    return whole


def _mean(parts: Sequence[tuple[Sentiment, float]]) -> float:
    """Mean score of clauses by what each counts."""
    return sum(part.score * words for part, words in parts) / sum(words for _, words in parts)


def within(whole: Sentiment, parts: Sequence[Sentiment]) -> Sentiment:
    """``whole`` no worse than the worst of its parts and no better than the best; the same object where it is between.

    With one table from scores to labels, a whole of which every part is negative is negative itself.
    """
    if not parts:
        return whole
    scores = [part.score for part in parts]
    score = max(min(scores), min(max(scores), whole.score))
    return whole if score == whole.score else whole.moved_to(score)


def reconciled(
    whole: Sentiment,
    sentences: Sequence[Span],
    moods: Sequence[Sentiment],
    clauses: Sequence[Span],
    part_moods: Sequence[Sentiment],
    turns: Sequence[SpokenTurn] = (),
) -> tuple[Sentiment, list[Sentiment], list[Sentiment]]:
    """A text, its sentences and its clauses, none of which contradicts what it is made of.

    - A sentence of which one clause praises and another blames lies between its clauses.
    - A text lies between its sentences. Of a single sentence text and sentence are one, and its single clause too.
    - A turn of a conversation was read alone, so its sentences follow it: the nearest takes its score.
    """
    moods, part_moods = list(moods), list(part_moods)
    for number, divided in in_two_minds(sentences, clauses, part_moods).items():
        moods[number] = within(moods[number], [mood for _, mood in divided])
    if turns:
        for number, mood in _led_by_turns(sentences, moods, turns):
            moods[number] = mood
        return whole, moods, part_moods
    if len(moods) != 1:
        return within(whole, moods), moods, part_moods
    whole = within(whole, part_moods) if len(part_moods) > 1 else whole
    return whole, [whole], [whole] if len(part_moods) == 1 else part_moods


def _led_by_turns(
    sentences: Sequence[Span], moods: Sequence[Sentiment], turns: Sequence[SpokenTurn]
) -> Iterator[tuple[int, Sentiment]]:
    """Sentences, by number, that take the sentiment of their turn, which none of its sentences would explain."""
    stretches = [(turn.begin or 0, turn.end or 0) for turn in turns]
    for turn, inside in zip(turns, by_sentence(stretches, sentences), strict=True):
        if turn.sentiment is None or not inside:
            continue
        if within(turn.sentiment, [moods[number] for number in inside]) is not turn.sentiment:
            score = turn.sentiment.score
            yield min(inside, key=lambda number: abs(moods[number].score - score)), turn.sentiment
