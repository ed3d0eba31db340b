"""How English says which way a figure went."""

from __future__ import annotations

from voc.language.change_words import ChangeWords

CHANGES = ChangeWords(
    up=(
        r"more|ris(?:e|es|ing|en)|rose|up|higher|increas\w+|grow(?:s|n|ing|th)?|grew|climb\w*|surg\w+|jump\w*|soar\w*|"
        r"above|exceed\w*|gain\w*|busier|upward\w*|spik\w+|swell\w*|outpac\w+|peak\w*"
    ),
    down=(
        r"less|fewer|fall(?:s|ing|en)?|fell|down|lower|decreas\w+|declin\w+|drop\w*|shr[iau]nk\w*|below|reduc\w+|"
        r"dip(?:s|ped)?|eas(?:e|es|ed|ing)|reced\w+|quieter|downward\w*|slump\w*|plung\w+|slow(?:s|ed|er|ing)"
    ),
    better=r"better|improv\w+|happier|brighter|recover\w*|relief|reliev\w+",
    worse=r"worse\w*|deteriorat\w+|unhappier|darker|alarming\w*|worry\w*|worri\w+|concern\w*",
    good=r"good|great|pleasant\w*|positive\w*|praise\w*|encourag\w+|happy",
    bad=r"bad|poor|problems?|troubles?|issues?|negative\w*|complaints?|unhappy",
    denied=r"no|neither|hardly|barely|nothing|none|nobody|without",
    steady=r"usual\w*|stable|steady|steadily|unchanged|flat|same|about|constant\w*|moved|change|significant\w*",
    amounts=(
        r"twice|thrice|double[sd]?|doubling|triple[sd]?|tripling|quadrupl\w+|half|halves|halved|thirds?|quarters?|"
        r"dozens?|most|majority|minority|all|every\w*|none|nobody|nothing|many|several|few|hundreds?|thousands?|twofold|"
        r"pairs?|couple|single|both|always"
    ),
)
