"""Alerts that rang: each with its sendings in one transaction, and none twice within its cool-down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from voc.records.alerts import AlertRule, FiredAlert
from voc.store.alert_tables import alert_rule, fired_alert
from voc.store.database import Database
from voc.store.delivery_tables import delivery


class FiredAlerts:
    """Each time an alert rang."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def ring(self, rule: AlertRule, values: Mapping[str, Any], *, now: datetime) -> FiredAlert | None:
        """Write down that an alert rang and owe what it sends, all or nothing; ``None`` within its cool-down.

        Of several processes that see the same at once, one rings.
        """
        f = fired_alert
        with self.database.begin() as connection:
            there = select(alert_rule.c.id).where(alert_rule.c.id == rule.id).with_for_update()
            if connection.execute(there).one_or_none() is None:
                return None  # removed meanwhile
            if not values["test"]:
                since = now - timedelta(hours=rule.cool_down_hours)
                last = select(f.c.id).where(
                    f.c.rule_id == rule.id, f.c.subject == values["subject"], f.c.at > since, f.c.test.is_(False)
                )
                if connection.execute(last.limit(1)).first() is not None:
                    return None
            number = connection.execute(insert(f).values(**values).returning(f.c.id)).scalar_one()
            for place, target in enumerate(rule.targets):
                connection.execute(
                    insert(delivery).values(
                        key=f"alert:{number}:{place}", kind=target.kind,
                        about={"what": "alert", "fired": number, "target": place}, state="due", attempts=0,
                        due_at=now, created_at=now,
                    )
                )  # fmt: skip
            return FiredAlert.model_validate(dict(connection.execute(select(f).where(f.c.id == number)).one()._mapping))

    def one(self, number: int) -> FiredAlert | None:
        """One time an alert rang."""
        with self.database.read() as connection:
            row = connection.execute(select(fired_alert).where(fired_alert.c.id == number)).one_or_none()
        return FiredAlert.model_validate(dict(row._mapping)) if row is not None else None

    def latest(self, *, rule_id: int | None = None, before: int | None = None, limit: int = 50) -> list[FiredAlert]:
        """The latest, newest first; of one rule if asked; with ids below ``before``."""
        f = fired_alert
        statement = select(f).order_by(f.c.id.desc()).limit(limit)
        if rule_id is not None:
            statement = statement.where(f.c.rule_id == rule_id)
        if before is not None:
            statement = statement.where(f.c.id < before)
        with self.database.read() as connection:
            return [FiredAlert.model_validate(dict(row._mapping)) for row in connection.execute(statement)]

    def last(self, rule_id: int, subject: str) -> datetime | None:
        """When a rule last rang for a subject, tries aside."""
        f = fired_alert
        where = (f.c.rule_id == rule_id, f.c.subject == subject, f.c.test.is_(False))
        statement = select(f.c.at).where(*where).order_by(f.c.at.desc()).limit(1)
        with self.database.read() as connection:
            return connection.execute(statement).scalar_one_or_none()
