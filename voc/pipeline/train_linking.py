"""Learning the weights of linking from the store itself, and writing them where linking reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from voc.errors import InputError
from voc.linking.linkage_fields import of_interaction, says_anything
from voc.linking.matching import prepare
from voc.linking.non_identifying_values import BlockedIdentifiers
from voc.linking.online import evidence_of, link_all
from voc.linking.training import train
from voc.linking.weights import FILE_NAME, Weights, load_weights, write_weights
from voc.settings import Settings
from voc.store import Filters, Store
from voc.store.profiles import Profile

BATCH = 1000
MOST_INTERACTIONS = 100_000
"""The latest so many teach as much as all: every pass of training is capped anyway."""

LEAST_KNOWN, MOST_KNOWN = 0.5, 0.98
"""Bounds of the share of interactions that are of known customers."""


def train_linking(store: Store, settings: Settings, *, target: Path | None = None) -> tuple[Weights, Path]:
    """Train on what the store holds, write the file, and return both.

    The thresholds in force stay: they are a decision, not an estimate.

    Raises:
        InputError: there are no customers, too few interactions, or Splink is not installed.
    """
    now = datetime.now(UTC)
    blocked = BlockedIdentifiers.read(settings.home, region=settings.default_region, own_numbers=settings.own_numbers)
    prepare(store.linking, now=now, blocked=blocked)
    customers = [one for several in store.linking.all_profiles() for one in several]
    if not customers:
        raise InputError("there are no customers to learn from; import them first: voc customers import FILE.")
    interactions, known = _interactions(store, blocked)
    current = load_weights(settings.home)
    weights = train(
        customers, interactions, known_share=known or current.known_share, thresholds=current.thresholds, now=now
    )
    path = target or settings.home / FILE_NAME
    write_weights(weights, path)
    return weights, path


def _interactions(store: Store, blocked: BlockedIdentifiers) -> tuple[list[Profile], float | None]:
    """Profiles of interactions, and which share of those with an identifier had an owner for it."""
    ids = store.interactions.all_ids(Filters(status="done"))[-MOST_INTERACTIONS:]
    profiles: list[Profile] = []
    asked = owned = 0
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        analyses = store.findings.analyses(part)
        pairs = [(one, analyses[one.id]) for one in store.interactions.records(part) if one.id in analyses]
        for pair, link in zip(pairs, link_all(pairs, store.customers), strict=True):
            if evidence_of(*pair):
                asked += 1
                owned += link.method != "none"
            if says_anything(profile := of_interaction(*pair, blocked=blocked)):
                profiles.append(profile)
    return profiles, min(MOST_KNOWN, max(LEAST_KNOWN, owned / asked)) if asked else None
