"""Why a link, in plain words of the reader's language, and as a waterfall chart."""

from __future__ import annotations

from typing import Any

from api.localisation import Words
from voc.identity.review import ExplainedCandidate
from voc.records import FieldWeight, Link
from voc.service.links import doubts

BAR_HEIGHT = 26
"""Pixels of one bar with the space around it."""


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


def waterfall(t: Words, candidate: ExplainedCandidate) -> dict[str, Any]:
    """Bars from bit to bit: each begins where the one before ended, the last is the sum."""
    total_label = t("links_page.sum")
    rows = [
        {
            "label": t.known(f"link_fields.{one.field}", one.field),
            "level": t.known(f"link_levels.{one.level}", one.level),
            "start": round(one.start, 3),
            "end": round(one.end, 3),
            "bits": round(one.bits, 2),
            "sign": "positive" if one.bits >= 0 else "negative",
        }
        for one in candidate.steps
    ]
    total = round(candidate.bits, 3)
    rows.append(
        {"label": total_label, "level": "", "start": 0.0, "end": total, "bits": round(total, 2), "sign": "neutral"}
    )
    order = [row["label"] for row in rows]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": rows},
        "width": "container",
        "height": BAR_HEIGHT * len(rows),
        "mark": {"type": "bar"},
        "encoding": {
            "y": {"field": "label", "type": "ordinal", "title": None, "sort": order, "axis": {"labelLimit": 150}},
            "x": {
                "field": "start",
                "type": "quantitative",
                "title": t("links_page.bits"),
                "axis": {"format": "d", "tickMinStep": 1},
            },
            "x2": {"field": "end"},
            "color": {
                "field": "sign",
                "type": "nominal",
                "legend": None,
                "scale": {"domain": ["negative", "neutral", "positive"], "range": ["negative", "neutral", "positive"]},
            },
            "tooltip": [
                {"field": "label", "title": t("links_page.field")},
                {"field": "level", "title": t("links_page.level")},
                {"field": "bits", "title": t("links_page.bits")},
            ],
        },
    }


def _listed(t: Words, fields: tuple[FieldWeight, ...]) -> str:
    said = [f"{field_words(t, one)} ({t.number(one.bits, 1, signed=True)})" for one in fields]
    if len(said) < 2:
        return "".join(said)
    return f"{', '.join(said[:-1])} {t('reasons_for_link.and')} {said[-1]}"
