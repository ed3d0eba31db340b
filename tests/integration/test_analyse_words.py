"""The analysis of words with the models that ship."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from voc.analysis.pipeline import Analyser, AnalysisResult
from voc.errors import InputError
from voc.records import Channel, Interaction, Recording, Turn

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser()


def written(text: str, channel: Channel = Channel.SOCIAL, index: int = 0) -> Interaction:
    return Interaction(id=f"i{index}", channel=channel, source="a.csv", content_hash=str(index), text=text)


def one(analyser: Analyser, text: str, channel: Channel = Channel.SOCIAL) -> AnalysisResult:
    (found,) = analyser.analyse([written(text, channel)])
    return found


def test_two_subjects_two_topics(analyser: Analyser) -> None:
    analysis = one(analyser, "Le conseiller était charmant mais la facture est fausse").analysis
    assert [(aspect.topic, aspect.text) for aspect in analysis.aspects] == [
        ("advisor.attitude", "Le conseiller était charmant"),
        ("billing.amount", "mais la facture est fausse"),
    ]
    first, second = analysis.aspects
    assert first.sentiment > second.sentiment
    assert second.sentiment < -0.5
    (sentence,) = analysis.sentences
    assert [clause.sentiment.label for clause in sentence.clauses] == ["positive", "negative"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("C'est une honte, je suis furieux contre votre service !", "negative"),
        ("Merci beaucoup, service parfait, je recommande !", "positive"),
        ("This is the worst company ever, absolutely terrible.", "negative"),
        ("Thank you so much, you are amazing!", "positive"),
    ],
)
def test_the_sentiment_of_what_is_plain(analyser: Analyser, text: str, label: str) -> None:
    sentiment = one(analyser, text).analysis.sentiment
    assert sentiment is not None
    assert sentiment.label == label


def test_who_speaks_and_where_is_masked(analyser: Analyser) -> None:
    text = "Bonjour, je suis Catherine Vaillant, rappelez-moi au 06 12 34 56 78. Free ne répond jamais."
    analysis = one(analyser, text).analysis
    assert analysis.redacted_text == ("Bonjour, je suis [PERSON], rappelez-moi au [PHONE]. Free ne répond jamais.")
    assert [identifier.value for identifier in analysis.identifiers] == ["+33612345678"]


HOSTILE: Sequence[str] = (
    "",
    "😡😡😡",
    "https://t.co/abc",
    "z̷̡̢a̸̢l̶g̵o̴ " * 20,
    "مرحبا لا يعمل الإنترنت منذ أمس",
    "bon\x00jour la \x00facture",
    "bon\ud800jour",
    "a" * 5_000,
    "1 " * 2_000,
    "0612345678" * 200,
    "a@" * 2_000,
    "." * 5_000,
    "(" * 5_000,
    "A" * 5_000,
    "un deux trois " * 400,
    "12 rue de la " * 300,
)


def test_hostile_texts_harm_nobody(analyser: Analyser) -> None:
    found = analyser.analyse([written(text, index=index) for index, text in enumerate(HOSTILE)])
    assert [each.analysis.id for each in found] == [f"i{index}" for index in range(len(HOSTILE))]
    for each in found:
        assert each.analysis.model_dump_json()
        assert all(0 <= r.begin < r.end <= len(each.analysis.text) for r in each.analysis.redacted)


def test_a_conversation_with_times(analyser: Analyser) -> None:
    turns = (
        Turn(index=0, participant_role="agent", text="Bonjour, avec plaisir.", begin_ms=0, end_ms=2000),
        Turn(
            index=1,
            participant_role="customer",
            text="Je suis furieux, j'ai été prélevé deux fois, c'est une honte.",
            begin_ms=2500,
            end_ms=9000,
        ),
    )
    call = Interaction(id="c1", channel=Channel.CALL, source="c.vtt", content_hash="c", turns=turns)
    (found,) = analyser.analyse([call])
    analysis = found.analysis
    assert analysis.sentiment is not None
    assert analysis.sentiment.label == "negative"
    assert analysis.conversation is not None
    quarters = analysis.conversation.sentiment_by_quarter["customer"]
    assert quarters[3] is not None
    assert quarters[3] < 0
    assert "billing.double_charge" in {mention.id for mention in analysis.topics}
    assert {aspect.begin_ms for aspect in analysis.aspects} == {None}


def test_a_recording_must_be_transcribed_first(analyser: Analyser) -> None:
    call = Interaction(
        id="c2",
        channel=Channel.CALL,
        source="c.wav",
        content_hash="c",
        recording=Recording(filename="c.wav"),
    )
    with pytest.raises(InputError, match=r"c\.wav: the recording has not been transcribed"):
        analyser.analyse_text([call])
    with pytest.raises(InputError, match=r"c\.wav: the recording's file is unknown"):
        analyser.transcribe(call)
    with pytest.raises(InputError, match="no recording"):
        analyser.transcribe(written("bonjour"))


def test_importing_loads_no_model_library() -> None:
    heavy = ("onnxruntime", "spacy", "faster_whisper", "tokenizers", "py3langid", "numpy")
    code = f"import sys, voc.analysis.pipeline; print([name for name in {heavy!r} if name in sys.modules])"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "spellings",
    [
        ("Je suis écœurée par votre service.", "Je suis écoeurée par votre service."),
        ("Les œufs étaient cassés à la livraison.", "Les oeufs étaient cassés à la livraison."),
        (
            "Ma sœur a été débitée deux fois, M. Strauß le sait.",
            "Ma soeur a été débitée deux fois, M. Strauss le sait.",
        ),
        ("Le chef-d’œuvre de la box : plus d’Internet !", "Le chef-d’oeuvre de la box : plus d’Internet !"),
        ("De\u0301c\u0327ue par l'accueil en boutique.", "Déçue par l'accueil en boutique."),
    ],
)
def test_how_a_word_is_spelled_does_not_change_what_is_read(analyser: Analyser, spellings: tuple[str, str]) -> None:
    first, second = (one(analyser, text).analysis for text in spellings)
    for analysis, text in zip((first, second), spellings, strict=True):
        assert analysis.text == text
        assert all(text[aspect.begin : aspect.end] == aspect.text for aspect in analysis.aspects)
    assert first.sentiment == second.sentiment
    assert [topic.id for topic in first.topics] == [topic.id for topic in second.topics]
    assert [intent.label for intent in first.intents] == [intent.label for intent in second.intents]
    assert [sign.rule for sign in first.effort_signs] == [sign.rule for sign in second.effort_signs]
    assert [mask.type for mask in first.redacted] == [mask.type for mask in second.redacted]


def test_disgust_is_heard_in_its_right_spelling(analyser: Analyser) -> None:
    analysis = one(analyser, "Je suis écœurée par votre service.", Channel.EMAIL).analysis
    assert "complain" in {intent.label for intent in analysis.intents}
    assert "praise" not in {intent.label for intent in analysis.intents}
    assert analysis.sentiment is not None
    assert analysis.sentiment.label == "negative"
