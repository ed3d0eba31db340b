"""Numbers, addresses and names that the first set of patterns did not know, each with what must stay beside it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.privacy.id_numbers import nir_is_valid, siret_is_valid
from voc.privacy.name_lists import names_by_list, truecase
from voc.privacy.pii_span import PiiSpan
from voc.privacy.redaction import find_secrets, merged, redact


def masked(text: str, language: str = "fr", **options: object) -> str | None:
    return redact([text], languages=[language], **options)[0].text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "SIRET 732 829 320 00074, merci", "SIRET [COMPANY_ID], merci"),
        ("fr", "RCS Brest, SIREN 732 829 320.", "RCS Brest, SIREN [COMPANY_ID]."),
        ("fr", "ma voiture AB-123-CD est en panne", "ma voiture [PLATE] est en panne"),
        ("fr", "la voiture immatriculée 4521 XB 29", "la voiture immatriculée [PLATE]"),
        ("fr", "mon permis de conduire 14AK12345 est perdu", "mon permis de conduire [DOCUMENT_ID] est perdu"),
        ("fr", "Mon n° de sécu est 2 85 05 2B 033 061", "Mon n° de sécu est [NATIONAL_ID]"),
        ("fr", "née en Guadeloupe, 2 85 05 971 33 061 12", "née en Guadeloupe, [NATIONAL_ID]"),
        ("fr", "appelez à la Réunion le 0692 12 34 56", "appelez à la Réunion le [PHONE]"),
        ("fr", "en Martinique : 0696 45 12 78", "en Martinique : [PHONE]"),
        ("fr", "colis 6A12345678901 jamais reçu", "colis 6A12345678901 jamais reçu"),
        ("fr", "colis 250123456789 jamais reçu", "colis [REFERENCE] jamais reçu"),
        ("en", "my IP is 192.168.14.3", "my IP is [IP_ADDRESS]"),
        ("en", "driver's license D1234-56789-01234", "driver's license [DOCUMENT_ID]"),
        ("en", "you can call me on (03) 9123 4567 after six", "you can call me on [PHONE] after six"),
        ("en", "Ship to Hauptstraße 12, 10115 Berlin please", "Ship to [ADDRESS] please"),
        ("en", "I live at 394 Martinez Orchard since May", "I live at [ADDRESS] since May"),
        ("fr", "au douze rue des lilas soixante quinze mille onze paris", "au [ADDRESS]"),
        ("en", "My zip code is 90210.", "My zip code is [ADDRESS]."),
    ],
)
def test_what_is_masked(language: str, text: str, expected: str) -> None:
    assert masked(text, language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "La facture 2024-11-0045 du 03/11/2024 est de 1 234 567 euros",
        "Mon iPhone 12 et mon Galaxy 8, depuis iOS 17, en 4K à 60 fps",
        "Leroy Merlin et Yves Rocher livrent à Paris, Hugo Boss aussi",
        "Note : 10 sur 10, 250 avis, 3 étoiles",
        "Version 10.2.14 installée, 192 Mo, 50 % de remise",
        "En Avril et en Mai 2019, le Service Client était parfait",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert masked(text) == text


class TestChecks:
    def test_a_right_check_digit_makes_sure_a_wrong_one_drops_nothing(self) -> None:
        (right,) = find_secrets("SIRET 732 829 320 00074", language="fr")
        (wrong,) = find_secrets("SIRET 732 829 320 00075", language="fr")
        assert (right.kind, right.score) == ("COMPANY_ID", 1.0)
        assert wrong.kind == "COMPANY_ID"
        assert 0 < wrong.score < 1

    def test_words_before_a_number_raise_its_score(self) -> None:
        (told,) = find_secrets("ma carte 4539 2174 2180 9675")
        (bare,) = find_secrets("voici 4539 2174 2180 9675")
        assert told.score > bare.score

    @pytest.mark.parametrize(
        "number", ["1 79 01 2A 033 061 46", "1 79 01 75 033 061 90", "179017503306190", "1.79.01.75.033.061.90"]
    )
    def test_nir_keys(self, number: str) -> None:
        digits = "".join(c for c in number if c.isalnum())
        as_number = int(digits[:13].replace("2A", "19").replace("2B", "18"))
        assert nir_is_valid(number) == (97 - as_number % 97 == int(digits[13:]))

    def test_la_poste_counts_in_its_own_way(self) -> None:
        assert siret_is_valid("356 000 000 00048")
        assert siret_is_valid("732 829 320 00074")
        assert not siret_is_valid("732 829 320 00075")


class TestNames:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("Why was Wendy Ruiz charged twice?", ["Wendy Ruiz"]),
            ("l'accueil d'Isabelle Martin", ["Isabelle Martin"]),
            ("Merci Nathalie. Paul est venu", ["Nathalie", "Paul"]),
            ("nathalie m'a répondu et jean dupont aussi", ["nathalie", "jean dupont"]),
            ("JE SUIS MARIE DUPONT ET JE SUIS DECUE", ["MARIE DUPONT"]),
            ("pierre rose avril marine est bien", []),
            ("je suis marié et déçu", []),
            ("Virginia Beach, Leroy Merlin, Saint Martin", []),
        ],
    )
    def test_by_list(self, text: str, names: list[str]) -> None:
        assert [text[begin:end] for begin, end in names_by_list(text)] == names

    def test_truecasing_keeps_places(self) -> None:
        assert truecase("bonjour nathalie et jean dupont") == "bonjour Nathalie et Jean Dupont"

    @given(st.text(max_size=200))
    def test_names_lie_inside(self, text: str) -> None:
        assert len(truecase(text)) == len(text)
        assert all(0 <= begin < end <= len(text) for begin, end in names_by_list(text))


class TestStrictly:
    def test_what_narrows_down_who_it_is(self) -> None:
        text = "J'habite à Lyon, j'ai 45 ans, né le 12 mars 1980, voir www.exemple.fr"
        assert masked(text) == text
        strict = masked(text, strict=True)
        assert strict is not None
        for kind in ("[PLACE]", "[AGE]", "[DATE]", "[LINK]"):
            assert kind in strict

    def test_twelve_months_of_contract_are_no_age(self) -> None:
        assert masked("un contrat de 2 ans de garantie", strict=True) == "un contrat de 2 ans de garantie"


class TestPseudonyms:
    def test_the_same_value_has_the_same_stand_in(self) -> None:
        texts = ["Rappelez-moi au 06 12 34 56 78", "mon numéro : 0612345678", "ou au 06 98 76 54 32"]
        first, again, other = (one.spans[0] for one in redact(texts, languages=["fr"] * 3, salt="s3cret"))
        assert first.pseudonym == again.pseudonym != other.pseudonym
        assert first.mask == f"[PHONE {first.pseudonym}]"

    def test_another_salt_gives_another(self) -> None:
        one, two = (redact(["06 12 34 56 78"], languages=["fr"], salt=salt)[0].spans[0] for salt in ("a", "b"))
        assert one.pseudonym != two.pseudonym

    def test_there_is_none_unless_asked(self) -> None:
        (found,) = redact(["06 12 34 56 78"], languages=["fr"])
        assert found.spans[0].pseudonym is None
        assert found.text == "[PHONE]"


_SPANS = st.lists(
    st.tuples(st.sampled_from(["A", "B", "C"]), st.integers(0, 40), st.integers(1, 12)).map(
        lambda item: PiiSpan(item[0], item[1], item[1] + item[2])
    ),
    max_size=20,
)


@given(_SPANS)
def test_merged_finds_cover_the_same_and_lie_apart(found: list[PiiSpan]) -> None:
    joined = merged(found)
    covered = {place for one in found for place in range(one.begin, one.end)}
    assert {place for one in joined for place in range(one.begin, one.end)} == covered
    assert all(left.end <= right.begin for left, right in pairwise(joined))
