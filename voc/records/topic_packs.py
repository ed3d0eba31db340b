"""Which topics are in force: packs, versions, and what a change would do."""

from __future__ import annotations

from typing import Literal

from voc.records.base import Moment, Record


class TopicVersion(Record):
    """One version: ids of packs beside core, and the YAML of a pack of one's own."""

    version: int
    packs: tuple[str, ...]
    own: str | None
    made_at: Moment
    made_by: str
    note: str | None


class PackSign(Record):
    """How many of some texts show a sign of a pack's trade, and the words that do most often."""

    pack: str
    labels: dict[str, str]
    texts: int
    share: float
    words: tuple[str, ...]


class PackState(Record):
    """One pack that comes with voc, and whether it is on."""

    id: str
    labels: dict[str, str]
    about: dict[str, str]
    topics: int
    on: bool


class PackOffer(Record):
    """Packs that would fit what came in: of ``texts`` read, how many show a sign of each trade."""

    texts: int
    packs: tuple[PackSign, ...]


class TopicsState(Record):
    """What is in force: by whom it was chosen, which version, the packs, and an offer where nobody has chosen."""

    chosen_by: Literal["taxonomy", "setting", "choice", "nobody"]
    version: int | None
    taxonomy: str
    packs: tuple[PackState, ...]
    offer: PackOffer | None


class TopicDifference(Record):
    """One text that would get a topic more (``added``) or less; ``words`` is ``None`` where it may not be shown."""

    interaction_id: str
    topic: str
    added: bool
    words: str | None


class DryRun(Record):
    """What would change on the newest ``texts``: by topic how many get it more and less, and which."""

    texts: int
    adds: int
    removes: int
    added: dict[str, int]
    removed: dict[str, int]
    differences: tuple[TopicDifference, ...]
