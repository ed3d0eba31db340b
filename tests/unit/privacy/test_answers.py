"""What a question asks for and the next turn says, and numbers as recognisers punctuate them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.language.folding import fold
from voc.privacy.identifiers import find_mentions
from voc.privacy.redaction import redact
from voc.privacy.solicited_values import find_answers


def masked(text: str, language: str = "fr") -> str | None:
    return redact([text], languages=[language])[0].text


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Votre numéro de contrat s'il vous plaît ?\nAlors, c'est le 40, 64, 17, 22.",
         "Votre numéro de contrat s'il vous plaît ?\nAlors, c'est le [CONTRACT]."),
        ("fr", "Votre numéro client ?\n40, 64.\nOui.\n17, 223.",
         "Votre numéro client ?\n[REFERENCE].\nOui.\n[CUSTOMER_NUMBER]."),
        ("fr", "Quel est votre numéro client ?\nquarante, soixante-quatre, dix-sept, vingt-deux",
         "Quel est votre numéro client ?\n[CUSTOMER_NUMBER]"),
        ("en", "Could I take your account number please?\nSure. It is 40193640.",
         "Could I take your account number please?\nSure. It is [CUSTOMER_NUMBER]."),
        ("en", "may I have your contract number please sure it\nis 40193640 thank\nyou so your plan",
         "may I have your contract number please sure it\nis [CONTRACT] thank\nyou so your plan"),
        ("fr", "quel est votre numéro de contrat s'il vous plaît oui c'est le 40722436 merci",
         "quel est votre numéro de contrat s'il vous plaît oui c'est le [CONTRACT] merci"),
        ("en", "Card number?\n4970, 1234, 5678, 9012", "Card number?\n[CARD]"),
        ("fr", "Et votre code secret ?\n4821.", "Et votre code secret ?\n[SECRET]."),
        ("fr", "Votre date de naissance ?\nLe 12 mars 1980.", "Votre date de naissance ?\nLe [DATE]."),
        ("en", "And your postcode?\n90210", "And your postcode?\n[ADDRESS]"),
        ("fr", "Votre nom ?\nnguyen thi mai, 75013", "Votre nom ?\n[PERSON], 75013"),
        ("en", "Agent: can I have your name please?\nClient: Yes of course. It's pemberton.",
         "Agent: can I have your name please?\nClient: Yes of course. It's [PERSON]."),
        ("fr", "Vous pouvez épeler votre nom ?\nS-I-T-I-L-L-E.", "Vous pouvez épeler votre nom ?\n[PERSON]."),
        ("fr", "Nom : Dupont\nPrénom : Julie", "Nom : [PERSON]\nPrénom : [PERSON]"),
    ],
)  # fmt: skip
def test_the_question_says_what_the_answer_is(language: str, text: str, expected: str) -> None:
    assert masked(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Comment changer mon numéro de client ? J'ai 250 contacts"),
        ("fr", "Votre numéro de contrat ?\nJe ne l'ai pas, ça coûte 150 euros depuis 2019."),
        ("fr", "Quel est votre nom ?\nPourquoi ?"),
        ("fr", "Votre nom ?\nUn instant, je cherche."),
        ("en", "What is your order number?\nI don't have it, I called 3 times in 2024."),
        ("en", "I changed my name. Nothing happened."),
    ],
)
def test_what_answers_nothing_stays(language: str, text: str) -> None:
    assert masked(text, language) == text


def test_a_number_answered_is_masked_where_it_is_read_back() -> None:
    text = "Votre numéro de contrat ?\n40, 64, 17, 22.\nDonc 40641722, merci."
    assert masked(text) == "Votre numéro de contrat ?\n[CONTRACT].\nDonc [CONTRACT], merci."


def test_a_number_answered_identifies_the_customer() -> None:
    mentions = find_mentions("Could I take your account number please?\nIt is 40193640.", language="en")
    assert [(one.kind, one.value) for one in mentions] == [("customer", "40193640")]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Appelez-moi au 06, 12, 34, 56, 78 demain.", "Appelez-moi au [PHONE] demain."),
        ("fr", "votre numéro de contrat : 40, 64, 17, 22.", "votre numéro de contrat : [CONTRACT]."),
        ("en", "the card is 4970, 1234, 5678, 9012.", "the card is [CARD]."),
        ("en", "It is 1227-321-401936-404 thanks", "It is [REFERENCE] thanks"),
        ("en", "That is J-A-C-K, P-O-R-T-E-R.", "That is [PERSON], [PERSON]."),
        ("en", "My last name is Whitlock.", "My last name is [PERSON]."),
        ("en", "and the surname is whitlock", "and the surname is [PERSON]"),
    ],
)
def test_numbers_and_names_as_a_recogniser_writes_them(language: str, text: str, expected: str) -> None:
    assert masked(text, language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "les années 2019, 2020, 2021, 2022 étaient bonnes",
        "des forfaits à 10, 20, 30, 40, 50 euros",
        "mon contrat de 10, 20 ou 30 Go",
        "le 2024-11-04 10:38, lot 12-34-56",
    ],
)
def test_enumerations_stay(text: str) -> None:
    assert masked(text) == text


_PIECES = st.sampled_from([*"?\n,.SI-4 ", "votre nom ?", "your card number?\n", "date of birth? ", "oui ", "40, "])


@given(st.lists(_PIECES, max_size=60).map("".join))
def test_answers_lie_inside(text: str) -> None:
    for one in find_answers(text, fold(text), ()):
        assert 0 <= one.begin < one.end <= len(text)


@pytest.mark.parametrize(
    ("language", "asked"),
    [
        *(
            ("fr", one)
            for one in (
                "Pour ouvrir votre dossier, il me faut le numéro de contrat ou l'adresse mail.",
                "Il nous faut votre numéro de contrat.", "Il faudrait le numéro de contrat.",
                "Je vais avoir besoin du numéro de contrat.", "J'aurai besoin de votre numéro de contrat.",
                "J'aurais voulu le numéro de contrat, je le note.", "Là il me manque juste le numéro de contrat.",
                "Je vous demanderai votre numéro de contrat pour commencer.", "Je note déjà le numéro de contrat.",
                "Redonnez-moi le numéro de contrat du foyer.", "Je cherche à retrouver le numéro de contrat du foyer.",
            )
        ),
        *(
            ("en", one)
            for one in (
                "To open your file I'm going to require the contract number.",
                "We'll be looking for the policy number on the letter.", "I'd like the contract number to start with.",
                "Let me just get the contract number from you.", "I am missing the contract number on your file.",
                "So I can pull up the file with your contract number.",
            )
        ),
    ],
)  # fmt: skip
def test_most_people_ask_without_a_question(language: str, asked: str) -> None:
    assert masked(f"{asked}\nOui, 40429299.", language) == f"{asked}\nOui, [CONTRACT]."
