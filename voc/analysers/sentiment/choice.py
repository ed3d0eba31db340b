"""Which sentiment model is in force: the head of the encoder, or somebody else's classifier (VOC_SENTIMENT_MODEL)."""

from __future__ import annotations

from functools import lru_cache

from voc.analysers import refitted_heads as learned
from voc.analysers.sentiment.classifier import load_classifier
from voc.analysers.sentiment.model import SentimentAnalyser, SentimentModel
from voc.language.encoder import Encoder, load_encoder
from voc.settings import settings


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
