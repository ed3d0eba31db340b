"""Columns whose headers are questions or sentences, told by the words in them and by what their cells hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from voc.identifiers import normalise_email, normalise_phone
from voc.intake.cell_words import OUT_OF, SCALE_TO, pattern_of, words_of
from voc.intake.column_names import FIELDS
from voc.intake.column_sample import Columns, ColumnSample
from voc.intake.dates import parse_column, parse_moment
from voc.intake.field_paths import is_company_path
from voc.intake.scores import parse_nps, parse_rating, parse_score
from voc.records import Remark

_RECOMMENDS = re.compile(
    rf"\b(?:{pattern_of(lambda words: words.recommends)}|nps|recom(?:iend|end)\w+|\w*empfehl\w+|raccom\w+|aanbev\w+)\b"
)
"""Also in languages that are not read (Spanish, Portuguese, German, Italian, Dutch), whose forms have scores too."""
_SATISFIED = re.compile(rf"\b(?:{pattern_of(lambda words: words.satisfied)}|csat)\b")
_RATES = re.compile(rf"\b(?:{pattern_of(lambda words: words.rates)})\b")
_NO_SCORE = re.compile(rf"\b(?:{pattern_of(lambda words: words.no_score)})\b")


def _digit(number: int) -> str:
    return f"{number}|{pattern_of(lambda words: words.digits.get(number, ''))}"


_BETWEEN = f"{SCALE_TO}|{pattern_of(lambda words: words.scale_and)}"
_TOP = f"{OUT_OF}|{pattern_of(lambda words: words.weakly_out_of)}"
_OF_FIVE = re.compile(
    rf"\b(?:(?:{_digit(1)}|0) (?:(?:{_BETWEEN}) )?(?:{_digit(5)})|(?:{_TOP}) (?:{_digit(5)})"
    rf"|(?:{_digit(5)}) (?:{pattern_of(lambda words: words.star)}))\b"
)
_OF_TEN = re.compile(rf"\b(?:{_digit(0)}) (?:(?:{_BETWEEN}) )?(?:{_digit(10)})\b|\b(?:{_TOP}) (?:{_digit(10)})\b")

_DATED = words_of(lambda words: words.dated)
_FIRST_DATED = words_of(lambda words: words.first_dated)
_OTHER_DATE = words_of(lambda words: words.other_date)


_FEW_WORDS = 10
"""Different values of a column of scores in words, at most."""


def guess_questions(columns: Columns, samples: Sequence[ColumnSample], taken: set[int]) -> None:
    """Find the scores and the date that no name gave away, and take their columns."""
    for field, found in (
        ("nps", _grouped_nps(samples, taken)),
        (
            "nps",
            _question(
                samples, taken, _RECOMMENDS, lambda s: s.share(parse_nps) > 0.6 and not _OF_FIVE.search(s.folded)
            ),
        ),
        ("nps", _plain_nps(samples, taken)),
        ("rating", _rating(samples, taken)),
        ("csat", _question(samples, taken, _SATISFIED, lambda s: s.share(parse_score) > 0.6)),
        ("date", _date(samples, taken)),
        ("email", _person(samples, taken, _MAIL_WORDS, normalise_email)),
        ("email", _person(samples, taken, _WHO_WORDS, normalise_email)),
        ("phone", _person(samples, taken, _PHONE_WORDS, _phone)),
    ):
        if field not in columns.fields and found is not None and found.index not in taken:
            columns.fields[field] = (found.index,)
            taken.add(found.index)


def _question(
    samples: Sequence[ColumnSample],
    taken: Collection[int],
    words: re.Pattern[str],
    fits: Callable[[ColumnSample], bool],
) -> ColumnSample | None:
    return next(
        (
            s
            for s in samples
            if s.index not in taken
            and s.values
            and words.search(s.folded)
            and not _NO_SCORE.search(s.folded)
            and fits(s)
        ),
        None,
    )


def _rating(samples: Sequence[ColumnSample], taken: Collection[int]) -> ColumnSample | None:
    """A column of stars: its header states a scale of five, or its cells do (``4/5``, ``FIVE``, ``★★★★``)."""

    def fits(sample: ColumnSample) -> bool:
        stated = bool(_OF_FIVE.search(sample.folded)) or sample.share(_says_five) > 0.6
        return stated and sample.share(parse_rating) > 0.6

    return _question(samples, taken, _RATES, fits)


def _grouped_nps(samples: Sequence[ColumnSample], taken: Collection[int]) -> ColumnSample | None:
    """A column beside one that groups it into promoters and detractors (Qualtrics: ``Q1`` and ``Q1_NPS_GROUP``)."""
    grouped = {s.folded.removesuffix(" nps group") for s in samples if s.folded.endswith(" nps group")}
    called = (s for s in samples if s.folded in grouped and s.index not in taken)
    return next((s for s in called if s.values and s.share(parse_nps) > 0.6), None)


def _lower(value: str) -> str:
    return value.strip().lower()


def _plain_nps(samples: Sequence[ColumnSample], taken: Collection[int]) -> ColumnSample | None:
    """A column that is only called a score, where the table says elsewhere that it is of likelihood to recommend."""
    classed = has_classes(samples)
    told = classed or any(
        "nps" in s.folded.split() or (s.values and s.values[0].strip().lower() == "nps") for s in samples
    )
    stated = any(s.values and set(map(_lower, s.values)) == {"nps"} for s in samples)
    plain = {"score", "note", "rating", "answer"}
    called = (s for s in samples if told and s.index not in taken and s.folded in plain)
    return next((s for s in called if s.share(parse_nps) > 0.9 and (classed or stated or _reaches_ten(s))), None)


def has_classes(samples: Sequence[ColumnSample]) -> bool:
    """Whether a column names the classes of likelihood to recommend: promoters, passives, detractors."""
    return any(s.values and s.share(lambda value: value.strip().lower() in _CLASSES or None) > 0.9 for s in samples)


_CLASSES = words_of(lambda words: words.classes)


def _reaches_ten(sample: ColumnSample) -> bool:
    scores = [score for value in sample.values if (score := parse_nps(value)) is not None]
    return len(scores) > 0.9 * len(sample.values) and max(scores, default=0) > 5


def _person(
    samples: Sequence[ColumnSample],
    taken: Collection[int],
    words: Collection[str],
    read: Callable[[str], object],
) -> ColumnSample | None:
    """A column of addresses or numbers of a person, called by one of ``words`` among others."""
    return next(
        (
            s
            for s in samples
            if s.index not in taken
            and s.values
            and set(s.folded.split()) & set(words)
            and not set(s.folded.split()) & _STAFF
            and not is_company_path(s.header)
            and s.share(read) > 0.5
        ),
        None,
    )


def _phone(value: str) -> str | None:
    return normalise_phone(value, unassigned=True)


_MAIL_WORDS = words_of(lambda words: words.mail_words)
_WHO_WORDS = words_of(lambda words: words.who_words)
"""A person's column whose cells are addresses is one of addresses."""
_PHONE_WORDS = words_of(lambda words: words.phone_words, tools="whatsapp")
_STAFF = words_of(lambda words: words.staff_words)


def _says_five(value: str) -> bool | None:
    score = parse_score(value)
    return True if score is not None and score[1] == 5 else None


def _date(samples: Sequence[ColumnSample], taken: Collection[int]) -> ColumnSample | None:
    """The column of dates whose name says most of when it was written; else one whose cells are dates and text."""

    def rank(sample: ColumnSample) -> int:
        words = set(sample.folded.split())
        return 3 * bool(words & _FIRST_DATED) + 2 * bool(words & _DATED) - 4 * bool(words & _OTHER_DATE)

    free = [s for s in samples if s.index not in taken and s.values and s.words <= 4 and not is_company_path(s.header)]
    named = [s for s in free if rank(s) > 0 and s.share(parse_column) > 0.6]
    if named:
        return max(named, key=rank)
    written = [s for s in free if rank(s) == 0 and s.share(_written_date) > 0.8]
    return written[0] if len(written) == 1 else None


def _written_date(value: str) -> bool | None:
    """Whether a cell is a date by its own shape: bare numbers are not."""
    return True if not value.replace(".", "").isdigit() and parse_moment(value) is not None else None


def unused(columns: Columns, samples: Sequence[ColumnSample], name: str) -> list[Remark]:
    """What of a table goes unused though it may matter: a missing date, scores and addresses, a line each."""
    taken = columns.taken
    free = [s for s in samples if s.index not in taken and s.values and not is_company_path(s.header)]
    said = []
    if "date" not in columns.fields:
        reason = "no column of dates was found, so the day of import counts; say which with --map date=COLUMN."
        said.append(Remark(source=name, reason=reason, code="no_date_column"))
    scored = columns.fields.keys() & {"nps", "rating", "csat"}
    scores = [s.header for s in free if not scored and (_is_scale(s) or _is_called_score(s))]
    if scores:
        reason = (
            f"scores in {_listed(scores)} are not used; say what they are with --map nps=COLUMN, rating=… or csat=…."
        )
        said.append(Remark(source=name, reason=reason, code="scores_not_used", parameters={"columns": _listed(scores)}))
    addresses = [s.header for s in free if "email" not in columns.fields and s.share(normalise_email) > 0.5]
    addresses = [header for header in addresses if not header.endswith("acct")]
    if addresses:
        reason = f"addresses in {_listed(addresses)} are not used; say whose they are with --map email=COLUMN."
        said.append(
            Remark(source=name, reason=reason, code="addresses_not_used", parameters={"columns": _listed(addresses)})
        )
    return said


def _is_scale(sample: ColumnSample) -> bool:
    """Whether a column holds nothing but whole numbers of a scale to ten, several of them different."""
    return (
        (len(set(sample.values)) >= 3 or bool(_OF_TEN.search(sample.folded)))
        and sample.share(parse_nps) > 0.95
        and not _NO_SCORE.search(sample.folded)
        and not sample.folded.endswith((" id", "count", "version"))
    )


def _is_called_score(sample: ColumnSample) -> bool:
    """Whether a column is called a score and holds a few words of its own (``good``, ``promoter``)."""
    called = any(sample.folded in FIELDS[field] for field in ("nps", "rating", "csat"))
    return called and sample.words <= 3 and len(set(sample.values)) <= _FEW_WORDS


def _listed(headers: Sequence[str]) -> str:
    shown = ", ".join(f"{header[:60]!r}" for header in headers[:3])
    return f"{shown} and {len(headers) - 3} more" if len(headers) > 3 else shown
