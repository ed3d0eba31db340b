"""VOC_SENTIMENT_MODEL with a real model of the transformers library, tiny and made here.

Not collected by name: torch is not part of the environment voc is tested in, because users run without it.
``test_classifier_with_torch.py`` runs this file in a process of its own that has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

from voc.analysers.sentiment.choice import load_sentiment
from voc.analysers.sentiment.classifier import Classifier, load_classifier
from voc.analysers.sentiment.model import LABELS, ScoredSentiments
from voc.errors import ModelError, SettingsError
from voc.language.encoder import Encoded
from voc.records import Channel, Interaction
from voc.settings import settings

WORDS = {"bien": 2, "super": 2, "mal": 0, "nul": 0, "horaires": 1, "adresse": 1}
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]


def make_model(folder: Path, names: tuple[str, ...], *, order: tuple[int, ...] = (0, 1, 2), seed: int = 0) -> Path:
    """A BERT of one layer that has learnt which label a word has; ``order``: which output each of our labels is."""
    vocabulary = {word: index for index, word in enumerate([*SPECIAL, *WORDS])}
    inner = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=32, num_labels=len(names), id2label=dict(enumerate(names)),
        label2id={name: i for i, name in enumerate(names)}, pad_token_id=0, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0, initializer_range=0.3,
    )  # fmt: skip
    net = BertForSequenceClassification(config)
    ids = torch.tensor([[2, vocabulary[word], vocabulary[word], 3] for word in WORDS])
    gold = torch.tensor([order[label] if label < len(order) else 0 for label in WORDS.values()])
    known = gold < len(names)
    steps = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(80):
        steps.zero_grad()
        net(input_ids=ids[known], labels=gold[known]).loss.backward()
        steps.step()
    net.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("model") / "tiny", ("negative", "neutral", "positive"))


@pytest.fixture(scope="module")
def classifier(folder: Path) -> Classifier:
    return Classifier(str(folder))


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    settings.cache_clear()
    load_classifier.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    settings.cache_clear()
    load_classifier.cache_clear()


def encoded(*texts: str, spans: tuple[tuple[tuple[int, int], ...], ...] = ()) -> Encoded:
    nothing = np.zeros((len(texts), 384), np.float32)
    return Encoded(nothing, [], nothing, [], texts=texts, spans=spans)


def score(classifier: Classifier, *texts: str, spans: tuple[tuple[tuple[int, int], ...], ...] = ()) -> ScoredSentiments:
    return classifier.score(encoded(*texts, spans=spans), kinds=["post"] * len(texts))


def test_texts_get_label_score_and_probabilities(classifier: Classifier) -> None:
    found = score(classifier, "super bien", "nul", "adresse").texts

    assert [one.label for one in found] == ["positive", "negative", "neutral"]
    assert found[0].score > 0.5 > -0.5 > found[1].score
    for one in found:
        assert one.probabilities is not None
        assert sum(one.probabilities.values()) == pytest.approx(1, abs=1e-3)
        assert one.score == pytest.approx(one.probabilities["positive"] - one.probabilities["negative"], abs=1e-3)


def test_spans_are_read_as_texts_of_their_own(classifier: Classifier) -> None:
    text = "super bien. nul mal"
    found = score(classifier, text, "adresse", spans=(((0, 10), (12, 19)), ()))

    assert [one.label for one in found.spans[0]] == ["positive", "negative"]
    assert found.spans[1] == []
    assert found.spans[0][1] == score(classifier, "nul mal").texts[0]


def test_in_a_batch_each_text_is_what_it_is_alone(classifier: Classifier) -> None:
    texts = [word * 1 + " bien" * (n % 7) for n, word in enumerate(list(WORDS) * 15)]
    together = score(classifier, *texts).texts

    for text, one in list(zip(texts, together, strict=True))[::17]:
        alone = score(classifier, text).texts[0]
        assert one.label == alone.label
        assert one.score == pytest.approx(alone.score, abs=2e-4)


def test_empty_and_endless_texts_are_read(classifier: Classifier) -> None:
    empty, endless = score(classifier, "", "nul " * 5000).texts

    assert empty.label in LABELS
    assert endless.label == "negative"
    assert score(classifier) == ScoredSentiments([], [])


def test_texts_that_were_not_handed_over_are_an_error(classifier: Classifier) -> None:
    with pytest.raises(ValueError, match="texts were given"):
        classifier.score(encoded("bien"), kinds=[])


def test_labels_in_another_order_and_of_two_classes(tmp_path: Path) -> None:
    turned = Classifier(str(make_model(tmp_path / "turned", ("POS", "NEG", "NEU"), order=(1, 2, 0))))
    two = Classifier(str(make_model(tmp_path / "two", ("LABEL_0", "LABEL_1"), order=(0, 9, 1))))

    assert [one.label for one in score(turned, "bien", "mal", "horaires").texts] == ["positive", "negative", "neutral"]
    found = score(two, "bien", "mal").texts
    assert [one.label for one in found] == ["positive", "negative"]
    assert found[0].probabilities is not None and found[0].probabilities["neutral"] == 0


def test_unknown_labels_are_mapped_by_the_setting(tmp_path: Path) -> None:
    place = str(make_model(tmp_path / "moods", ("fâché", "bof", "ravi")))

    with pytest.raises(SettingsError, match="VOC_SENTIMENT_LABELS"):
        Classifier(place)
    named = Classifier(place, labels="fâché=negative,bof=neutral,ravi=positive")
    assert score(named, "bien").texts[0].label == "positive"


def test_the_version_is_of_the_weights(folder: Path, classifier: Classifier, tmp_path: Path) -> None:
    other = make_model(tmp_path / "tiny", ("negative", "neutral", "positive"), seed=1)

    assert classifier.name == "tiny"
    assert Classifier(str(folder)).version == classifier.version
    assert Classifier(str(other)).version != classifier.version


def test_what_is_no_model_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(ModelError, match=r"cannot be loaded \(.*\); name a sequence classifier") as raised:
        Classifier(str(tmp_path / "empty"))
    assert "\n" not in str(raised.value)


def test_the_setting_puts_it_in_the_analysis(folder: Path, setting: pytest.MonkeyPatch) -> None:
    from voc.analysis.text_pipeline import TextAnalyser

    setting.setenv("VOC_SENTIMENT_MODEL", str(folder))
    texts = ("super bien", "nul, mal", "horaires")
    given = [
        Interaction(id=f"i{n}", channel=Channel.CHAT, source="a", content_hash=str(n), text=text)
        for n, text in enumerate(texts)
    ]
    found = [one.analysis for one in TextAnalyser().analyse(given)]

    assert [one.sentiment.label if one.sentiment else None for one in found] == ["positive", "negative", "neutral"]
    assert found[0].models["sentiment"] == f"tiny@{load_sentiment().version}"
    assert all(each.sentiment is not None for one in found for each in one.sentences)
