"""Topics in force: chosen by settings or by versions, offered from what came in, tried before they count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from makers import NOW, an_analysis, an_interaction, anonymous, understood

from voc.errors import ConflictError, SettingsError
from voc.pipeline.topic_dry_run import dry_run
from voc.pipeline.topics_in_force import changed, offer_of, put_in_force, state_of_topics, taxonomy_in_force
from voc.settings import Settings
from voc.store import Store
from voc.store.analyses import Analysed

OWN = """
topics:
  - id: garden
    labels: {fr: Jardin, en: Garden}
    rules: {fr: [jardin*], en: [garden*]}
"""
INSURED = ("Mon assurance auto a refusé le sinistre.", "La mutuelle rembourse vite.", "Merci pour tout, à bientôt.")


def fill(store: Store, texts: Sequence[str], times: int) -> None:
    for number in range(times):
        text = texts[number % len(texts)]
        understood(store, an_interaction(number, text=text), text=text, redacted_text=text, language="fr")


def test_nobody_has_chosen_and_only_core_is_read(store: Store, settings: Settings) -> None:
    state = state_of_topics(store, settings)
    assert (state.chosen_by, state.version, state.offer) == ("nobody", None, None)
    assert [pack.id for pack in state.packs if pack.on] == ["core"]
    assert taxonomy_in_force(store, settings).packs == ("core",)


def test_packs_are_offered_from_what_came_in_and_never_taken(store: Store, settings: Settings) -> None:
    fill(store, INSURED, 30)
    state = state_of_topics(store, settings)
    assert state.offer is not None
    assert [(sign.pack, sign.texts) for sign in state.offer.packs] == [("insurance", 20)]
    assert {"assurance", "mutuelle", "sinistre"} == set(state.offer.packs[0].words)
    assert taxonomy_in_force(store, settings).packs == ("core",)


@pytest.mark.parametrize(("texts", "times"), [(INSURED, 19), (("Bonjour, merci de votre aide.",), 60)])
def test_too_little_to_tell_is_no_offer(store: Store, texts: Sequence[str], times: int) -> None:
    fill(store, texts, times)
    assert offer_of(store) is None


def test_a_text_is_looked_at_once_and_again_when_it_is_read_anew(store: Store) -> None:
    looked: list[str] = []

    def look(text: str) -> str:
        looked.append(text)
        return text.upper()

    fill(store, INSURED, 2)
    assert sorted(store.topic_versions.in_newest_texts(9, look)) == sorted(one.upper() for one in INSURED[:2])
    fill(store, INSURED, 3)
    assert len(store.topic_versions.in_newest_texts(9, look)) == 3
    assert sorted(looked) == sorted(INSURED), "what came before is not looked at again"
    again = an_interaction(0, text=INSURED[0])
    empty = Analysed(an_analysis(again, text="  ", redacted_text=None), None)
    store.findings.save_analyses([empty], [anonymous(again)], now=NOW + timedelta(days=1))
    assert sorted(store.topic_versions.in_newest_texts(9, look)) == sorted(one.upper() for one in INSURED[1:])


def test_a_choice_is_a_version_and_ends_the_offer(store: Store, settings: Settings) -> None:
    fill(store, INSURED, 30)
    made = put_in_force(store, settings, packs=("insurance",), now=NOW, by="sam", note="ours")
    assert (made.version, made.packs, made.made_by, made.note) == (1, ("insurance",), "sam", "ours")
    state = state_of_topics(store, settings)
    assert (state.chosen_by, state.version, state.offer) == ("choice", 1, None)
    assert taxonomy_in_force(store, settings).packs == ("core", "insurance")


def test_core_alone_is_a_choice_too(store: Store, settings: Settings) -> None:
    fill(store, INSURED, 30)
    put_in_force(store, settings, packs=("core",), now=NOW, by="sam")
    assert state_of_topics(store, settings).offer is None


def test_a_setting_decides_before_any_choice(store: Store, settings: Settings) -> None:
    put_in_force(store, settings, packs=("insurance",), now=NOW, by="sam")
    given = settings.model_copy(update={"topic_packs": "bank"})
    assert taxonomy_in_force(store, given).packs == ("core", "bank")
    assert state_of_topics(store, given).chosen_by == "setting"
    with pytest.raises(ConflictError, match="the setting VOC_TOPIC_PACKS decides"):
        put_in_force(store, given, packs=("telecom",), now=NOW, by="sam")


def test_topics_of_ones_own_stay_when_the_packs_change(store: Store, settings: Settings) -> None:
    put_in_force(store, settings, own=OWN, now=NOW, by="sam")
    put_in_force(store, settings, packs=("bank",), now=NOW, by="kim")
    taxonomy = taxonomy_in_force(store, settings)
    assert taxonomy.packs == ("core", "bank", "own")
    assert taxonomy.get("garden") is not None
    put_in_force(store, settings, own=None, keep_own=False, now=NOW, by="kim")
    assert taxonomy_in_force(store, settings).get("garden") is None
    assert [one.version for one in store.topic_versions.listing()] == [3, 2, 1]
    second = store.topic_versions.get(2)
    assert second is not None
    assert second.own == OWN


@pytest.mark.parametrize(
    ("packs", "own", "message"),
    [
        (("telcom",), None, "topic pack `telcom`: there is no such pack"),
        (("mine.yaml",), None, "topic pack `mine.yaml`: there is no such pack"),
        (
            None,
            OWN.replace("[jardin*]", "[(jardin]"),
            "own.yaml line 5, topic `garden`: rules.fr:",
        ),
        (None, OWN.replace("id: garden", "id: billing"), "own.yaml line 3, topic `billing`: this id is in core.yaml"),
    ],
)
def test_a_wrong_change_leaves_what_is_in_force(
    store: Store, settings: Settings, packs: tuple[str, ...] | None, own: str | None, message: str
) -> None:
    put_in_force(store, settings, packs=("bank",), now=NOW, by="sam")
    with pytest.raises(SettingsError, match=message):
        put_in_force(store, settings, packs=packs, own=own, now=NOW, by="sam")
    assert taxonomy_in_force(store, settings).packs == ("core", "bank")


def test_two_who_change_from_the_same_version_do_not_undo_each_other(store: Store, settings: Settings) -> None:
    put_in_force(store, settings, packs=("bank",), now=NOW, by="sam", after=0)
    with pytest.raises(ConflictError, match="version 1 was put in force meanwhile"):
        put_in_force(store, settings, packs=("telecom",), now=NOW, by="kim", after=0)


def test_a_dry_run_counts_and_shows_what_would_change(store: Store, settings: Settings) -> None:
    fill(store, ("Le jardin est superbe.", "Ma facture est fausse.", "Merci."), 6)
    found = dry_run(store, taxonomy_in_force(store, settings), changed(store, own=OWN))
    assert (found.texts, found.adds, found.removes, found.added) == (6, 2, 0, {"garden": 2})
    assert {(one.topic, one.added, one.words) for one in found.differences} == {
        ("garden", True, "Le jardin est superbe.")
    }
    back = dry_run(store, changed(store, own=OWN), taxonomy_in_force(store, settings))
    assert (back.adds, back.removes, back.removed) == (0, 2, {"garden": 2})


def test_a_dry_run_shows_no_words_that_nobody_may_see(store: Store, settings: Settings) -> None:
    text = "Le jardin de Paul est superbe."
    understood(store, an_interaction(1, text=text), text=text, redacted_text=None, language="fr")
    found = dry_run(store, taxonomy_in_force(store, settings), changed(store, own=OWN))
    assert [one.words for one in found.differences] == [None]
