"""What a customer means to do, with the words that say so: rules give the words, the encoder's heads add recall.

How a score comes about, so that it can be taken apart:

* a rule said outright scores 0.9, a question 0.8, a hint ("perhaps") 0.6;
* where a head agrees (probability p), the score is 1 − (1 − rule)(1 − p); where it holds a hint for unlikely
  (p < 0.05), the hint is dropped;
* a head alone names an intent from the probability in :data:`ALONE` on, with its sentence as the words; never one that
  its sentence denies (``denies`` in the rule book), nor praise or a complaint that the mood of its sentence belies, nor
  any in a sentence that holds only words of grammar and greetings;
* thanks alone ("Merci", "thanks in advance") are a courtesy: praise only in a text that is glad as a whole;
* a head alone names a complaint only where the words are cross, praise only where they are glad, and a question that
  neither asks with a question mark nor by a rule only when next to sure (:data:`UNASKED`);
* a text the complaint head is sure of (:data:`COMPLAINS`) is told as a complaint, in its sharpest sentence, if that or
  the whole is cross: formal letters look like complaints to it ("veuillez trouver ci-joint…");
* complaints and praise must fit the sentiment of their sentence; without a rule they are read (0.6) in a sentence whose
  sentiment leaves no doubt, in a topic spoken ill of, in mock praise, and in what was hoped for and not had;
* praise by a rule alone, which the head does not see, is dropped in a text that is plainly cross: it tells how it was
  before ("entièrement satisfait jusqu'à présent"), or mocks ("pour prendre votre argent, aucun souci");
* what is meant ironically in a text that is not glad complains, whatever the heads make of its words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voc.analysers.rulebooks import load_rules
from voc.language.folding import fold
from voc.language.registry import alternatives, languages
from voc.language.rulebook import RuleContext, RuleMatch
from voc.language.sentences import Span
from voc.records import Intent

INTENTS = (
    "cancel",
    "complain",
    "ask_refund",
    "ask_information",
    "praise",
    "suggest",
    "buy_upgrade",
    "escalate_legal",
)
SCORES = {"says": 0.9, "outright": 0.9, "asks": 0.8, "opens": 0.8, "perhaps": 0.6}
_TOILED = 0.7
"""Score of the complaint of somebody who tells hard work: surer than a hint."""
_ASKING = frozenset(("asks", "opens"))
"""Ways of asking: with a question mark, or as a sentence without one opens ("can i book a table")."""
ALONE = {
    "cancel": 0.85,
    "complain": 0.6,
    "ask_refund": 0.95,
    "ask_information": 0.7,
    "praise": 0.93,
    "suggest": 0.9,
    "buy_upgrade": 0.95,
    "escalate_legal": 0.95,
}
"""Probability from which a head names an intent no rule saw; the costlier a wrong one, the higher."""
COMPLAINS = 0.75
"""Probability of a complaint from which a text has that intent, whatever the words of it."""
UNASKED = 0.97
"""Probability from which a head alone takes a sentence without a question mark for a question."""
_CROSS, _GLAD = -0.4, 0.3
"""Sentiment from which, downwards, a head alone may name a complaint, and from which upwards praise."""
_UNLIKELY = 0.05
_NOT_GLAD, _NOT_CROSS = -0.2, 0.3
"""Sentiment of a sentence under which its thanks are no praise, and over which its strong words are no complaint."""
_PLAINLY_GLAD = 0.3
_NO_DOUBT = {"complain": -0.6, "praise": 0.8}
"""Sentiment from which a clause without a rule is a complaint or praise …"""
_FEWEST_WORDS = 4
"""… if it has this many words."""
_WORD = re.compile(r"(?<![@#\w])[^\W\d_]{2,}")
_LEANING = {"complain": 0.3, "praise": 0.4}
"""… in a text that leans that way at least so much; a kind word in a harsh review is no praise."""
_SHOW = 0.5
_PLAINLY_CROSS, _LONE_WORDS = -0.6, 2
"""Sentiment of a text in which a sentence of so few words is no praise."""
_CROSS_AS_A_WHOLE = -0.5
"""Sentiment of a text down to which what should be is a suggestion."""
_GLAD_AS_A_WHOLE = 0.5
"""Sentiment of a text from which its bare thanks are praise."""
_COURTESY = frozenset[str]().union(*(one.meaning.courtesy for one in languages()))
"""Words a sentence of thanks is made of that says nothing else."""
_EMPTY = frozenset[str]().union(*(one.meaning.empty for one in languages()))
"""Words that alone say nothing of what somebody means: those of grammar, of hesitation, and greetings."""

_RHETORICAL = re.compile(rf"\b(?:{alternatives(lambda one: one.meaning.rhetorical)})\b[ !?.…]*$")
"""How a question ends that nobody is to answer."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ClauseSentiment:
    """A clause of the customer with its sentiment (−1…1) once irony is seen, whether irony was seen, and the number of
    its sentence."""

    begin: int
    end: int
    score: float
    ironic: bool = False
    row: int = 0


def find_intents(
    reading: RuleContext,
    moods: Sequence[ClauseSentiment],
    *,
    suggestions: Sequence[Span] = (),
    grievances: Sequence[Span] = (),
    hardships: Sequence[Span] = (),
    praised: Sequence[Span] = (),
    whole: float = 0.0,
    heads: Floats | None = None,
    complaints: Floats | None = None,
    formulas: Sequence[Span] = (),
) -> list[Intent]:
    """The intents of a text, most certain first, one a label.

    Args:
        reading: the text made ready for rules.
        moods: its clauses; those the customer did not say are left out.
        suggestions: where expectations of the kind *suggestion* were found: they are what is suggested.
        grievances: where a topic is spoken ill of, praise is mockery, or a hope was disappointed.
        hardships: where somebody had to work hard, plainly; told whatever a head makes of calm words, in a text
            that is not glad.
        praised: where the words say that they praise.
        whole: sentiment of the whole text, −1…1.
        heads: float32 [sentences, intents], probabilities of each sentence in the order of :data:`INTENTS`; ``None``
            to go by the rules alone.
        complaints: float32 [sentences + 1], the probability that each sentence, and last the whole, is a complaint.
        formulas: sentences that are nothing but a formula ("see you soon"): nothing is meant by them.
    """
    book = load_rules("intents")
    found = [
        Intent(label=find.rule.id, score=score, begin=span[0], end=span[1], source="rules")
        for find in book.find(reading)
        if (score := _fits(find, _mood_at(moods, find.begin), conversation=reading.heard is not None))
        # A question is asked by its whole sentence, not by its "comment".
        for span in (reading.sentence_of(find.begin) if find.way in _ASKING else (find.begin, find.end),)
    ]
    # "Vous devriez avoir honte de vos délais": beside so much blame it is no idea that is offered.
    offered = suggestions if whole > _CROSS_AS_A_WHOLE else ()
    found += [Intent(label="suggest", score=0.8, begin=b, end=e, source="rules") for b, e in offered]
    found += [Intent(label="complain", score=0.6, begin=b, end=e, source="sentiment") for b, e in grievances[:1]]
    found += [
        Intent(label="complain", score=_TOILED if whole < _PLAINLY_GLAD else 0.6, begin=b, end=e, source="rules")
        for b, e in hardships[:1]
    ]
    found += [Intent(label="praise", score=SCORES["says"], begin=b, end=e, source="rules") for b, e in praised]
    found += _by_sentiment(reading, moods, whole, {intent.label for intent in found})
    found += _mockery(moods, whole, {intent.label for intent in found})
    if heads is not None:
        found = _with_heads(found, reading, moods, heads, denied=book.denied(reading), formulas=formulas, whole=whole)
    found = [
        intent
        for intent in found
        if not (intent.label == "praise" and _is_no_praise(reading, intent, formulas, whole))
        and not (intent.label == "ask_information" and _is_rhetorical(reading, intent))
    ]
    if complaints is not None:
        found += _sure_complaint(found, reading, moods, complaints, whole=whole)
    if whole < _GLAD_AS_A_WHOLE:
        found = [intent for intent in found if intent.label != "praise" or not _is_courtesy(reading, intent)]
    best: dict[str, Intent] = {}
    for intent in found:
        if intent.score >= _SHOW and (intent.label not in best or intent.score > best[intent.label].score):
            best[intent.label] = intent
    told = [_with_its_words(intent, reading, moods) for intent in best.values()]
    return sorted(told, key=lambda intent: (-intent.score, intent.begin))


def _is_no_praise(reading: RuleContext, intent: Intent, formulas: Sequence[Span], whole: float) -> bool:
    """Whether praise is a formula, a question, or one lone word ("Bravo.") of a text that is plainly cross."""
    begin, end = sentence = reading.sentence_of(intent.begin)
    if sentence in formulas or "?" in reading.text[intent.begin : end + 2]:
        return True
    return whole <= _PLAINLY_CROSS and len(_WORD.findall(reading.text[begin:end])) <= _LONE_WORDS


def _says(reading: RuleContext, span: Span) -> bool:
    """Whether there is a word in ``span`` that can say what somebody means."""
    return not _EMPTY.issuperset(_WORD.findall(fold(reading.text[span[0] : span[1]])))


def _with_its_words(intent: Intent, reading: RuleContext, moods: Sequence[ClauseSentiment]) -> Intent:
    """The intent told with its clause, or its sentence, where the words found ("you", "it") say nothing alone."""
    if _says(reading, (intent.begin, intent.end)):
        return intent
    mood = _mood_at(moods, intent.begin)
    wider = [(mood.begin, mood.end)] if mood else []
    begin, end = next((span for span in wider if _says(reading, span)), reading.sentence_of(intent.begin))
    return intent.model_copy(update={"begin": begin, "end": end})


def _is_courtesy(reading: RuleContext, intent: Intent) -> bool:
    """Whether the sentence of an intent says nothing but thanks."""
    begin, end = reading.sentence_of(intent.begin)
    return _COURTESY.issuperset(_WORD.findall(fold(reading.text[begin:end])))


def _is_rhetorical(reading: RuleContext, intent: Intent) -> bool:
    """Whether the question of an intent asks nothing: "what else!"."""
    begin, end = reading.sentence_of(intent.begin)
    asked = _RHETORICAL.search(fold(reading.text[begin : end + 2]))
    return asked is not None and (asked.start() > 0 or "?" not in asked[0])


def _sure_complaint(
    found: Sequence[Intent],
    reading: RuleContext,
    moods: Sequence[ClauseSentiment],
    complaints: Floats,
    *,
    whole: float,
) -> list[Intent]:
    heard = sorted({mood.row for mood in moods})
    if complaints[-1] < COMPLAINS or not heard or any(intent.label == "complain" for intent in found):
        return []
    if whole > -_GLAD and not any(mood.ironic or mood.score <= _CROSS for mood in moods):
        return []
    saying = [row for row in heard if _says(reading, reading.sentences[row])] or heard
    begin, end = reading.sentences[max(saying, key=lambda row: float(complaints[row]))]
    score = round(float(complaints[-1]), 3)
    return [Intent(label="complain", score=score, begin=begin, end=end, source="model")]


def _mood_at(moods: Sequence[ClauseSentiment], place: int) -> ClauseSentiment | None:
    return next((mood for mood in moods if mood.begin <= place < mood.end), None)


def _fits(find: RuleMatch, mood: ClauseSentiment | None, *, conversation: bool = False) -> float:
    """Score of a find in a sentence of that mood; 0 where the mood belies it."""
    score = SCORES[find.way]
    if mood is None:
        return score
    if find.rule.id == "praise":
        if not find.plain and conversation:
            return 0.0  # "great, bye" ends a conversation, it praises nothing
        floor = _NOT_GLAD if find.plain else _PLAINLY_GLAD
        return 0.0 if mood.ironic or mood.score < floor else score
    if find.rule.id == "complain" and mood.score > _NOT_CROSS:
        return 0.0
    return score


def _by_sentiment(
    reading: RuleContext, moods: Sequence[ClauseSentiment], whole: float, known: set[str]
) -> list[Intent]:
    """A complaint or praise no rule knows the words of, from sentences whose sentiment leaves no doubt."""
    found = []
    for label, sign in (("complain", -1), ("praise", 1)):
        if label in known or sign * whole < _LEANING[label]:
            continue
        clear = [
            mood
            for mood in moods
            if sign * mood.score >= sign * _NO_DOUBT[label]
            and len(_WORD.findall(reading.text[mood.begin : mood.end])) >= _FEWEST_WORDS
        ]
        if clear:
            best = max(clear, key=lambda mood: sign * mood.score)
            found.append(Intent(label=label, score=0.6, begin=best.begin, end=best.end, source="sentiment"))
    return found


def _may_mean(label: str, moods: Sequence[ClauseSentiment]) -> bool:
    """Whether a sentence of these moods may mean ``label`` although no rule says so; one of them is enough."""
    if label == "praise":
        return any(not mood.ironic and mood.score >= _GLAD for mood in moods)
    return label != "complain" or any(mood.ironic or mood.score <= _CROSS for mood in moods)


def _is_sure(label: str, p: float, reading: RuleContext, sentence: Span) -> bool:
    """Whether a head is sure enough of an intent no rule saw; unpunctuated speech has no question marks."""
    asked = label != "ask_information" or reading.spoken or "?" in reading.text[sentence[0] : sentence[1] + 2]
    return p >= (ALONE[label] if asked else UNASKED)


def _mockery(moods: Sequence[ClauseSentiment], whole: float, known: set[str]) -> list[Intent]:
    """The complaint of a text that says something kind and means it otherwise."""
    meant = next((mood for mood in moods if mood.ironic), None)
    if meant is None or "complain" in known or whole >= _NOT_GLAD:
        return []
    return [Intent(label="complain", score=0.6, begin=meant.begin, end=meant.end, source="sentiment")]


def _with_heads(
    found: Sequence[Intent],
    reading: RuleContext,
    moods: Sequence[ClauseSentiment],
    heads: Floats,
    *,
    denied: Mapping[str, Sequence[Span]],
    formulas: Sequence[Span] = (),
    whole: float = 0.0,
) -> list[Intent]:
    """What was found as the heads see it, and what they alone see. ``denied``: label → sentences that deny it."""
    confirmed: list[Intent] = []
    heard = sorted({mood.row for mood in moods})
    for intent in found:
        mood = _mood_at(moods, intent.begin)
        row = mood.row if mood else None
        p = float(heads[row, INTENTS.index(intent.label)]) if row is not None else 0.0
        # The heads take irony at its word: their doubt says nothing of it.
        taken_literally = mood is not None and mood.ironic and intent.label == "complain"
        if intent.score <= SCORES["perhaps"] and p < _UNLIKELY and not taken_literally:
            continue
        if intent.label == "praise" and p < _SHOW and whole <= _PLAINLY_CROSS:
            continue
        both = round(1 - (1 - intent.score) * (1 - p), 3)
        confirmed.append(intent.model_copy(update={"score": both, "source": "both" if p >= _SHOW else intent.source}))
    known = {intent.label for intent in confirmed}
    # Beside the words of others, "Goodbye." looks like whatever was said before it.
    saying = [row for row in heard if _says(reading, reading.sentences[row]) and reading.sentences[row] not in formulas]
    for column, label in enumerate(INTENTS):
        # What only a head takes for a question in a text that is plainly cross is mostly one that nobody is to answer.
        rhetorical = label == "ask_information" and whole <= _PLAINLY_CROSS
        rows = [
            row
            for row in saying
            if label not in known
            and not rhetorical
            and reading.sentences[row] not in denied.get(label, ())
            and _may_mean(label, [mood for mood in moods if mood.row == row])
        ]
        if not rows:
            continue
        row = max(rows, key=lambda each: float(heads[each, column]))
        p = float(heads[row, column])
        if _is_sure(label, p, reading, reading.sentences[row]):
            begin, end = reading.sentences[row]
            confirmed.append(Intent(label=label, score=round(p, 3), begin=begin, end=end, source="model"))
    return confirmed
