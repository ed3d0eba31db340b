"""The training sets of train_encoder.py, as samples with labels, and how a text is roughened.

All rows come from sets marked ``train`` (corpora.py), and from service_phrases.py, which is ours.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import corpora
import numpy as np
import rebuild_encoder
import service_phrases

from voc.text.sentiment import LABELS

BANKING_NEGATIVE = {
    "Refund_not_showing_up",
    "balance_not_updated_after_bank_transfer",
    "card_not_working",
    "card_payment_fee_charged",
    "card_payment_not_recognised",
    "card_payment_wrong_exchange_rate",
    "card_swallowed",
    "cash_withdrawal_charge",
    "cash_withdrawal_not_recognised",
    "compromised_card",
    "contactless_not_working",
    "declined_card_payment",
    "declined_cash_withdrawal",
    "declined_transfer",
    "direct_debit_payment_not_recognised",
    "extra_charge_on_statement",
    "failed_transfer",
    "lost_or_stolen_card",
    "top_up_failed",
    "transaction_charged_twice",
    "transfer_fee_charged",
    "transfer_not_received_by_recipient",
    "virtual_card_not_working",
    "wrong_amount_of_cash_received",
    "wrong_exchange_rate_for_cash_withdrawal",
}
BANKING_NEUTRAL = {
    "activate_my_card",
    "age_limit",
    "apple_pay_or_google_pay",
    "atm_support",
    "automatic_top_up",
    "card_acceptance",
    "card_linking",
    "change_pin",
    "country_support",
    "disposable_card_limits",
    "edit_personal_details",
    "exchange_rate",
    "exchange_via_app",
    "fiat_currency_support",
    "get_disposable_virtual_card",
    "get_physical_card",
    "getting_spare_card",
    "getting_virtual_card",
    "order_physical_card",
    "receiving_money",
    "supported_cards_and_currencies",
    "top_up_by_cash_or_cheque",
    "top_up_limits",
    "topping_up_by_card",
    "transfer_into_account",
    "verify_my_identity",
    "visa_or_mastercard",
    "verify_top_up",
}
BITEXT_NEGATIVE = {"complaint", "payment_issue", "registration_problems"}


@dataclass(frozen=True)
class Sample:
    """One training text and its label, an index of LABELS."""

    text: str
    label: int


def _clean(text: object) -> str:
    return " ".join(str(text or "").split())


def _take(rng: np.random.Generator, samples: list[Sample], *, each: int) -> list[Sample]:
    """At most ``each`` samples of every label."""
    groups: dict[object, list[Sample]] = {}
    for sample in samples:
        groups.setdefault(sample.label, []).append(sample)
    return [group[i] for group in groups.values() for i in rng.permutation(len(group))[:each]]


def _label(name: str | None) -> int:
    return LABELS.index(name) if name in LABELS else -1  # type: ignore[arg-type]


def _starred(path: str, columns: tuple[str, ...], stars: str) -> list[Sample]:
    found = []
    for row in corpora.rows(path):
        text = ". ".join(filter(None, (_clean(row.get(column)) for column in columns)))
        label = _label(rebuild_encoder.stars_to_label(row[stars]))
        if text and label >= 0:
            found.append(Sample(text, label))
    return found


def tweets(split: str) -> list[Sample]:
    """UMSAB French and English."""
    rows = [row for language in ("fr", "en") for row in corpora.rows(f"umsab_{language}/{split}.csv")]
    return [Sample(_clean(row["text"]), _label(str(row["label"]))) for row in rows]


def service(rng: np.random.Generator) -> list[Sample]:
    """Sentences customers say to a company: what they tell is bad, neither, or good."""
    found = []
    for row in corpora.rows("banking77_en/train.csv"):
        name = "negative" if row["category"] in BANKING_NEGATIVE else "neutral"
        if name == "negative" or row["category"] in BANKING_NEUTRAL:
            found.append(Sample(_clean(row["text"]), _label(name)))
    banking = _take(rng, found, each=1200)
    found = [
        Sample(_clean(row["utterance"]), _label("negative" if row["intent"] in BITEXT_NEGATIVE else "neutral"))
        for row in corpora.rows("bitext_cs_en/train.csv")
    ]
    bitext = _take(rng, found, each=350)
    found = [
        Sample(_clean(row["text"]), _label("positive" if row["intent"] == "thank_you" else "neutral"))
        for row in corpora.rows("clinc150_en/train.csv")
        if row["intent"] not in {"card_declined", "report_fraud", "lost_luggage", "account_blocked", "damaged_card"}
    ]
    clinc = _take(rng, found, each=400)
    short = []
    for path, columns, stars in (
        ("insurance_reviews_fr/train_insurers.csv", ("avis",), "note"),
        ("trustpilot_certideal_fr/reviews.csv", ("Titre commentaire",), "Note client"),
        ("trustpilot_hellofresh_fr/reviews_repaired.csv", ("titre",), "note"),
    ):
        for row in corpora.rows(path):
            text = _clean(row.get(columns[0]))
            value = str(row[stars]).strip()[:1]
            if 8 <= len(text) <= 220 and value in {"1", "5"}:
                short.append(Sample(text, _label("negative" if value == "1" else "positive")))
    patients = [
        Sample(_clean(row["feedback"]), _label("negative" if str(row["criticality"]) in {"-2", "-3"} else "positive"))
        for row in corpora.rows("nhs_fft_phase1_en/text_data.csv")
        if row["label"] != "Couldn't be improved"
        and (str(row["criticality"]), str(row["question"])[-2:])
        in {("-2", "Q2"), ("-3", "Q2"), ("2", "Q1"), ("3", "Q1")}
        and len(_clean(row["feedback"])) >= 8
    ]
    ours = [Sample(text, _label(name)) for text, name in service_phrases.phrases(rng, each=900)]
    return banking + bitext + clinc + _take(rng, short, each=1500) + _take(rng, patients, each=500) + ours


def reviews(rng: np.random.Generator) -> tuple[list[Sample], list[Sample]]:
    """Starred reviews, classes balanced within each set; and some of the largest set held apart for calibration."""
    insurance = _starred("insurance_reviews_fr/train_insurers.csv", ("avis",), "note")
    order = rng.permutation(len(insurance))
    apart = _take(rng, [insurance[i] for i in order[:2500]], each=200)
    found = _take(rng, [insurance[i] for i in order[2500:]], each=2200)
    found += _take(
        rng,
        _starred("trustpilot_certideal_fr/reviews.csv", ("Titre commentaire", "Commentaire"), "Note client"),
        each=300,
    )
    found += _take(rng, _starred("trustpilot_hellofresh_fr/reviews_repaired.csv", ("titre", "text"), "note"), each=450)
    found += _take(
        rng,
        _starred("tripadvisor_lyon_restaurants_fr/reviews.csv", ("titre_avis", "contenu_avis"), "note_restaurant"),
        each=350,
    )
    found += _take(rng, _starred("tripadvisor_absa_fr/train.csv", ("Avis",), "Note"), each=400)
    found += [
        Sample(_clean(row["text"]), _label(str(row["label"]))) for row in corpora.rows("allocine_series_fr/train.csv")
    ]
    return found, apart


def roughen(text: str, rng: np.random.Generator) -> str:
    """The same text as people and recognisers type it: no capitals, no accents, no punctuation, a typing slip."""
    chance = rng.random(4)
    if chance[0] < 0.15:
        text = text.lower()
    if chance[1] < 0.10:
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    if chance[2] < 0.12:
        text = " ".join("".join(c if c.isalnum() or c in "'@# " else " " for c in text).split())
    if chance[3] < 0.10 and len(text) > 12:
        at = int(rng.integers(1, len(text) - 2))
        text = (
            text[:at] + text[at + 1] + text[at] + text[at + 2 :] if rng.random() < 0.5 else text[:at] + text[at + 1 :]
        )
    return text


class Deck:
    """Deals samples for ever, every one once before any comes again."""

    def __init__(self, samples: list[Sample], rng: np.random.Generator) -> None:
        self._samples, self._rng = samples, rng
        self._left: list[int] = []

    def __len__(self) -> int:
        return len(self._samples)

    def deal(self, n: int) -> list[Sample]:
        """The next ``n`` samples."""
        while len(self._left) < n:
            self._left += self._rng.permutation(len(self._samples)).tolist()
        dealt, self._left = self._left[:n], self._left[n:]
        return [self._samples[i] for i in dealt]
