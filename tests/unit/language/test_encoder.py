"""The sentence encoder: one pass, vectors of unit length, spans from the same pass, any length of text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from voc.language import encoder as module
from voc.language.encoder import Encoder, load_encoder

FACTURE = "J'ai été facturé deux fois ce mois-ci."
TWICE = "I was charged twice this month."
RAIN = "Il va pleuvoir demain sur la côte."


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float((a * b).sum() / np.linalg.norm(a) / np.linalg.norm(b))


def test_vectors_are_float32_of_unit_length_in_input_order(encoder: Encoder) -> None:
    texts = [RAIN * 9, "Oui.", FACTURE, TWICE * 4]
    encoded = encoder.encode(texts)

    assert encoded.vectors.shape == (4, encoder.dimension)
    assert encoded.vectors.dtype == encoded.states.dtype == np.float32
    assert np.linalg.norm(encoded.vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_a_text_is_read_the_same_whatever_stands_beside_it(encoder: Encoder) -> None:
    texts = [RAIN * 9, "Oui.", FACTURE, TWICE * 4, f"{RAIN} " * 90, "NON !!! " * 30]
    spans = [[(0, 3)] for _ in texts]
    together = encoder.encode(texts, spans=spans)
    for index, text in enumerate(texts):
        alone = encoder.encode([text], spans=[spans[index]])
        # What is quantised is the same to the bit; the projection is one product over all of them.
        assert np.array_equal(alone.states[0], together.states[index])
        assert np.array_equal(alone.span_states[0], together.span_states[index])
        assert np.allclose(alone.vectors[0], together.vectors[index], atol=1e-6)


def test_several_may_be_begun_before_any_is_asked_for(encoder: Encoder) -> None:
    texts = [[FACTURE, TWICE], [RAIN], [f"{RAIN} " * 90, "Oui."]]
    begun = [encoder.begin(each, spans=[[(0, 3)] for _ in each]) for each in texts]
    for each, encoding in reversed(list(zip(texts, begun, strict=True))):
        once = encoder.encode(each, spans=[[(0, 3)] for _ in each])
        later = encoding.result()
        assert np.array_equal(later.states, once.states)
        assert np.array_equal(later.vectors, once.vectors)
        assert [np.array_equal(*pair) for pair in zip(later.span_states, once.span_states, strict=True)] == [
            True
        ] * len(each)


def test_the_same_thing_said_in_two_languages_is_nearer_than_another(encoder: Encoder) -> None:
    facture, twice, rain = encoder.encode([FACTURE, TWICE, RAIN]).vectors

    assert cosine(facture, twice) > cosine(facture, rain) + 0.02


def test_a_query_is_not_encoded_like_a_passage(encoder: Encoder) -> None:
    query = encoder.encode(["double facturation"], kind="query").vectors[0]
    passage = encoder.encode(["double facturation"], kind="passage").vectors[0]

    assert cosine(query, passage) < 0.999


def test_spans_come_from_the_words_inside_them(encoder: Encoder) -> None:
    text = "Le conseiller était adorable, mais le colis est arrivé cassé."
    first, second = (0, 28), (30, len(text))
    encoded = encoder.encode([text], spans=[[first, second, (0, len(text))]])
    alone = encoder.encode([text[slice(*first)], text[slice(*second)]]).vectors
    spans = encoded.span_vectors[0]

    assert spans.shape == (3, encoder.dimension)
    assert np.linalg.norm(spans, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert cosine(spans[0], alone[0]) > cosine(spans[0], alone[1])
    assert cosine(spans[1], alone[1]) > cosine(spans[1], alone[0])
    assert cosine(spans[2], encoded.vectors[0]) > 0.98


def test_a_span_without_a_word_gets_the_state_of_its_text(encoder: Encoder) -> None:
    encoded = encoder.encode(["Bonjour   à tous"], spans=[[(3, 3), (400, 500)]])

    assert np.array_equal(encoded.span_states[0], np.stack([encoded.states[0]] * 2))


def test_texts_without_spans_have_empty_span_arrays(encoder: Encoder) -> None:
    encoded = encoder.encode(["un", "deux"], spans=[[], [(0, 4)]])

    assert [each.shape for each in encoded.span_vectors] == [(0, 384), (1, 384)]
    assert [each.shape for each in encoder.encode(["un"]).span_states] == [(0, 384)]


def test_a_word_is_known_that_is_read_in_one_piece(encoder: Encoder) -> None:
    assert [word for word in ("facture", "Parcel", "factrue", "pasword") if encoder.knows(word)] == [
        "facture",
        "Parcel",
    ]


def test_nothing_to_encode_gives_empty_arrays(encoder: Encoder) -> None:
    encoded = encoder.encode([])

    assert encoded.vectors.shape == encoded.states.shape == (0, 384)
    assert len(encoded) == 0


def test_spans_of_another_number_of_texts_are_refused(encoder: Encoder) -> None:
    with pytest.raises(ValueError, match="spans of 1 texts were given for 2 texts"):
        encoder.encode(["un", "deux"], spans=[[]])


def test_a_long_text_is_read_to_its_end_window_by_window(encoder: Encoder) -> None:
    filler = "La réunion est prévue à dix heures dans la salle du fond. "
    text = filler * 60 + FACTURE
    begin = len(text) - len(FACTURE)
    encoded = encoder.encode([text], spans=[[(begin, len(text)), (0, len(filler))]])
    alone = encoder.encode([FACTURE, filler]).vectors

    assert len(encoder._windows([text], "passage")) > 1
    last, first = encoded.span_vectors[0]
    assert cosine(last, alone[0]) > cosine(first, alone[0])
    assert cosine(first, alone[1]) > cosine(last, alone[1])


def test_windows_hold_every_token_once_and_fit_the_model(encoder: Encoder) -> None:
    text = " ".join(f"mot{i}" for i in range(900))
    windows = encoder._windows([text], "passage")

    assert all(len(window.ids) <= module.MAX_TOKENS == 512 for window in windows)
    ends = [int(end) for window in windows for end in window.ends if end > 0]
    assert ends == sorted(ends)
    assert len(ends) == sum(end > 0 for end in ends) == len(encoder._tokenizer.encode(text).ids) - 2


def test_a_text_longer_than_is_read_costs_no_more(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_WINDOWS", 2)

    assert len(encoder._windows(["très long " * 3000], "passage")) == 2


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\x00\x07", "🎉" * 40, "é" * 2000, "ﬁn ½ ｆｕｌｌ", "שלום 你好 नमस्ते", "\ud83d"]
)
def test_any_text_has_a_finite_vector(encoder: Encoder, text: str) -> None:
    vectors = encoder.encode([text], spans=[[(0, len(text))]]).vectors

    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors[0]) == pytest.approx(1.0, abs=1e-5)


@hypothesis_settings(max_examples=25, deadline=None)
@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_any_span_of_any_text_has_a_unit_vector(text: str, begin: int, length: int) -> None:
    encoded = load_encoder().encode([text], spans=[[(begin, begin + length)]])

    assert np.linalg.norm(encoded.span_vectors[0][0]) == pytest.approx(1.0, abs=1e-5)


def test_the_encoder_is_loaded_once_a_process() -> None:
    assert load_encoder() is load_encoder()
