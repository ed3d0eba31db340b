"""A digest as HTML that can be e-mailed, Markdown, JSON or plain text for a terminal.

What customers wrote is hostile until shown otherwise: HTML is escaped by the template engine, Markdown by
:func:`markdown`, and control and direction-changing characters are dropped everywhere, so that no quote can colour a
terminal or turn a line around.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import quote

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from voc.errors import InputError
from voc.insights import digest_messages as phrases
from voc.insights import finding_messages, wording
from voc.insights.quotes import read_first
from voc.insights.week_charts import SIDE_COLOURS, WeekChart, colour
from voc.insights.week_summary import summary
from voc.language.registry import FIRST
from voc.locales.words import words
from voc.records import Digest, DigestItem, Quote

Format = Literal["html", "md", "json", "text"]
FORMATS: tuple[str, ...] = get_args(Format)

BAR_PX = 44
"""Height of the tallest bar of a weekly chart; bars are table cells, so that they show with images switched off."""
_TEMPLATES = {"html": "digest.html.j2", "md": "digest.md.j2", "text": "digest.txt.j2"}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]|~])")
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Sent:
    """What a digest that is sent to somebody says beside itself: where it stands, why they get it, how to end that."""

    online: str
    why: str
    unsubscribe: str


def render(
    digest: Digest,
    *,
    format: str = "html",
    language: str = FIRST,
    base_url: str = "",
    sent: Sent | None = None,
    charts: Mapping[str, WeekChart] | None = None,
) -> str:
    """Render ``digest``; links are absolute when ``base_url`` (``https://voc.example.com``) is given.

    HTML has its style on every element, since mail programs drop style sheets; only what narrow screens need is one.

    Args:
        charts: pictures that come along in the mail, by the keys of their findings; else bars are cells of a table.

    Raises:
        InputError: an unknown format or language.
    """
    spoken = wording.checked(language)
    if format not in FORMATS:
        raise InputError(f"format={format} is not known; use one of {', '.join(FORMATS)}.")
    if format == "json":
        return digest.model_dump_json(indent=2)
    shown = context(digest, spoken, base_url=base_url) | {"sent": sent, "charts": charts or {}}
    text = _environment().get_template(_TEMPLATES[format]).render(shown)
    if format == "html":
        return _inliner().inline(text)
    # Sections that are empty leave blank lines behind; two in a row say nothing more than one.
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def subject(digest: Digest, *, language: str = FIRST) -> str:
    """Subject line of the e-mail: the week and the first finding."""
    spoken = wording.checked(language)
    t = words(spoken)
    items = [*digest.rises, *digest.falls]
    first = phrases.headline(items[0], spoken) if items else t("digest.no_changes")
    return clean(f"{t('digest.title')} – {t.week(digest.week, short=True)} – {first}")


def context(digest: Digest, language: str, *, base_url: str = "") -> dict[str, Any]:
    """Everything the templates show, as text already in the language; also for pages that draw a digest."""
    t = words(language)
    base = base_url.rstrip("/")
    sections = [
        {
            "title": t(f"digest.{side}"),
            "colour": line,
            "items": [_item(one, digest, language, base) | {"colour": colour(side, one)} for one in items],
        }
        for side, line in SIDE_COLOURS.items()
        if (items := getattr(digest, side))
    ]
    return {
        "language": language,
        "t": t,
        "colon": t.colon,
        "week": t.week(digest.week, short=True),
        "span": t.days(digest.begins, digest.ends - timedelta(seconds=1), long=True),
        "heard": phrases.heard(digest, language),
        "summary": summary(digest, language),
        "notes": [wording.note(code, language) for code in digest.notes],
        "sections": sections,
        "followed": [
            {
                "title": finding_messages.title(one, language),
                "facts": finding_messages.facts(one, language),
                "href": f"{base}/findings/{quote(one.key, safe='')}",
            }
            for one in digest.followed
        ],
        "volumes": [
            {
                "channel": phrases.channel(name, t),
                "n": t.number(one["n"], 0),
                "before": t.number(one["baseline"], 1) if "baseline" in one else "–",
                "change": phrases.volume_change(one, language),
                "href": f"{base}/interactions?channel={name}&week={digest.week}",
            }
            for name, one in digest.volumes.items()
        ],
        "sentiment": _sentiment(digest, language, base),
    }


def clean(text: str) -> str:
    """Without control characters (ANSI sequences begin with one) and without direction overrides."""
    kept = (" " if c in "\t\r\n" else c for c in text if c in "\t\r\n" or unicodedata.category(c) != "Cc")
    return "".join(c for c in kept if c not in _DIRECTIONS)


def markdown(text: str) -> str:
    """Text with everything that Markdown or HTML would read as markup escaped."""
    escaped = _MARKDOWN.sub(r"\\\1", clean(text))
    return escaped.replace("&", "&amp;").replace("<", "&lt;")


def _item(item: DigestItem, digest: Digest, language: str, base: str) -> dict[str, Any]:
    weeks, t = item.extra.weeks, words(language)
    tallest = max((one.n for one in weeks), default=0) or 1
    return {
        "key": item.key,
        "title": phrases.headline(item, language),
        "facts": [
            *phrases.facts(item, len(digest.baseline_weeks), language),
            *finding_messages.decided(item.review, language),
        ],
        "places": [one | {"href": base + one["href"]} for one in phrases.places(item, language)],
        "distinctive": phrases.distinctive(item, language),
        "href": base + item.href if item.href else None,
        "open": t("digest.see", n=item.n),
        "bars": [
            {
                "week": t.week(one.week, short=True),
                "n": t.number(one.n),
                "height": max(1, round(BAR_PX * one.n / tallest)),
                "now": one.week == digest.week,
                "href": base + one.href,
            }
            for one in weeks
        ],
        "quotes": [_quote(one, language, base) for one in read_first(item.quotes, language)],
    }


def _quote(quote: Quote, language: str, base: str) -> dict[str, Any]:
    t = words(language)
    spoken = quote.begin_ms is not None and quote.channel.description.spoken
    source = phrases.channel(quote.channel, t)
    if quote.occurred_at is not None:
        source += f", {t.day(quote.occurred_at, long=True)}"
    if spoken and quote.begin_ms is not None:
        source += f", {t.duration(quote.begin_ms)}"
        source += "" if quote.has_audio else f" ({t('digest.unheard')})"
    return {
        "text": t.quoted(quote.text),
        "source": source,
        "href": base + quote.href,
        "open": t("digest.listen" if spoken and quote.has_audio else "digest.read"),
    }


def _sentiment(digest: Digest, language: str, base: str) -> list[dict[str, Any]]:
    found, t = [], words(language)
    colours = {"negative": "#b3261e", "neutral": "#8a8f98", "positive": "#1b6e4f"}
    for label, tint in colours.items():
        if label not in digest.sentiment:
            continue
        now, before = digest.sentiment, digest.sentiment_baseline
        low, high = (t.percent(now[f"{label}_{end}"]) for end in ("low", "high"))
        found.append(
            {
                "label": t(f"sentiments.{label}"),
                "colour": tint,
                "share": t.percent(now[label]),
                "width": max(1, round(100 * now[label])),
                "interval": f"[{low} – {high}]",
                "before": t.percent(before[label]) if label in before else "–",
                "n": t.number(now["n"], 0),
                "href": f"{base}/interactions?sentiment={label}&week={digest.week}",
            }
        )
    return found


@lru_cache(maxsize=1)
def _inliner() -> CSSInliner:
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["clean"] = clean
    made.filters["markdown"] = markdown
    return made
