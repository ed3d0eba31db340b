"""A voice that may not be analysed leaves the kept transcript too, so that no later analysis finds it."""

from __future__ import annotations

from datetime import UTC, datetime

from makers import a_customer, add, an_analysis, an_interaction, linked

from voc.pipeline.consent_enforcement import with_consent
from voc.records import Conversation, Tone, Turn
from voc.rights.consent import REASONS
from voc.settings import Settings
from voc.speech.transcript import Transcript
from voc.store import Store
from voc.store.analyses import Analysed

NOW = datetime(2026, 11, 9, tzinfo=UTC)
TURN = Turn(index=0, participant_role="customer", text="Bonjour", tone=Tone(activation=0.5, tension=0.9))


def test_a_refused_voice_is_forgotten_and_the_words_stay(settings: Settings, store: Store) -> None:
    call = an_interaction(1, channel="call")
    add(store, call)
    store.customers.save([a_customer("C1")], now=NOW)
    store.consents.record("C1", "tone", granted=False, source="cli", now=NOW)
    heard = Transcript(turns=(TURN,), duration_ms=1000, channels=1, conversation=Conversation(duration_ms=1000))
    store.findings.save_transcript(call.id, heard.model_dump(mode="json"), now=NOW)
    result = Analysed(analysis=an_analysis(call, turns=(TURN,), text="Bonjour"), vector=None)

    for _ in range(2):  # the second time nothing is left to take out
        [kept] = with_consent(store, settings, [result], [linked(call, "C1")])
        assert (kept.analysis.text, kept.analysis.turns[0].tone) == ("Bonjour", None)

    document = Transcript.model_validate(store.findings.transcript(call.id))
    assert (document.turns[0].text, document.turns[0].tone) == ("Bonjour", None)
    assert [(one.feature, one.reason) for one in document.skipped] == [("tone", REASONS["tone"])]
