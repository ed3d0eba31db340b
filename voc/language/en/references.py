"""What announces the number of a contract, an order, a customer or a file in English."""

from __future__ import annotations

from voc.language.identifier_words import ReferenceWords

REFERENCES = ReferenceWords(
    subjects={
        "loyalty": r"loyalty(?: card| number)?|membership|rewards? (?:card|number)",
        "order": r"orders?|purchase",
        "customer": r"customers?|clients?|account",
        "contract": r"contracts?|policy|subscription",
        "reference": r"tickets?|cases?|claim|incident|references?|ref",
    },
    links=r"no|number|ref|reference|id|is|it's|its|the|of|for|from|my|your|uh|um",
    between=r"and|or",
    units=(
        r"euros?|eur|dollars?|pounds?|gbp|usd|gb|mb|mbps|km|kg|h|hours?|minutes?|min|days?|months?|years?|times|articles?|"
        r"items?"
    ),
    prefixes={
        "ORD": "order",
        "ORDER": "order",
        "PO": "order",
        "POL": "contract",
        "CUS": "customer",
        "CUST": "customer",
        "TCK": "reference",
    },
)
