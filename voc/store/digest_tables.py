"""Whether saved digests still say what the data say: which weeks changed, and who is making a digest anew.

The database itself writes down every change of a week, by triggers: whatever adds, corrects, relinks or erases, now or
later, cannot forget to.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, text

from voc.store import schema
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

_SQLITE_MARK = (
    "INSERT INTO week_change (week) SELECT {row}.week "
    "WHERE NOT EXISTS (SELECT 1 FROM week_change WHERE week = {row}.week);"
)
_SQLITE = {
    "changed": f"AFTER UPDATE OF {', '.join(TOLD_BY)} ON interaction WHEN NEW.analysed_at IS NOT NULL "
    f"BEGIN {_SQLITE_MARK.format(row='NEW')} END",
    "moved": "AFTER UPDATE OF week ON interaction WHEN OLD.analysed_at IS NOT NULL AND OLD.week <> NEW.week "
    f"BEGIN {_SQLITE_MARK.format(row='OLD')} END",
    "relinked": "AFTER UPDATE OF customer_id ON interaction "
    "WHEN NEW.analysed_at IS NOT NULL AND OLD.customer_id IS NOT NEW.customer_id "
    f"BEGIN {_SQLITE_MARK.format(row='NEW')} END",
    "added": f"AFTER INSERT ON interaction WHEN NEW.analysed_at IS NOT NULL BEGIN {_SQLITE_MARK.format(row='NEW')} END",
    "gone": f"AFTER DELETE ON interaction WHEN OLD.analysed_at IS NOT NULL BEGIN {_SQLITE_MARK.format(row='OLD')} END",
}

# One mark a week and transaction: with one a week alone, a mark taken while another transaction that relied on it is
# still open would leave that one's change unseen; and a row that all writers update would make them wait in line.
_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION mark_week_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO week_change (week, transaction) SELECT {row}.week, txid_current()
  WHERE NOT EXISTS (SELECT 1 FROM week_change WHERE week = {row}.week AND transaction = txid_current());
  RETURN NULL;
END $$
"""
_POSTGRESQL = {
    "changed": (
        f"AFTER UPDATE OF {', '.join(TOLD_BY)} ON interaction FOR EACH ROW WHEN (NEW.analysed_at IS NOT NULL)",
        "new",
    ),
    "moved": (
        "AFTER UPDATE OF week ON interaction FOR EACH ROW WHEN (OLD.analysed_at IS NOT NULL AND OLD.week <> NEW.week)",
        "old",
    ),
    "relinked": (
        "AFTER UPDATE OF customer_id ON interaction FOR EACH ROW "
        "WHEN (NEW.analysed_at IS NOT NULL AND OLD.customer_id IS DISTINCT FROM NEW.customer_id)",
        "new",
    ),
    "added": ("AFTER INSERT ON interaction FOR EACH ROW WHEN (NEW.analysed_at IS NOT NULL)", "new"),
    "gone": ("AFTER DELETE ON interaction FOR EACH ROW WHEN (OLD.analysed_at IS NOT NULL)", "old"),
}


def watch_weeks(connection: Connection) -> None:
    """Create the triggers that write down in which week something changed, where the database lacks them."""
    if connection.dialect.name == "sqlite":
        for name, what in _SQLITE.items():
            connection.execute(text(f"CREATE TRIGGER IF NOT EXISTS week_{name} {what}"))
        return
    named = text("SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(:interaction)")
    there = set(connection.execute(named, {"interaction": schema.interaction.name}).scalars())
    for name, (when, row) in _POSTGRESQL.items():
        if f"week_{name}" not in there:  # creating one waits for every open writer: not at each start
            connection.execute(text(_POSTGRESQL_FUNCTION.format(name=row, row=row.upper())))
            connection.execute(text(f"CREATE TRIGGER week_{name} {when} EXECUTE FUNCTION mark_week_{row}()"))
