"""Judging what is told of a text against what a person read in it."""

from __future__ import annotations

import csv
import json
from hashlib import sha256
from pathlib import Path
from typing import get_args

import pytest
from makers import an_analysis, an_interaction

from voc.analysers.intents.finding import INTENTS
from voc.errors import InputError
from voc.evaluation import reading_sheet
from voc.evaluation.reading import Agreement, agreement, groups, judge, summed, table
from voc.evaluation.reading_sheet import SEEDS, SETS, SHEET, ReadText, interaction_of
from voc.records import Analysis, Channel, EffortSign, Intent, SentimentLabel, TopicMention
from voc.topics.packs import shipped


def read(**fields: object) -> ReadText:
    given: dict[str, object] = {
        "id": "free_tweets_fr:1",
        "text": "Toujours rien.",
        "packs": "telecom",
        "sentiment": ("negative", "neutral"),
        "action": ("response_needed",),
        "intents": frozenset({"complain"}),
        "maybe_intents": frozenset({"cancel"}),
        "expectation": "no",
        "effort": "?hard",
        "emotions": frozenset(),
        "maybe_emotions": frozenset({"anger"}),
        "topics": (("internet", "mobile"),),
    }
    return ReadText.model_validate(given | fields)


def told(
    *, intents: tuple[str, ...] = ("complain",), topics: tuple[str, ...] = ("mobile.sim",), **more: object
) -> Analysis:
    analysis = an_analysis(an_interaction(1, text="Toujours rien."), score=-0.8)
    return analysis.model_copy(
        update={
            "action": "response_needed",
            "intents": tuple(Intent(label=label, score=0.9, begin=0, end=8) for label in intents),
            "topics": tuple(TopicMention(id=topic, label=topic, score=0.9) for topic in topics),
            "expectations": (),
            "emotions": (),
            "effort": None,
            **more,
        }
    )


def test_a_text_told_as_it_was_read_has_no_noticeable_mistake() -> None:
    found = judge(read(), told())
    assert not found.noticeable
    assert not any(found.missed.values())
    assert found.right["topics"] == 1  # mobile.sim is of the family mobile, one of the two


def test_what_may_be_told_is_neither_wrong_nor_missed() -> None:
    assert not judge(read(), told(intents=("complain", "cancel"))).noticeable
    assert not judge(read(), told(effort=-3, effort_signs=(EffortSign(rule="waiting", points=-3),))).noticeable
    assert judge(read(), told(effort=2)).wrong["effort"] == ("easy",)


def test_a_wrong_label_or_a_missed_intent_is_noticed_and_a_missed_topic_is_not() -> None:
    assert judge(read(), told(intents=("complain", "praise"))).noticeable
    assert judge(read(), told(intents=())).missed["intents"] == ("complain",)
    assert judge(read(), told(intents=())).noticeable
    assert judge(read(), told(topics=("billing",))).noticeable
    missed = judge(read(), told(topics=()))
    assert missed.missed["topics"] == ("internet|mobile",)
    assert not missed.noticeable


def test_by_the_likelier_label_only_the_one_written_first_is_right() -> None:
    likely, other = judge(read(), told()), judge(read(action=("none", "response_needed")), told())
    assert not other.noticeable
    assert (likely.likelier, other.likelier) == (True, False)
    assert groups("all", [likely, other])[0].strict == 1


def test_topics_that_were_not_read_are_not_judged() -> None:
    assert not judge(read(topics=None), told(topics=("billing",))).noticeable


def test_precision_and_recall_are_sums_over_texts() -> None:
    some = [judge(read(), told(intents=("complain", "praise"))), judge(read(), told(intents=()))]
    (intents,) = [one for one in summed("all", some) if getattr(one, "field", None) == "intents"]
    assert intents.model_dump() == {"name": "all", "field": "intents", "told": 2, "right": 1, "there": 2, "found": 1}
    assert "| intents | 50 % (1 of 2; 9–91) | 50 % (1 of 2; 9–91) |" in table([intents])


def test_texts_are_counted_by_language_and_trade_and_each_part_has_its_table() -> None:
    found = groups("second draw", [judge(read(), told()), judge(read(id="airline_tweets_en:1"), told(intents=()))])
    assert {one.name: (one.texts, one.clean) for one in found} == {
        "all": (2, 1),
        "French": (1, 1),
        "English": (1, 0),
        "telecom, customers' tweets": (1, 1),
        "airlines, tweets": (1, 0),
    }
    printed = table([*groups("first draw", [judge(read(), told())]), *found])
    assert (
        printed.index("first draw: texts")
        < printed.index("\n\n| second draw: texts")
        < printed.index("| English | 1 |")
    )


def test_a_second_reading_agrees_with_what_the_first_holds_right() -> None:
    same = read(second="neutral;complain;response_needed;none")
    other = read(second="positive;praise;none;easy")
    assert agreement("all", [same, other, read()]) == [
        Agreement(name="all", field=field, texts=2, agreed=1) for field in ("sentiment", "intents", "action", "effort")
    ]


def test_a_review_is_put_together_of_its_sentences_and_a_changed_one_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [("a", "Bon accueil."), ("a", "Plats froids."), ("b", "Parfait.")]
    data = tmp_path / "rows.jsonl"
    lines = [json.dumps({"review_id": one, "text": text}) + "\n" for one, text in rows]
    data.write_text("".join(lines), encoding="utf-8")
    monkeypatch.setattr(reading_sheet, "shared_data", lambda *parts: data)
    whole = "Bon accueil. Plats froids."
    line = "semeval16_reviews_fr:0,{},hospitality,negative,complain,no,none,none,,food,,second\n"
    with SHEET.open(encoding="utf-8") as handle:
        header = handle.readline()
    monkeypatch.setattr(reading_sheet, "SHEET", tmp_path / "sheet.csv")
    reading_sheet._texts.cache_clear()
    (tmp_path / "sheet.csv").write_text(header + line.format(sha256(whole.encode()).hexdigest()[:8]), encoding="utf-8")
    (one,) = reading_sheet.sheet()
    assert (one.text, one.draw, one.source.language) == (whole, "second", "fr")
    (tmp_path / "sheet.csv").write_text(header + line.format("00000000"), encoding="utf-8")
    with pytest.raises(InputError):
        reading_sheet.sheet()
    reading_sheet._texts.cache_clear()


def test_a_call_comes_with_who_speaks() -> None:
    text = "0.0\t2.5\tagent\tHello\n2.5\t4.0\tcaller\tMy car broke down"
    call = interaction_of(read(id="calls/one.flac", text=text))
    assert call.channel is Channel.CALL
    assert [(turn.participant_role, turn.begin_ms) for turn in call.turns] == [("agent", 0), ("customer", 2500)]
    assert interaction_of(read(id="call_script_en/a.flac", text="Hello")).text == "Hello"


def test_a_mail_comes_without_what_it_quotes() -> None:
    text = "Bonjour,\n\nVoici mon relevé.\n\nLe 16/05/2018 à 11:27, a@b.fr a écrit :\n> Merci de nous l'envoyer."
    mail = interaction_of(read(id="melusine_emails_fr:1", text=text))
    assert (mail.channel, mail.text) == (Channel.EMAIL, "Voici mon relevé.")


def test_the_sheet_says_only_what_can_be_told() -> None:
    with SHEET.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len({row["id"] for row in rows}) == len(rows) == 300
    assert {draw: sum(row["draw"] == draw for row in rows) for draw in SEEDS} == {"first": 150, "second": 150}
    for row in rows:
        assert row["id"].replace("/", ":").partition(":")[0] in SETS
        assert row["packs"] in shipped()
        assert set(row["sentiment"].split("/")) <= set(get_args(SentimentLabel))
        assert {label.removeprefix("?") for label in row["intents"].split()} <= set(INTENTS)
        assert row["effort"] in {"none", "hard", "easy", "?hard", "?easy"}
        assert row["expectation"] in {"yes", "no", "?"}
