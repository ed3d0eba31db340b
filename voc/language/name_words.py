"""What stands around names of people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class NameWords:
    """What stands around names of people. All but the sets are alternatives of a pattern.

    Over the text as it is or folded: ``titles`` in full, ``short_titles`` that a full stop may follow,
    ``dotted_titles`` that it must follow, ``bare_titles`` those of them that need none where a name is known to follow,
    ``ranks`` what else says before a name what somebody is.

    Over the text as it is, case aside, an apostrophe straight or not: ``before`` what introduces a name, ``closings``
    what a letter ends with, ``after`` what follows a name, ``introductions`` what makes any word a name, ``wishes``
    what makes a feast of one, ``greetings`` words that greet, ``places`` words for a place that a name may be that of.

    Over folded text: ``said_titles``, ``said_before`` what introduces a name said aloud, ``said_weakly`` what may
    introduce a thing as well, ``done_by`` what makes of the word before it something that was done, ``said_around``
    whole patterns with ``<name>`` for the name, ``imperatives`` how a verb ends that is no name.

    Attributes:
        never: words that are never part of a name.
        saints: words that make a place or a brand of the first name after them.
        companies: words behind a first name in names of companies and places ("Virginia Beach").
        accented: first names that end in an é, which other words do as participles (*marié* is not *Marie*).
        ends: words at which a name said or written ends.
        first_names, surnames: files of folded names, one a line, ``#`` a comment; ``*`` behind a first name that is a
            word as well and names nobody alone.
    """

    titles: str = ""
    short_titles: str = ""
    dotted_titles: str = ""
    bare_titles: str = ""
    ranks: str = ""
    before: str = ""
    closings: str = ""
    after: str = ""
    introductions: str = ""
    wishes: str = ""
    greetings: str = ""
    places: str = ""
    done_by: str = ""
    said_titles: str = ""
    said_before: str = ""
    said_weakly: str = ""
    said_around: str = ""
    imperatives: str = ""
    never: frozenset[str] = frozenset()
    saints: frozenset[str] = frozenset()
    companies: frozenset[str] = frozenset()
    accented: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    first_names: Path | None = None
    surnames: Path | None = None
