"""What the thresholds of nearness in ``voc/topics/assign.py`` cost and bring, on rows no benchmark uses.

    python benchmarks/topic_thresholds.py [--rows 400]

Customers' questions of Bitext and banking77 (``train`` rows, their intents mapped to topics) must find their topic
without any rule; posts and film subtitles (GoEmotions, XED, UMSAB ``train`` rows) must find none. To be run again
whenever the encoder changes: cosines of another encoder lie elsewhere. Needs ``../shared/data/text``.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import os
import random
from pathlib import Path

import numpy as np

from voc.language.encoder import load_encoder
from voc.language.sentences import split_sentences
from voc.topics.assign import APART, CLEAR, NEAR, encode_examples, find_clauses
from voc.topics.loading import load_taxonomy

FOLDER = Path(os.environ.get("VOC_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")) / "text"
BITEXT = {
    "get_refund": "billing.refund", "track_refund": "billing.refund", "check_refund_policy": "billing.refund",
    "check_invoice": "billing.document", "get_invoice": "billing.document", "payment_issue": "billing.payment",
    "check_payment_methods": "billing.payment", "track_order": "delivery.tracking", "delivery_period": "delivery",
    "delivery_options": "delivery", "change_shipping_address": "delivery.address", "cancel_order": "order.change",
    "set_up_shipping_address": "delivery.address", "change_order": "order.change", "place_order": "order.change",
    "delete_account": "contract.cancellation", "check_cancellation_fee": "contract.cancellation",
    "edit_account": "account.details", "recover_password": "app.login", "create_account": "contract.activation",
    "registration_problems": "contract.activation", "contact_human_agent": "contact.human",
    "contact_customer_service": "contact.human", "newsletter_subscription": "marketing.pressure",
}  # fmt: skip
BANKING = {
    "transaction_charged_twice": "billing.double_charge", "Refund_not_showing_up": "billing.refund",
    "request_refund": "billing.refund", "card_arrival": "delivery.late", "card_delivery_estimate": "delivery",
    "declined_card_payment": "billing.payment", "passcode_forgotten": "app.login",
    "lost_or_stolen_card": "account.fraud", "compromised_card": "account.fraud",
    "terminate_account": "contract.cancellation", "edit_personal_details": "account.details",
    "card_payment_not_recognised": "account.fraud", "extra_charge_on_statement": "billing.amount",
    "card_payment_fee_charged": "billing.amount",
}  # fmt: skip
ASKING = (
    ("bitext_cs_en/train.csv", "utterance", "intent", BITEXT),
    ("banking77_en/train.csv", "text", "category", BANKING),
)
SILENT = ("goemotions_en/train.csv", "xed_fr/xed.csv", "umsab_fr/train.csv", "umsab_en/train.csv")


def rows(name: str) -> list[dict[str, str]]:
    """Rows of a shared set, shuffled."""
    with (FOLDER / name).open(encoding="utf-8", errors="replace", newline="") as file:
        found = list(csv.DictReader(file))
    random.Random(5).shuffle(found)
    return found


def main() -> None:
    """Print recall, precision and false finds for combinations of the three thresholds, then for the rules."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=400, help="rows drawn of each set of questions")
    count = parser.parse_args().rows
    asked = [
        (row[text], mapping[row[label]])
        for name, text, label, mapping in ASKING
        for row in [row for row in rows(name) if row[label] in mapping][:count]
    ]
    silent = [r["text"] for name in SILENT for r in [r for r in rows(name) if len(r["text"].split()) > 3][: count // 2]]
    taxonomy, encoder = load_taxonomy(), load_encoder()
    examples = encode_examples(taxonomy, encoder)
    cosines = encoder.encode([text for text, _ in asked] + silent).vectors @ examples.vectors.T
    families = examples.families
    best = np.where(families >= 0, cosines, -1).argmax(axis=1)
    near = cosines[np.arange(len(best)), best]
    clear = near - cosines[:, families < 0].max(axis=1)
    other = [cosines[i, (families >= 0) & (families != families[b])].max() for i, b in enumerate(best)]
    apart = near - np.array(other)
    named = [topic.id if (topic := examples.topics[index]) else "" for index in best]
    print(f"encoder {encoder.name}@{encoder.version}, taxonomy {taxonomy.name}; in force {NEAR} / {CLEAR} / {APART}\n")
    print("| near | clear | apart | found | right topic | right family | false finds in 1,000 |")
    print("|---|---|---|---|---|---|---|")
    for n, c, a in itertools.product((0.80, 0.84, 0.86, 0.88, 0.90), (0.02, 0.03, 0.04, 0.05), (0.01, 0.02, 0.03)):
        sure = (near >= n) & (clear >= c) & (apart >= a)
        hits = [i for i in range(len(asked)) if sure[i]]
        if not hits:
            continue
        exact = np.mean([named[i] == asked[i][1] for i in hits])
        family = np.mean([named[i].partition(".")[0] == asked[i][1].partition(".")[0] for i in hits])
        false = 1000 * sure[len(asked) :].mean()
        print(f"| {n} | {c} | {a} | {len(hits) / len(asked):.3f} | {exact:.3f} | {family:.3f} | {false:.1f} |")
    found = [_rules(text, "en") for text, _ in asked]
    right = [topic in ids for ids, (_, topic) in zip(found, asked, strict=True) if ids]
    false = np.mean([bool(_rules(text, None)) for text in silent])
    shares = f"{len(right) / len(asked):.3f} found, {np.mean(right):.3f} right"
    print(f"\nrules alone: {shares}, {1000 * false:.1f} false in 1,000")


def _rules(text: str, language: str | None) -> set[str]:
    clauses = find_clauses(text, split_sentences(text), load_taxonomy(), language=language)
    return {topic.id for clause in clauses for topic, _ in clause.found}


if __name__ == "__main__":
    main()
