"""Whether saved digests still say what the data say: which weeks changed, and who is making a digest anew.

The database itself writes down every change of a week, by triggers: whatever adds, corrects, relinks or erases, now or
later, cannot forget to.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

from voc.store.dialects import Trigger, Watch
from voc.store.schema import UtcDateTime, metadata

week_change = Table(
    "week_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("week", String, nullable=False, index=True),
    Column("transaction", BigInteger),  # PostgreSQL's number of the transaction that changed it
)
"""ISO weeks in which something changed since the digests were last compared with them."""

digest_state = Table(
    "digest_state",
    metadata,
    Column("week", String, primary_key=True),
    Column("changes", Integer, nullable=False, default=0),  # changes of what it is made of, counted
    Column("made_of", Integer),  # `changes` when the saved digest was made; NULL while there is none
    Column("reads_from", String, nullable=False, default=""),  # the first week it reads; "" reads everything before it
    Column("claimed_at", UtcDateTime),  # a worker makes it since then
)

TOLD_BY = ("at", "week", "channel", "language", "sentiment_label", "sentiment_score", "snippet", "analysed_at")
"""Columns of an interaction whose writing tells that its figures or signals changed: whoever writes signals writes the
sentiment with them."""

_ANALYSED = "{}.analysed_at IS NOT NULL"

WEEKS = Watch(
    "week",
    log=week_change.name,
    column="week",
    latest=False,
    triggers={
        "changed": Trigger(
            f"UPDATE OF {', '.join(TOLD_BY)}", "interaction", "NEW", "week", when=_ANALYSED.format("NEW")
        ),
        "moved": Trigger(
            "UPDATE OF week", "interaction", "OLD", "week", when=f"{_ANALYSED.format('OLD')} AND OLD.week <> NEW.week"
        ),
        "relinked": Trigger(
            "UPDATE OF customer_id",
            "interaction",
            "NEW",
            "week",
            when=f"{_ANALYSED.format('NEW')} AND OLD.customer_id IS DISTINCT FROM NEW.customer_id",
        ),
        "added": Trigger("INSERT", "interaction", "NEW", "week", when=_ANALYSED.format("NEW")),
        "gone": Trigger("DELETE", "interaction", "OLD", "week", when=_ANALYSED.format("OLD")),
    },
)
"""What writes down in which week something changed."""
