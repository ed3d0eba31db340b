"""Languages are found by folder or brought by a package, and one that is wrong is said to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace

import pytest

from voc import extensions
from voc.errors import SettingsError
from voc.language import Language, language, languages, registry
from voc.language.rulebook import parse_rules
from voc.topics import packs
from voc.topics.pack_files import parse_pack

BOOK = """
version: "1"
rules:
  - {id: cancel, labels: {fr: Résilier, en: Cancel}, says: {fr: [resili*], en: [cancel*]}}
"""


@pytest.fixture
def brought(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """What a package's entry points load, by the name of the point."""
    loaded = SimpleNamespace(points={})

    class Point(EntryPoint):
        def load(self) -> object:
            found = loaded.points[self.name]
            if isinstance(found, Exception):
                raise found
            return found

    monkeypatch.setattr(
        extensions,
        "entry_points",
        lambda group: [Point(name=one, value=f"voc_{one}:IT", group=group) for one in loaded.points],
    )
    registry.forget()
    yield loaded
    monkeypatch.undo()
    registry.forget()


def test_the_built_in_languages_come_by_rank_and_one_stands_in_for_the_others() -> None:
    assert registry.codes() == ("fr", "en")
    assert [one.code for one in languages() if one.fallback] == [registry.FALLBACK]
    assert registry.listed("and") == "fr and en"
    assert registry.listed("or", names=True) == "French or English"
    with pytest.raises(KeyError):
        language("de")


def test_a_text_is_read_by_its_own_rules_and_one_of_no_known_language_by_all() -> None:
    assert registry.read_as("fr") == ("fr",)
    assert registry.read_as(None) == registry.read_as("de") == ("fr", "en")


SOME_NEED_IT = {
    *("doubled", "everywhere", "said_around", "imperatives", "surnames"),
    *("numbers_after", "suffixes", "translations"),
    *("transcripts", "lists", "replies", "authors", "surname", "weakly_out_of"),
    *("wrote_at_end", "message_of", "formal_closing", "particles", "elided", "street_last", "house_letters"),
    *("number_before", "of", "dotted_titles", "bare_titles", "accented", "weak_at"),
}
"""What one of them does without: doubled letters before an ending, verbs that look like names, a list of surnames, what
words are called in the language that stands in for the others, names in exports that tools write in English anyway,
and what mails and dates have in one of them alone."""


@pytest.mark.parametrize("one", languages(), ids=lambda one: one.code)
def test_a_built_in_language_leaves_nothing_out(one: Language) -> None:
    """What a third language may leave out, these have: a forgotten field is a part that reads nothing."""
    spared = {"rules", "texts", "names_tokenizer", "participles", "regions", "rank", "fallback"}
    assert [field.name for field in fields(one) if field.name not in spared and not getattr(one, field.name)] == []
    assert len(one.months) == 12
    missing = [
        each.name
        for record in (
            *(one.telling, one.sentences, one.scope, one.roles, one.search, one.addresses, one.people, one.contact),
            *(one.references, one.questions, one.owners, one.columns, one.cells, one.chats, one.mail, one.dates),
            *(one.secrets, one.attributes, one.events, one.consent, one.channels),
        )
        for each in fields(record)
        if each.name not in SOME_NEED_IT and not getattr(record, each.name)
    ]
    assert missing == []


def test_words_are_written_as_texts_are_folded() -> None:
    from voc.language.folding import fold

    for one in languages():
        numbers = one.numbers.words if one.numbers else frozenset()
        words = one.telling.only | one.sentences.abbreviations | one.search.stop | one.empty_lemmas | numbers
        assert [word for word in words if fold(word) != word] == []


def test_a_package_brings_a_language(brought: SimpleNamespace) -> None:
    brought.points["es"] = Language(code="es", names={"en": "Spanish"})
    assert registry.codes() == ("fr", "en", "es")
    assert registry.read_as("es") == ("es",)
    assert registry.listed("and", names=True) == "French, English and Spanish"


@pytest.mark.parametrize(
    ("point", "said"),
    [
        (ImportError("no voc_es"), "the language es (voc_es:IT) cannot be loaded: ImportError: no voc_es"),
        ("Spanish", "is no voc.language.Language"),
        (Language(code="fr", names={}), "the language fr is there already"),
        (Language(code="es", names={}, heard=True), "speech is told apart between two"),
    ],
)
def test_what_is_wrong_with_a_package_is_said(brought: SimpleNamespace, point: object, said: str) -> None:
    brought.points["es"] = point
    with pytest.raises(SettingsError) as refused:
        languages()
    assert said in str(refused.value)


def test_a_language_says_the_rules_of_a_book_in_its_own_words() -> None:
    own = 'version: "1"\nrules:\n  - {id: cancel, labels: {en: Leave, xx: Weg}, says: {en: [(so long)]}}\n'
    book = parse_rules(BOOK, name="intents", added=[("xx.yaml", own)])
    assert book["cancel"].labels == {"fr": "Résilier", "en": "Cancel", "xx": "Weg"}, "what the book says stands"
    assert book.version != parse_rules(BOOK, name="intents").version
    assert parse_rules(BOOK, name="intents", added=[]).version == parse_rules(BOOK, name="intents").version


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("rules: [{id: leave, says: {en: [bye]}}]", "xx.yaml: `leave` is no rule of the book intents"),
        ("rules: [{id: cancel, points: 3}]", "xx.yaml, rule `cancel`: unknown key `points`"),
        ("rules: [{id: cancel, says: {de: [weg]}}]", "xx.yaml, rule `cancel`: `says` must be lists under fr and en"),
        ("rules: [{id: cancel, says: {en: ['(weg']}}]", "xx.yaml, rule `cancel`: says.en: `(weg`"),
        ("rules: [cancel]", "xx.yaml: `None` is no rule of the book intents"),
        ("rules: cancel", "rules xx.yaml: the file must hold"),
    ],
)
def test_a_wrong_addition_to_a_book_is_refused_by_its_own_name(added: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parse_rules(BOOK, name="intents", added=[("xx.yaml", added)])
    assert said in str(refused.value)


def test_a_language_adds_to_the_topics_of_a_pack(brought: SimpleNamespace, tmp_path: Path) -> None:
    folder = tmp_path / "topics"
    folder.mkdir()
    own = folder / "core.yaml"
    brought.points["es"] = Language(code="es", names={}, rules=tmp_path)
    before = packs.load_shipped(packs.CORE)

    def loaded(text: str) -> packs.Pack:
        own.write_text(text, encoding="utf-8")
        packs.load_shipped.cache_clear()
        return packs.load_shipped(packs.CORE)

    try:
        after = loaded("adds: [{to: billing, labels: {es: Facturación}, rules: {es: [factura*]}}]")
        (topic,) = [one for one in after.topics if one.id == "billing"]
        assert (topic.labels["es"], topic.rules["es"][0].says) == ("Facturación", "factura*")
        assert after.digest != before.digest and len(after.topics) == len(before.topics)
        for wrong, said in (
            ("adds: [{to: biling, rules: {es: [factura*]}}]", "pack core has no such topic"),
            ("topics: [{id: new_one, labels: {fr: A, en: B}}]", "a language adds to topics"),
            ("adds: [{to: billing, labels: {es: 3}}]", "`labels` must be names by language"),
        ):
            with pytest.raises(SettingsError) as refused:
                loaded(wrong)
            assert said in str(refused.value) and str(own) in str(refused.value)
    finally:
        packs.load_shipped.cache_clear()


def test_a_pack_of_ones_own_may_name_a_topic_of_another_in_a_further_language() -> None:
    pack = parse_pack("adds: [{to: billing, labels: {es: Facturación}, rules: {fr: [factur*]}}]")
    assert pack.additions[0].labels == {"es": "Facturación"}
