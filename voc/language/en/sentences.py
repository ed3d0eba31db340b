"""What parts English sentences and clauses."""

from __future__ import annotations

from voc.language.description import SentenceWords
from voc.language.folding import word_set

SENTENCES = SentenceWords(
    abbreviations=word_set(
        "mr mrs ms dr prof st sr jr n no tel art av cf env ex p pp ref fig min max approx vs etc inc ltd corp co dept "
        "est vol i.e e.g a.m p.m apt jan sept oct nov dec mon tue wed thu fri sat sun mar"
    ),
    always_open=word_set("mr mrs ms dr prof st n no tel cf ref vs"),
    pauses=r"because|but|so|and then|and|then",
    contrasts=(
        r"but|however|nevertheless|yet|except|apart from|on the other hand|(?<=, )(?:shame|pity)|"
        r"(?:the )?(?:only|one|main|biggest|slight|small|sole) (?:real |big |small |slight |minor )?"
        r"(?:downside|drawback|negative|gripe|niggle|criticism|complaint|minus|let ?down)"
    ),
    concessions=r"though|although|even (?:if|though)|whereas|despite|in spite of",
    concedes=r"while",
    joins=r"and|then|with",
    spoken=r"i|my|we|you|is|please",
)
