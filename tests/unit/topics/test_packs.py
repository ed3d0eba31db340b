"""Packs: put together into one taxonomy, with the mistakes of each told by file and line."""

from pathlib import Path

import pytest

from voc.errors import SettingsError
from voc.language.pattern_cost import is_slow
from voc.language.sentences import split_sentences
from voc.topics.assign import find_clauses
from voc.topics.loading import load_taxonomy
from voc.topics.pack_files import parse_pack
from voc.topics.packs import chosen, combine, every_topic, parse_taxonomy, put_together, shipped
from voc.topics.taxonomy import Taxonomy

CORE = """
version: "1"
topics:
  - id: billing
    labels: {fr: Facturation, en: Billing}
    rules: {fr: [factur*]}
  - id: delay
    labels: {fr: Retard, en: Delay}
    rules:
      fr:
        - {says: retard*, negated: false}
        - {says: tard, unless: [plus tard]}
        - {says: bonjour, where: start}
        - {says: cordialement, where: end}
"""
TRADE = """
pack: {id: trade, labels: {fr: Commerce, en: Trade}}
topics:
  - id: billing.meter
    labels: {fr: Compteur, en: Meter}
    rules: {fr: [compteur*]}
adds:
  - to: billing
    rules: {fr: [quittance*]}
    unless: {fr: [pro forma]}
"""


def told(taxonomy: Taxonomy, text: str) -> set[str]:
    found = find_clauses(text, split_sentences(text), taxonomy, language="fr")
    return {topic.id for clause in found for topic, _ in clause.found}


def both() -> Taxonomy:
    return combine([parse_pack(CORE, origin="core.yaml"), parse_pack(TRADE, origin="trade.yaml")])


def test_a_pack_brings_topics_and_adds_to_those_of_core() -> None:
    taxonomy = both()
    assert [topic.id for topic in taxonomy] == ["billing", "billing.meter", "delay"]
    assert [topic.pack for topic in taxonomy] == ["core", "trade", "core"]
    assert told(taxonomy, "ma quittance") == told(taxonomy, "ma facture") == {"billing"}
    assert told(taxonomy, "une facture pro forma") == set()
    assert told(taxonomy, "le compteur") == {"billing.meter"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("le train est en retard", {"delay"}),
        ("le train est arrivé sans retard", set()),
        ("il est arrivé tard", {"delay"}),
        ("je verrai cela plus tard", set()),
        ("bonjour à tous, voici ce que je voulais vous dire depuis des mois et des mois", {"delay"}),
        ("voici ce que je voulais vous dire depuis des mois et des mois, et bonjour", set()),
        ("voici ce que je voulais vous dire depuis des mois et des mois, cordialement", {"delay"}),
        ("cordialement, voici ce que je voulais vous dire depuis des mois et des mois à vous", set()),
    ],
)
def test_a_rule_counts_on_its_conditions(text: str, expected: set[str]) -> None:
    assert told(both(), text) == expected


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("id: billing.meter", "id: delay"), "trade.yaml line 4, topic `delay`: this id is in core.yaml already; add"),
        (("to: billing", "to: nowhere"), "trade.yaml line 8, topic `nowhere`: it is added to, but no such topic"),
        (("[quittance*]", "[(quittance]"), "trade.yaml line 9, topic `billing`: rules.fr: `(quittance`: a bracket"),
        (("[quittance*]", "[{say: quittance}]"), "trade.yaml line 9, topic `billing`: `rules.fr` must be a list"),
        (("[quittance*]", "[{says: a, when: b}]"), "topic `billing`: unknown key `when`; known are says, negated"),
        (("[quittance*]", "[{says: a, where: b}]"), "topic `billing`: `where` must be start or end"),
        (("[quittance*]", "[{says: a, negated: b}]"), "topic `billing`: `negated` must be true or false"),
        (("[quittance*]", "[{says: a, unless: b}]"), "topic `billing`: `unless` of a rule must be a list"),
        (
            ("[quittance*]", "[a*a*a*a*a*a*a*b]"),
            "rules.fr: `a*a*a*a*a*a*a*b` would take seconds",
        ),
        (("to: billing", "at: billing"), "must say `to` which topic"),
        (("labels: {fr: Commerce", "labels: {fr: [Commerce]"), "trade.yaml line 2: `labels` must give a text"),
    ],
)
def test_a_mistake_is_answered_with_file_and_line(change: tuple[str, str], message: str) -> None:
    with pytest.raises(SettingsError) as error:
        combine([parse_pack(CORE, origin="core.yaml"), parse_pack(TRADE.replace(*change), origin="trade.yaml")])
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    assert error.value.code == "topic_pack_wrong"


def test_a_third_level_hides_both_above_it() -> None:
    deep = TRADE.replace(
        "adds:", "  - id: billing.meter.broken\n    labels: {fr: HS, en: Dead}\n    rules: {fr: [hs]}\nadds:"
    )
    taxonomy = combine([parse_pack(CORE), parse_pack(deep)])
    assert told(taxonomy, "sur la facture le compteur est hs") == {"billing.meter.broken"}


def test_core_is_always_on_and_first() -> None:
    assert chosen("") == ("core",)
    assert chosen("telecom, bank,telecom") == ("core", "telecom", "bank")
    assert chosen("*") == shipped()
    assert load_taxonomy(packs="").packs == ("core",)


def test_an_unknown_pack_is_answered_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match="topic pack `telcom`: there is no such pack; there are core, bank, energy"):
        put_together("telcom")


def test_a_file_of_ones_own_is_a_pack_too(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(TRADE.replace("billing.meter", "billing.own_meter"), "utf-8")
    taxonomy = put_together(f"bank,{path}")
    assert taxonomy.packs == ("core", "bank", "trade")
    assert told(taxonomy, "le compteur") == {"billing.own_meter"}


def test_core_reads_no_trade_into_a_text() -> None:
    core = load_taxonomy(packs="")
    families = {topic.family for topic in core}
    assert families.isdisjoint(("internet", "mobile", "claim", "care", "transport", "energy", "food", "stay", "bank"))


@pytest.mark.parametrize("name", shipped())
def test_every_pack_goes_with_core_alone(name: str) -> None:
    assert len(load_taxonomy(packs=name)) >= len(load_taxonomy(packs=""))


def test_a_topic_of_a_pack_that_is_off_still_has_its_name() -> None:
    assert every_topic()["internet.outage"].label("fr") == "Panne internet"


def test_no_shipped_pattern_is_slow_and_a_piled_up_one_is() -> None:
    assert is_slow("(a|b) ... (a|b) ... (a|b) ... (a|b) ... (a|b) ... (a|b) ... z")
    assert not is_slow("factur* .. rembours* .. (x|y)")


def test_a_whole_taxonomy_is_one_pack() -> None:
    assert [topic.id for topic in parse_taxonomy(CORE)] == ["billing", "delay"]
