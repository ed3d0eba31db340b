"""Which records of the customer base changed: what a copy of the base elsewhere has to read again.

Written down by the database itself in the transaction that makes the change, as :mod:`voc.store.fact_changes` does it
for interactions.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from voc.store import schema
from voc.store.change_logs import log_table, prune
from voc.store.dialects import Trigger, Watch

customer_mark = log_table("customer_mark", "customer")

PRUNED = "customer_marks_pruned"
"""Key of ``meta``: up to where changes are no longer known."""

CUSTOMERS = Watch(
    "customer",
    log=customer_mark.name,
    column="customer",
    triggers={
        "added": Trigger("INSERT", "customer", "NEW"),
        "changed": Trigger("UPDATE", "customer", "NEW"),
        "gone": Trigger("DELETE", "customer", "OLD"),
        "identified": Trigger("INSERT", "identifier", "NEW", "customer_id"),
        "unidentified": Trigger("DELETE", "identifier", "OLD", "customer_id"),
    },
)
"""What writes down which record changed."""


def prune_marks(connection: Connection, *, now: datetime) -> int:
    """Forget which records went longer than a day ago, and what was written down twice; how many."""
    watched = schema.customer.c.id
    return prune(connection, customer_mark, customer_mark.c.customer, watched, key=PRUNED, now=now)
