"""Themes without anybody asking: discovered once a week, and when somebody asks, in a process of its own.

Clustering is compiled at its first use and takes memory that a worker should not keep: the child gives it back.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import UTC, datetime

from voc.insights.periods import begins, week_of
from voc.pipeline.theme_discovery import PERIOD
from voc.pipeline.theme_tags import retag_due
from voc.store import Filters, Store
from voc.store.theme_decisions import ASKED

log = logging.getLogger("voc.themes")

LEAST_INTERACTIONS = 200
"""Analysed interactions of the last twelve weeks from which themes are looked for by themselves."""
LONGEST_SECONDS = 3600


def discover_due(store: Store, *, now: datetime | None = None) -> bool:
    """Run the discovery that somebody asked for, or that of a week that began; True when one ran.

    One of several workers runs it. Whatever it cannot do is said in the log, and it is tried again the next week.
    """
    now = now or datetime.now(UTC)
    retag_due(store)
    key = ASKED if store.theme_decisions.asked() else week_of(now)
    if (key != ASKED and not is_due(store, now=now)) or not store.theme_decisions.claim(key, now=now):
        return False
    try:
        done = subprocess.run(
            [sys.executable, "-m", "voc", "topics", "discover", "--json", "--limit", "1"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
        if done.returncode:
            log.warning("themes were not discovered: %s", done.stderr.decode("utf-8", "replace").strip()[-300:])
    except subprocess.TimeoutExpired:
        log.warning("themes were not discovered within %d s; choose a shorter period", LONGEST_SECONDS)
    finally:
        store.theme_decisions.answered(key, now=now)
    return True


def is_due(store: Store, *, now: datetime) -> bool:
    """Whether a week has begun since the last run, with enough analysed and nothing waiting to be."""
    last = store.themes.last_run()
    monday = begins(week_of(now))
    if (last is not None and last.at >= monday) or store.interactions.awaits_work():
        return False
    return store.themes.analysed(Filters(since=now - PERIOD, until=now)) >= LEAST_INTERACTIONS
