"""Is everything there: settings, weights, database, room on the disk."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from voc import __version__, models
from voc.errors import ModelError, VocError
from voc.extensions import named
from voc.insights.metrics import registry as metric_registry
from voc.intake import reader_registry
from voc.language import registry as language_registry
from voc.pipeline.worker_liveness import is_alive
from voc.records import Record
from voc.settings import Settings
from voc.signals import registry as signal_registry
from voc.sources import registry as source_registry
from voc.store import open_store

SECRET_SETTINGS = frozenset(
    {
        *("secret", "database_url", "blobs_url", "tombstone_salt", "pseudonym_salt", "smtp_url"),
        *("writer_url", "writer_key"),
    }
)
"""Settings that may carry a password: shown as set or not."""
LITTLE_ROOM_BYTES = 1 << 30


class Finding(Record):
    """One line of the doctor: what was looked at, whether it is well, and what to do if not."""

    what: str
    ok: bool
    detail: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything, in the order in which it is needed."""
    yield Finding(what="voc", ok=True, detail=f"{__version__} on Python {platform.python_version()}")
    for name, value in settings:
        shown = ("set" if value else "not set") if name in SECRET_SETTINGS else str(value)
        yield Finding(what=f"setting VOC_{name.upper()}", ok=True, detail=shown)
    for status in models.listing():
        if status.default or status.shipped:
            detail = "present" if status.present else "missing: run `voc models pull`"
            yield Finding(what=f"weights {status.name}", ok=status.present, detail=detail)
    yield from _tone(settings)
    yield from _sentiment(settings)
    yield from _packages()
    yield from _store(settings)
    home = settings.home if settings.home.exists() else Path()
    free = shutil.disk_usage(home).free
    yield Finding(
        what="disk",
        ok=free > LITTLE_ROOM_BYTES,
        detail=f"{free / 1e9:.1f} GB free"
        + ("" if free > LITTLE_ROOM_BYTES else ": free some, uploads will be refused"),
    )


def _tone(settings: Settings) -> Iterator[Finding]:
    """Whose voices are scored, with what the law says of it."""
    whose = {
        "customer": "of customers only; they must be told (EU AI Act, art. 50(3))",
        "all": "of everybody: the EU forbids it for staff (AI Act, art. 5(1)(f)); VOC_TONE=customer leaves them out",
        "off": "of nobody",
    }
    yield Finding(what="tone of voice", ok=True, detail=whose[settings.tone])


def _sentiment(settings: Settings) -> Iterator[Finding]:
    """What reads sentiment where it is not the shipped heads."""
    from voc.analysers import refitted_heads as learned

    if settings.sentiment_model:
        there = find_spec("torch") is not None
        missing = "" if there else ": needs torch, run `pip install 'voc[torch]'` or unset VOC_SENTIMENT_MODEL"
        yield Finding(what="sentiment model", ok=there, detail=settings.sentiment_model + missing)
    try:
        heads = learned.load(settings.home)
    except ModelError as problem:
        yield Finding(what="learned from corrections", ok=False, detail=str(problem))
        return
    if heads is not None:
        detail = f"learned.{heads.version} ({', '.join(heads.heads)})"
        yield Finding(what="learned from corrections", ok=True, detail=detail)


def _packages() -> Iterator[Finding]:
    """What other packages bring, a line each; all of a group is out of use where one of it cannot be used."""
    for what, group, look in (
        ("reader", reader_registry.GROUP, reader_registry.brought),
        ("analyser", signal_registry.GROUP, signal_registry.kinds),
        ("metric", metric_registry.GROUP, metric_registry.metrics),
        ("source", source_registry.GROUP, source_registry.kinds),
        ("language", language_registry.GROUP, language_registry.languages),
    ):
        try:
            look()
        except VocError as problem:
            yield Finding(what=f"{what}s of packages", ok=False, detail=" ".join(str(problem).split()))
            continue
        for point in named(group):
            whose = f"{point.dist.name} {point.dist.version}" if point.dist is not None else "?"
            yield Finding(what=f"{what} {point.name}", ok=True, detail=f"{point.value} of {whose}")


def _store(settings: Settings) -> Iterator[Finding]:
    try:
        store = open_store(settings)
    except (VocError, OSError) as problem:
        yield Finding(what="database", ok=False, detail=str(problem))
        return
    now = datetime.now(UTC)
    statuses = store.interactions.statuses()
    counts = ", ".join(f"{n} {status}" for status, n in sorted(statuses.items())) or "empty"
    yield Finding(what="database", ok=True, detail=f"{store.database.dialect.name}, interactions: {counts}")
    alive = [one for one in store.workers.all() if is_alive(one.id, heartbeat_at=one.heartbeat_at, now=now)]
    waiting = statuses.get("queued", 0)
    idle = waiting > 0 and not alive
    yield Finding(
        what="workers",
        ok=not idle,
        detail=f"{len(alive)} running, {waiting} waiting" + (": start `voc serve` or `voc worker`" if idle else ""),
    )
    if outdated := store.search.vectors.outdated():
        detail = f"{outdated} are found by their words alone until their vectors are made anew"
        if not alive:
            detail += ": run `voc reindex`, or start a worker"
        yield Finding(what="search", ok=bool(alive), detail=detail)
    store.close()
