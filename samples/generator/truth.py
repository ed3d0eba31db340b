"""``truth.json``: what was planted, what was not, and whom each interaction really comes from."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from customers import Person
from plan import BACKGROUND, PRESSED, PRESSED_WEEK, WEEKS, YEAR, Contact

TAXONOMY = {
    "billing": "billing",
    "delivery": "delivery",
    "outage": "internet.outage",
    "slow": "internet.slow",
    "coverage": "mobile.coverage",
    "cancellation": "contract.cancellation",
    "advisor": "advisor",
    "waiting": "contact.waiting",
    "price": "price",
    "app": "app",
    "contract": "contract",
    "moving": "contract.moving",
    "technician": "technician",
    "store": "store",
    "roaming": "mobile.roaming",
    "portability": "mobile.portability",
    "pressure": "marketing.pressure",
}
"""Topic of the generator → id in the shipped taxonomy; general praise has none."""

PLANTS: dict[str, dict[str, Any]] = {
    "double_charge": {
        "what": "Since version 9.4.0 of the app (5 November 2026) a payment made in it is taken twice.",
        "topics": ["billing.double_charge"],
        "may_also_rise": ["billing", "billing.payment", "billing.refund", "app", "app.bug", "app.update", "account"],
        "words": ["9.4", "deux fois", "double", "twice"],
        "direction": "rise",
        "week": "2026-W46",
        "detected_by": "digest",
    },
    "outage_nantes": {
        "what": "Fibre outage in Nantes from Wednesday 11 to Friday 13 November 2026.",
        "topics": ["internet.outage"],
        "may_also_rise": ["internet"],
        "words": ["Nantes", "fibre"],
        "segment": {"city": "Nantes"},
        "direction": "rise",
        "week": "2026-W46",
        "detected_by": "digest",
    },
    "store_part_dieu": {
        "what": "More and more praise for the shop of Lyon Part-Dieu, from week 43 on.",
        "topics": ["store"],
        "words": ["Part-Dieu"],
        "segment": {"store": "Lyon Part-Dieu"},
        "direction": "rise",
        "sentiment": "positive",
        "week": "2026-W46",
        "detected_by": "digest",
    },
    "moving_fibre": {
        "what": "Customers who moved house since August and have fibre come back again and again, dissatisfied; "
        "about as many every week, so it is a place where dissatisfaction concentrates and not a rise.",
        "topics": ["contract.moving"],
        "segment": {"produit": ["Fibre", "Fibre + mobile"], "dernier déménagement": "since 2026-08-10"},
        "direction": "flat",
        "detected_by": "later",
        "means": "contexts",
    },
    "contact_pressure": {
        "what": "One customer is solicited six times in five days (26 to 30 October 2026) and complains about it.",
        "topics": ["marketing.pressure"],
        "direction": "none",
        "week": f"{YEAR}-W{PRESSED_WEEK}",
        "detected_by": "later",
        "means": "contact pressure",
    },
}


def _entry(contact: Contact) -> dict[str, Any]:
    return {
        "channel": contact.channel,
        "external_id": contact.external_id,
        "source": contact.source,
        "week": f"{YEAR}-W{contact.week}",
        "language": contact.language,
        "topic": contact.topic,
        "polarity": contact.polarity,
        "plant": contact.plant,
        "customer_id": contact.person.id if contact.person and contact.linked_by else None,
        "linked_by": contact.linked_by,
    }


def write(
    path: Path, contacts: list[Contact], recorded: list[Contact], base: list[Person], events: list[dict[str, Any]]
) -> None:
    """Write the truth file: one interaction a line, so that a change shows in a diff."""
    everything = sorted(contacts + recorded, key=lambda c: (c.moment, c.channel, c.external_id))
    weeks = [f"{YEAR}-W{week}" for week in WEEKS]
    by_topic = {
        topic: [
            sum(c.week == week and c.topic == topic and c.plant in {None, "moving_fibre"} for c in everything)
            for week in WEEKS
        ]
        for topic in BACKGROUND
    }
    pressed = next(p for p in base if p.key == PRESSED)
    monday, friday = "2026-10-26", "2026-10-31"
    planted = []
    for key, plant in PLANTS.items():
        mine = [c for c in everything if c.plant == key]
        entry = {
            "key": key,
            **plant,
            "interactions_by_week": dict(Counter(f"{YEAR}-W{c.week}" for c in mine)),
            "channels": sorted({c.channel for c in mine}),
            "interactions": [c.external_id for c in mine],
        }
        if key == "contact_pressure":
            entry["customer_id"] = pressed.id
            entry["events"] = [
                e["event_id"] for e in events if e["customer_id"] == pressed.id and monday <= e["at"] < friday
            ]
        planted.append(entry)
    flat = sorted(set(BACKGROUND) - {"billing", "outage", "store", "app"})
    head = {
        "about": "Alizé Télécom does not exist. This file says what was planted in its ten weeks and what was not.",
        "weeks": weeks,
        "counts": {
            "interactions": len(everything),
            "by_channel": dict(sorted(Counter(c.channel for c in everything).items())),
            "by_language": dict(sorted(Counter(c.language for c in everything).items())),
            "by_week": dict(zip(weeks, [sum(c.week == week for c in everything) for week in WEEKS], strict=True)),
            "linkable": sum(c.linked_by is not None for c in everything),
            "empty_surveys": sum(c.polarity == "empty" for c in everything),
        },
        "planted": planted,
        "not_planted": {
            "topics": [TAXONOMY[topic] for topic in flat if topic in TAXONOMY],
            "what": "These are spoken of about equally often every week: an insight that says one of them rose or "
            "fell in 2026-W46 has invented it. Volumes rise in 2026-W46 only by what was planted there.",
            "background_by_week": by_topic,
        },
        "taxonomy": TAXONOMY,
    }
    text = json.dumps(head, ensure_ascii=False, indent=2)
    lines = ",\n".join("    " + json.dumps(_entry(c), ensure_ascii=False) for c in everything)
    path.write_text(text[:-2] + ',\n  "interactions": [\n' + lines + "\n  ]\n}\n", encoding="utf-8")
