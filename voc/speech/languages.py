"""Which of the languages read here is spoken: of a recording as a whole, and where a speaker changes language.

The recording's language is guessed from its longest windows, all of each. Whether a passage is in the other language is
first asked of short slices of what the encoder made of a window already, a step of the decoder and no second encoding.
Only where one of them disagrees each stretch of speech of that window is encoded by itself and asked: a slice has heard
its surroundings, a stretch alone has not. One stretch may err ("OK", a brand, an accent); so a change costs as much as
several say, and it happens at a pause.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from voc.language.registry import heard as languages_heard
from voc.speech.conversation_metrics import Interval
from voc.speech.window_transcript import WindowTranscript

LANGUAGES: Final = languages_heard()

FOREIGN: Final = 0.8
"""Below this an unread language is not named: far-field English has come out as Welsh with 0.56."""

SLICE_S: Final = 2.0
"""Length of a slice. Shorter ones say little (right 2 times in 3), longer ones hide a short passage."""
DISAGREES: Final = 0.7
"""Evidence of a slice (nats) against the language assumed from which its window is looked at closely."""
SECONDS_HALF_SURE: Final = 2.0
"""A stretch this long counts once, a longer one up to twice, a shorter one less."""

_LITTLE_S: Final = 6.0
"""Seconds of windows; the guess of less speech is often wrong: a "bonjour" alone was Russian by nine in ten."""

USUAL_S: Final = 3.0
"""What the caller or the queue usually speaks counts like so many seconds heard of it: a word or two are taken to be in
it, whatever they sound like, and half a minute of the other language is not."""

_DOUBT: Final = 0.05
"""Added to both probabilities: where the model believes in neither language, their ratio says nothing."""
CHANGE: Final = 2.0
"""Evidence (nats) a change of language costs; a passage needs two, there and back, and must be sure by as much."""


@dataclass
class Guess:
    """Language of a recording: the probabilities of all languages, averaged over speech, weighted by its length."""

    usual: str | None = None
    """What is usually spoken by whoever speaks here, of the languages read."""
    weights: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    settled: str | None = None
    """The language, where it was settled by reading."""

    def add(self, probabilities: Sequence[tuple[str, float]], seconds: float) -> None:
        """Add one window: (``<|fr|>``, probability) pairs."""
        for token, probability in probabilities:
            code = token.strip("<|>")
            self.weights[code] = self.weights.get(code, 0.0) + probability * seconds
        self.seconds += seconds

    @property
    def language(self) -> str:
        """The likelier of the languages read here."""
        return self.settled or max(LANGUAGES, key=self._weight)

    def _weight(self, code: str) -> float:
        return self.weights.get(code, 0.0) + (USUAL_S if code == self.usual else 0.0)

    @property
    def doubtful(self) -> bool:
        """Whether there is little speech and neither language is likelier than not: how it reads must tell."""
        if self.usual:
            return False
        known = max(self.weights.get(code, 0.0) for code in LANGUAGES)
        return 0 < self.seconds <= _LITTLE_S and known < self.seconds / 2

    @property
    def confidence(self) -> float | None:
        """Its probability against the other one; ``None`` when nothing was heard."""
        return self.confidence_in(self.language)

    def confidence_in(self, language: str) -> float | None:
        """The probability of a language read here against the other one; ``None`` when nothing was heard."""
        known = sum(self.weights.get(code, 0.0) for code in LANGUAGES)
        return round(self.weights.get(language, 0.0) / known, 3) if known > 0 else None

    @property
    def foreign(self) -> tuple[str, float] | None:
        """Another language that is likelier than not, with its probability; an accent alone does not get there."""
        if not self.seconds:
            return None
        code = max(self.weights, key=lambda key: self.weights[key])
        probability = self.weights[code] / self.seconds
        return (code, probability) if code not in LANGUAGES and probability > FOREIGN else None


def pick_language(heard: Sequence[WindowTranscript], guess: Guess | None) -> str | None:
    """Return the language most of the words were read in, else the one guessed; ``None`` when nothing was heard."""
    words: dict[str, int] = {}
    for one in heard:
        if one.language:
            words[one.language] = words.get(one.language, 0) + len(one.words)
    guessed = guess.language if guess and guess.seconds else None
    return max(words, key=lambda code: (words[code], code == guessed)) if words else guessed


def other_language(language: str) -> str:
    """The language of the two that ``language`` is not."""
    first, second = LANGUAGES
    return second if language == first else first


def language_log_odds(probabilities: Sequence[tuple[str, float]], *, against: str) -> float:
    """Return how much a slice speaks for the other language (nats; negative: for ``against``).

    What is most likely in a third language (a name, a groan, noise) says little about these two.
    """
    known = {token.strip("<|>"): probability for token, probability in probabilities}
    for_other, for_it = known.get(other_language(against), 0.0), known.get(against, 0.0)
    return min(1.0, for_other + for_it) * math.log((for_other + _DOUBT) / (for_it + _DOUBT))


def evidence_for(third: str, probabilities: Sequence[tuple[str, float]]) -> float:
    """Return how much a stretch speaks for a third language against both that are read here (nats)."""
    known = {token.strip("<|>"): probability for token, probability in probabilities}
    return math.log((known.get(third, 0.0) + _DOUBT) / (sum(known.get(code, 0.0) for code in LANGUAGES) + _DOUBT))


def combine_log_odds(nats: float, seconds: float) -> float:
    """Return the evidence of a stretch of so many seconds."""
    return nats * min(2.0, seconds / SECONDS_HALF_SURE)


def slices(stretches: Sequence[Interval], *, length: int, size: int) -> list[int]:
    """Return the first frames of the slices that cover stretches of speech.

    Args:
        stretches: in frames of the window, in order.
        length: frames of the window.
        size: frames a slice; a stretch much shorter than that has none, for it would be mostly its neighbours.
    """
    found = []
    for begin, end in stretches:
        count = math.floor((end - begin) / size + 0.5)
        for number in range(count):
            middle = begin + (end - begin) * (2 * number + 1) / (2 * count)
            found.append(max(0, min(round(middle - size / 2), length - size)))
    return found if length >= size else []


def changes(stretches: int, said: Mapping[int, float]) -> list[tuple[int, int, bool]]:
    """Cut a window where its language changes: (first stretch, end, whether in the other language).

    :func:`course` of two states, the language assumed and the other.

    Args:
        stretches: how many there are.
        said: evidence (nats) for the other language by stretch; one without any goes with its neighbours.
    """
    return [(first, end, bool(state)) for first, end, state in course(stretches, [said])]


def course(stretches: int, said: Sequence[Mapping[int, float]]) -> list[tuple[int, int, int]]:
    """Return the runs of stretches in one language: (first stretch, end, state), 0 the language assumed.

    The cheapest course through the stretches (Viterbi 1967): being in another language costs what the stretch speaks
    against it, each change :data:`CHANGE`. The course begins and ends in any, but beginning or ending in another than
    the one assumed costs half a change.

    Args:
        stretches: how many there are.
        said: of each other language, the evidence (nats) for it by stretch.
    """
    if not stretches:
        return []
    every = range(len(said) + 1)
    costs = [CHANGE / 2 if state else 0.0 for state in every]
    came: list[list[int]] = []
    for index in range(stretches):
        if index:
            # Of equals the state that stays, then the first one.
            best = [min(every, key=lambda old: (costs[old] + CHANGE * (old != new), old != new)) for new in every]
            came.append(best)
            costs = [costs[old] + CHANGE * (old != new) for new, old in enumerate(best)]
        costs = [cost - (said[state - 1].get(index, 0.0) if state else 0.0) for state, cost in enumerate(costs)]
    state = min(every, key=lambda one: (costs[one] + (CHANGE / 2 if one else 0.0), one))
    states = [state]
    for step in reversed(came):
        state = step[state]
        states.append(state)
    states.reverse()
    runs: list[tuple[int, int, int]] = []
    for index, state in enumerate(states):
        if runs and runs[-1][2] == state:
            runs[-1] = (runs[-1][0], index + 1, state)
        else:
            runs.append((index, index + 1, state))
    return runs
