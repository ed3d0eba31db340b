"""French, English, or honestly neither."""

import pytest

from voc.language.identification import detect_language, is_no_answer, says_something
from voc.language.registry import codes


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Je n'ai plus internet depuis hier soir", "fr"),
        ("je nai toujours pas recu ma facture svp", "fr"),
        ("oui bonjour ca fait deux mois que ca ne marche pas", "fr"),
        ("Merci", "fr"),
        ("@free c nul votre service 😡 https://t.co/abc", "fr"),
        ("My internet has been down since yesterday", "en"),
        ("thanks", "en"),
        ("@SpotifyCares app keeps crashing plz help", "en"),
        ("yes hello this is about my bill i was charged twice", "en"),
        ("Mein Internet funktioniert seit gestern nicht mehr", "de"),
        ("A minha internet não funciona desde ontem", "pt"),
        ("Muy bien, gracias", "es"),
        ("Sehr gut", "de"),
        ("Schlechter Service", "de"),
        ("Nunca mais", "pt"),
        ("Molto bene", "it"),
        ("Niet tevreden", "nl"),
        ("Joli, non ?", "fr"),
        ("Très bien, super service", "fr"),
        ("Bad service, no reply", "en"),
        ("Интернет не работает со вчерашнего дня, это ужасно", "ru"),
        ("الإنترنت لا يعمل منذ أمس", "ar"),
    ],
)
def test_the_language_of_short_messages(text: str, language: str) -> None:
    assert detect_language(text).language == language


def test_a_clear_sentence_is_certain() -> None:
    assert detect_language("Bonjour, je souhaite résilier mon abonnement.").confidence > 0.99


@pytest.mark.parametrize("text", ["", "   ", "😡😡", "https://t.co/abc", "@free", "06 12 34 56 78"])
def test_without_words_nothing_is_claimed(text: str) -> None:
    assert detect_language(text) == (None, None)


def test_a_hint_settles_what_words_do_not() -> None:
    assert detect_language("ok super", hint="en-GB").language == "en"
    assert detect_language("ok super", hint="fr").language == "fr"
    assert detect_language("😡", hint="fr").language == "fr"


def test_a_hint_does_not_overrule_a_sentence() -> None:
    assert detect_language("Je n'ai plus internet depuis hier soir", hint="en").language == "fr"


def test_a_forced_language_is_not_a_measurement() -> None:
    assert detect_language("My internet is down", forced="fr") == ("fr", None)
    assert detect_language("My internet is down", forced="auto").language == "en"


@pytest.mark.parametrize(
    ("text", "says"), [("nul", True), ("😡", True), ("10/10", True), ("@free https://t.co/a", False)]
)
def test_links_and_handles_say_nothing(text: str, says: bool) -> None:
    assert says_something(text) is says


NO_ANSWERS = (
    "Rien",
    "rien à signaler",
    "Rien de particulier à signaler.",
    "Rien à déclarer pour l’instant",
    "Je n'ai rien à ajouter, merci",
    "Pas de commentaire",
    "Je n'ai pas d'autre commentaire.",
    "aucune remarque particulière",
    "sans objet",
    "R.A.S.",
    "RAS !",
    "Néant",
    "none",
    "No feedback",
    "N/A",
    "nothing to add",
    "I have nothing else to add at this time",
    "no comment",
    "No further comments, thanks",
)
ANSWERS = (
    "Rien à redire",
    "RAS, rien à redire",
    "Aucune réponse",
    "Aucun respect",
    "Rien ne marche",
    "Rien ?!",
    "Rien 😡",
    "Sans commentaire sur ce service lamentable",
    "no answer",
    "nothing works",
    "nothing to complain about",
    "No comments from your team in three weeks",
    "Nana",
    "",
)


@pytest.mark.parametrize(("text", "empty"), [*((t, True) for t in NO_ANSWERS), *((t, False) for t in ANSWERS)])
def test_a_field_that_had_to_be_filled_holds_no_answer(text: str, empty: bool) -> None:
    assert is_no_answer(text) is empty


SHORT = {
    "es": ["Hola! Cómo estás ?", "Llegó roto", "Estoy muy enfadada", "Todo correcto", "Quiero mi dinero"],
    "nl": ["Slechte service", "Kapot aangekomen", "Geen reactie gekregen", "Snel geleverd"],
    "de": ["Sehr zufrieden", "Keine Antwort erhalten", "Schnelle Lieferung"],
    "it": ["Arrivato rotto", "Nessuna risposta", "Spedizione veloce"],
    "pt": ["Chegou quebrado", "Ninguém responde", "Entrega rápida"],
    "pl": ["Zbyt drogo", "Szybka dostawa", "Brak odpowiedzi"],
}


@pytest.mark.parametrize(("language", "text"), [(language, text) for language in SHORT for text in SHORT[language]])
def test_a_few_words_of_a_third_language_are_not_read_as_one_of_ours(language: str, text: str) -> None:
    found = detect_language(text).language
    assert found not in codes()
    close = {"es": {"es", "pt"}, "pt": {"pt", "es"}, "nl": {"nl", "de"}, "pl": {"pl", "cs", "sk"}}
    assert found in close.get(language, {language})


@pytest.mark.parametrize(
    "text",
    [
        *("Service nul", "Nul nul nul", "Très bien", "Ok merci", "Super service", "Parfait", "À fuir", "Axa bof bof"),
        *("bad service", "Here ya go", "Love it!!!", "Awwwesome", "Top quality", "so so slow", "Thx guys", "meh"),
    ],
)
def test_a_few_words_of_ours_stay_ours(text: str) -> None:
    assert detect_language(text).language in codes()


def test_a_language_that_the_source_gives_is_believed_for_a_few_words() -> None:
    assert detect_language("Slechte service", hint="en").language in codes()
