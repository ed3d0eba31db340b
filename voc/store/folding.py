"""Words of a text as full-text search knows them: folded, so that `Réclamé` and `reclame` meet, and their stems."""

from __future__ import annotations

import re

from voc.language.folding import fold

_WORD = re.compile(r"\w+", re.UNICODE)

SHORTEST_STEM = 4
"""Letters a stem keeps at least; words as long also match longer ones that begin with them."""

_FRENCH_ENDINGS = (
    "s x e es ee ees er ez ent ait ais aient ant ants ante antes"
    " ement ements issement issements ation ations ateur ateurs euse euses"
)
_ENGLISH_ENDINGS = "ed ing ings ly y ies ied ment ments"
_ENDINGS = tuple(sorted(f"{_FRENCH_ENDINGS} {_ENGLISH_ENDINGS}".split(), key=len, reverse=True))
_DOUBLED = re.compile(r"([bcdfglmnprt])\1(?:ed|ing|ings)$")

_STOP_WORDS = frozenset(
    word
    for line in (
        # French function words, folded, with what an apostrophe leaves of them; numbers say something and stay
        "a ai aie ait ainsi alors apres as au aussi autre aux avais avait avant avec avez avoir avons c car ce ceci cela",
        "celle celles celui ces cet cette ceux chez ci comme comment d dans de des donc dont du elle elles en encore es",
        "est et etaient etait etant ete etes etre eu eux fait font hors ici il ils j je jusque l la le les leur leurs lui",
        "m ma mais me meme memes mes moi mon n ne ni nos notre nous on ont ou par parce pas peu peut plus pour pourquoi",
        "qu quand que quel quelle quelles quels qui quoi s sa sans se sera serait ses si soit son sont sous suis sur t ta",
        "te tes toi ton tous tout toute toutes tres trop tu un une vers voila vos votre vous y etc ca",
        # English
        "about after again all also am an and any are at be because been before being both but by can could did do does",
        "doing for from had has have having he her here hers him his how i if in into is it its just me more most my no",
        "nor not of off on once only or other our ours out over own same she should so some such than that the their them",
        "then there these they this those through to too up upon very was we were what when where which while who whom why",
        "will with would you your yours",
    )
    for word in line.split()
)
"""Words that say nothing of what is looked for (after the lists of the Snowball project)."""


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return _WORD.findall(fold(text))


def terms(query: str) -> list[str]:
    """The folded words of a query, in order, without repeats."""
    return list(dict.fromkeys(words(query)))


def stem(word: str) -> str:
    """What the forms of a folded word begin with: ``prelev`` of ``prelevements`` and ``prelevee``.

    The longest French or English ending that leaves ``SHORTEST_STEM`` letters goes, in the way of Savoy's light stemmers
    (2006, *Light stemming approaches for the French, Portuguese, German and Hungarian languages*); it is for looking
    up words that begin alike, not for cutting what is stored.
    """
    if not word.isalpha():
        return word  # numbers and references have no endings
    if doubled := _DOUBLED.search(word):
        cut = word[: doubled.start() + 1]  # cancelled, cancel
        if len(cut) >= SHORTEST_STEM:
            return cut
    return next(
        (word[: -len(one)] for one in _ENDINGS if word.endswith(one) and len(word) - len(one) >= SHORTEST_STEM), word
    )


def telling(query: str) -> list[str]:
    """The folded words of a query that say what is looked for, each once, in order: function words left out.

    A query of function words alone keeps them.
    """
    every = list(dict.fromkeys(one for word in terms(query) for one in word.split("_") if one))
    return [word for word in every if word not in _STOP_WORDS] or every


def sought(query: str) -> list[tuple[str, bool]]:
    """What a query looks for: the stem of each telling word once as (beginning, whether longer words match too)."""
    stems = dict.fromkeys(stem(word) for word in telling(query))
    return [(one, len(one) >= SHORTEST_STEM) for one in stems]
