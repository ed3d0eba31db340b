"""What was found: saved whole, replaced whole, closed where it could not be redacted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from makers import (
    NOW,
    a_customer,
    a_vector,
    add,
    an_analysis,
    an_interaction,
    anonymous,
    linked,
    redactions,
    understood,
)
from sqlalchemy import func, select, text

from voc.records import Conversation, Emotion, Intent, LinkEvidence, Redaction, Turn
from voc.store import Filters, Store, schema
from voc.store.analyses import SNIPPET_CHARS, Analysed
from voc.store.dialects import FTS_TABLE


def contents(store: Store) -> dict[str, Any]:
    """Every row the analysis of the store's interactions left, without the moments and serial numbers."""
    found: dict[str, Any] = {}
    with store.database.read() as connection:
        for table in (schema.analysis, schema.signal, schema.link, schema.embedding, schema.interaction):
            columns = [c for c in table.c if c.name not in {"id", "seq", "created_at", "analysed_at"}]
            found[table.name] = sorted(repr(tuple(row)) for row in connection.execute(select(*columns)))
        found["fts"] = sorted(
            repr(tuple(r)) for r in connection.execute(text(f"SELECT interaction_id, body FROM {FTS_TABLE}"))
        )
    return found


def test_saving_twice_leaves_what_saving_once_leaves(store: Store) -> None:
    store.customers.save([a_customer("C1")], now=NOW)
    many = [an_interaction(n) for n in range(3)]
    add(store, *many)
    results = [
        Analysed(
            an_analysis(
                one,
                topics=["billing.double_charge", "app"],
                emotions=(Emotion(label="anger", score=0.6),),
                intents=(Intent(label="cancel", score=0.8, begin=0, end=7),),
            ),
            a_vector(n),
        )
        for n, one in enumerate(many)
    ]
    links = [linked(many[0], "C1"), anonymous(many[1]), anonymous(many[2])]
    store.findings.save_analyses(results, links, now=NOW)
    once = contents(store)
    assert {name: len(rows) for name, rows in once.items()} == {
        "analysis": 3, "signal": 18, "link": 3, "embedding": 3, "interaction": 3, "fts": 3,
    }  # fmt: skip
    store.findings.save_analyses(results, links, now=NOW)
    assert contents(store) == once


def test_a_new_analysis_replaces_the_whole_old_one(store: Store) -> None:
    store.customers.save([a_customer("C1")], now=NOW)
    one = understood(store, an_interaction(1), customer="C1", topics=["billing"], score=-0.9)
    store.interactions.fail([one.id], "meanwhile")
    understood(store, one, topics=["app.bug"], score=0.9, text="Tout va bien, merci.")
    row = store.interactions.get(one.id)
    assert row is not None
    assert (row.status, row.error, row.sentiment_label, row.topics) == ("done", None, "positive", ("app.bug",))
    assert row.customer_id is None
    assert row.snippet == "Tout va bien, merci."
    assert store.search.words("facture") == []
    assert store.search.words("merci") == [one.id]


def test_an_analysis_comes_back_as_it_was_found(store: Store) -> None:
    one = an_interaction(1)
    add(store, one)
    given = an_analysis(
        one, topics=["billing"], conversation=Conversation(duration_ms=61_000, talk_time_ms={"agent": 9})
    )
    store.findings.save_analyses([Analysed(given, None)], [anonymous(one)], now=NOW)
    assert store.findings.analysis(one.id) == given
    assert store.findings.analyses([one.id, "unknown"]) == {one.id: given}
    assert store.findings.analysis("unknown") is None
    row = store.interactions.get(one.id)
    assert row is not None and row.duration_ms == 61_000


def test_a_text_that_could_not_be_redacted_is_neither_shown_nor_found(store: Store) -> None:
    one = understood(store, an_interaction(1), redacted_text=None)
    row = store.interactions.get(one.id)
    assert row is not None and row.status == "done" and row.snippet is None
    assert store.search.words("facture") == []


def test_only_redacted_words_are_shown_and_found(store: Store) -> None:
    words = "Bonjour, je suis Zoé Martin, facture 12."
    one = understood(
        store, an_interaction(1), text=words, redacted_text="Bonjour, je suis [PERSON], facture 12.",
        redacted=redactions(words, "Zoé Martin"),
    )  # fmt: skip
    row = store.interactions.get(one.id)
    assert row is not None and row.snippet is not None and "Martin" not in row.snippet
    assert store.search.words("Martin") == []
    assert store.search.words("facture") == [one.id]


def test_a_snippet_is_short_and_ends_at_a_word(store: Store) -> None:
    one = understood(store, an_interaction(1), text="mot\n\n  à  " * 200)
    row = store.interactions.get(one.id)
    assert row is not None and row.snippet is not None
    assert len(row.snippet) <= SNIPPET_CHARS + 2
    assert row.snippet.endswith((" mot …", " à …"))
    assert "\n" not in row.snippet


def test_the_snippet_of_a_conversation_is_what_the_customer_says_in_it(store: Store) -> None:
    lines = (
        ("agent", "Alizé bonjour, Karim Benali à votre écoute."),
        ("customer", "Bonjour, ici Zoé Martin."),
        ("agent", "Votre contrat, Madame Martin ?"),
        ("customer", "Zoé Martin, facture 12."),
    )
    words, turns = "", []
    for number, (role, said) in enumerate(lines):
        begin = len(words) + bool(words)
        words += ("\n" if words else "") + said
        turns.append(Turn(index=number, participant_role=role, begin=begin, end=len(words), text=said))
    hidden = [*redactions(words, "Karim Benali"), *redactions(words, "Zoé Martin")]
    second = words.index("Zoé Martin", words.index("Zoé Martin") + 1)
    hidden += [Redaction(type="PERSON", begin=second, end=second + 10)]
    masked = words.replace("Karim Benali", "[PERSON]").replace("Zoé Martin", "[PERSON]")
    hidden = list({(one.begin, one.end): one for one in hidden}.values())
    one = understood(
        store, an_interaction(1), text=words, redacted_text=masked, redacted=tuple(hidden), turns=tuple(turns)
    )
    row = store.interactions.get(one.id)
    assert row is not None
    assert row.snippet == "Bonjour, ici [PERSON]. [PERSON], facture 12."


def test_hostile_words_are_kept_and_harm_nothing(store: Store) -> None:
    words = "a\x00b '); DROP TABLE interaction; -- 💥 \u202e é"
    one = understood(store, an_interaction(1, text=words), text=words)
    assert store.search.words("drop table") == [one.id]
    assert store.interactions.count(Filters()) == 1


def test_a_link_says_why_and_can_be_replaced_alone(store: Store) -> None:
    store.customers.save([a_customer("C1"), a_customer("C2")], now=NOW)
    one = understood(store, an_interaction(1))
    reason = LinkEvidence(identifier="phone", value="+33612345678", found_in="text", begin=3, end=13)
    link = linked(one, "C2").model_copy(update={"evidence": (reason,)})
    before = contents(store)
    store.findings.save_links([link], now=NOW)
    store.findings.save_links([link], now=NOW)
    assert store.findings.link(one.id) == link
    assert store.findings.link("unknown") is None
    row = store.interactions.get(one.id)
    assert row is not None and row.customer_id == "C2"
    after = contents(store)
    assert {k: after[k] for k in ("analysis", "signal", "fts", "embedding")} == {
        k: before[k] for k in ("analysis", "signal", "fts", "embedding")
    }


def test_words_masked_later_are_masked_everywhere(store: Store) -> None:
    words = "Ici Zoé, à propos de la facture."
    one = understood(store, an_interaction(1, text=words), text=words)
    masked = an_analysis(one, text=words).model_copy(
        update={"redacted_text": "Ici [PERSON], à propos de la facture.", "redacted": redactions(words, "Zoé")}
    )
    store.findings.replace_words([masked])
    assert store.search.words("zoe") == []
    assert store.search.words("facture") == [one.id]
    assert store.findings.analysis(one.id) == masked
    row = store.interactions.get(one.id)
    assert row is not None and row.snippet is not None and "Zoé" not in row.snippet


def test_a_transcript_is_kept_and_replaced(store: Store) -> None:
    add(store, an_interaction(1))
    key = an_interaction(1).id
    assert store.findings.transcript(key) is None
    store.findings.save_transcript(key, {"turns": [1]}, now=NOW)
    store.findings.save_transcript(key, {"turns": [1, 2], "text": "é"}, now=NOW)
    assert store.findings.transcript(key) == {"turns": [1, 2], "text": "é"}


def test_what_was_erased_meanwhile_cannot_come_back(store: Store) -> None:
    one = an_interaction(1)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        store.findings.save_analyses([Analysed(an_analysis(one), a_vector(1))], [anonymous(one)], now=NOW)
    with store.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(schema.analysis)).scalar_one() == 0


def test_a_vector_keeps_its_direction(store: Store) -> None:
    one = understood(store, an_interaction(1), vector=a_vector(5))
    ((found, cosine),) = store.search.vectors.nearest(a_vector(5), limit=3)
    assert found == one.id
    assert cosine == pytest.approx(1, abs=2e-3)  # float16
    assert np.isclose(np.linalg.norm(a_vector(5)), 1)


def test_a_title_does_not_run_into_its_text(store: Store) -> None:
    one = understood(store, an_interaction(1), text="Ras le bol\nLe colis est perdu.\nÀ éviter")
    row = store.interactions.get(one.id)
    assert row is not None
    assert row.snippet == "Ras le bol · Le colis est perdu. À éviter"
