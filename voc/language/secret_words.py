"""What announces a secret: a card's code and date, a PIN, a password, the code of a door."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SecretWords:
    """Alternatives of patterns over folded text.

    Attributes:
        card_codes, expiries, codes, passwords: what the code on a card, the date it expires, a PIN or the code of a
            door, and a password are called.
        cards: words that speak of a card.
        between: what may stand between the word and the secret; ``given`` that of it after which a secret follows.
    """

    card_codes: str = ""
    expiries: str = ""
    codes: str = ""
    passwords: str = ""
    cards: str = ""
    between: str = ""
    given: str = ""
