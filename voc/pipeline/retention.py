"""Retention on schedule: once a day one worker takes out what is older than the settings keep it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from voc.records import Record
from voc.rights.retention import Expiry, expire, expiries
from voc.settings import Settings
from voc.store import Store

log = logging.getLogger("voc.retention")

EVERY = timedelta(days=1)
LAST_RUN = "retention_ran_at"


class RetentionReport(Record):
    """What was taken out, or would be."""

    expiries: tuple[Expiry, ...]
    uploads: int
    """Kept files with refused rows that are too old to be retried."""
    dry_run: bool
    source_items: int = 0
    """Things of sources that were refused so long ago; only that they came is kept."""


def run_retention(
    store: Store, settings: Settings, *, actor: str, now: datetime | None = None, dry_run: bool = False
) -> RetentionReport:
    """Take out everything that is due, with one audit line a channel; ``dry_run`` only counts.

    Raises:
        SettingsError: a rule cannot be understood.
        StoreError: the store refused; what was done stays done.
    """
    now = now or datetime.now(UTC)
    due = tuple(expiries(store, settings, now=now))
    before = now - timedelta(days=settings.retention_uploads)
    old = store.erasing.uploads_before(before) if settings.retention_uploads else []
    refused = store.source_items.refused_before(before) if settings.retention_uploads else []
    if not dry_run:
        for one in due:
            if one.n and (done := expire(store, one)):
                store.access.record(
                    actor=actor,
                    action=f"retention.{one.kept}",
                    target=one.channel,
                    now=now,
                    detail={"n": done, "days": one.days, "before": one.before.date().isoformat()},
                )
        for upload in old:
            store.uploads.let_go(upload, store.blobs.delete)
            store.erasing.unname_upload(upload)
        if old:
            store.access.record(actor=actor, action="retention.uploads", target=None, now=now, detail={"n": len(old)})
        if refused:
            store.source_items.forget(refused)
            n = {"n": len(refused)}
            store.access.record(actor=actor, action="retention.source_items", target=None, now=now, detail=n)
        if old or refused or any(one.n for one in due):
            store.facts.forget_saved()
            store.search.index.wipe_erased()
            store.erasing.compact(vacuum=False)
    return RetentionReport(expiries=due, uploads=len(old), dry_run=dry_run, source_items=len(refused))


def run_daily(store: Store, settings: Settings, *, now: datetime | None = None) -> RetentionReport | None:
    """:func:`run_retention` if nobody ran it for a day, by whichever worker asks first; ``None`` if not due."""
    if not (settings.retention_audio or settings.retention_text or settings.retention_uploads):
        return None
    now = now or datetime.now(UTC)
    if not store.erasing.claim_turn(LAST_RUN, now=now, every=EVERY):
        return None
    report = run_retention(store, settings, actor="schedule", now=now)
    log.info("retention: %d interactions, %d files", sum(one.n for one in report.expiries), report.uploads)
    return report
