"""What campaign tools, tills and web analytics call events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class EventWords:
    """Words of an event's type, folded and without an *s* at their end, separated by ``|``.

    Attributes:
        families: family (:class:`voc.events.EventFamily`) → its words; those of ``visit`` win over those of ``sent``
            (``email_opened`` is the customer's).
        channels: channel (:data:`voc.events.CHANNELS`) → its words.
    """

    families: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
