"""What tells English from other languages."""

from __future__ import annotations

from voc.language.description import Telling
from voc.language.folding import word_set

TELLING = Telling(
    only=word_set(
        "the and is are was were you your my i he she it they we of for with this that not have has had do does did "
        "what when why how been will would can could should thanks thank hello hi yes please very just from there "
        "their our its im dont cant no good great"
    ),
    no_answer=(
        r"(?:i have |i ve |there is |there s )?(?:none|nil|n ?a|not applicable|nothing(?: at all)?"
        r"(?: (?:else|more|further))?(?: to (?:add|report|declare|mention|comment|note|flag|change|improve|suggest))?|"
        r"no(?: (?:other|further|additional|more|particular|specific))? (?:comments?|feedback|remarks?|suggestions?|"
        r"opinions?))(?: (?:at (?:this|the) (?:time|moment|stage)|at present|for now|right now|thanks|thank you))?"
    ),
)
