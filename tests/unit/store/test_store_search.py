"""Search: words whatever their accents, meaning, both together; no query can break it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from makers import a_vector, add, an_interaction, understood
from sqlalchemy import delete

from voc.language.vectors import unit
from voc.store import Filters, Store, schema
from voc.store.search import Search
from voc.store.search.ranking import levelled
from voc.store.search.vectors import SPACE

TEXTS = (
    "Ma facture a été prélevée deux fois, je réclame un remboursement.",
    "Les factures sont enfin claires, merci à Élodie du magasin de Nîmes.",
    "The invoice was charged twice after update 5.12, refund 10-12 EUR on shop.example.com please.",
    "Le cœur du problème : la fibre à Saint-Étienne, contrat n° AB-1234.",
)


@pytest.fixture
def filled(store: Store) -> Store:
    for number, words in enumerate(TEXTS):
        understood(store, an_interaction(number, text=words), vector=a_vector(number))
    return store


def numbers(found: list[str]) -> set[int]:
    return {number for number in range(len(TEXTS)) if an_interaction(number).id in found}


FOUND = {
    "facture": {0, 1},
    "FACTURÉ": {0, 1},
    "factures": {0, 1},
    "facturation": {0, 1},
    "élodie nimes": {1},
    "réclame": {0},
    "reclam": {0},
    "remboursement facture": {0, 1},
    "facture refund": {0, 1, 2},  # half of the words is enough
    "facture refund twice": {2},
    "la facture et le contrat": {0, 1, 3},
    "le": {3},  # nothing but words that say nothing: they are looked for
    "prélevé deux fois": {0},
    "prélèvements": {0},
    "charge": {2},
    "charging": {2},
    "coeur": {3},
    "cœur": {3},
    "saint-etienne": {3},
    "fib": set(),  # three letters are a whole word or nothing
    "fois": {0},
    "12": {2},
    "5.12": {2},
    "example.com": {2},
    "shop": {2},
    "ab-1234": {3},
    "1234": {3},
    "": set(),
    "   ": set(),
    "« … »": set(),
}


def test_words_are_found_whatever_their_case_accents_and_ending(filled: Store) -> None:
    assert {query: numbers(filled.search.words(query)) for query in FOUND} == FOUND


HOSTILE = (
    *(
        '"',
        '" OR *',
        "NEAR(facture fois, 2)",
        "facture*",
        "-facture",
        "facture AND NOT fois",
        "body:facture",
        "^facture",
    ),
    *("'; DROP TABLE interaction; --", "fact:* | !x & <->", "\\", "(((", "facture \x00", "____", "²½", "ǅ ﬁ İ"),
)


def test_no_query_is_a_syntax_error(filled: Store) -> None:
    for query in HOSTILE:
        filled.search.find(query, a_vector(1))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
@example("\ud800")
@example("a" * 5000)
@example("mot " * 2000)
def test_any_text_is_a_query(filled: Store, query: str) -> None:
    assert isinstance(filled.search.words(query), list)


def test_every_word_of_a_text_finds_it(filled: Store) -> None:
    for number, words in enumerate(TEXTS):
        for word in words.split():
            if any(c.isalnum() for c in word):
                assert number in numbers(filled.search.words(word)), word


def test_words_and_meaning_together_rank_by_both(filled: Store) -> None:
    hits = filled.search.find("facture", a_vector(1), meaning_floor=-1.0).hits
    assert hits[0].interaction_id == an_interaction(1).id
    assert (hits[0].meaning, hits[0].words) == (1, 2)  # a shorter text is more about the word it holds
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert (
        len({hit.interaction_id for hit in hits}) == len(hits) == len(TEXTS)
    )  # meaning without a floor has everything
    by_words = {hit.interaction_id for hit in hits if hit.words is not None}
    assert numbers(list(by_words)) == {0, 1}
    assert numbers([hit.interaction_id for hit in hits[:2]]) == {0, 1}  # who holds the word before who is only alike


def test_a_row_with_more_of_what_the_words_tell_is_first(filled: Store) -> None:
    """One who holds the rare word comes before one who holds the common one, however new."""
    for number in range(10, 20):
        understood(filled, an_interaction(number, text="Une facture de plus."), vector=None)
    assert filled.search.words("facture prélevée")[0] == an_interaction(0).id
    assert filled.search.words("facture coeur")[0] == an_interaction(3).id


def test_nonsense_finds_nothing(filled: Store) -> None:
    for query in ("xqzt blorf", "quantique violette", "zzzz"):
        assert filled.search.find(query, a_vector(500), meaning_floor=0.5).hits == []


def test_half_of_the_words_or_one_with_a_likeness(filled: Store) -> None:
    """One word of three is not enough by itself; with nearly the likeness that is enough alone it is."""
    other = a_vector(3) * 0.67 + a_vector(99) * 0.74
    other = (other / np.linalg.norm(other)).astype(np.float32)
    hits = filled.search.find("fibre zorglub parabole", other, meaning_floor=0.7).hits
    assert [(hit.interaction_id, hit.meaning) for hit in hits] == [(an_interaction(3).id, 1)]
    assert filled.search.find("fibre zorglub parabole", a_vector(99), meaning_floor=0.7).hits == []
    assert (
        filled.search.find("fibro zorglub parabole", other, meaning_floor=0.7).hits == []
    )  # a slip put right is no word


def test_words_the_rows_know_make_a_lesser_likeness_count(filled: Store) -> None:
    """Who asks in words that occur may mean what others say in other words; who asks in unknown words does not."""
    near = a_vector(3) * 0.6 + a_vector(99) * 0.8
    near = (near / np.linalg.norm(near)).astype(np.float32)
    known = filled.search.find("remboursement", near, meaning_floor=0.6).hits
    assert {(hit.interaction_id, hit.words is None) for hit in known} == {
        (an_interaction(0).id, False),
        (an_interaction(3).id, True),
    }
    assert filled.search.find("zorglub", near, meaning_floor=0.6).hits == []


def test_a_slip_in_a_word_finds_what_is_meant(filled: Store) -> None:
    for typed in ("factrue", "remborsement", "rembourssement", "ecudiant"):
        assert (numbers(filled.search.words(typed)) == set()) == (typed == "ecudiant")
    assert numbers(filled.search.words("remborsement")) == {0}


def test_synonyms_of_a_word_are_found(filled: Store) -> None:
    hits = filled.search.find("facture", None, synonyms={"factur": ("invoice",)}).hits
    assert numbers([hit.interaction_id for hit in hits]) == {0, 1, 2}


def test_a_row_near_to_anything_stands_behind_one_that_is_not(filled: Store) -> None:
    anything = a_vector(50)
    hub = (a_vector(2) * 0.8 + anything * 0.6).astype(np.float32)
    understood(filled, an_interaction(0, text=TEXTS[0]), vector=hub / np.linalg.norm(hub))
    asked = (hub / np.linalg.norm(hub) + a_vector(2)).astype(np.float32)
    asked /= np.linalg.norm(asked)
    everyday = np.stack([anything] * 6)
    plain = filled.search.find("", asked, meaning_floor=0.5).hits
    damped = filled.search.find("", asked, meaning_floor=0.5, everyday=everyday).hits
    assert {hit.interaction_id for hit in plain} == {an_interaction(0).id, an_interaction(2).id}
    assert [hit.interaction_id for hit in damped] == [an_interaction(2).id, an_interaction(0).id]


def test_a_row_like_the_best_stands_before_one_as_near_to_the_query(filled: Store) -> None:
    """What answers a query is told alike: the middle of the best is looked for as well."""
    alike, other = a_vector(60), a_vector(61)
    for number in range(20, 29):
        leaning = a_vector(7) * 0.8 + alike * 0.6 + a_vector(200 + number) * 0.1
        understood(filled, an_interaction(number), vector=(leaning / np.linalg.norm(leaning)).astype(np.float32))
    apart = a_vector(7) * 0.8 + other * 0.58
    understood(filled, an_interaction(40), vector=(apart / np.linalg.norm(apart)).astype(np.float32))
    everyday = np.stack([a_vector(seed) for seed in range(900, 906)])
    plain = [hit.interaction_id for hit in filled.search.find("", a_vector(7), meaning_floor=0.7).hits]
    fed_back = filled.search.find("", a_vector(7), meaning_floor=0.7, everyday=everyday).hits
    assert set(plain) == {hit.interaction_id for hit in fed_back}
    assert plain[0] == an_interaction(40).id
    assert fed_back[-1].interaction_id == an_interaction(40).id


def test_an_answer_in_other_words_comes_with_those_it_is_like() -> None:
    """Of two that score alike, the one beside rows that score more is before the one beside those that score less."""
    more, less = a_vector(1), a_vector(2)
    rows = [unit(side + a_vector(10 + number) * 0.3) for number in range(20) for side in (more, less)]
    score = np.array([0.9, 0.3] * 20, np.float32)
    score[:2] = 0.6
    found = levelled(score, np.stack(rows))
    assert found[0] > 0.7 > 0.5 > found[1]
    assert found.max() <= score.max()
    assert found.min() >= score.min()
    assert levelled(score[:1], np.stack(rows[:1])).tolist() == score[:1].tolist()


def test_what_words_tell_of_a_row_stays_its_own(filled: Store) -> None:
    """Many mean the query; the one that holds its word is the first, however like the others are each other."""
    for number in range(20, 40):
        leaning = a_vector(7) * 0.9 + a_vector(60) * 0.4 + a_vector(300 + number) * 0.2
        understood(filled, an_interaction(number), vector=unit(leaning))
    understood(filled, an_interaction(40, text="Un zorglub."), vector=unit(a_vector(7) * 0.9 + a_vector(61) * 0.45))
    everyday = np.stack([a_vector(seed) for seed in range(900, 906)])
    hits = filled.search.find("zorglub", a_vector(7), meaning_floor=0.5, everyday=everyday).hits
    assert (len(hits), hits[0].interaction_id) == (21, an_interaction(40).id)


def test_a_query_in_two_wordings_is_as_near_as_its_nearest(filled: Store) -> None:
    both = np.stack([a_vector(1), a_vector(3)])
    assert {hit.interaction_id for hit in filled.search.find("", both, meaning_floor=0.9).hits} == {
        an_interaction(1).id,
        an_interaction(3).id,
    }


def test_meaning_counts_for_nothing_where_no_row_is_near_enough(filled: Store) -> None:
    """The words occur, so that a lesser likeness would count; but even the likest row is about something else."""
    far = a_vector(3) * 0.5 + a_vector(99) * 0.87
    far = (far / np.linalg.norm(far)).astype(np.float32)
    found = filled.search.find("remboursement", far, meaning_floor=0.7).hits
    assert [hit.interaction_id for hit in found] == [an_interaction(0).id]
    assert found[0].meaning is None


def test_a_query_near_to_anything_is_near_to_nothing_unless_words_bear_it_out(filled: Store) -> None:
    """Its likeness counts as far as it is more than everyday phrases have, and what words tell is added to it."""
    anything = a_vector(3) * 0.6 + a_vector(99) * 0.8
    everyday = np.stack([(anything / np.linalg.norm(anything)).astype(np.float32)] * 6)

    def found(query: str, phrases: np.ndarray | None) -> set[int]:
        asked = filled.search.find(query, a_vector(3), meaning_floor=0.7, everyday=phrases).hits
        return numbers([hit.interaction_id for hit in asked])

    assert found("zorglub", None) == {3}
    assert found("zorglub", everyday) == set()
    assert found("remboursement", everyday) == {0, 3}
    assert found("", everyday) == {3}  # what is like an interaction has no words to bear it out


def test_a_shortest_stem_begins_only_what_the_word_as_typed_begins(filled: Store) -> None:
    understood(filled, an_interaction(1, text="Une figure imposée."), vector=None)
    assert numbers(filled.search.words("figues")) == set()
    assert numbers(filled.search.words("figu")) == {1}


def test_a_word_that_surely_is_one_is_no_slip(filled: Store) -> None:
    assert numbers([hit.interaction_id for hit in filled.search.find("contrast", None).hits]) == {3}
    assert filled.search.find("contrast", None, surely={"contrast"}).hits == []


def test_half_of_the_words_is_enough_where_the_meaning_is_not_another(filled: Store) -> None:
    def found(vector: np.ndarray | None, query: str = "facture zorglub") -> set[int]:
        return numbers([hit.interaction_id for hit in filled.search.find(query, vector, meaning_floor=0.7).hits])

    assert found(None) == {0, 1}
    assert found(a_vector(99)) == set()
    assert found(a_vector(99), "facture") == {0, 1}
    nearer = a_vector(1) * 0.5 + a_vector(99) * 0.87
    assert found((nearer / np.linalg.norm(nearer)).astype(np.float32)) == {1}
    understood(filled, an_interaction(0, text=TEXTS[0]), vector=None)
    assert found(a_vector(99)) == {0}  # its meaning is not known yet


def test_what_means_the_same_is_no_reason_to_look_for_a_slip(filled: Store) -> None:
    """A word that no row holds is a misspelling only where nothing that means the same is held."""
    assert numbers([hit.interaction_id for hit in filled.search.find("fibro", None).hits]) == {3}
    translated = filled.search.find("fibro", None, synonyms={"fibro": ("invoice",)}).hits
    assert numbers([hit.interaction_id for hit in translated]) == {2}


def test_likeness_is_measured_from_the_centre(filled: Store) -> None:
    """Vectors that all share one direction look alike until it is taken away."""
    shared = a_vector(1000)

    def leaning(seed: int) -> np.ndarray:
        return np.asarray((turned := shared * 2 + a_vector(seed)) / np.linalg.norm(turned), dtype=np.float32)

    for number, words in enumerate(TEXTS):
        understood(filled, an_interaction(number, text=words), vector=leaning(number))
    centre = np.mean([leaning(seed) for seed in range(200, 260)], axis=0).astype(np.float32)
    assert min(cosine for _, cosine in filled.search.vectors.nearest(leaning(2), limit=9)) > 0.7
    ids, likeness = filled.search.vectors.likeness(leaning(2), centre, Filters())
    found = dict(zip(ids, likeness.tolist(), strict=True))
    assert found.pop(an_interaction(2).id) > 0.99
    assert max(found.values()) < 0.3


def test_words_alone_without_a_vector_and_noise_left_out(filled: Store) -> None:
    assert numbers([hit.interaction_id for hit in filled.search.find("facture", None).hits]) == {0, 1}
    near = filled.search.find("", a_vector(2), meaning_floor=0.9).hits
    assert [hit.interaction_id for hit in near] == [an_interaction(2).id]
    assert len(filled.search.find("facture", a_vector(1), limit=1).hits) == 1


def test_meaning_follows_a_new_analysis_and_a_deletion(filled: Store) -> None:
    nearest = filled.search.vectors.nearest
    assert nearest(a_vector(0), limit=1)[0][0] == an_interaction(0).id
    understood(filled, an_interaction(0, text=TEXTS[0]), vector=a_vector(77))
    assert nearest(a_vector(77), limit=1)[0][0] == an_interaction(0).id
    assert nearest(a_vector(0), limit=1)[0][1] < 0.5
    assert len(nearest(a_vector(0), limit=99)) == len(TEXTS)
    with filled.database.begin() as connection:
        connection.execute(delete(schema.interaction).where(schema.interaction.c.id == an_interaction(0).id))
    assert an_interaction(0).id not in [one for one, _ in nearest(a_vector(77), limit=99)]
    understood(filled, an_interaction(9), vector=a_vector(9))
    assert nearest(a_vector(9), limit=1)[0][0] == an_interaction(9).id


def test_an_analysis_without_a_vector_leaves_no_neighbour(filled: Store) -> None:
    add(filled, an_interaction(50))
    understood(filled, an_interaction(50), vector=None)
    assert len(filled.search.vectors.nearest(a_vector(1), limit=99)) == len(TEXTS)


def test_a_vector_committed_late_is_still_seen(filled: Store) -> None:
    """PostgreSQL numbers rows when they are written, not when they are committed: a lower number may come later."""
    looking = Search(filled.database)
    add(filled, an_interaction(60), an_interaction(61))
    understood(filled, an_interaction(61), vector=a_vector(61))
    looking.vectors.nearest(a_vector(1), limit=1)
    with filled.database.begin() as connection:
        connection.execute(
            schema.embedding.insert().values(
                seq=-5,
                interaction_id=an_interaction(60).id,
                vector=a_vector(60).astype("float16").tobytes(),
                space=SPACE,
            )
        )
    assert looking.vectors.nearest(a_vector(60), limit=1)[0][0] == an_interaction(60).id
