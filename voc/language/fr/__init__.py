"""Everything known of French alone."""

from __future__ import annotations

from voc.language.description import Language
from voc.language.fr.everyday import EVERYDAY
from voc.language.fr.themes import EMPTY_LEMMAS

LANGUAGE = Language(
    code="fr",
    names={"fr": "français", "en": "French"},
    rank=0,
    names_model="fr_core_news_sm",
    names_tokenizer="voc.language.fr.tokenizer",
    taught=True,
    heard=True,
    empty_lemmas=EMPTY_LEMMAS,
    everyday=EVERYDAY,
    spellings=("francais", "french", "fra", "fre"),
)
