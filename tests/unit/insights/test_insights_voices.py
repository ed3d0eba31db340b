"""One customer, and one text, is one voice."""

from __future__ import annotations

from datetime import UTC, datetime

from voc.insights.independent_authors import repeated, voices
from voc.store.figures import TopicMentionRow

COPIED = "Bonjour, j'ai été prélevé deux fois de {} euros le {} et personne ne me répond depuis, c'est inadmissible."
OTHER = "La boutique de la rue de Siam m'a très bien reçue samedi et mon téléphone marche de nouveau, merci à eux."


def mention(number: int, text: str | None, customer: str | None = None) -> TopicMentionRow:
    return TopicMentionRow(
        f"i{number}", "2026-W46", "social", datetime(2026, 11, 9, tzinfo=UTC), customer, text, 0.9, -0.5
    )


def test_a_template_with_other_numbers_is_one_text() -> None:
    texts = [COPIED.format(10 + n, n) for n in range(30)]
    assert repeated(texts) == [(0, n) for n in range(1, 30)]


def test_what_was_masked_does_not_tell_texts_apart() -> None:
    assert repeated([COPIED.format("[CARD]", 3), COPIED.format(4, "[PHONE]").upper()]) == [(0, 1)]


def test_different_texts_stay_apart_and_short_ones_always_do() -> None:
    assert repeated([COPIED.format(1, 2), OTHER, None, ""]) == []
    assert repeated(["plus de réseau", "plus de réseau", "plus de réseau"]) == []


def test_a_customer_who_writes_six_times_is_one_voice() -> None:
    found = voices([mention(n, f"message {n}", "c1") for n in range(6)] + [mention(9, "message 9", "c2")])
    assert len(set(found.values())) == 2
    assert found["i9"] not in {found[f"i{n}"] for n in range(6)}


def test_a_text_joins_the_customers_who_sent_it() -> None:
    rows = [mention(0, COPIED.format(1, 1), "c1"), mention(1, COPIED.format(2, 2)), mention(2, OTHER, "c1")]
    assert len(set(voices(rows).values())) == 1


def test_anonymous_strangers_are_voices_of_their_own() -> None:
    rows = [mention(n, f"{word} ne fonctionne plus chez moi") for n, word in enumerate(("internet", "la télé", "rien"))]
    assert len(set(voices(rows).values())) == 3
