"""Why a link, in plain words of the reader's language, and as the bars of a waterfall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from api.localisation import Words
from voc.identity.review import ExplainedCandidate
from voc.records import FieldWeight, Link
from voc.service.links import doubts


def sentence(t: Words, candidate: ExplainedCandidate | None, link: Link) -> str:
    """The reasons for a candidate, or for the link itself where exact identifiers decided, as one or two sentences."""
    if candidate is None or not candidate.steps:
        return t.known(f"links.{link.method}", link.method) + "."
    for_it = _listed(t, candidate.favours)
    against = _listed(t, candidate.opposes)
    key = "both" if for_it and against else "for" if for_it else "against" if against else "nothing"
    said = t("reasons_for_link." + key, favours=for_it, opposes=against)
    chance = t("reasons_for_link.chance", p=t.percent(candidate.probability), bits=t.number(candidate.bits, 1))
    return f"{said[:1].upper()}{said[1:]} {chance}"


def doubt_sentences(t: Words, link: Link) -> list[str]:
    """:func:`voc.service.links.doubts` in plain words."""
    return [t(f"link_doubts.{one}_sentence") for one in doubts(link)]


def field_words(t: Words, one: FieldWeight) -> str:
    """``the surname agrees``: a field and how well it does; ``thread`` and others have words of their own."""
    name = t.known(f"link_fields.{one.field}", one.field)
    if one.field in {"thread", "names"}:
        return name
    level = t.known(f"link_levels.{one.level}", one.level)
    return f"{name} {level}" if level else name


@dataclass(frozen=True)
class Bar:
    """One bar of the waterfall, in percent of its width: where it begins, how wide it is, which way it goes."""

    x: float
    width: float
    sign: Literal["positive", "negative", "neutral"]


@dataclass(frozen=True)
class Waterfall:
    """Bars from bit to bit, each from where the one before ended, the last one the sum; ``zero`` is where none is."""

    bars: list[Bar]
    zero: float


def waterfall(candidate: ExplainedCandidate) -> Waterfall:
    """The bars of a candidate's steps, and of their sum."""
    ends = [(one.start, one.end) for one in candidate.steps] + [(0.0, candidate.bits)]
    low, high = min(0.0, *(min(pair) for pair in ends)), max(0.0, *(max(pair) for pair in ends))
    scale = 100 / (high - low) if high > low else 0.0

    def bar(start: float, end: float, sign: Literal["positive", "negative", "neutral"]) -> Bar:
        return Bar(round((min(start, end) - low) * scale, 1), round(max(abs(end - start) * scale, 0.5), 1), sign)

    steps = [bar(one.start, one.end, "positive" if one.bits >= 0 else "negative") for one in candidate.steps]
    return Waterfall([*steps, bar(0.0, candidate.bits, "neutral")], round(-low * scale, 1))


def _listed(t: Words, fields: tuple[FieldWeight, ...]) -> str:
    said = [f"{field_words(t, one)} ({t.number(one.bits, 1, signed=True)})" for one in fields]
    if len(said) < 2:
        return "".join(said)
    return f"{', '.join(said[:-1])} {t('reasons_for_link.and')} {said[-1]}"
