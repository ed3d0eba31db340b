"""Consent: read from the base's columns, outweighed by what is recorded, honoured by what is kept."""

from __future__ import annotations

import pytest
from makers import NOW, a_customer, an_analysis, an_interaction, linked

from voc.errors import SettingsError
from voc.records import Analysis, Identifier, Interaction, Tone, Turn
from voc.rights.consent import REASONS, apply_consent, consents, may_transcribe, refusals, required, said_in
from voc.store import Store


@pytest.mark.parametrize(
    ("header", "value", "purpose", "granted"),
    [
        ("Consentement appels", "oui", "calls", True),
        ("Consentement enregistrement des appels", "Non", "calls", False),
        ("Call recording consent", "no", "calls", False),
        ("opt_in_marketing", "1", "marketing", True),
        ("Opt-out e-mail", "yes", "marketing", False),
        ("RGPD prospection", "refusé", "marketing", False),
        ("RGPD prospection", "au printemps", "marketing", None),
        ("Accord analyse de la voix", "N", "tone", False),
        ("voice consent (calls)", "FALSE", "tone", False),
        ("Refus démarchage téléphonique", "oui", "marketing", False),
        ("Ne pas contacter", "oui", "marketing", None),
        ("téléphone", "oui", "calls", None),
        ("Consentement appels", "N/A", "calls", None),
    ],
)
def test_columns_of_the_base(header: str, value: str, purpose: str, granted: bool | None) -> None:
    assert said_in({header: value}) == ({} if granted is None else {purpose: granted})


def test_one_refusal_in_several_columns_is_a_refusal() -> None:
    assert said_in({"opt-in sms marketing": "oui", "opt-in email marketing": "non"}) == {"marketing": False}


def test_what_is_recorded_outweighs_the_base_and_the_base_the_default() -> None:
    found = {one.purpose: one for one in consents({"consent calls": "yes"}, {"calls": False}, needed=required("tone"))}
    assert (found["calls"].granted, found["calls"].known_from) == (False, "recorded")
    assert (found["tone"].granted, found["tone"].known_from) == (False, "default")
    assert (found["marketing"].granted, found["marketing"].known_from) == (True, "default")


def test_an_unknown_purpose_is_named() -> None:
    with pytest.raises(SettingsError, match="VOC_CONSENT_REQUIRED: 'cals' is no purpose; use calls, tone, marketing"):
        required("tone, cals")


def a_call() -> tuple[Interaction, Analysis]:
    phone = Identifier(type="phone", value="+33639981177", verified=True)
    call = an_interaction(1, channel="call", identifiers=(phone,))
    turn = Turn(index=0, participant_role="customer", text="Bonjour", tone=Tone(activation=0.5, tension=0.9))
    return call, an_analysis(call, turns=(turn,), text="Bonjour", topics=("billing",))


def test_a_refused_call_is_not_heard_and_nothing_of_it_is_kept(store: Store) -> None:
    store.customers.save([a_customer("C1", phones=("+33639981177",), attributes={"consent calls": "no"})], now=NOW)
    call, analysis = a_call()
    assert not may_transcribe(store, call)
    kept = apply_consent(store, [analysis], [linked(call, "C1")])[call.id]
    assert (kept.text, kept.turns, kept.topics, kept.sentiment) == ("", (), (), None)
    assert [one.reason for one in kept.skipped] == [REASONS["calls"]]


def test_a_refused_tone_leaves_the_words(store: Store) -> None:
    store.customers.save([a_customer("C1", phones=("+33639981177",))], now=NOW)
    call, analysis = a_call()
    assert apply_consent(store, [analysis], [linked(call, "C1")]) == {}
    store.consents.record("C1", "tone", granted=False, source="cli", now=NOW)
    assert may_transcribe(store, call)
    kept = apply_consent(store, [analysis], [linked(call, "C1")])[call.id]
    assert kept.text == "Bonjour"
    assert kept.turns[0].tone is None
    assert kept.skipped[-1].feature == "tone"


def test_where_a_yes_is_needed_the_voice_of_an_unknown_caller_is_left_out(store: Store) -> None:
    _, analysis = a_call()
    assert apply_consent(store, [analysis], []) == {}
    kept = apply_consent(store, [analysis], [], setting="tone")[analysis.id]
    assert (kept.text, kept.turns[0].tone) == ("Bonjour", None)
    assert kept.skipped[-1].reason == REASONS["tone"]


def test_where_a_yes_is_needed_silence_is_a_no(store: Store) -> None:
    store.customers.save([a_customer("C1"), a_customer("C2", attributes={"consent calls": "yes"})], now=NOW)
    assert refusals(store, ["C1", "C2"], setting="calls") == {"C1": frozenset({"calls"})}
    store.consents.record("C1", "calls", granted=True, source="cli", now=NOW)
    assert refusals(store, ["C1", "C2"], setting="calls") == {}
    assert store.consents.withdraw("C1", "calls")
    assert not store.consents.withdraw("C1", "calls")
