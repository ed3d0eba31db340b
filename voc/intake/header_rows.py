"""Which of the first rows of a table are its header: titles above it, a second and third row of it, or none at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from voc.intake.cell_words import words_of
from voc.intake.column_names import fold_header, is_known_header

LOOKED_AT = 12
"""First rows of a table that may belong to its header."""

FEWEST_KNOWN = 3
"""Names of columns that exports use, from which a row below pairs of cells is a header."""

_IMPORT_ID = '"ImportId"'
"""What each cell of the third header row of a Qualtrics export begins with, as JSON."""

_ANSWER_KINDS = words_of(lambda words: words.answers, tools="respuesta|antwort")
"""What a survey tool writes under a question that has one answer (SurveyMonkey)."""

_STAFF = words_of(lambda words: words.staff_words)


def columns_of_header(rows: Sequence[list[str]]) -> tuple[list[str] | None, int]:
    """The names of the columns and how many of the first rows they take; ``None`` and 0 where the first is data.

    Args:
        rows: the first rows, at most :data:`LOOKED_AT`, with their cells.
    """
    above = _titles_above(rows)
    first = rows[above]
    if not is_header(first, rows[above + 1 :]):
        return None, 0
    below = rows[above + 1 : above + 3]
    for extra, row in enumerate(below, start=1):
        if sum(_IMPORT_ID in cell for cell in row) * 2 > sum(map(bool, row)):
            questions = below[0] if extra == 2 else [""] * len(first)
            return _named_by_question(first, questions), above + 1 + extra
    if below and _is_answer_row(first, below[0]):
        return _joined(first, below[0]), above + 2
    if below and _is_groups(first, below[0], rows[above + 2 :]):
        return _named_in_groups(first, below[0]), above + 2
    return first, above + 1


def _is_groups(first: Sequence[str], second: list[str], below: Sequence[list[str]]) -> bool:
    """Whether the first row only names groups of columns, over merged cells, and the second the columns themselves."""
    gaps = any(cell.strip() and not above.strip() for above, cell in zip(first, second, strict=False))
    wider = sum(bool(cell.strip()) for cell in second) > sum(bool(cell.strip()) for cell in first)
    named = sum(map(is_known_header, second)) >= 2 and not any(_is_value(cell) for cell in second if cell.strip())
    return (gaps or len(second) > len(first)) and wider and named and bool(below)


def _named_in_groups(groups: Sequence[str], names: Sequence[str]) -> list[str]:
    """Each column by its own name where that is known and its only one; else with its group, in the order exports use.

    Under a group of the company's people a name is theirs, so the group stays in it.
    """
    found, group = [], ""
    times = Counter(fold_header(name) for name in names)
    for number, name in enumerate(names):
        group = (groups[number].strip() if number < len(groups) else "") or group
        both = next((one for one in (f"{name} {group}", f"{group} {name}") if is_known_header(one)), "")
        plain = not group or (
            is_known_header(name) and times[fold_header(name)] == 1 and not set(fold_header(group).split()) & _STAFF
        )
        found.append(name if plain or not name.strip() else both or f"{group} – {name}")
    return found


def _titles_above(rows: Sequence[list[str]]) -> int:
    """Rows of a report's title, its filters and blank lines: one cell each, above a header of three and more."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    at = next((number for number, count in enumerate(filled) if count > 2), 0)
    if at > 1 and max(filled[:at]) == 2 and sum(map(is_known_header, rows[at])) >= FEWEST_KNOWN:
        return at  # a report that says in pairs above its header what it is of: Brand: …, From: … (Brandwatch)
    if at and max(filled[:at]) <= 1 and len(rows) > at + 1 and is_header(rows[at], rows[at + 1 :]):
        return at
    return 0


def is_header(cells: list[str], below: Sequence[list[str]] = ()) -> bool:
    """Tell a header from a first row of data: mostly distinct names that are not numbers, dates or sentences.

    A header may be long where it is a question, or where the rows below hold other things than it does.
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return False
    if any(is_known_header(cell) for cell in filled):
        return True
    if len(set(filled)) < len(filled) * 0.8:
        return False
    if any(_is_value(cell) for cell in filled):
        return False
    if all(len(cell) <= 80 and len(cell.split()) <= 10 for cell in filled):
        return True
    valued = [row for row in below if any(_is_value(cell) for cell in row if cell.strip())]
    asks = sum(cell.endswith(("?", "? *", ":", ")")) or len(cell.split()) <= 10 for cell in filled)
    return asks == len(filled) or (bool(below) and len(valued) > 0.5 * len(below))


def _is_value(cell: str) -> bool:
    digits = sum(c.isdigit() for c in cell)
    return digits > len(cell) / 3 or "@" in cell or cell.rstrip().endswith((".", "!"))


def _named_by_question(codes: Sequence[str], questions: Sequence[str]) -> list[str]:
    """A column's own name where it is known, else the question that stands below its code (``Q1``)."""
    padded = [*questions, *[""] * (len(codes) - len(questions))]
    return [
        code if is_known_header(code) or not asked.strip() else asked
        for code, asked in zip(codes, padded, strict=False)
    ]


def _is_answer_row(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the second row says what kind of answer each question of the first one has, or names its choices."""
    kinds = sum(fold_header(cell) in _ANSWER_KINDS for cell in second if cell.strip())
    unnamed = [cell for name, cell in zip(first, second, strict=False) if is_known_header(name) and cell.strip()]
    continued = any(cell.strip() and not name.strip() for name, cell in zip(first, second, strict=False))
    return (kinds > 0 or continued) and not unnamed and not any(cell.strip().isdigit() for cell in second)


def _joined(questions: Sequence[str], choices: Sequence[str]) -> list[str]:
    """Question and choice in one name; a question goes on over the columns that have none of their own."""
    names, question = [], ""
    for number, choice in enumerate(choices if len(choices) > len(questions) else questions):
        asked = questions[number].strip() if number < len(questions) else ""
        choice = choices[number].strip() if number < len(choices) else ""  # noqa: PLW2901
        question = asked or question
        plain = not choice or fold_header(choice) in _ANSWER_KINDS
        names.append(question if plain else f"{question} – {choice}")
    return names
