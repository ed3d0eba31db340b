"""What announces a secret in English."""

from __future__ import annotations

from voc.language.secret_words import SecretWords

SECRETS = SecretWords(
    card_codes=r"security code",
    expiries=r"expiry(?: date)?|valid(?:ity)?(?: until| thru)?",
    codes=(
        r"pin (?:code|number)|"
        r"(?:door|gate|access|entry|secret|verification|confirmation|activation|one[- ]time) (?:code|pin)|passcode"
    ),
    passwords=r"passwords?|passphrase|pwd|wi-?fi key",
    cards=r"cards?|security code",
    between=r"is|was|it's|its|the|number|wifi|now",
    given=r"is|was|it's|its",
)
