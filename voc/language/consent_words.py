"""How a customer base says what a customer agreed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ConsentWords:
    """Words of the headers and cells of a customer base, folded (:func:`voc.language.folding.bare`).

    Attributes:
        consent: alternatives of a pattern over a header: words by which a column is one of consent.
        opposed: likewise, words after which a yes is a refusal.
        purposes: purpose (:data:`voc.rights.consent.PURPOSES`) → likewise, words for it.
        granted, refused: what cells say beside yes and no, separated by ``|``.
    """

    consent: str = ""
    opposed: str = ""
    purposes: Mapping[str, str] = field(default_factory=dict)
    granted: str = ""
    refused: str = ""
