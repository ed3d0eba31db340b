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
        r"(?: (?:else|more|further|really|much|in particular))?"
        r"(?: (?:to (?:add|report|declare|mention|comment|note|flag|change|improve|suggest)"
        r"|(?:comes|springs) to mind|(?:that )?i can think of))?|"
        r"(?:i )?(?:honestly )?(?:can ?t|cannot|could ?n ?t) think of (?:anything|any)"
        r"(?: (?:else|more|further|really))?|"
        r"(?:no|nope|absolutely|honestly|well) nothing(?: (?:really|at all))?|"
        r"(?:i )?(?:do ?n ?t|do not) (?:really )?(?:know|think so)|(?:i m )?not (?:really )?sure|no idea|"
        r"no(?: (?:other|further|additional|more|particular|specific))? (?:comments?|feedback|remarks?|suggestions?|"
        r"opinions?))(?: (?:at (?:this|the) (?:time|moment|stage)|at present|for now|right now|thanks|thank you))?"
    ),
    courtesy=(
        r"(?:hi|hello|hey|heya|hiya|good (?:morning|afternoon|evening|day)|greetings|dear)"
        r"(?: (?:there|all|team|everyone|everybody|guys|sir or madam|sirs?|madam|folks|support))*"
        r"|(?:many |a big |big |huge )?(?:thank you|thanks|thankyou|thx|ty|cheers|thank u)"
        r"(?: (?:so much|very much|a lot|a million|a bunch|again|all|guys|team|everyone|kindly|indeed|everybody))*"
        r"(?: in advance)?"
        r"(?: for (?:(?:all your|all the|your|the|all|any|taking the|ur) )?(?:(?:quick|prompt|swift|fast|kind) )?"
        r"(?:help|time|attention|reply|response|assistance|support|understanding|patience|answer|follow up|"
        r"consideration|message|call|hard work|everything|"
        r"(?:helping|replying|responding|reading|listening|answering|writing|reaching out|following up|getting back|"
        r"trying to help|trying)(?: back)?(?: to)?(?: me)?(?: out)?))?(?: anyways?| all the same)?"
        r"|much appreciated|(?:i )?(?:really |would |much )?appreciate (?:it|that|your (?:help|time|reply|response))"
        r"|(?:kind|best|warm|many|warmest|kindest|all the best)(?: (?:regards|wishes))?|regards|all the best"
        r"|(?:yours |your s )?(?:sincerely|faithfully|truly)|respectfully"
        r"|(?:(?:i )?hope you )?(?:have|enjoy) (?:a|an|your|the) (?:(?:very|really) )?"
        r"(?:(?:nice|good|great|lovely|wonderful|pleasant|blessed) )?"
        r"(?:day|evening|weekend|week|one|afternoon|night|rest of (?:your|the) day)"
        r"|(?:i |we )?(?:look|looking|looks) forward to (?:your|hearing|receiving)"
        r"(?: (?:reply|response|answer|from you|back|soon|a reply))*"
        r"|(?:see|talk to|speak to) you (?:soon|later|then|tomorrow)|bye(?: bye)?|goodbye|good bye|take care"
        r"|good night|you(?: re| are) welcome|no problem|please|pls|plz"
        r"|(?:i |we )?(?:hope|trust) (?:this (?:message )?finds you well"
        r"|you(?: re| are) (?:well|doing well|having a (?:good|great|nice) day))"
    ),
    beside_courtesy=(
        r"and|but|to|you|all|so|very|much|the|for|again|ok|okay|oh|ah|then|now|my|our|yes|your|team|guys|in|advance|done"
    ),
)
