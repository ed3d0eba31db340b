"""What a company's own columns about its customers are called, by what they may be used for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class AttributeWords:
    """Words of names of attributes, folded (:func:`voc.language.folding.bare`).

    Attributes:
        sensitive: group (:data:`voc.privacy.sensitive_attributes.GROUPS`) → words of what is never guessed, separated
            by ``|``: ``medic*`` is how a word begins, ``age`` a whole word, ``pays de naissance`` words in a row.
        ungrouped: alternatives of a pattern over words: of what figures are not broken down by.
        product, usage: likewise, of what a customer has, and of how it is used.
        situation: on what and from where an interaction came ("device", "ville"), separated by ``|``.
        value: what a customer is worth, separated by ``|``, best first; what stands behind ``||`` goes after everything
            before it, whatever the language.
    """

    sensitive: Mapping[str, str] = field(default_factory=dict)
    ungrouped: str = ""
    product: str = ""
    usage: str = ""
    situation: str = ""
    value: str = ""
