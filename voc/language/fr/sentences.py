"""What parts French sentences and clauses."""

from __future__ import annotations

from voc.language.description import SentenceWords
from voc.language.folding import word_set

SENTENCES = SentenceWords(
    abbreviations=word_set(
        "m mm mme mmes mlle mlles dr pr prof me st ste n no num tel art av bd boul chap cf env ex p pp ref fig hab "
        "min max vs etc resp adr apt bat c-a-d janv fevr avr juil sept oct nov dec lun mar mer jeu ven sam dim"
    ),
    always_open=word_set("m mm mme mmes mlle mlles dr pr prof me st ste n no num tel cf ref vs"),
    pauses=r"mais|donc|alors|parce que|et puis|et",
    contrasts=(
        r"mais|par contre|en revanche|cependant|toutefois|neanmoins|pourtant|sauf que|sauf|hormis|dommage que|"
        r"en dehors de|a part|(?<=, )(?:autant|dommage)|"
        r"(?:seule?|petite?|gros|unique|principale?|dernier) (?:petite?s? |gros |vrai )?"
        r"(?:bemol|hic|points? (?:noir|negatif|faible)s?|defaut|inconvenient|reproche|regret)"
    ),
    concessions=r"meme si|malgre|en depit d[eu]|bien que|quoique|alors que|tandis que",
    concedes=r"autant",
    joins=r"et|puis|avec",
    spoken=r"je|j['’]|nous|vous|mon|ma|mes|est|suis|merci",
)
