"""Sentences of the rendered digest in French and English: one item, one volume, one share at a time."""

from __future__ import annotations

from typing import Any

from voc.insights.wording import THIN_SPACE, channel, dimension, number, percent, times
from voc.records import Digest, DigestItem

WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "title": "La voix des clients",
        "week": "Semaine",
        "heard": "{n} interactions analysées, {before} par semaine en moyenne sur les {weeks} précédentes.",
        "heard_alone": "{n} interactions analysées.",
        "rises": "Ce qui monte",
        "falls": "Ce qui baisse",
        "volumes": "Volumes par canal",
        "sentiment": "Sentiment",
        "channel": "Canal",
        "this_week": "Cette semaine",
        "before": "Avant (par semaine)",
        "before_share": "Avant",
        "change": "Évolution",
        "negative": "négatif",
        "neutral": "neutre",
        "positive": "positif",
        "net": "solde (positif − négatif)",
        "quotes": "Dans leurs mots",
        "listen": "écouter",
        "read": "lire",
        "unheard": "sans enregistrement",
        "open": "voir les {n} interactions",
        "method": "Comparaison de la semaine ISO aux semaines précédentes. Une hausse ou une baisse doit se voir à la "
        "fois dans la part et dans le nombre (tests exacts conditionnels, à mélange de canaux constant), chaque client "
        "et chaque texte répété comptés une fois ; q est la p-valeur corrigée pour tous les sujets examinés "
        "(Benjamini–Hochberg, seuil 5 %). Intervalles à 95 %.",
        "no_changes": "Rien à signaler",
        "followed": "Décidé avant, et depuis",
        "online": "Lire ce bilan en ligne",
        "unsubscribe": "Ne plus le recevoir",
        "subscribed": "Vous recevez ce bilan parce que quelqu’un vous y a abonné ({name}).",
        "more": "et {n} autres",
    },
    "en": {
        "title": "Voice of the customer",
        "week": "Week",
        "heard": "{n} interactions analysed, {before} a week on average over the {weeks} before.",
        "heard_alone": "{n} interactions analysed.",
        "rises": "What is rising",
        "falls": "What is falling",
        "volumes": "Volumes by channel",
        "sentiment": "Sentiment",
        "channel": "Channel",
        "this_week": "This week",
        "before": "Before (a week)",
        "before_share": "Before",
        "change": "Change",
        "negative": "negative",
        "neutral": "neutral",
        "positive": "positive",
        "net": "net (positive − negative)",
        "quotes": "In their words",
        "listen": "listen",
        "read": "read",
        "unheard": "no recording",
        "open": "see the {n} interactions",
        "method": "The ISO week against the weeks before it. A rise or fall must show both in the share and in the "
        "count (exact conditional tests, at a constant mix of channels), every customer and every repeated text "
        "counted once; q is the p-value corrected for all topics looked at (Benjamini–Hochberg, level 5%). Intervals "
        "are 95%.",
        "no_changes": "Nothing to report",
        "followed": "Decided before, and since",
        "online": "Read this digest online",
        "unsubscribe": "Unsubscribe",
        "subscribed": "You get this digest because somebody subscribed you to it ({name}).",
        "more": "and {n} more",
    },
}  # fmt: skip
_LANGUAGES = {"fr": {"fr": "français", "en": "anglais"}, "en": {"fr": "French", "en": "English"}}


def heard(digest: Digest, language: str) -> str:
    """How much was heard, and usually."""
    words = WORDS[language]
    n = number(digest.n, language)
    if not digest.baseline_weeks:
        return words["heard_alone"].format(n=n)
    mean = digest.n_baseline / len(digest.baseline_weeks)
    return words["heard"].format(n=n, before=number(mean, language), weeks=len(digest.baseline_weeks))


def headline(item: DigestItem, language: str) -> str:
    """One line: the title, and where it concentrates."""
    title = item.labels.get(language) or item.key
    places = [one.value for one in item.extra.concentration if one.dimension == "city"]
    if places:
        title += f" ({', '.join(places)})"
    return title


def facts(item: DigestItem, weeks_before: int, language: str) -> list[str]:
    """What is known of a change, one sentence each: size, share, channels, voices, what is said, how sure."""
    return [
        one
        for one in (
            _size(item, weeks_before, language),
            _share(item, language),
            _channels(item, language),
            _voices(item, language),
            _said(item, language),
            _parts(item, language),
            _inside(item, language),
        )
        if one
    ]


def _size(item: DigestItem, weeks_before: int, language: str) -> str:
    n = number(item.n, language)
    if not item.n_baseline:
        sure = _sure(item, language)
        if language == "fr":
            return f"{n} interactions cette semaine, aucune les {weeks_before} semaines précédentes ({sure})."
        return f"{n} interactions this week, none in the {weeks_before} weeks before ({sure})."
    mean = number(item.n_baseline / max(weeks_before, 1), language, digits=1)
    limits = ""
    ratio, low, high = item.extra.ratio, item.extra.ratio_low, item.extra.ratio_high
    if ratio is not None and low is not None and high is not None:
        limits = f"{times(ratio, language)} [{_short(low, language)} – {_short(high, language)}], "
    sure = _sure(item, language)
    if language == "fr":
        return f"{n} interactions cette semaine contre {mean} par semaine auparavant ({limits}{sure})."
    return f"{n} interactions this week against {mean} a week before ({limits}{sure})."


def _share(item: DigestItem, language: str) -> str:
    if item.interval is None or item.baseline is None:
        return ""
    digits = 1 if item.value < 0.1 else 0
    share, low, high = (
        percent(one, language, digits=digits) for one in (item.value, item.interval.low, item.interval.high)
    )
    before = percent(item.baseline, language, digits=1 if item.baseline < 0.1 else 0)
    if language == "fr":
        return f"{share} de ce qui a été dit [{low} – {high}], {before} auparavant."
    return f"{share} of all that was said [{low} – {high}], {before} before."


def _channels(item: DigestItem, language: str) -> str:
    if not item.channels:
        return ""
    listed = ", ".join(f"{channel(name, language)} {number(n, language)}" for name, n in item.channels.items())
    confirming = len(item.extra.corroborated_by)
    if confirming > 1:
        lead = f"Visible sur {confirming} canaux" if language == "fr" else f"Seen on {confirming} channels"
    else:
        lead = "Canaux" if language == "fr" else "Channels"
    return f"{lead}{colon(language)} {listed}."


def _voices(item: DigestItem, language: str) -> str:
    voices = item.extra.voices
    if voices is None or voices >= item.n:
        return ""
    n = number(voices, language)
    if language == "fr":
        return f"{n} voix distinctes{THIN_SPACE}: un client ou un texte répété n'est compté qu'une fois dans les tests."
    return f"{n} distinct voices: a customer or a text that repeats counts once in the tests."


def _said(item: DigestItem, language: str) -> str:
    said = item.extra.said
    if not sum(said.values()):
        return ""
    lead = "Ce qui en est dit" if language == "fr" else "What is said of it"
    listed = ", ".join(
        f"{number(said[label], language)} {WORDS[language][label]}{'s' if language == 'fr' and said[label] > 1 else ''}"
        for label in ("negative", "neutral", "positive")
        if said.get(label)
    )
    return f"{lead}{colon(language)} {listed}."


def _parts(item: DigestItem, language: str) -> str:
    leads = {"fr": ("Réparti entre", "On y parle aussi de"), "en": ("Spread over", "Also spoken of")}[language]
    found = []
    for lead, topics in zip(leads, (item.extra.parts, item.extra.also), strict=True):
        if topics:
            listed = ", ".join(
                f"{one.labels[language].rpartition('› ')[2]} {number(one.n, language)}" for one in topics
            )
            found.append(f"{lead}{colon(language)} {listed}.")
    return " ".join(found)


def _inside(item: DigestItem, language: str) -> str:
    if item.extra.inside is None:
        return ""
    n, of = number(item.extra.inside, language), number(item.n, language)
    if language == "fr":
        return f"Dans votre sélection{colon(language)} {n} sur {of}."
    return f"Within your selection{colon(language)} {n} of {of}."


def places(item: DigestItem, language: str) -> list[dict[str, Any]]:
    """Where a change concentrates: sentence and link of each group."""
    found = []
    for one in item.extra.concentration:
        value = _LANGUAGES[language].get(one.value, one.value) if one.dimension == "language" else one.value
        share, base = percent(one.share, language), percent(one.base_share, language)
        name = dimension(one.dimension, language)
        n, known = number(one.n, language), number(one.known, language)
        if language == "fr":
            text = f"{name} {value}{THIN_SPACE}: {n} sur {known} connus ({share}), {base} du reste de la semaine"
        else:
            text = f"{name} {value}: {n} of {known} known ({share}), {base} of the rest of the week"
        found.append({"text": text, "href": one.href})
    return found


def distinctive(item: DigestItem, language: str) -> str:
    """The words that set the change apart."""
    words = [one.text for one in item.extra.words] or list(item.extra.emerging_words)
    if not words:
        return ""
    lead = "Mots distinctifs" if language == "fr" else "Words that set it apart"
    return f"{lead}{colon(language)} {', '.join(words)}."


def volume_change(volume: dict[str, float], language: str) -> str:
    """``× 1,4 [1,1 – 1,9]``, or a dash where there is nothing to compare with."""
    if "ratio" not in volume or "ratio_high" not in volume:
        return "–"
    low, high = (_short(volume[name], language) for name in ("ratio_low", "ratio_high"))
    return f"{times(volume['ratio'], language)} [{low} – {high}]"


def _sure(item: DigestItem, language: str) -> str:
    q = item.extra.q_value if item.extra.q_value is not None else item.p_value or 1.0
    least = 0.001
    if q < least:
        return f"q < {number(least, language, digits=3)}"
    return f"q = {number(q, language, digits=3)}"


def _short(value: float, language: str) -> str:
    return number(value, language, digits=1 if value < 9.95 else 0)


def colon(language: str) -> str:
    """A colon after a word, with the space French sets before it."""
    return f"{THIN_SPACE}:" if language == "fr" else ":"
