"""Numbers as they are said in French, in France, Belgium and Switzerland."""

from __future__ import annotations

from voc.language.description import NumberWords
from voc.language.folding import word_set

_UNITS = word_set("un deux trois quatre cinq six sept huit neuf et")

NUMBERS = NumberWords(
    words=word_set(
        "zero un une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt "
        "vingts trente quarante cinquante soixante septante huitante octante nonante cent cents mille"
    ),
    tens=word_set("vingt trente quarante cinquante soixante septante huitante nonante"),
    units=_UNITS,
    teens={"dix": word_set("sept huit neuf")},
    splits={"quatre": "vingt"},
    repeats={"double": 2, "triple": 3},
    spelling={"zero": "zéro", "une": "un", "octante": "huitante"},
    joins={"et": word_set("un une onze")},
    article="un",
    fillers=word_set("euh heu hum hem"),
)
