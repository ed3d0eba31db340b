"""Which sentiment model is in force: the head of the encoder, or somebody else's classifier (VOC_SENTIMENT_MODEL)."""

from __future__ import annotations

from functools import lru_cache

from voc.settings import settings
from voc.text import learned
from voc.text.classifier import load_classifier
from voc.text.encoder import Encoder, load_encoder
from voc.text.sentiment import SentimentAnalyser, SentimentModel


def load_sentiment() -> SentimentModel:
    """The model in force, loaded once a process and again when ``voc learn`` has refitted it.

    Raises:
        ModelError: its files are missing, or what is needed to run it.
        SettingsError: its labels cannot be told.
    """
    if settings().sentiment_model:
        return load_classifier(settings().sentiment_model, labels=settings().sentiment_labels)
    return _load(load_encoder(), learned.stamp())


@lru_cache(maxsize=2)
def _load(encoder: Encoder, stamp: tuple[str, int] | None) -> SentimentAnalyser:
    return SentimentAnalyser(encoder)
