"""What exports write into their cells and headers beside the names of columns: sides, answers, scores, states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CellWords:
    """Words of exports, folded (:func:`voc.intake.column_names.fold_header`) and separated by ``|``.

    Attributes:
        agent, customer: what the two sides of a conversation are called.
        inward, outward, internal: directions of a call.
        to_company, to_customer, unsent: sides of a message, and what its customer never saw.
        yes, no: answers of two.
        nothing: what stands where nothing is known, in lower case with its accents.
        labels: words by which a program marks who speaks, before a number or a letter ("Speaker 2").
        numbered: what may stand before a number, the space after it too, as alternatives over text without accents.
        satisfaction: answer in words → on a scale of five.
        stars: stars in words → how many.
        sentiments: sentiment (``negative``, ``neutral``, ``positive``) → what it is called.
        states: how far a record has come, in lower case with its accents.
        answers: what stands under a question that has one answer, instead of a choice.
        answer_marks: what is put in brackets behind the question whose answer a column holds, accents kept.
        replies: names of objects that hold the company's reply; ``authors`` of those that are of a person.
        origins: headers of where something came from.
        weak_authors: names of columns that name a person or an account.
        surname: the name of a column that is a whole name or, beside a first name, the last one.
        help_desk: words of the headers of a help desk's tickets; ``answering`` who answers there.
        mail_words, who_words, phone_words, staff_words: words of a header of addresses of mail, of the person who
            wrote, of telephone numbers, and of the company's own people.
        totals: what stands first in a row that sums up those above it.
        translated, original: what stands in brackets above a translation, and above what was written.
        dated, first_dated, other_date: words of the headers of dates, of when something was first written, and of
            other dates.
        classes: classes of likelihood to recommend, in lower case with their accents.
        recommends, satisfied, rates, no_score: alternatives of patterns over headers: of likelihood to recommend, of
            satisfaction, of stars, and of what is no score.
        digits: number of a scale → words for it, as alternatives.
        scale_to, scale_and: what stands between the ends of a scale ("0 to 10", "between 0 and 10").
        out_of, weakly_out_of: what stands before the top of a scale; the latter says other things as well (``of``).
        star, point: words for the units of scores, as alternatives.
    """

    agent: str = ""
    customer: str = ""
    inward: str = ""
    outward: str = ""
    internal: str = ""
    to_company: str = ""
    to_customer: str = ""
    unsent: str = ""
    yes: str = ""
    no: str = ""
    nothing: str = ""
    labels: str = ""
    numbered: str = ""
    satisfaction: Mapping[str, float] = field(default_factory=dict)
    stars: Mapping[str, float] = field(default_factory=dict)
    sentiments: Mapping[str, str] = field(default_factory=dict)
    states: str = ""
    answers: str = ""
    answer_marks: str = ""
    replies: str = ""
    authors: str = ""
    origins: str = ""
    weak_authors: str = ""
    surname: str = ""
    help_desk: str = ""
    answering: str = ""
    mail_words: str = ""
    who_words: str = ""
    phone_words: str = ""
    staff_words: str = ""
    totals: str = ""
    translated: str = ""
    original: str = ""
    dated: str = ""
    first_dated: str = ""
    other_date: str = ""
    classes: str = ""
    recommends: str = ""
    satisfied: str = ""
    rates: str = ""
    no_score: str = ""
    digits: Mapping[int, str] = field(default_factory=dict)
    scale_to: str = ""
    scale_and: str = ""
    out_of: str = ""
    weakly_out_of: str = ""
    star: str = ""
    point: str = ""
