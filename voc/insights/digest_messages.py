"""Sentences of the rendered digest: one item, one volume, one share at a time."""

from __future__ import annotations

from typing import Any

from voc.locales.words import TEN, Words, words
from voc.records import Digest, DigestItem

LABELS = ("negative", "neutral", "positive")
LEAST_Q = 0.001
"""What is surer is told as less than this."""


def heard(digest: Digest, language: str) -> str:
    """How much was heard, and usually."""
    t, weeks = words(language), len(digest.baseline_weeks)
    if not weeks:
        return t("digest.heard_alone", n=digest.n)
    return t("digest.heard", n=digest.n, mean=t.number(digest.n_baseline / weeks, 0), weeks=weeks)


def headline(item: DigestItem, language: str) -> str:
    """One line: the title, and where it concentrates."""
    title = item.labels.get(language) or item.key
    places = [one.value for one in item.extra.concentration if one.dimension == "city"]
    if places:
        title += f" ({', '.join(places)})"
    return title


def facts(item: DigestItem, weeks_before: int, language: str) -> list[str]:
    """What is known of a change, one sentence each: size, share, channels, voices, what is said, how sure."""
    t = words(language)
    found = (
        _size(item, weeks_before, t),
        _share(item, t),
        _inside(item, t),
        _channels(item, t),
        _voices(item, t),
        _said(item, t),
        _parts(item, t),
    )
    return [one for one in found if one]


def _size(item: DigestItem, weeks_before: int, t: Words) -> str:
    if not item.n_baseline:
        return t("digest_facts.size_new", n=item.n, weeks=weeks_before, sure=_sure(item, t))
    limits = ""
    ratio, low, high = item.extra.ratio, item.extra.ratio_low, item.extra.ratio_high
    if ratio is not None and low is not None and high is not None:
        limits = f"{t.times(ratio)} [{_short(low, t)} – {_short(high, t)}], "
    mean = t.number(item.n_baseline / max(weeks_before, 1), 1)
    return t("digest_facts.size", n=item.n, mean=mean, sure=limits + _sure(item, t))


def _share(item: DigestItem, t: Words) -> str:
    if item.interval is None or item.baseline is None:
        return ""
    digits = 1 if item.value < 0.1 else 0
    share, low, high = (t.percent(one, digits) for one in (item.value, item.interval.low, item.interval.high))
    before = t.percent(item.baseline, 1 if item.baseline < 0.1 else 0)
    return t("digest_facts.share", share=share, low=low, high=high, before=before)


def _inside(item: DigestItem, t: Words) -> str:
    return "" if item.extra.inside is None else t("digest_facts.inside", n=item.extra.inside, of=item.n)


def _channels(item: DigestItem, t: Words) -> str:
    if not item.channels:
        return ""
    listed = ", ".join(f"{channel(name, t)} {t.number(n)}" for name, n in item.channels.items())
    confirming = len(item.extra.corroborated_by)
    lead = t("digest_facts.seen_on", n=confirming) if confirming > 1 else t("digest_facts.channels")
    return f"{lead} {listed}."


def _voices(item: DigestItem, t: Words) -> str:
    voices = item.extra.voices
    return "" if voices is None or voices >= item.n else t("digest_facts.voices", n=voices)


def _said(item: DigestItem, t: Words) -> str:
    said = {label: n for label in LABELS if (n := item.extra.said.get(label, 0))}
    if not said:
        return ""
    return f"{t('digest_facts.said')} {', '.join(t(f'digest_facts.said_{label}', n=n) for label, n in said.items())}."


def _parts(item: DigestItem, t: Words) -> str:
    found = []
    for lead, topics in (("parts", item.extra.parts), ("also", item.extra.also)):
        if topics:
            listed = ", ".join(f"{one.labels[t.language].rpartition('› ')[2]} {t.number(one.n)}" for one in topics)
            found.append(f"{t(f'digest_facts.{lead}')} {listed}.")
    return " ".join(found)


def places(item: DigestItem, language: str) -> list[dict[str, Any]]:
    """Where a change concentrates: sentence and link of each group."""
    t = words(language)
    return [
        {
            "text": t(
                "digest_facts.place",
                name=t.known(f"dimensions.{one.dimension}", one.dimension.replace("_", " ")),
                value=t.language_name(one.value) if one.dimension == "language" else one.value,
                n=one.n,
                known=one.known,
                share=t.percent(one.share),
                base=t.percent(one.base_share),
            ),
            "href": one.href,
        }
        for one in item.extra.concentration
    ]


def distinctive(item: DigestItem, language: str) -> str:
    """The words that set the change apart."""
    found = marking_words(item, language)
    return f"{words(language)('digest.words')} {found}." if found else ""


def marking_words(item: DigestItem, language: str) -> str:
    """The words alone: first those of the reader's language and of several, then those of each other one, named."""
    t = words(language)
    own = [one.text for one in item.extra.words if one.language in {language, None}] or list(item.extra.emerging_words)
    others = dict.fromkeys(one.language for one in item.extra.words if one.language not in {language, None})
    parts = [", ".join(own)] if own else []
    for code in others:
        said = ", ".join(one.text for one in item.extra.words if one.language == code)
        parts.append(t("digest.words_in", language=t.language_name(code or ""), words=said))
    return " · ".join(parts)


def volume_change(volume: dict[str, float], language: str) -> str:
    """``× 1,4 [1,1 – 1,9]``, or a dash where there is nothing to compare with."""
    if "ratio" not in volume or "ratio_high" not in volume:
        return "–"
    t = words(language)
    low, high = (_short(volume[name], t) for name in ("ratio_low", "ratio_high"))
    return f"{t.times(volume['ratio'])} [{low} – {high}]"


def channel(name: str, t: Words) -> str:
    """A channel as a plural: ``appels``."""
    return t.known(f"channels_many.{name}", name)


def _sure(item: DigestItem, t: Words) -> str:
    q = item.extra.q_value if item.extra.q_value is not None else item.p_value or 1.0
    sign = "<" if q < LEAST_Q else "="
    return f"q\u00a0{sign}\u00a0{t.number(max(q, LEAST_Q), 3)}"


def _short(value: float, t: Words) -> str:
    return t.number(value, 1 if value < TEN else 0)
