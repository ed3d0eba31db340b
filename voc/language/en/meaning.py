"""What is said in English without meaning it."""

from __future__ import annotations

from voc.language.folding import word_set
from voc.language.meaning_words import MeaningWords

MEANING = MeaningWords(
    courtesy=word_set(
        "thank thanks thanx thx ty cheers so very much many again in advance for the your all you guys we and help",
        "reply hello hi please yes ok a lot confirmation patience intervention attention dm dms sent done",
    ),
    empty=word_set(
        "it this that these those he she you we they the an and or but so is are was were be been do does did to of in "
        "on at for from with my your his her our their me us them what which who no not yes yeah ok okay well um uh "
        "hello hi hey bye goodbye"
    ),
    rhetorical=r"what else|what more|what's not to (?:like|love)|who needs [\w ]{1,30}",
    marks=r"#irony\b|#sarcasm\b",
    doubted=(
        r"service|support|customer (?:service|care|support)|experts?|professionals?|assistance|promotions?|promo|"
        r"quality|premium|care|help|satisfaction|solutions?|unlimited|excellent|super|great|amazing"
    ),
    critical=(
        r"unfortunately|sadly|however|though|although|only|but|too|lack\w*|missing|shame|pity|expensive|pricey|"
        r"overpriced|slow\w*|wait\w*|could|should|except|apart|downside|negative|issues?|problems?|wrong|late|"
        r"difficult\w*|hard|disappoint\w*|average|better|improve\w*|wish"
    ),
    grievance=(
        r"(?<!why )not|\w+n't|"
        r"cannot|cant|dont|doesnt|didnt|wont|isnt|no|never|nothing|nobody|still|again|without|keeps?|kept|"
        r"fail\w*|broke\w*|issues?|problems?|errors?|bugs?|wrong|stuck|lost|stole\w*|missing|declin\w*|delay\w*|late|"
        r"wait\w*|worst|worse|terribl\w*|horribl\w*|awful\w*|useless|ridiculous\w*|stupid\w*|fraud\w*|scam\w*|"
        r"unauthori[sz]ed|overcharg\w*|twice|hell|fuck\w*|shit\w*|damn\w*|crap\w*|wtf|sick|tired|fed up|angry|"
        r"annoy\w*|frustrat\w*|upset|disappoint\w*|unhappy|complain\w*|refus\w*|block\w*|crash\w*|slow\w*|down|"
        r"ever|even|finally|seriously|supposed|months?|weeks?|unacceptable|dispute|hidden|charged"
    ),
    reasons=r"because|cause|otherwise|but|cos|since|so i",
)
