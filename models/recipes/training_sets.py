"""The training sets as samples with targets: one text may teach several heads in the same pass.

All rows come from sets marked ``train`` (corpora.py), and from service_phrases.py, intent_phrases.py,
contrast_phrases.py and plain_phrases.py, which are ours. What the heads predict is in task_heads.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import contrast_phrases
import corpora
import intent_phrases
import numpy as np
import plain_phrases
import reasons
import service_phrases
from request_moods import BANKING_NEGATIVE, BANKING_NEUTRAL, BITEXT_NEGATIVE
from task_heads import ASPECT_LABELS, ASPECTS, BANKING, BITEXT, CLINC, EMOTIONS, GROUPS

from voc.analysers.sentiment.model import LABELS

GOEMOTIONS: dict[str, tuple[str, ...]] = {
    "positive": (
        *("admiration", "amusement", "approval", "caring", "desire", "excitement", "gratitude", "joy", "love"),
        *("optimism", "pride", "relief"),
    ),
    "negative": (
        *("anger", "annoyance", "disappointment", "disapproval", "disgust", "embarrassment", "fear", "grief"),
        *("nervousness", "remorse", "sadness"),
    ),
    "ambiguous": ("confusion", "curiosity", "realization", "surprise"),
    "neutral": ("neutral",),
}
_EMOTION_OF = {
    **dict.fromkeys(("anger", "annoyance", "disgust", "disapproval"), "anger"),
    **dict.fromkeys(("disappointment", "sadness", "grief", "remorse"), "disappointment"),
    **dict.fromkeys(("fear", "nervousness"), "fear"),
    **dict.fromkeys(("joy", "love", "excitement", "admiration", "relief", "amusement", "pride"), "joy"),
    "surprise": "surprise",
    "gratitude": "gratitude",
    "neutral": "neutral",
}
_EMODIFT = {"Colere": "anger", "Peur": "fear", "Mefiance": "mistrust", "Tristesse": "disappointment"} | {
    "Surprise": "surprise",
    "Neutre": "neutral",
}


@dataclass(frozen=True)
class Sample:
    """One training text.

    ``targets`` is what each head should say of the whole: a class index (−1 unknown), a list of 0/1 with NaN where
    unknown, five weights for stars, or a number. ``spans`` are (begin, end, class) of aspect terms and their clauses.
    """

    text: str
    targets: dict[str, object]
    spans: tuple[tuple[int, int, int], ...] = ()


def clean(text: object) -> str:
    """One line, single spaces."""
    return " ".join(str(text or "").split())


def take(rng: np.random.Generator, samples: Sequence[Sample], *, each: int, by: str) -> list[Sample]:
    """At most ``each`` samples of every value of the target ``by``."""
    groups: dict[str, list[Sample]] = {}
    for sample in samples:
        groups.setdefault(str(sample.targets[by]), []).append(sample)
    return [group[i] for group in groups.values() for i in rng.permutation(len(group))[:each]]


def star_weights(value: object) -> list[float] | None:
    """Which of five stars a note allows: one, with a little for its neighbours; ``None`` when it is no note."""
    try:
        stars = round(float(str(value)))
    except ValueError:
        return None
    if not 1 <= stars <= 5:
        return None
    near = [0.0] * 5
    for i in range(5):
        near[i] = {0: 0.84, 1: 0.08}.get(abs(i + 1 - stars), 0.0)
    total = sum(near)
    return [each / total for each in near]


NEGATIVE_STARS, POSITIVE_STARS = [0.5, 0.5, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.5, 0.5]


# --- sets --------------------------------------------------------------------------------------------------------


def tweets(split: str) -> list[Sample]:
    """UMSAB French and English."""
    rows = [row for language in ("fr", "en") for row in corpora.rows(f"umsab_{language}/{split}.csv")]
    return [Sample(clean(row["text"]), {"post": LABELS.index(str(row["label"]))}) for row in rows]  # type: ignore[arg-type]


def requests(*, apart: bool = False) -> dict[str, list[Sample]]:
    """What people ask a bank, a shop, a hotel and an assistant; ``apart``: the rows kept for choosing thresholds."""
    banking = []
    for place, row in enumerate(corpora.rows("banking77_en/train.csv")):
        if (place % 20 == 7) != apart:  # there is no validation file
            continue
        text, name = clean(row["text"]), str(row["category"])
        fault = name in BANKING_NEGATIVE
        sentiment = 0 if fault else 1 if name in BANKING_NEUTRAL else -1
        banking.append(
            Sample(
                text,
                {
                    "banking": BANKING.index(name),
                    "reasons": reasons.reason(name),
                    "post": sentiment,
                    "intents": reasons.intents(name, text, fault=fault),
                    "complaint": [float(fault) if sentiment >= 0 else np.nan],
                },
            )
        )
    clinc = []
    for path in ("val", "oos_val") if apart else ("train", "oos_train"):
        for row in corpora.rows(f"clinc150_en/{path}.csv"):
            text, name = clean(row["text"]), str(row["intent"])
            targets: dict[str, object] = {"clinc": CLINC.index(name)}
            if name != "oos":
                fault = name in {"card_declined", "report_fraud", "lost_luggage", "account_blocked", "damaged_card"}
                targets |= {"reasons": reasons.reason(name), "intents": reasons.intents(name, text, fault=fault)}
                targets["post"] = -1 if fault else 2 if name == "thank_you" else 1
                targets["complaint"] = [np.nan if fault else 0.0]
            clinc.append(Sample(text, targets))
    bitext = []
    for path in ("dev",) if apart else ("train",):
        for row in corpora.rows(f"bitext_cs_en/{path}.csv"):
            text, name = clean(row["utterance"]), str(row["intent"])
            fault = name in BITEXT_NEGATIVE
            bitext.append(
                Sample(
                    text,
                    {
                        "bitext": BITEXT.index(name),
                        "reasons": reasons.reason(name),
                        "post": 0 if fault else 1,
                        "intents": reasons.intents(name, text, fault=fault),
                        "complaint": [float(fault)],
                    },
                )
            )
    hotel = []
    for path in () if apart else ("banking", "hotels"):
        for row in corpora.rows(f"nlupp_en/{path}.jsonl"):
            text, names = clean(row["text"]), set(row["intents"] or ())  # type: ignore[call-overload]
            fault = "wrong_notworking_notshowing" in names
            found = reasons.intents("", text, fault=fault)
            found[0] = float("cancel_close_leave_freeze" in names)
            found[2] = float("refund" in names)
            hotel.append(Sample(text, {"intents": found}))
    return {"banking": banking, "clinc": clinc, "bitext": bitext, "nlupp": hotel}


def emotions(*, apart: bool = False) -> dict[str, list[Sample]]:
    """Emotions of comments, film dialogue and tweets; a set says nothing of those it does not label."""
    talk = []
    for path in ("dev",) if apart else ("train",):
        for row in corpora.rows(f"goemotions_en/{path}.csv"):
            names = set(re.split(r"[,|;\s]+", str(row["labels"])))
            found = {_EMOTION_OF[name] for name in names if name in _EMOTION_OF}
            label = [float(name in found) for name in EMOTIONS]
            label[EMOTIONS.index("mistrust")] = np.nan
            groups = [float(bool(names & set(GOEMOTIONS[group]))) for group in GROUPS]
            talk.append(Sample(clean(row["text"]), {"emotions": label, "groups": groups}))
    films: dict[str, list[Sample]] = {}
    for language in ("fr", "en"):
        films[language] = []
        for place, row in enumerate(corpora.rows(f"xed_{language}/xed.csv")):
            if (place % 20 == 7) != apart:
                continue
            names = set(str(row["labels"]).split("|"))
            known = {
                "anger": "anger",
                "sadness": "disappointment",
                "fear": "fear",
                "joy": "joy",
                "surprise": "surprise",
            }
            label = [np.nan] * len(EMOTIONS)
            for name, emotion in known.items():
                label[EMOTIONS.index(emotion)] = float(name in names)
            if language == "en":
                label[EMOTIONS.index("neutral")] = float("neutral" in names)
            films[language].append(Sample(clean(row["text"]), {"emotions": label}))
    posts = []
    for place, row in enumerate(corpora.rows("emodift_fr/emodift_train.csv")):
        if (place % 10 == 7) != apart:
            continue
        label = [np.nan] * len(EMOTIONS)
        for column, emotion in _EMODIFT.items():
            label[EMOTIONS.index(emotion)] = min(1.0, 1.5 * float(str(row[column])))
        posts.append(
            Sample(clean(row["tweet"]), {"emotions": label, "irony": [min(1.0, 1.5 * float(str(row["Ironie"])))]})
        )
    return {"goemotions": talk, "xed_fr": films["fr"], "xed_en": films["en"], "emodift": posts}


def reviews(rng: np.random.Generator) -> tuple[list[Sample], list[Sample]]:
    """Starred reviews, classes balanced within each set; and some of the largest set held apart for calibration."""

    def starred(path: str, columns: tuple[str, ...], stars: str) -> list[Sample]:
        found = []
        for row in corpora.rows(path):
            text = ". ".join(filter(None, (clean(row.get(column)) for column in columns)))
            weights = star_weights(row[stars])
            if text and weights:
                found.append(Sample(text, _judged(weights)))
        return found

    insurance = starred("insurance_reviews_fr/train_insurers.csv", ("avis",), "note")
    order = rng.permutation(len(insurance))
    apart = take(rng, [insurance[i] for i in order[:2500]], each=120, by="stars")
    found = take(rng, [insurance[i] for i in order[2500:]], each=1300, by="stars")
    for path, columns, stars, each in (
        ("trustpilot_certideal_fr/reviews.csv", ("Titre commentaire", "Commentaire"), "Note client", 180),
        ("trustpilot_hellofresh_fr/reviews_repaired.csv", ("titre", "text"), "note", 300),
        ("tripadvisor_lyon_restaurants_fr/reviews.csv", ("titre_avis", "contenu_avis"), "note_restaurant", 180),
    ):
        found += take(rng, starred(path, columns, stars), each=each, by="stars")
    for row in corpora.rows("allocine_series_fr/train.csv"):
        weights = POSITIVE_STARS if row["label"] == "positive" else NEGATIVE_STARS
        found.append(Sample(clean(row["text"]), {"stars": weights}))
    return found, apart


def _judged(weights: list[float]) -> dict[str, object]:
    """Targets of a starred review: the stars, and what one star or five say of complaint and praise."""
    targets: dict[str, object] = {"stars": weights}
    stars = int(np.argmax(weights)) + 1
    if stars in (1, 5):
        label = [np.nan] * len(reasons.INTENTS)
        label[reasons.INTENTS.index("complain")] = float(stars == 1)
        label[reasons.INTENTS.index("praise")] = float(stars == 5)
        targets |= {"complaint": [float(stars == 1)], "intents": label}
    return targets


def short_reviews(rng: np.random.Generator) -> list[Sample]:
    """One- and five-star reviews of one or two sentences: they teach the head of short texts too."""
    found = []
    for path, column, stars in (
        ("insurance_reviews_fr/train_insurers.csv", "avis", "note"),
        ("trustpilot_certideal_fr/reviews.csv", "Titre commentaire", "Note client"),
        ("trustpilot_hellofresh_fr/reviews_repaired.csv", "titre", "note"),
    ):
        for row in corpora.rows(path):
            text, value = clean(row.get(column)), str(row[stars]).strip()[:1]
            if 8 <= len(text) <= 220 and value in {"1", "5"}:
                weights = star_weights(value)
                found.append(Sample(text, {**_judged(weights or []), "post": 0 if value == "1" else 2}))
    return take(rng, found, each=1500, by="post")


_CLAUSE = re.compile(r"[,;:.!?]|\b(?:but|although|though|while|however|and)\b")


def aspects(*, apart: bool = False) -> dict[str, list[Sample]]:
    """Restaurant reviews with four judged aspects; sentences with judged terms, pooled over the term or its clause."""
    tables = []
    for path in ("val",) if apart else ("train",):
        for row in corpora.rows(f"tripadvisor_absa_fr/{path}.csv"):
            targets: dict[str, object] = {
                f"absa_{name}": ASPECT_LABELS.index(str(row[column])) for name, column in ASPECTS.items()
            }
            weights = star_weights(row["Note"])
            tables.append(Sample(clean(row["Avis"]), targets | ({"stars": weights} if weights else {})))
    sentences = []
    for path in ("val",) if apart else ("train",):
        for row in corpora.rows(f"mams_en/atsa_{path}.jsonl"):
            text, spans = str(row["text"]), []
            cuts = [
                0,
                *(m.start() for m in _CLAUSE.finditer(text)),
                len(text),
            ]
            for aspect in row["aspects"]:  # type: ignore[attr-defined]
                begin, end, polarity = int(aspect["from"]), int(aspect["to"]), LABELS.index(aspect["polarity"])
                spans.append((begin, end, polarity))
                left, right = max(c for c in cuts if c <= begin), min(c for c in cuts if c >= end)
                alone = sum(left <= int(other["from"]) < right for other in row["aspects"]) == 1  # type: ignore[attr-defined]
                if alone and right - left > 8:
                    spans.append((left, right, polarity))
            sentences.append(Sample(text, {}, tuple(spans)))
    return {"tables": tables, "terms": sentences}


_WISH = re.compile(r"\b(should|could|would be|need|more|better|shorter|quicker|improve|less|if)\b", re.IGNORECASE)


def patients() -> list[Sample]:
    """Comments of patients: how critical they are (−1…1), praise, and what could be better."""
    found = []
    for row in corpora.rows("nhs_fft_phase1_en/text_data.csv"):
        text, value = clean(row["feedback"]), str(row["criticality"]).strip()
        if not re.fullmatch(r"-?[1-5]", value) or len(text) < 8 or row["label"] == "Couldn't be improved":
            continue
        critical, better = int(value) / 5, str(row["question"])[-2:]
        label = [np.nan] * len(reasons.INTENTS)
        label[reasons.INTENTS.index("praise")] = float(critical > 0)
        label[reasons.INTENTS.index("suggest")] = float(critical < 0 and bool(_WISH.search(text)))
        targets: dict[str, object] = {"criticality": critical, "intents": label}
        if better in {"Q1", "Q2"} and abs(critical) >= 0.4:
            targets["post"] = 2 if critical > 0 else 0
        found.append(Sample(text, targets))
    return found


def ours(rng: np.random.Generator) -> list[Sample]:
    """Phrases of our own: sentiment of plain statements, and intents."""
    found = []
    for text, name in service_phrases.phrases(rng, each=900):
        complaint = {"negative": 1.0}.get(name, 0.0)
        found.append(Sample(text, {"post": LABELS.index(name), "complaint": [complaint]}))  # type: ignore[arg-type]
    for text, label in intent_phrases.phrases(rng, each=240):
        complain = label[reasons.INTENTS.index("complain")]
        found.append(Sample(text, {"intents": label, "complaint": [complain]}))
    return found


def contrasts(rng: np.random.Generator) -> list[Sample]:
    """Phrases of our own that differ by little and feel unlike."""
    found = []
    for text, name in contrast_phrases.phrases(rng, french=2400, english=900):
        complaint = {"negative": 1.0}.get(name, 0.0)
        found.append(Sample(text, {"post": LABELS.index(name), "complaint": [complaint]}))  # type: ignore[arg-type]
    return found


def plain(rng: np.random.Generator) -> list[Sample]:
    """Phrases of our own with many words of praise and blame, and with none."""
    return [
        Sample(text, {"post": LABELS.index(name), "complaint": [float(name == "negative")]})  # type: ignore[arg-type]
        for text, name in plain_phrases.phrases(rng, french=5500, english=2000)
    ]


_SENTENCE = re.compile(r"[.!?…\n]+")
_TURNING = re.compile(
    r"\b(mais|par contre|cependant|malgré|sauf|toutefois|dommage|néanmoins|pourtant|bien que)\b", re.I
)


def review_sentences(rng: np.random.Generator, *, apart: Sequence[Sample], each: int = 9000) -> list[Sample]:
    """Sentences of one- and five-star reviews with the feeling of the whole (distant labels: Go et al. 2009).

    Many are wrong: a review of one star says neutral things too. train_encoder.py drops what an encoder taught before
    finds neutral or the contrary.
    """
    held = {sample.text for sample in apart}
    found: dict[str, Sample] = {}
    for path, column, stars in (
        ("insurance_reviews_fr/train_insurers.csv", "avis", "note"),
        ("trustpilot_certideal_fr/reviews.csv", "Commentaire", "Note client"),
        ("trustpilot_hellofresh_fr/reviews_repaired.csv", "text", "note"),
        ("tripadvisor_lyon_restaurants_fr/reviews.csv", "contenu_avis", "note_restaurant"),
    ):
        for row in corpora.rows(path):
            whole, value = clean(row.get(column)), str(row[stars]).strip()[:1]
            if value not in {"1", "5"} or whole in held:
                continue
            for part in _SENTENCE.split(whole):
                text = part.strip(' -,;:"»«()')
                if 3 <= len(text.split()) <= 24 and not _TURNING.search(text):
                    found.setdefault(text, Sample(text, {"post": 0 if value == "1" else 2}))
    return take(rng, list(found.values()), each=each, by="post")


def judged_comments(talk: Sequence[Sample]) -> list[Sample]:
    """Comments labelled with one group of emotions teach the head of short texts too; not those in two minds."""
    found = []
    for sample in talk:
        groups = [name for name, has in zip(GROUPS, sample.targets["groups"], strict=True) if has]  # type: ignore[call-overload]
        if len(groups) == 1 and groups[0] in LABELS:
            found.append(Sample(sample.text, {**sample.targets, "post": LABELS.index(groups[0])}))  # type: ignore[arg-type]
    return found


def decks(rng: np.random.Generator) -> tuple[dict[str, list[Sample]], dict[str, list[Sample]]]:
    """Every deck of training samples by name; and samples held apart, from which temperatures and thresholds come."""
    starred, starred_apart = reviews(rng)
    found = {
        "tweets": tweets("train"),
        **requests(),
        **emotions(),
        "reviews": starred,
        "short_reviews": short_reviews(rng),
        **aspects(),
        "patients": patients(),
        "ours": ours(rng),
        "contrasts": contrasts(rng),
    }
    apart = {
        "tweets": tweets("val"),
        **requests(apart=True),
        **emotions(apart=True),
        "reviews": starred_apart,
        **aspects(apart=True),
    }
    found["comments"] = judged_comments(found["goemotions"])
    found["plain"] = plain(rng)
    found["sentences"] = review_sentences(rng, apart=starred_apart)
    held = {sample.text for samples in apart.values() for sample in samples}
    return {
        name: [sample for sample in samples if sample.text.strip() and sample.text not in held]
        for name, samples in found.items()
    }, apart
