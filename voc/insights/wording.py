"""The words of the digest in French and English: titles, notes, numbers and dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from voc.errors import InputError
from voc.insights.labels import topic_label
from voc.locales import InterfaceLanguage, interface_languages
from voc.records import sentiment_label

_SIDES: dict[str, dict[tuple[str, str], str]] = {
    "fr": {
        ("rise", "sudden"): "en hausse",
        ("fall", "sudden"): "en baisse",
        ("rise", "slow"): "en hausse semaine après semaine",
        ("fall", "slow"): "en baisse semaine après semaine",
    },
    "en": {
        ("rise", "sudden"): "up",
        ("fall", "sudden"): "down",
        ("rise", "slow"): "climbing week after week",
        ("fall", "slow"): "declining week after week",
    },
}
_TONES = {
    "fr": {"praise": "éloges", "complaints": "plaintes"},
    "en": {"praise": "praise", "complaints": "complaints"},
}
_NEW = {"fr": "nouveau cette semaine", "en": "new this week"}

_EMERGED = {
    "fr": {True: "signe précoce, qu'aucun sujet n'explique", False: "en hausse, qu'aucun sujet n'explique"},
    "en": {True: "early sign, which no topic explains", False: "up, which no topic explains"},
}

_NOTES = {
    "fr": {
        "no_data": "Aucune interaction analysée cette semaine.",
        "few_interactions": "{} interactions seulement cette semaine : trop peu pour parler de hausses ou de baisses.",
        "short_history": "{} semaines d'historique : il en faut au moins deux pour comparer.",
        "few_before": "{} interactions seulement dans les semaines précédentes : trop peu pour comparer.",
        "week_running": "La semaine n'est pas terminée : les volumes sont ceux du moment.",
        "week_just_begun": "La semaine commence à peine : rien n'est encore comparé.",
        "outdated": "Des données de ces semaines ont changé depuis ce bilan : il va être refait.",
        "no_topics": "Aucun sujet reconnu dans les interactions de ces semaines.",
        "nothing_changed": "Aucun sujet n'a varié plus que le hasard ne l'expliquerait.",
        "narrowed": "Seuls les constats qui concernent : {}. Volumes et sentiment sont ceux de tous les clients.",
    },
    "en": {
        "no_data": "No interaction was analysed this week.",
        "few_interactions": "Only {} interactions this week: too few to speak of rises or falls.",
        "short_history": "{} weeks of history: at least two are needed to compare.",
        "few_before": "Only {} interactions in the weeks before: too few to compare.",
        "week_running": "The week is not over: volumes are those of the moment.",
        "week_just_begun": "The week has only just begun: nothing is compared yet.",
        "outdated": "Data of these weeks have changed since this digest was made: it will be made anew.",
        "no_topics": "No topic was recognised in the interactions of these weeks.",
        "nothing_changed": "No topic moved more than chance would explain.",
        "narrowed": "Only findings that concern: {}. Volumes and sentiment are those of all customers.",
    },
}

_NOTES_OF_ONE = {
    "fr": {
        "few_interactions": "{} interaction seulement cette semaine : trop peu pour parler de hausses ou de baisses.",
        "short_history": "{} semaine d'historique : il en faut au moins deux pour comparer.",
        "few_before": "{} interaction seulement dans les semaines précédentes : trop peu pour comparer.",
    },
    "en": {
        "few_interactions": "Only {} interaction this week: too few to speak of rises or falls.",
        "short_history": "{} week of history: at least two are needed to compare.",
        "few_before": "Only {} interaction in the weeks before: too few to compare.",
    },
}

_MONTHS = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
CHANNELS = {
    "fr": {
        "call": "appels", "email": "e-mails", "social": "réseaux sociaux", "complaint": "réclamations",
        "survey": "enquêtes", "review": "avis", "chat": "chats",
    },
    "en": {
        "call": "calls", "email": "e-mails", "social": "social posts", "complaint": "complaints", "survey": "surveys",
        "review": "reviews", "chat": "chats",
    },
}  # fmt: skip
DIMENSIONS = {
    "fr": {"city": "ville", "segment": "segment", "language": "langue", "app_version": "version de l'application",
           "product": "produit", "store": "boutique", "brand": "marque", "device": "appareil", "queue": "file"},
    "en": {"city": "city", "segment": "segment", "language": "language", "app_version": "app version",
           "product": "product", "store": "store", "brand": "brand", "device": "device", "queue": "queue"},
}  # fmt: skip
THIN_SPACE = "\u202f"


def checked(language: str) -> InterfaceLanguage:
    """``language`` if the digest speaks it.

    Raises:
        InputError: neither fr nor en.
    """
    for known in interface_languages():
        if language == known:
            return known
    raise InputError(f"language={language} is not spoken here; use fr or en.")


def titles(topic: str, direction: str, pace: str, tone: str | None, *, new: bool) -> dict[str, str]:
    """Title of a change by language: ``Store: praise climbing week after week``."""
    return {
        language: _title(topic, direction, pace, tone, new=new, language=language) for language in interface_languages()
    }


def _title(topic: str, direction: str, pace: str, tone: str | None, *, new: bool, language: str) -> str:
    move = _NEW[language] if new and direction == "rise" else _SIDES[language][direction, pace]
    # French sets a space before its colon; a narrow one that does not break.
    colon = f"{THIN_SPACE}:" if language == "fr" else ":"
    words = f"{_TONES[language][tone]} {move}" if tone and not new else move
    return f"{topic_label(topic, language)}{colon} {words}"


def emerging_titles(labels: Mapping[str, str], *, early: bool) -> dict[str, str]:
    """Title by language of what emerged and no topic tells: ``Compteur communicant : signe précoce``."""
    found = {}
    for language in interface_languages():
        colon = f"{THIN_SPACE}:" if language == "fr" else ":"
        found[str(language)] = f"{labels[language]}{colon} {_EMERGED[language][early]}"
    return found


def note(code: str, language: str) -> str:
    """A note of a digest (``few_interactions:12``) as a sentence; an unknown code is shown as it is."""
    name, _, value = code.partition(":")
    # English counts nothing in the plural, French in the singular.
    one = value == "1" or (value == "0" and language == "fr")
    sentence = (_NOTES_OF_ONE[language].get(name) if one else None) or _NOTES[language].get(name)
    return sentence.format(value) if sentence is not None else code


def side(score: float) -> str:
    """The label of a clause-level sentiment, as ``Filters.topic_sentiment`` draws the line."""
    return sentiment_label(score)


def number(value: float, language: str, *, digits: int = 0) -> str:
    """``1 234,5`` in French, ``1,234.5`` in English."""
    text = f"{value:,.{digits}f}"
    if language == "fr":
        text = text.replace(",", THIN_SPACE).replace(".", ",")
    return text.replace("-", "\u2212")


def percent(share: float, language: str, *, digits: int = 0) -> str:
    """``12 %`` in French, ``12%`` in English."""
    return number(100 * share, language, digits=digits) + (f"{THIN_SPACE}%" if language == "fr" else "%")


def times(ratio: float, language: str) -> str:
    """``× 4,2``: one digit below ten, none above."""
    return f"×{THIN_SPACE}{number(ratio, language, digits=1 if ratio < 9.95 else 0)}"


def day(moment: datetime, language: str) -> str:
    """``9 novembre 2026`` or ``9 November 2026``."""
    return f"{moment.day} {_MONTHS[language][moment.month - 1]} {moment.year}"


def span(begins: datetime, ends: datetime, language: str) -> str:
    """A week by its first and last day: ``9–15 novembre 2026``."""
    last = ends - timedelta(seconds=1)
    if begins.month == last.month:
        return f"{begins.day}\u2013{day(last, language)}"
    first = f"{begins.day} {_MONTHS[language][begins.month - 1]}"
    if begins.year != last.year:
        first += f" {begins.year}"
    return f"{first} \u2013 {day(last, language)}"


def channel(name: str, language: str) -> str:
    """A channel as a plural: ``appels``."""
    return CHANNELS[language].get(name, name)


def dimension(name: str, language: str) -> str:
    """A dimension or attribute as people call it."""
    return DIMENSIONS[language].get(name, name.replace("_", " "))
