"""What announces a number in English that names somebody."""

from __future__ import annotations

ANNOUNCED = {
    "iban": r"account|transfer",
    "rib": r"account",
    "national": r"social",
    "card": r"card|debit\w*|credit",
    "company": r"vat",
    "vehicle": r"chassis|vehicle|car|serial",
    "plate": r"registration|number plate|licen[cs]e plate|car",
    "papers": (
        r"passport|(?:driv(?:er'?s?|ing)|dl) ?licen[cs]e|licen[cs]e|identity card|id card|id number|ss ?n|itin|nhs|"
        r"tax id|insurance number"
    ),
    "phone": r"tel|telephone|mobile|phone|cell|call\w*|ring|reach|sms|whatsapp|fax|contact\w*",
    "card said": r"card",
    "national said": r"social",
}
