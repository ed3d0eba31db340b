"""Numbers of the customer base masked in texts: in new ones as they are understood, in old ones as the base grows."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from voc.privacy.known_numbers import LABELS, KnownPlace, equals, lookup_keys, mask_places
from voc.privacy.number_places import number_places
from voc.privacy.pseudonyms import pseudonym
from voc.records import Analysis
from voc.settings import Settings
from voc.store import Store

log = logging.getLogger("voc.known_numbers")


def known_places(store: Store, texts: Sequence[tuple[str, str | None]]) -> list[list[KnownPlace]]:
    """Where the numbers and accounts of the customer base stand in each text, given with its language."""
    found = [list(number_places(text, language)) for text, language in texts]
    keys = {key for places in found for one in places for key in lookup_keys(one.key, account=one.account)}
    owned = store.known_numbers.owned(keys)
    return [
        [
            KnownPlace(identifier, one.begin, one.end)
            for one in places
            for key in lookup_keys(one.key, account=one.account)
            for identifier in owned.get(key, ())
            if equals(one.key, identifier, key, account=one.account)
        ]
        for places in found
    ]


def mask_known(store: Store, settings: Settings, analyses: Sequence[Analysis]) -> list[Analysis]:
    """The analyses with every number and account of the customer base masked in their words."""
    places = known_places(store, [(one.text, one.language) for one in analyses])
    return [_masked(one, known, settings) for one, known in zip(analyses, places, strict=True)]


def _masked(analysis: Analysis, places: Sequence[KnownPlace], settings: Settings) -> Analysis:
    if not places:
        return analysis
    salt = settings.pseudonym_salt
    pseudonyms = {
        (label, one.identifier.value): pseudonym(one.identifier.value, kind=label, salt=salt)
        for one in places
        if salt and (label := LABELS[one.identifier.type])
    }
    return mask_places(analysis, places, pseudonyms=pseudonyms)


def mask_again(store: Store, settings: Settings, ids: Sequence[str] | None = None) -> int:
    """Compare texts analysed already (all, or those of ``ids``) with the base; returns how many got a mask more."""
    changed = 0
    for part in store.known_numbers.texts(ids):
        places = known_places(store, [(one.text, one.language) for one in part])
        for text, known in zip(part, places, strict=True):
            if not known:
                continue

            def masked(analysis: Analysis, known: list[KnownPlace] = known, words: str = text.text) -> Analysis:
                # Analysed anew meanwhile: whoever did so has compared the new words with the base.
                return _masked(analysis, known, settings) if analysis.text == words else analysis

            changed += store.findings.mask_again(text.interaction_id, masked)
    return changed


def settle_masks(store: Store, settings: Settings) -> int:
    """Compare every text with the base if it owes that; returns how many got a mask more.

    Ended half-way it is owed still. A base that grows meanwhile makes it owed again.
    """
    changed = 0
    while store.known_numbers.owed():
        state = store.known_numbers.state()
        changed += mask_again(store, settings)
        store.known_numbers.settle(state)
    if changed:
        log.info("numbers of the customer base masked in %d texts more", changed)
    return changed
