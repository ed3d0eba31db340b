"""What an identifier of the customer base is looked up by when it stands in a text, however it was written there."""

from __future__ import annotations

import unicodedata

NUMBER_MASKS = "number_masks"
"""Key of the one row in ``meta`` that says how far texts have been compared with the base."""

PHONE_KEY = 7
"""Last digits of a telephone number by which it is looked up, whatever prefix was written before them."""

_REFERENCES = frozenset({"contract", "order", "customer", "loyalty"})


def plain(kind: str, value: str) -> str | None:
    """What an identifier is looked up by: letters and digits of a number, the end of a telephone, an account's name.

    ``None`` for what is not compared this way: e-mail addresses, which are known by their shape, and names.
    """
    if kind == "handle":
        return value
    written = "".join(c for c in unicodedata.normalize("NFKD", value) if c.isascii() and c.isalnum()).upper()
    if kind == "phone":
        return written[-PHONE_KEY:] if len(written) >= PHONE_KEY else None
    return written if kind in _REFERENCES and any(c.isdigit() for c in written) else None
