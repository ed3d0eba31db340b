"""What exports call their columns, and whose name goes first where several languages have one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest


@dataclass(frozen=True)
class ColumnWords:
    """Headers of tables: folded (:func:`voc.intake.column_names.fold_header`), separated by ``|``, the best first.

    A header that other languages write as well stands in each of them, where it belongs among the others; what stands
    behind ``||`` goes after everything before it, whatever the language.

    Attributes:
        text: headers of what customers wrote.
        text_words, no_text_words: words of a longer header that tell of customers' words, and that tell of none.
        reasons: words by which a question asks for a reason.
        parts: headers of columns that together make one text (what pleased, what did not).
        fields: field (:data:`voc.intake.column_names.FIELDS`) → its headers.
        attributes: attribute (:data:`voc.intake.column_names.ATTRIBUTES`) → its headers.
        tools: field, or ``text`` → what survey tools, review sites and help desks call it, after the usual headers.
        calls: what telephone systems write: ``caller``, ``callee``, ``customer`` (numbers), ``direction``, ``outward``
            and ``inward`` (yes or no), ``notes``, ``lasts`` (words of a header), ``ends``, ``date``, ``id``, and
            ``tables`` (names of files), ``channel``, ``milliseconds`` and ``seconds`` (words of a header).
        customers: field of a customer (:data:`voc.intake.customers.FIELD_HEADERS`) → headers beside ``fields``.
        events: field of an event (:data:`voc.intake.events.FIELD_HEADERS`) → headers beside ``fields``.
        transcripts: field of a transcript's JSON → names beside the ones of tools, in lower case: ``text``, ``role``,
            ``language``, ``customer``, ``contract``, ``order``, ``channel``.
        replies, replied: headers of what the company answered, and of when.
        lists: keys under which a JSON export holds its list, in lower case.
        sides: headers of the column that says whose a message is.
    """

    text: str = ""
    text_words: str = ""
    reasons: str = ""
    no_text_words: str = ""
    parts: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    tools: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, str] = field(default_factory=dict)
    customers: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)
    transcripts: Mapping[str, str] = field(default_factory=dict)
    replies: str = ""
    replied: str = ""
    lists: str = ""
    sides: str = ""


def in_one_order(lists: Sequence[str]) -> tuple[str, ...]:
    """Names of several languages as one list, each language's order kept where they do not contradict each other.

    Between names of which no list says which is better, the one nearer to the head of its own list goes first, of two
    as near the one of the earlier list.

    Args:
        lists: names separated by ``|``, best first; ``||`` before those that go after every other.
    """
    ranks = zip_longest(*(one.split("||") for one in lists), fillvalue="")
    return tuple(dict.fromkeys(name for rank in ranks for name in _merged(rank)))


def _merged(lists: Sequence[str]) -> list[str]:
    left = [list(dict.fromkeys(filter(None, one.split("|")))) for one in lists]
    sizes = [len(one) or 1 for one in left]
    found: list[str] = []
    while any(left):
        heads = [at for at, one in enumerate(left) if one]
        free = [at for at in heads if not any(left[at][0] in one[1:] for one in left)]
        first = min(free or heads, key=lambda at: 1 - len(left[at]) / sizes[at])
        name = left[first][0]
        found.append(name)
        left = [[other for other in one if other != name] for one in left]
    return found
