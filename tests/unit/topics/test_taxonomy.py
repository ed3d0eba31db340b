"""The taxonomy is a file people edit: a mistake in it is answered with the line and the topic."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from voc.errors import SettingsError
from voc.topics.assign import find_clauses
from voc.topics.loading import load_taxonomy
from voc.topics.packs import FOLDER, load_pack, parse_taxonomy, shipped

GOOD = """
version: "7"
topics:
  - id: billing
    labels: {fr: Facturation, en: Billing}
    rules: {fr: [factur*]}
  - id: billing.refund
    labels: {fr: Remboursement, en: Refund}
    rules: {fr: [rembours*], en: [refund*]}
    unless: {fr: [bien rembourse]}
    examples: {en: [I want my money back.]}
nothing: {fr: [Merci beaucoup.]}
"""


def test_a_small_taxonomy() -> None:
    taxonomy = parse_taxonomy(GOOD)
    assert [topic.id for topic in taxonomy] == ["billing", "billing.refund"]
    assert taxonomy.version == "7"
    refund = taxonomy.get("billing.refund")
    assert refund
    assert refund.parent == "billing"
    assert refund.label("fr") == "Remboursement"
    assert refund.label("de") == "Refund"
    assert taxonomy.children("billing") == [refund]
    assert taxonomy.get("unknown") is None


def test_words_stand_for_stretches_of_patterns() -> None:
    source = GOOD.replace("[factur*]", '["<bill> (fausse|<bad>)"]')
    words = "words: {fr: {bill: (facture|note), bad: (erronee|<worse>), worse: scandaleuse}}"
    taxonomy = parse_taxonomy(source.replace('version: "7"', words))
    billing = taxonomy.get("billing")
    assert billing
    assert [rule.says for rule in billing.rules["fr"]] == ["(facture|note) (fausse|(erronee|scandaleuse))"]


def test_a_topic_gives_way_to_topics_and_families() -> None:
    general = "  - id: other\n    labels: {fr: Autre, en: Other}\n    yields: [billing]\n"
    other = parse_taxonomy(GOOD.replace("topics:\n", "topics:\n" + general)).get("other")
    assert other
    assert other.gives_way(["other", "billing.refund"])
    assert not other.gives_way(["other"])


def test_any_change_of_the_file_changes_the_digest() -> None:
    assert parse_taxonomy(GOOD).name != parse_taxonomy(GOOD + "# a comment\n").name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("id: billing.refund", "id: Billing Refund"), "line 7: id `Billing Refund` must be"),
        (("id: billing.refund", "id: billing"), "line 7, topic `billing`: this id is used twice"),
        (("id: billing.refund", "id: payment.refund"), "line 7, topic `payment.refund`: its parent `payment`"),
        (("[refund*]", "[(refund]"), "line 9, topic `billing.refund`: rules.en: `(refund`: a bracket is not closed"),
        (("[bien rembourse]", "[..]"), "topic `billing.refund`: unless.fr"),
        (("[factur*]", "factur*"), "line 6, topic `billing`: `rules.fr` must be a list"),
        (("[factur*]", "[404]"), "must be a list of texts (quote what YAML reads as a number)"),
        (("{fr: [factur*]}", "{de: [rechnung]}"), "line 6, topic `billing`: `rules` must be lists under fr and en"),
        (("{fr: Facturation, en: Billing}", "{fr: Facturation}"), "`labels` must give a text for fr and en"),
        (("    rules: {fr: [factur*]}", "    rule: {fr: [factur*]}"), "unknown key `rule`; known are"),
        (("[factur*]", "[<bill>]"), "line 6, topic `billing`: rules.fr: `<bill>`: no words are given for <bill>"),
        (
            ("    rules: {fr: [factur*]}", "    yields: [delivery]"),
            "line 4, topic `billing`: it yields to `delivery`, which is not a topic",
        ),
        (("    rules: {fr: [factur*]}", "    yields: any"), "topic `billing`: `yields` must be a list"),
        (('version: "7"', "words: {de: {net: wlan}}"), "`words` must be names with their words under fr and en"),
        (("topics:", "themes:"), "unknown key `themes`; known are version, pack, words, topics, adds, nothing"),
        (("labels: {fr: Facturation", "labels: {fr: [Facturation"), "check indentation and quotes"),
    ],
)
def test_a_mistake_is_answered_with_its_place(change: tuple[str, str], message: str) -> None:
    with pytest.raises(SettingsError) as error:
        parse_taxonomy(GOOD.replace(*change), origin="mine.yaml")
    assert str(error.value).startswith("mine.yaml")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["", "[]", "topics: []", "- a", "topics: [3]", "\x00"])
def test_what_is_no_taxonomy_at_all(text: str) -> None:
    with pytest.raises(SettingsError):
        parse_taxonomy(text)


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file; point VOC_TAXONOMY at one"):
        load_taxonomy(tmp_path / "absent.yaml")


class TestShipped:
    taxonomy = load_taxonomy(packs="*")

    def test_every_topic_below_the_first_level_is_found_in_both_languages(self) -> None:
        for topic in self.taxonomy:
            for language in ("fr", "en") if topic.parent else ():
                assert topic.rules.get(language), topic.id
                assert topic.examples.get(language), topic.id

    def test_labels_are_whole_under_either_yaml_reader(self) -> None:
        for path in FOLDER.glob("*.yaml"):
            content = yaml.load(path.read_text("utf-8"), Loader=yaml.SafeLoader)
            for entry in content["topics"]:
                assert set(entry["labels"]) == {"fr", "en"}, f"{entry['id']}: quote a label that holds a comma"

    def test_every_pack_says_what_it_is_and_its_signs_in_both_languages(self) -> None:
        for name in shipped():
            pack = load_pack(name)
            assert set(pack.labels) == set(pack.about) == {"fr", "en"}
            assert name == "core" or set(pack.signs) == {"fr", "en"}

    def test_labels_are_unlike(self) -> None:
        for language in ("fr", "en"):
            labels = Counter(topic.label(language) for topic in self.taxonomy)
            assert [label for label, count in labels.items() if count > 1] == []

    @pytest.mark.parametrize("packs", ["", "*"])
    def test_sentences_that_name_no_topic_find_none(self, packs: str) -> None:
        taxonomy = load_taxonomy(packs=packs)
        for language, sentences in taxonomy.nothing.items():
            for sentence in sentences:
                (clause, *_) = find_clauses(sentence, [(0, len(sentence))], taxonomy, language=language)
                assert clause.found == (), sentence

    @pytest.mark.parametrize("name", shipped())
    def test_no_example_is_found_by_another_family_alone(self, name: str) -> None:
        taxonomy = load_taxonomy(packs=name)
        for topic in taxonomy:
            for language, examples in topic.examples.items():
                for example in examples:
                    clauses = find_clauses(example, [(0, len(example))], taxonomy, language=language)
                    found = [t for clause in clauses for t, _ in clause.found]
                    right = topic.family in {t.family for t in found} or topic.gives_way(t.id for t in found)
                    assert right or not found, (topic.id, example, found)
