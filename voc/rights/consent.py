"""Consent: what a customer said yes or no to, and what the pipeline therefore leaves undone.

The customer base says it in its columns (``consentement appels``, ``opt-in marketing``, ``call recording consent`` …);
what a person records here outweighs the columns. Where neither says anything, the settings decide
(``VOC_CONSENT_REQUIRED``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, get_args

from voc.errors import SettingsError
from voc.identifiers import is_filler
from voc.language.folding import bare
from voc.language.registry import alternatives, words_of
from voc.language.yes_and_no import NO, YES
from voc.records import Analysis, Interaction, Link, Record, Skipped
from voc.store import Store

Purpose = Literal["calls", "tone", "marketing"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


def _of_purpose(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives(lambda one: one.consent.purposes.get(name, ''))})\b")


_CONSENT = re.compile(rf"\b(?:{alternatives(lambda one: one.consent.consent)})\b")
_OPPOSED = re.compile(rf"\b(?:{alternatives(lambda one: one.consent.opposed)})\b")
_PURPOSE: dict[Purpose, re.Pattern[str]] = {one: _of_purpose(one) for one in PURPOSES}
_YES = YES.union(words_of(lambda one: one.consent.granted, "x", "ok"))
_NO = NO.union(words_of(lambda one: one.consent.refused))

REASONS: dict[Purpose, str] = {
    "calls": "the customer has not consented to the analysis of calls",
    "tone": "the customer has not consented to the analysis of the voice",
    "marketing": "the customer has not consented to marketing",
}


class Consent(Record):
    """Whether one purpose is allowed, and what says so: ``recorded`` here, the ``base``'s column, the ``default``."""

    purpose: Purpose
    granted: bool
    known_from: Literal["recorded", "base", "default"]


def required(setting: str) -> frozenset[Purpose]:
    """Purposes for which an unknown consent counts as a refusal.

    Raises:
        SettingsError: an unknown purpose is named.
    """
    named = [one.strip() for one in setting.split(",") if one.strip()]
    for one in named:
        if one not in PURPOSES:
            raise SettingsError(f"VOC_CONSENT_REQUIRED: '{one}' is no purpose; use {', '.join(PURPOSES)}.")
    return frozenset(one for one in PURPOSES if one in named)


def said_in(attributes: Mapping[str, str]) -> dict[Purpose, bool]:
    """What the columns of a customer base say: purpose → granted; a refusal in any column of a purpose wins.

    A column counts when its header speaks of consent and of exactly one purpose, and its value is a plain yes or no.
    """
    found: dict[Purpose, bool] = {}
    for header, value in attributes.items():
        name = bare(header)
        purpose = next((one for one in PURPOSES_BY_PRECISION if _PURPOSE[one].search(name)), None)
        if purpose is None or not _CONSENT.search(name) or is_filler(value):
            continue
        plain = bare(value)
        if plain not in _YES and plain not in _NO:
            continue
        granted = (plain in _YES) != bool(_OPPOSED.search(name))
        found[purpose] = found.get(purpose, True) and granted
    return found


PURPOSES_BY_PRECISION: tuple[Purpose, ...] = ("tone", "marketing", "calls")
"""Whose words decide where a header has several: ``voice consent (calls)`` is about the voice."""


def consents(
    attributes: Mapping[str, str], recorded: Mapping[str, bool], *, needed: frozenset[Purpose] = frozenset()
) -> tuple[Consent, ...]:
    """Every purpose with what decides it."""
    columns = said_in(attributes)
    found: list[Consent] = []
    for one in PURPOSES:
        if one in recorded:
            found.append(Consent(purpose=one, granted=recorded[one], known_from="recorded"))
        elif one in columns:
            found.append(Consent(purpose=one, granted=columns[one], known_from="base"))
        else:
            found.append(Consent(purpose=one, granted=one not in needed, known_from="default"))
    return tuple(found)


def refusals(store: Store, customer_ids: Iterable[str], *, setting: str = "") -> dict[str, frozenset[Purpose]]:
    """Customer id → what they do not allow; customers who allow everything are left out."""
    needed = required(setting)
    found: dict[str, frozenset[Purpose]] = {}
    for one, (attributes, recorded) in store.consents.flags(list(dict.fromkeys(customer_ids))).items():
        refused = frozenset(c.purpose for c in consents(attributes, recorded, needed=needed) if not c.granted)
        if refused:
            found[one] = refused
    return found


def may_transcribe(store: Store, interaction: Interaction, *, setting: str = "") -> bool:
    """Whether the recording of a call may be transcribed, as far as what came with it names the customer.

    Who says their contract number in the call itself is known only afterwards: :func:`apply_consent` then keeps
    nothing.
    """
    named = [one for one in interaction.identifiers if one.type != "name"]
    owners = {owner for found in store.customers.owners(named).values() for owner, _ in found}
    return not any("calls" in refused for refused in refusals(store, owners, setting=setting).values())


def apply_consent(
    store: Store, analyses: Sequence[Analysis], links: Sequence[Link], *, setting: str = ""
) -> dict[str, Analysis]:
    """Analyses by id, of linked customers who refuse something, without what they refuse; all others are left out.

    Where the setting needs a yes for ``tone``, a caller nobody knows has not given it: their voice is left out too.
    """
    by_id = {one.id: one for one in analyses}
    linked = {link.interaction_id: link.customer_id for link in links if link.customer_id is not None}
    refused = refusals(store, linked.values(), setting=setting)
    found: dict[str, Analysis] = {}
    for interaction_id, customer_id in linked.items():
        analysis = by_id.get(interaction_id)
        purposes = refused.get(customer_id, frozenset())
        if analysis is None or not purposes or not analysis.channel.description.spoken:
            continue
        if "calls" in purposes:
            found[interaction_id] = strip_words(analysis)
        elif "tone" in purposes:
            found[interaction_id] = strip_tone(analysis)
    if "tone" in required(setting):
        for analysis in analyses:
            voices = analysis.channel.description.spoken and any(turn.tone for turn in analysis.turns)
            if voices and analysis.id not in linked:
                found[analysis.id] = strip_tone(analysis)
    return found


def strip_words(analysis: Analysis) -> Analysis:
    """The analysis of a call that may not be analysed: that it took place, and why nothing more is known."""
    return Analysis(
        id=analysis.id,
        channel=analysis.channel,
        source=analysis.source,
        occurred_at=analysis.occurred_at,
        language=analysis.language,
        analysis_version=analysis.analysis_version,
        nps=analysis.nps,
        csat=analysis.csat,
        rating=analysis.rating,
        skipped=(Skipped(feature="analysis", reason=REASONS["calls"]),),
    )


def strip_tone(analysis: Analysis) -> Analysis:
    """The analysis without what the voice carries."""
    if not any(turn.tone for turn in analysis.turns):
        return analysis
    return analysis.model_copy(
        update={
            "turns": tuple(turn.model_copy(update={"tone": None}) for turn in analysis.turns),
            "skipped": (*analysis.skipped, Skipped(feature="tone", reason=REASONS["tone"])),
        }
    )
