"""How the intents of public sets map into one inventory of contact reasons, and into voc's eight intents.

The sets name some 250 intents for a bank, a shop, a hotel and a general assistant; a customer service asks for about
two dozen reasons. The mapping is by the words of the label's name, first match wins, so that it can be read.
"""

from __future__ import annotations

import re

INTENTS = (
    "cancel",
    "complain",
    "ask_refund",
    "ask_information",
    "praise",
    "suggest",
    "buy_upgrade",
    "escalate_legal",
)

_REASON_PATTERNS: tuple[tuple[str, str], ...] = (
    ("refund", r"refund"),
    ("fraud_loss", r"lost|stolen|compromised|fraud|not_recognised|account_blocked|freeze_account"),
    ("cancellation", r"cancel(?!lation_fee)|terminate|delete_account"),
    ("fees", r"fee|charge|cancellation_fee|interest_rate|^apr$|international_fees"),
    ("payment_problem", r"declined|failed|payment_issue|reverted|charged_twice|wrong_amount|payment_not|card_declined"),
    ("pending", r"pending|not_updated|not_received|timing"),
    ("identity_check", r"verif|identity|source_of_funds"),
    ("access", r"password|passcode|pin|blocked|registration|recover|unable"),
    ("product_fault", r"not_working|swallowed|damaged_card|wrong_notworking"),
    ("delivery", r"card_arrival|delivery|track_order|order_status|arrival|replacement_card_duration|shipping"),
    ("card_and_account_request", r"get_|getting_|order_physical|new_card|activate|linking|create_account|disposable"),
    ("exchange_rate", r"exchange"),
    ("top_up_and_transfer", r"top_up|topping|transfer|receiving_money|direct_deposit|deposit"),
    ("billing", r"bill|invoice|statement|min_payment|taxes"),
    ("payment_methods", r"payment_methods|apple_pay|visa|supported_cards|acceptance|atm|support$|currenc"),
    ("account_change", r"edit|change_(user|shipping|order)|switch_account|credit_limit_change|insurance_change|update"),
    ("balance_and_history", r"balance|transactions|spending|credit_score|credit_limit|rewards|income|points"),
    ("order", r"place_order|^order$|change_order|newsletter|order_checks"),
    ("booking", r"book|reserv|flight|hotel|luggage|travel|carry_on|visa$|car_rental|uber|vaccines"),
    ("reach_a_person", r"contact_|human|who_do_you|bot|complaint|review"),
    ("insurance", r"insurance"),
    (
        "small_talk",
        r"^(yes|no|maybe|greeting|goodbye|thank_you|repeat|tell_joke|fun_fact|what_|how_old|where_are|who_)",
    ),
)
REASONS = (*dict.fromkeys(name for name, _ in _REASON_PATTERNS), "other")

_CANCEL = {"cancel_transfer", "terminate_account", "cancel_order", "delete_account", "cancel_reservation"}
_REFUND = {"request_refund", "Refund_not_showing_up", "get_refund", "track_refund"}
_BUY = {
    "get_physical_card",
    "order_physical_card",
    "getting_spare_card",
    "getting_virtual_card",
    "get_disposable_virtual_card",
    "place_order",
    "create_account",
    "new_card",
    "book_flight",
    "book_hotel",
}
_QUESTION = re.compile(
    r"\?\s*$|^(how|what|when|where|which|who|why|can|could|do|does|is|are|will|may|should|tell me|i need to know)\b",
    re.IGNORECASE,
)


def reason(label: str) -> int:
    """Index in REASONS of a public label."""
    for name, pattern in _REASON_PATTERNS:
        if re.search(pattern, label, re.IGNORECASE):
            return REASONS.index(name)
    return REASONS.index("other")


def intents(label: str, text: str, *, fault: bool) -> list[float]:
    """0/1 for each of INTENTS of a request to a bank, shop or assistant. ``fault``: the label names a fault."""
    return [
        float(label in _CANCEL),
        float(fault or label in {"complaint", "payment_issue", "registration_problems"}),
        float(label in _REFUND),
        float(bool(_QUESTION.search(text)) and label not in {"complaint"}),
        float(label == "thank_you"),
        0.0,
        float(label in _BUY),
        0.0,
    ]
