"""The analysis of words around a stand-in encoder: what is said, what is skipped, and whose words count."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from voc.analysers.sentiment.model import ScoredSentiments
from voc.analysis import text_pipeline as analyse
from voc.analysis.text_pipeline import TextAnalyser
from voc.language.conversation import sentiment_of_call
from voc.language.encoder import Encoded, Encoding
from voc.privacy import redaction
from voc.records import Channel, Identifier, Interaction, Sentiment, Turn, Word
from voc.settings import Settings
from voc.topics.assign import Examples

GOOD, BAD = ("charmant", "parfait", "merci", "great", "plaisir"), ("fausse", "panne", "nul", "wrong", "horrible")


class StandInEncoder:
    """Encodes a text as how many good and bad words it holds."""

    name, version, dimension = "stand-in", "1", 384

    def __init__(self) -> None:
        self.seen: list[str] = []

    @staticmethod
    def _row(text: str) -> np.ndarray:
        row = np.zeros(384, np.float32)
        row[0] = sum(word in text.lower() for word in GOOD)
        row[1] = sum(word in text.lower() for word in BAD)
        row[2] = 1
        return row

    def encode(self, texts: Sequence[str], *, kind: str = "passage", spans: Sequence | None = None) -> Encoded:
        self.seen += texts
        states = np.stack([self._row(text) for text in texts])
        places = spans or [()] * len(texts)
        inner = [
            np.stack([self._row(text[b:e]) for b, e in spots]) if spots else np.zeros((0, 384), np.float32)
            for text, spots in zip(texts, places, strict=True)
        ]
        return Encoded(vectors=states, span_vectors=inner, states=states, span_states=inner)

    def begin(self, texts: Sequence[str], *, kind: str = "passage", spans: Sequence | None = None) -> Encoding:
        return Encoding(lambda: self.encode(texts, kind=kind, spans=spans))


class StandInSentiment:
    name, version, pools = "stand-in", "1", True

    @staticmethod
    def _mood(row: np.ndarray) -> Sentiment:
        score = float(np.clip(row[0] - row[1], -1, 1)) * 0.8
        probabilities = {"negative": max(0.0, -score), "neutral": 1 - abs(score), "positive": max(0.0, score)}
        label = max(probabilities, key=probabilities.__getitem__)
        return Sentiment(label=label, score=score, probabilities=probabilities)

    def score(self, encoded: Encoded, *, kinds: Sequence[str]) -> ScoredSentiments:
        self.kinds = list(kinds)
        return ScoredSentiments(
            texts=[self._mood(row) for row in encoded.states],
            spans=[[self._mood(row) for row in rows] for rows in encoded.span_states],
        )


def no_heads() -> None:
    raise KeyError("labels")


@pytest.fixture
def analyser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TextAnalyser]:
    monkeypatch.setattr(analyse, "load_encoder", StandInEncoder)
    sentiment = StandInSentiment()
    monkeypatch.setattr(analyse, "load_sentiment", lambda: sentiment)
    monkeypatch.setattr(analyse, "load_heads", no_heads)
    monkeypatch.setattr(redaction, "documents", lambda texts, languages, **_: [[] for _ in texts])
    monkeypatch.setattr(
        analyse,
        "encode_examples",
        lambda taxonomy, encoder, cache: Examples(np.zeros((0, 384), np.float32), (), np.zeros(0, np.int64)),
    )
    yield TextAnalyser(Settings(models_dir=tmp_path / "models"))


def written(text: str, channel: Channel = Channel.SOCIAL, **more: object) -> Interaction:
    return Interaction(id="i1", channel=channel, source="a.csv:2", content_hash="h", text=text, **more)


def skipped(result: analyse.TextResult) -> dict[str, str]:
    return {each.feature: each.reason for each in result.analysis.skipped}


def test_one_text_whole(analyser: TextAnalyser) -> None:
    (result,) = analyser.analyse([written("Le conseiller était charmant mais la facture est fausse. Tél 0612345678")])
    analysis = result.analysis
    assert analysis.language == "fr"
    assert [(aspect.topic, aspect.sentiment > 0) for aspect in analysis.aspects] == [
        ("advisor.attitude", True),
        ("billing.amount", False),
    ]
    assert analysis.redacted_text is not None
    assert analysis.redacted_text.endswith("Tél [PHONE]")
    assert [identifier.value for identifier in analysis.identifiers] == ["+33612345678"]
    assert result.vector is not None
    assert result.sentence_vectors.shape == (len(analysis.sentences), 384)
    assert set(analysis.models) >= {"encoder", "sentiment", "taxonomy", "language", "names"}


def test_results_keep_the_order_and_the_ids(analyser: TextAnalyser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyse, "BATCH", 3)
    interactions = [written(f"message numéro {n}").model_copy(update={"id": f"i{n}"}) for n in range(8)]
    interactions[4] = interactions[4].model_copy(update={"text": ""})
    results = analyser.analyse(interactions)
    assert [result.analysis.id for result in results] == [each.id for each in interactions]
    assert [result.vector is None for result in results] == [n == 4 for n in range(8)]


@pytest.mark.parametrize("text", ["", "  \n", "https://t.co/abc", "@free"])
def test_without_words_there_is_no_sentiment_and_it_is_said(analyser: TextAnalyser, text: str) -> None:
    (result,) = analyser.analyse([written(text, Channel.SURVEY, nps=3)])
    assert result.analysis.sentiment is None
    assert result.analysis.nps == 3
    assert result.vector is None
    assert "sentiment" in skipped(result)


@pytest.mark.parametrize("text", ["Rien à signaler", "R.A.S.", "N/A", "No feedback"])
def test_a_text_that_says_there_is_nothing_to_say_is_no_complaint(analyser: TextAnalyser, text: str) -> None:
    (result,) = analyser.analyse([written(text, Channel.SURVEY, nps=3)])
    found = result.analysis
    assert (found.sentiment, found.intents, found.complaint, found.action) == (None, (), None, None)
    assert skipped(result)["sentiment"] == "the text says that there is nothing to say"
    assert analyser.analyse([written("Rien ne marche", Channel.SURVEY)])[0].analysis.sentiment is not None


def test_a_third_language_is_scored_without_rules(analyser: TextAnalyser) -> None:
    (result,) = analyser.analyse([written("Mein Internet funktioniert seit gestern nicht mehr")])
    assert result.analysis.language == "de"
    assert result.analysis.sentiment is not None
    assert "French and English only" in skipped(result)["topic rules"]


def test_what_is_not_computed_is_said(analyser: TextAnalyser) -> None:
    (result,) = analyser.analyse([written("bonjour à tous")])
    for feature in ("emotions", "complaint"):
        assert skipped(result)[feature] == "the encoder in use has no heads for it"
    assert not {"effort", "intents", "expectations", "action"} & set(skipped(result))
    assert result.analysis.effort is None
    assert result.analysis.action == "none"


def test_a_text_too_long_is_cut_and_said(analyser: TextAnalyser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyse, "LONGEST", 100)
    text = "La box est en panne. " * 20
    (result,) = analyser.analyse([written(text)])
    assert result.analysis.text == text
    assert result.analysis.sentences[-1].end <= 100
    assert "only the first 100 of 420 characters" in skipped(result)["sentiment and topics of the rest"]


def test_a_closed_text_is_said(analyser: TextAnalyser, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(redaction, "documents", broken)
    (result,) = analyser.analyse([written("Je suis Catherine")])
    assert result.analysis.redacted_text is None
    assert result.analysis.redacted == ()
    assert "kept closed" in skipped(result)["redacted_text"]


def test_the_subject_of_an_email_counts_for_topics_only(analyser: TextAnalyser) -> None:
    mail = written("Merci de faire le nécessaire.", Channel.EMAIL, subject="Double prélèvement")
    (result,) = analyser.analyse([mail])
    (mention,) = result.analysis.topics
    assert (mention.id, mention.begin) == ("billing.double_charge", None)
    assert result.analysis.aspects == ()


def test_half_characters_are_made_whole(analyser: TextAnalyser) -> None:
    (result,) = analyser.analyse([written("bon\ud800jour à tous")])
    assert result.analysis.text == "bon\ufffdjour à tous"
    assert result.analysis.model_dump_json()


@pytest.mark.parametrize(
    ("channel", "words", "kind"),
    [
        (Channel.SOCIAL, 10, "post"),
        (Channel.EMAIL, 10, "message"),
        (Channel.CHAT, 10, "message"),
        (Channel.EMAIL, 90, "review"),
        (Channel.REVIEW, 3, "review"),
        (Channel.SURVEY, 3, "review"),
        (Channel.COMPLAINT, 3, "review"),
    ],
)
def test_which_head_reads_the_whole(analyser: TextAnalyser, channel: Channel, words: int, kind: str) -> None:
    analyser.analyse([written("bonjour " * words, channel)])
    assert analyser._sentiment.kinds == [kind]


def test_a_post_that_begins_with_an_account_is_a_message_to_it(analyser: TextAnalyser) -> None:
    analyser.analyse(
        [written(text, Channel.SOCIAL) for text in ("@Alize bonjour", ".@Alize bonjour", "bonjour @Alize")]
    )
    assert analyser._sentiment.kinds[-3:] == ["message", "message", "post"]


def call(*turns: tuple[str | None, str], timed: bool = False) -> Interaction:
    made = []
    for index, (role, text) in enumerate(turns):
        words = tuple(
            Word(text=word, begin_ms=10_000 * index + 500 * n, end_ms=10_000 * index + 500 * n + 400)
            for n, word in enumerate(text.split())
        )
        made.append(
            Turn(
                index=index,
                participant_role=role,
                text=text,
                begin_ms=10_000 * index if timed else None,
                end_ms=10_000 * index + 9_000 if timed else None,
                words=words if timed else (),
            )
        )
    return Interaction(id="c1", channel=Channel.CALL, source="c.ogg", content_hash="h", turns=tuple(made))


class TestCalls:
    def test_turns_have_their_place_and_mood(self, analyser: TextAnalyser) -> None:
        (result,) = analyser.analyse([call(("agent", "avec plaisir madame"), ("customer", "la box est en panne"))])
        analysis = result.analysis
        assert analysis.text == "avec plaisir madame\nla box est en panne"
        assert [analysis.text[turn.begin : turn.end] for turn in analysis.turns] == [t.text for t in analysis.turns]
        assert [turn.sentiment.label for turn in analysis.turns if turn.sentiment] == ["positive", "negative"]

    def test_the_customer_is_heard_not_the_agents_courtesy(self, analyser: TextAnalyser) -> None:
        polite = ("agent", "merci parfait avec plaisir c'est parfait merci")
        (result,) = analyser.analyse([call(polite, ("customer", "ma ligne est en panne"), polite)])
        assert result.analysis.sentiment
        assert result.analysis.sentiment.label == "negative"
        assert "customer sentiment" not in skipped(result)

    def test_topics_are_the_customers(self, analyser: TextAnalyser) -> None:
        (result,) = analyser.analyse(
            [call(("agent", "vous voulez résilier votre abonnement ?"), ("customer", "non ma facture est fausse"))]
        )
        assert [mention.id for mention in result.analysis.topics] == ["billing.amount"]

    def test_without_roles_everybody_counts_and_it_is_said(self, analyser: TextAnalyser) -> None:
        (result,) = analyser.analyse([call((None, "ma facture est fausse"), (None, "je regarde ça"))])
        assert "roles are unknown" in skipped(result)["customer sentiment"]
        assert [mention.id for mention in result.analysis.topics] == ["billing.amount"]

    def test_a_voice_without_a_role_is_nobodys_until_the_words_tell(self, analyser: TextAnalyser) -> None:
        (unknown,) = analyser.analyse([call(("speaker_1", "ma facture est fausse"), ("speaker_2", "je regarde ça"))])
        assert "everybody who speaks" in skipped(unknown)["customer sentiment"]
        assert [mention.id for mention in unknown.analysis.topics] == ["billing.amount"]
        said = (("agent", "vous voulez résilier votre abonnement ?"), ("speaker_2", "non ma facture est fausse"))
        (one_known,) = analyser.analyse([call(*said)])
        assert "everybody but the agent" in skipped(one_known)["customer sentiment"]
        assert [mention.id for mention in one_known.analysis.topics] == ["billing.amount"]

    def test_aspects_have_their_seconds(self, analyser: TextAnalyser) -> None:
        turns = (("agent", "bonjour madame"), ("customer", "le conseiller était charmant mais la facture est fausse"))
        (result,) = analyser.analyse([call(*turns, timed=True)])
        times = [(aspect.begin_ms, aspect.end_ms) for aspect in result.analysis.aspects]
        assert times == [(10_000, 11_900), (12_000, 14_400)]

    def test_whose_number_it_is(self, analyser: TextAnalyser) -> None:
        (result,) = analyser.analyse(
            [
                call(
                    ("agent", "rappelez notre service au 0987654321"),
                    ("customer", "mon numéro c'est le 0612345678"),
                    ("agent", "et votre numéro de client 88776655 c'est bien ça"),
                )
            ]
        )
        assert [i.value for i in result.analysis.identifiers] == ["+33612345678", "88776655"]
        assert result.analysis.redacted_text
        assert "0987654321" not in result.analysis.redacted_text

    def test_an_empty_turn_has_no_mood(self, analyser: TextAnalyser) -> None:
        (result,) = analyser.analyse([call(("customer", ""), ("customer", "la box est en panne"))])
        assert [turn.sentiment is None for turn in result.analysis.turns] == [True, False]


def test_a_number_is_as_sure_as_its_weakest_word_where_it_was_heard_best(analyser: TextAnalyser) -> None:
    said = {"customer": (0.9, 0.2), "agent": (0.8, 0.75)}
    turns = tuple(
        Turn(
            index=index,
            participant_role=role,
            text=f"{opening} 06 12 34 56 78",
            begin_ms=index * 3000,
            end_ms=index * 3000 + 2000,
            words=tuple(
                Word(text=word, begin_ms=0, end_ms=9, confidence=weak if word == "34" else sure)
                for word in f"{opening} 06 12 34 56 78".split()
            ),
        )
        for index, (role, opening) in enumerate((("customer", "mon numéro est le"), ("agent", "alors votre numéro")))
        for sure, weak in (said[role],)
    )
    heard = Interaction(id="c1", channel=Channel.CALL, source="c.ogg", content_hash="h", turns=turns)
    alone = heard.model_copy(update={"turns": turns[:1]})
    both, once = analyser.analyse([heard, alone])
    assert [(one.value, one.confidence) for one in once.analysis.identifiers] == [("+33612345678", 0.2)]
    assert [(one.value, one.confidence) for one in both.analysis.identifiers] == [("+33612345678", 0.75)]
    (written,) = analyser.analyse([Interaction(id="t", channel=Channel.EMAIL, source="m", content_hash="h",
                                               text="Mon numéro est le 06 12 34 56 78.")])  # fmt: skip
    assert [one.confidence for one in written.analysis.identifiers] == [None]


def test_the_end_of_a_call_weighs_a_little_more() -> None:
    def turn(index: int, score: float) -> Turn:
        probabilities = {"negative": max(0.0, -score), "neutral": 1 - abs(score), "positive": max(0.0, score)}
        mood = Sentiment(label="neutral", score=score, probabilities=probabilities)
        return Turn(index=index, participant_role="customer", text="un deux trois quatre", sentiment=mood)

    whole = Sentiment(label="neutral", score=0)
    rising, _ = sentiment_of_call([turn(0, -0.8), turn(1, 0.8)], whole=whole)
    falling, _ = sentiment_of_call([turn(0, 0.8), turn(1, -0.8)], whole=whole)
    assert rising.score > 0 > falling.score
    assert rising.score == pytest.approx(-falling.score)


def test_every_turn_is_read_alone_too_each_wording_once(analyser: TextAnalyser) -> None:
    said = ("Bonjour, la facture est fausse", "D'accord, je regarde", "D'accord, je regarde", "...", "C'est parfait")
    turns = tuple(Turn(index=n, text=text, participant_role="agent") for n, text in enumerate(said))
    call = Interaction(id="i1", channel=Channel.CALL, source="a.json", content_hash="h", turns=turns)
    (result,) = analyser.analyse([call])
    seen = analyser._encoder.seen  # type: ignore[attr-defined]
    assert seen == ["\n".join(said), said[0], said[1], said[4]]
    assert [turn.sentiment is not None for turn in result.analysis.turns] == [True] * 5


def test_one_turn_is_not_read_twice(analyser: TextAnalyser) -> None:
    turns = (Turn(index=0, text="La facture est fausse"), Turn(index=1, text="..."))
    call = Interaction(id="i1", channel=Channel.CALL, source="a.json", content_hash="h", turns=turns)
    analyser.analyse([call])
    assert analyser._encoder.seen == ["La facture est fausse\n..."]  # type: ignore[attr-defined]


def test_turns_are_read_once_by_a_model_that_reads_them_by_their_words(
    analyser: TextAnalyser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StandInSentiment, "pools", False)
    turns = (Turn(index=0, text="La facture est fausse"), Turn(index=1, text="Je regarde"))
    call = Interaction(id="i1", channel=Channel.CALL, source="a.json", content_hash="h", turns=turns)
    analyser.analyse([call])
    assert analyser._encoder.seen == ["La facture est fausse\nJe regarde"]  # type: ignore[attr-defined]


def test_names_from_the_record_are_masked(analyser: TextAnalyser) -> None:
    mail = written("ici zelda", Channel.EMAIL, identifiers=(Identifier(type="name", value="Zelda"),))
    (result,) = analyser.analyse([mail])
    assert result.analysis.redacted_text == "ici [PERSON]"


def test_nothing_in_nothing_out(analyser: TextAnalyser) -> None:
    assert analyser.analyse([]) == []


def test_without_the_search_for_personal_data_the_words_stay_closed(analyser: TextAnalyser, tmp_path: Path) -> None:
    switched_off = TextAnalyser(Settings(models_dir=tmp_path / "models", redaction="off"))
    (result,) = switched_off.analyse([written("Je suis Catherine, rappelez-moi au 06 12 34 56 78")])
    assert result.analysis.redacted_text is None
    assert result.analysis.redacted == ()
    assert "VOC_REDACTION=off" in skipped(result)["redacted_text"]
    assert [one.value for one in result.analysis.identifiers] == ["+33612345678"]
