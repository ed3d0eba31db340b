"""Discovery over a store, and what people decide, with an encoder and clusters that are said to be so."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from makers import NOW, a_vector, an_interaction, understood

from voc.errors import ConflictError, InputError, NotFoundError
from voc.insights.themes import theme as one_theme
from voc.insights.themes import themes as theme_figures
from voc.language.vectors import unit
from voc.pipeline import theme_decisions as decisions
from voc.pipeline import theme_discovery, theme_tags
from voc.records.themes import ThemeRun, ThemeWord
from voc.store import Filters, Store
from voc.themes.clustering import Layers
from voc.themes.space import FloatArray

sys.path.append(str(Path(__file__).resolve().parents[1] / "themes"))
from theme_makers import SUBJECTS, layers, spoken

WORDS = {"compteur": "compteur", "parking": "parking", "goût": "sirop"}


class SaysSubject:
    """Stands in for the encoder: a clause lies where its subject does."""

    name, version, dimension = "test", "1", 384

    def encode(self, texts: Sequence[str], **_: Any) -> SimpleNamespace:
        states = [self._state(text) for text in texts]
        return SimpleNamespace(states=np.stack(states) if states else np.zeros((0, 384), np.float32))

    def _state(self, text: str) -> FloatArray:
        seed = next((n for n, clause in enumerate(SUBJECTS.values(), 1) if clause in text), 0)
        noise = np.random.default_rng(abs(hash(text)) % 2**32).normal(size=384).astype(np.float32) / np.sqrt(384)
        return a_vector(seed) + 0.2 * noise if seed else noise


def clustered(vectors: FloatArray, **_: Any) -> Layers:
    """One cluster a subject."""
    axes = np.stack([unit(a_vector(seed)) for seed in range(1, 1 + len(SUBJECTS))])
    likeness = vectors @ axes.T if len(vectors) else np.zeros((0, len(axes)))
    raw = np.where(likeness.max(axis=1, initial=0.0) > 0.5, likeness.argmax(axis=1), -1) if len(vectors) else []
    order = {label: n for n, label in enumerate(dict.fromkeys(one for one in np.array(raw).tolist() if one >= 0))}
    return layers(vectors, [order.get(one, -1) for one in np.array(raw).tolist()])


def named(samples: dict[int, list[tuple[str, str | None]]]) -> dict[int, tuple[ThemeWord, ...]]:
    """Each theme by the word of its subject."""
    found = {}
    for number, clauses in samples.items():
        word = next((w for w in WORDS.values() if clauses and w in clauses[0][0]), "?")
        found[number] = (ThemeWord(text=word, language="fr", weight=1.0, n=9, forms=(word,)),)
    return found


@pytest.fixture
def discovering(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for module in (theme_discovery, decisions):
        monkeypatch.setattr(module, "named", named)
    monkeypatch.setattr(theme_discovery, "load_encoder", SaysSubject)
    monkeypatch.setattr("voc.language.encoder.load_encoder", SaysSubject)
    monkeypatch.setattr(theme_discovery, "cluster", clustered)
    monkeypatch.setattr(
        theme_discovery, "centres", lambda *_: {key: np.zeros(384, np.float32) for key in ("fr", "en", "other")}
    )
    spoken(store, "compteur", range(1, 13))
    spoken(store, "parking", range(21, 29), channel="review")
    return store


def discover(store: Store, *, weeks_later: int = 0) -> ThemeRun:
    later = NOW + timedelta(weeks=weeks_later)
    return theme_discovery.discover(store, since=NOW - timedelta(weeks=4), until=later + timedelta(days=1), now=later)


def ids_by_label(store: Store) -> dict[str, str]:
    return {one.labels["fr"].lower(): key for key, (one, _) in store.themes.all().items()}


def test_what_no_topic_explains_becomes_themes_with_figures_and_quotes(discovering: Store) -> None:
    understood(discovering, an_interaction(90, text="la facture est fausse encore une fois"), topics=("billing",))
    run = discover(discovering)
    assert (run.themes, run.clauses, run.unexplained, run.interactions) == (2, 20, 20, 21)
    assert run.outlier_share == 0.0
    found = theme_figures(discovering, Filters(), language="fr")
    assert [(one.label, one.n, one.channels) for one in found.themes] == [
        ("Compteur", 12, {"email": 12}),
        ("Parking", 8, {"review": 8}),
    ]
    first = found.themes[0]
    assert first.total == 21
    assert len(first.quotes) == 4
    assert all(SUBJECTS["compteur"] in quote.text for quote in first.quotes)
    assert first.href.endswith(f"theme={first.id}") or f"theme={first.id}" in first.href
    assert discovering.interactions.count(Filters(theme=first.id)) == 12


def test_ids_survive_new_texts_and_a_new_subject_is_told(discovering: Store) -> None:
    discover(discovering)
    before = ids_by_label(discovering)
    spoken(discovering, "goût", range(201, 251))
    run = discover(discovering, weeks_later=1)
    after = ids_by_label(discovering)
    assert after | before == after
    assert {label: run.states[key] for label, key in after.items()} == {
        "compteur": "shrunk",
        "parking": "shrunk",
        "sirop": "new",
    }
    spoken(discovering, "compteur", range(301, 401))
    again = discover(discovering, weeks_later=2)
    assert ids_by_label(discovering) == after
    assert again.states[after["compteur"]] == "grown"


def test_a_theme_nobody_speaks_of_any_more_is_gone_and_keeps_its_id(discovering: Store) -> None:
    discover(discovering)
    spoken(discovering, "compteur", range(201, 215), begin=NOW + timedelta(weeks=6))
    later = NOW + timedelta(weeks=6)
    run = theme_discovery.discover(discovering, since=later - timedelta(weeks=2), until=later, now=later)
    assert run.states[ids_by_label(discovering)["parking"]] == "gone"


def test_reading_again_reads_only_what_is_new(discovering: Store) -> None:
    discover(discovering)
    assert discovering.themes.unread(Filters(), encoder="test@1") == []
    assert len(discovering.themes.unread(Filters(), encoder="test@2")) == 20
    spoken(discovering, "goût", [301])
    assert len(discovering.themes.unread(Filters(), encoder="test@1")) == 1


def test_an_analysis_made_again_or_corrected_stays_in_its_theme(discovering: Store) -> None:
    discover(discovering)
    meter = ids_by_label(discovering)["compteur"]
    spoken(discovering, "compteur", [1])
    assert discovering.interactions.count(Filters(theme=meter)) == 12


def test_an_accepted_theme_is_a_topic_of_the_same_id(discovering: Store) -> None:
    discover(discovering)
    meter = ids_by_label(discovering)["compteur"]
    understood(discovering, an_interaction(91, text="Le COMPTEUR de la voisine aussi"))
    effect = decisions.rule_effect(discovering, meter)
    assert effect.rules == {"fr": ("compteur",)}
    assert (effect.adds, effect.inside, effect.missed) == (13, 12, 0)
    assert [quote.text for quote in effect.examples] == ["Le COMPTEUR de la voisine aussi"]
    assert discovering.interactions.count(Filters(topic=meter)) == 0  # shown before it counts
    decisions.accept(discovering, meter, actor="key-1", rules=effect.rules, names={"en": "Meters"})
    assert theme_tags.retag_due(discovering) == 13
    assert discovering.interactions.count(Filters(topic=meter)) == 13
    assert theme_tags.retag_due(discovering) == 0
    assert one_theme(discovering, meter, Filters(), language="en").label == "Meters"
    decisions.undo(discovering, meter, actor="key-1")
    assert theme_tags.retag_due(discovering) == 13
    assert discovering.interactions.count(Filters(topic=meter)) == 0


def test_what_was_rejected_stays_away(discovering: Store) -> None:
    discover(discovering)
    meter = ids_by_label(discovering)["compteur"]
    decisions.reject(discovering, meter, actor="key-1")
    assert discovering.interactions.count(Filters(theme=meter)) == 0
    spoken(discovering, "compteur", range(401, 421))
    discover(discovering, weeks_later=1)
    assert [one.label for one in theme_figures(discovering, Filters(), language="fr").themes] == ["Parking"]
    decisions.undo(discovering, meter, actor="key-1")
    assert discovering.interactions.count(Filters(theme=meter)) >= 20  # what came since joined the twelve unseen


def test_merging_and_taking_it_back_leaves_everything_as_it_was(discovering: Store) -> None:
    discover(discovering)
    ids = ids_by_label(discovering)
    before = theme_figures(discovering, Filters(), language="fr").themes
    made = decisions.merge(discovering, ids["parking"], ids["compteur"], actor="key-1")
    assert (made.theme.status, made.theme.merged_into) == ("merged", ids["compteur"])
    assert discovering.interactions.count(Filters(theme=ids["compteur"])) == 20
    with pytest.raises(ConflictError, match="is part of"):
        decisions.reject(discovering, ids["parking"], actor="key-1")
    decisions.undo(discovering, ids["parking"], actor="key-1")
    assert theme_figures(discovering, Filters(), language="fr").themes == before


def test_splitting_and_taking_it_back(discovering: Store) -> None:
    discover(discovering)
    ids = ids_by_label(discovering)
    decisions.merge(discovering, ids["parking"], ids["compteur"], actor="key-1")
    made = decisions.split(discovering, ids["compteur"], actor="key-1")
    (new,) = made.others
    assert (made.theme.id, new.split_from) == (ids["compteur"], ids["compteur"])
    sizes = [discovering.interactions.count(Filters(theme=one)) for one in (ids["compteur"], new.id)]
    assert sizes == [12, 8]
    with pytest.raises(ConflictError, match="decided about later"):
        decisions.undo(discovering, ids["parking"], actor="key-1")
    decisions.undo(discovering, ids["compteur"], actor="key-1")
    assert discovering.interactions.count(Filters(theme=ids["compteur"])) == 20


def test_a_name_of_a_person_stays(discovering: Store) -> None:
    discover(discovering)
    meter = ids_by_label(discovering)["compteur"]
    decisions.rename(discovering, meter, {"fr": "  Compteurs   posés de force "}, actor="key-1")
    discover(discovering, weeks_later=1)
    assert one_theme(discovering, meter, Filters(), language="fr").label == "Compteurs posés de force"


@pytest.mark.parametrize(
    ("rules", "code"),
    [({}, "rules_missing"), ({"de": ["zähler"]}, "rule_language"), ({"fr": ["(compteur"]}, "rule_unreadable")],
)
def test_rules_nobody_can_use_are_refused(discovering: Store, rules: dict[str, list[str]], code: str) -> None:
    discover(discovering)
    with pytest.raises(InputError) as refused:
        decisions.accept(discovering, ids_by_label(discovering)["parking"], actor="key-1", rules=rules)
    assert refused.value.code == code


def test_an_unknown_theme_is_said_to_be_unknown(discovering: Store) -> None:
    with pytest.raises(NotFoundError, match="theme_nope"):
        decisions.reject(discovering, "theme_nope", actor="key-1")


def test_one_worker_of_several_runs_a_week(store: Store) -> None:
    rows = store.theme_decisions
    assert rows.claim("2026-W46", now=NOW)
    assert not rows.claim("2026-W46", now=NOW)
    assert rows.claim("2026-W46", now=NOW + timedelta(hours=3))  # the first one died
    rows.answered("2026-W46", now=NOW)
    assert not rows.claim("2026-W46", now=NOW + timedelta(hours=9))
    assert rows.asked() is None
    rows.ask(now=NOW)
    assert rows.asked() == NOW
    assert rows.claim("asked", now=NOW)
    rows.answered("asked", now=NOW)
    assert rows.asked() is None
