"""Leaving out what customers do not allow, before it is heard and before anything of it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from voc.analysers.categories.matching import categorised
from voc.analysers.categories.rules import load_categories
from voc.linking.online import link_all
from voc.records import Analysis, Interaction, Link
from voc.rights.consent import REASONS, apply_consent, may_transcribe, strip_words
from voc.settings import Settings
from voc.store import Store
from voc.store.analyses import Analysed


def skip_for_consent(store: Store, settings: Settings, interaction: Interaction) -> bool:
    """Whether a call may not be heard; then it is closed with that as the reason, linked by what came with it."""
    if may_transcribe(store, interaction, setting=settings.consent_required):
        return False
    nothing = strip_words(
        Analysis(
            id=interaction.id,
            channel=interaction.channel,
            source=interaction.source,
            occurred_at=interaction.occurred_at,
            language=interaction.language,
            nps=interaction.nps,
            csat=interaction.csat,
            rating=interaction.rating,
        )
    )
    links = link_all([(interaction, nothing)], store.customers)
    store.findings.save_analyses([Analysed(analysis=nothing, vector=None)], links, now=datetime.now(UTC))
    return True


def with_consent(
    store: Store, settings: Settings, results: Sequence[Analysed], links: Sequence[Link]
) -> list[Analysed]:
    """The results as they may be kept; what may not be known goes from the transcript too, or the transcript itself."""
    changed = apply_consent(store, [one.analysis for one in results], links, setting=settings.consent_required)
    silent = [one for one, analysis in changed.items() if not analysis.text]
    if silent:
        store.erasing.forget_transcripts(silent)
    for one, analysis in changed.items():
        if analysis.text and any(each.feature == "tone" for each in analysis.skipped):
            _forget_tone(store, one)
    rules = load_categories(settings.categories)
    changed = {key: categorised(one, rules) for key, one in changed.items()}  # without what may not be known
    return [
        Analysed(analysis=found, vector=one.vector if found.text else None)
        if (found := changed.get(one.analysis.id)) is not None
        else one
        for one in results
    ]


def _forget_tone(store: Store, interaction_id: str) -> None:
    """Take what the voice carries out of the kept transcript: the next analysis starts from it."""
    document = store.findings.transcript(interaction_id)
    if document is None or not any(turn.get("tone") for turn in document["turns"]):
        return
    silent = document | {
        "turns": [turn | {"tone": None} for turn in document["turns"]],
        "skipped": [*document.get("skipped", ()), {"feature": "tone", "reason": REASONS["tone"]}],
    }
    store.findings.save_transcript(interaction_id, silent, now=datetime.now(UTC))
