"""One topic changed in the YAML of the pack of one's own, and nothing else of what a person wrote."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from voc.topics.own_pack_text import entry, with_entry, without_entry

WRITTEN = """\
version: 3
# what the garden shop hears
topics:
  - id: garden   # the oldest one
    labels: {fr: Jardin, en: Garden}
    rules:
      fr: [jardin*]

  # second: asked for in May
  - id: tools
    labels: {fr: Outils, en: Tools}
    rules: {fr: [outil*], en: [tool*]}
adds:
  - to: billing.payment
    rules: {fr: [mandat cash]}
"""


def topic(name: str, *patterns: str) -> dict[str, Any]:
    return {"id": name, "labels": {"fr": name, "en": name}, "rules": {"fr": list(patterns)}}


def test_a_topic_is_added_behind_the_others_and_what_was_written_stays() -> None:
    made = with_entry(WRITTEN, "topics", topic("plants", "plante*"))
    assert [one["id"] for one in yaml.safe_load(made)["topics"]] == ["garden", "tools", "plants"]
    for line in WRITTEN.splitlines():
        assert line in made.splitlines()
    assert made.index("- id: plants") < made.index("adds:")


def test_one_topic_is_replaced_and_the_comments_of_the_others_stay() -> None:
    made = with_entry(WRITTEN, "topics", topic("garden", "pelouse*"))
    assert entry(made, "topics", "garden") == topic("garden", "pelouse*")
    assert "# second: asked for in May\n  - id: tools" in made
    assert "# what the garden shop hears" in made


def test_a_topic_is_taken_out_and_the_last_entry_leaves_nothing() -> None:
    made = without_entry(WRITTEN, "topics", "tools")
    assert entry(made, "topics", "tools") is None
    assert entry(made, "topics", "garden") == entry(WRITTEN, "topics", "garden")
    left = without_entry(made, "topics", "garden")
    assert yaml.safe_load(left) == {"version": 3, "adds": [{"to": "billing.payment", "rules": {"fr": ["mandat cash"]}}]}
    assert without_entry(left, "adds", "billing.payment") == ""


def test_what_is_laid_out_in_one_line_is_written_anew() -> None:
    made = with_entry("topics: [{id: a, labels: {fr: A, en: A}}]", "topics", topic("b", "b"))
    assert [one["id"] for one in yaml.safe_load(made)["topics"]] == ["a", "b"]


def test_the_first_topic_of_all_is_a_pack_of_its_own() -> None:
    assert yaml.safe_load(with_entry("", "topics", topic("a", "a"))) == {"topics": [topic("a", "a")]}


NAMES = st.sampled_from(["garden", "tools", "plants", "a", "b.c"])
PATTERNS = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1), max_size=3)
STARTS = st.sampled_from([WRITTEN, "", "topics: [{id: a, labels: {fr: A, en: A}}]\n", WRITTEN.replace("\n", "\r\n")])


@given(STARTS, st.lists(st.tuples(st.booleans(), st.sampled_from(["topics", "adds"]), NAMES, PATTERNS), max_size=6))
@settings(max_examples=80, deadline=None)
def test_any_changes_give_what_they_say_and_nothing_else(source: str, changes: list[Any]) -> None:
    content = yaml.safe_load(source) or {}
    kept = {section: {one[key]: one for one in content.get(section, [])} for section, key in KEYS.items()}
    for puts, section, name, patterns in changes:
        if puts:
            given_entry = {KEYS[section]: name, "rules": {"fr": patterns}}
            source = with_entry(source, section, given_entry)
            kept[section][name] = given_entry
        else:
            source = without_entry(source, section, name)
            kept[section].pop(name, None)
    left = yaml.safe_load(source) or {}
    for section, key in KEYS.items():
        assert {one[key]: one for one in left.get(section, [])} == kept[section]


KEYS = {"topics": "id", "adds": "to"}
