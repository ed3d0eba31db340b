"""Accepted themes as topics: their rules laid over what is stored, and over what comes in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from voc.store import Filters, Store
from voc.store.analyses import Analysed
from voc.themes.tagging import AcceptedThemes


def with_accepted_themes(store: Store, results: Sequence[Analysed]) -> list[Analysed]:
    """Fresh analyses with the topics that accepted themes find in them."""
    themes = store.themes.accepted()
    if not themes:
        return list(results)
    asked = AcceptedThemes(themes)
    return [replace(one, analysis=asked.tagged(one.analysis)) for one in results]


def retag(store: Store, *, progress: Callable[[int], None] | None = None) -> int:
    """Lay the rules of the accepted themes over every analysis, and take those of the others off; returns how many
    analyses changed."""
    every = store.themes.all().values()
    accepted = AcceptedThemes([one for one, _ in every if one.status == "accepted"])
    former = frozenset(one.id for one, _ in every if one.status != "accepted")
    changed = 0
    for batch in store.theme_counts.analysed_batches(Filters()):
        found = store.findings.analyses(batch, as_found=True)
        different = [new for old in found.values() if (new := accepted.tagged(old, former=former)) != old]
        store.theme_counts.retag(different)
        changed += len(different)
        if progress:
            progress(len(batch))
    return changed


def retag_due(store: Store) -> int:
    """:func:`retag`, when other themes are accepted or by other rules than when it last ran."""
    rules = {one.id: one.rules for one, _ in store.themes.all().values() if one.status == "accepted"}
    wanted = hashlib.sha256(repr(sorted(rules.items())).encode()).hexdigest() if rules else ""
    if (store.theme_decisions.tags() or "") == wanted:
        return 0
    changed = retag(store)
    store.theme_decisions.keep_tags(wanted)
    return changed
