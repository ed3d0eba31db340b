"""Learning without anybody asking: once enough corrections have come in since the last time (``VOC_LEARN_FROM``)."""

from __future__ import annotations

import json
import logging

from voc.analysers import refitted_heads
from voc.errors import VocError
from voc.pipeline.learning import learn
from voc.settings import Settings
from voc.store import Store

log = logging.getLogger("voc.learning")

LAST = "last_run.json"


def learn_due(store: Store, settings: Settings) -> bool:
    """Refit the heads when ``VOC_LEARN_FROM`` corrections more are in force than at the last run; True when it ran.

    What is put in force, and what is not, is decided as ever (:func:`voc.pipeline.learning.learn`). Two workers that
    begin at once come to the same result.
    """
    if settings.learn_from <= 0:
        return False
    number = sum(store.corrections.counts().values())
    path = refitted_heads.place(settings.home).with_name(LAST)
    try:
        last = int(json.loads(path.read_text("utf-8"))["corrections"])
    except (OSError, ValueError, KeyError, TypeError):
        last = 0
    if number - last < settings.learn_from:
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"corrections": number}), encoding="utf-8")
    except OSError as error:  # else it would run again with every look
        log.warning("learning is due but %s cannot be written (%s); correct VOC_HOME", path, error.strerror)
        return False
    try:
        report = learn(store)
    except VocError as error:
        log.warning("nothing was learnt: %s", error)
        return False
    for one in report.heads:
        log.info("%s: %s: %s", one.head, "in force" if one.put_in_force else "not in force", one.reason)
    return True
