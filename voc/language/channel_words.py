"""What a language calls the channels on which customers speak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ChannelWords:
    """Channel (:class:`voc.records.Channel`) → words, folded, separated by ``|``; beside those of its description.

    Attributes:
        names: what columns and names of files call it.
        headers: words in the headers of a table from which its rows are of it.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
