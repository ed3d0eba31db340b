"""Numbers as they are said in English."""

from __future__ import annotations

from voc.language.description import NumberWords
from voc.language.folding import word_set

NUMBERS = NumberWords(
    words=word_set(
        "zero oh o nought one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand"
    ),
    tens=word_set("twenty thirty forty fifty sixty seventy eighty ninety"),
    units=word_set("one two three four five six seven eight nine"),
    repeats={"double": 2, "triple": 3, "treble": 3},
    spelling={"oh": "zero", "o": "zero", "nought": "zero"},
    lone=frozenset(("o",)),
    fillers=word_set("uh um er hm"),
)
