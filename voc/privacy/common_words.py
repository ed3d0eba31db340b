"""Words that are no names though small recognisers take them for such, and which of two spellings is the common one."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from voc.language.folding import word_set
from voc.language.registry import languages

NEVER = word_set(
    # brands and products customers address by name
    "free freebox freemobile orange sfr bouygues sosh red bbox livebox spotify spotifycares hellofresh fresh "
    "certideal amazon apple iphone ipad android google samsung netflix deezer youtube facebook twitter instagram "
    "whatsapp maif axa allianz macif matmut maaf generali groupama direct assurance olivier l'olivier april gmf "
    "mgen paypal visa mastercard uber xiaomi windows chrome trustpilot wifi siret mcdo macdo mcdonald mcdonalds "
    "strava garmin france paris",
    # thanks and greetings of the neighbours, which customers write too
    "danke dankeschon bitte hallo moin servus tschuss takk tack hej gracias hola adios saludos grazie ciao prego "
    "obrigado obrigada ola bedankt dank hoi",
    *(" ".join(sorted(one.people.never)) for one in languages()),
)
"""Words, folded, that are never part of a person's name here."""

BRANDS_LIKE_PEOPLE = frozenset(
    tuple(name.split())
    for name in (
        "leroy merlin",
        "yves rocher",
        "hugo boss",
        "louis vuitton",
        "calvin klein",
        "ralph lauren",
        "tommy hilfiger",
        "jean louis david",
        "franck provost",
        "alain afflelou",
        "paul bocuse",
        "michel et augustin",
        "marks spencer",
        "jack daniel s",
        "ben jerry s",
        "dolce gabbana",
        "charles de gaulle",
        "christian dior",
        "nina ricci",
    )
)
"""Folded words of brands and places named after somebody."""

TOWNS = word_set(
    "paris marseille lyon toulouse nice nantes montpellier strasbourg bordeaux lille rennes reims toulon grenoble "
    "dijon angers nimes villeurbanne clermont-ferrand clermont brest limoges amiens perpignan metz besancon orleans "
    "rouen mulhouse caen nancy argenteuil roubaix tourcoing avignon poitiers versailles pau cergy annecy lorient "
    "bayonne biarritz cannes antibes calais dunkerque colmar valence quimper vannes troyes chambery beziers arras "
    "montreuil creteil nanterre courbevoie londres london manchester birmingham liverpool leeds sheffield bristol "
    "glasgow edinburgh cardiff belfast dublin cork galway limerick nottingham leicester newcastle southampton "
    "portsmouth plymouth brighton oxford cambridge york bruxelles brussels geneve geneva lausanne zurich luxembourg "
    "monaco montreal berlin madrid barcelone barcelona rome milan amsterdam lisbonne lisbon boston chicago houston "
    "dallas seattle denver miami"
)
SHOPS = word_set(
    "boulanger sephora darty fnac carrefour auchan leclerc intermarche monoprix casino lidl aldi decathlon ikea "
    "conforama castorama bricomarche kiabi zara primark cdiscount zalando vinted shein temu leboncoin rakuten "
    "manomano veepee nocibe marionnaud picard franprix cultura micromania electrodepot gifi dpd ups dhl fedex gls "
    "chronopost colissimo colis-prive mondial relay relais laposte evri hermes yodel tesco sainsbury asda waitrose "
    "morrisons argos currys boots clio twingo megane kangoo scenic peugeot renault citroen dacia toyota volkswagen "
    "skoda tesla dyson philips bosch siemens whirlpool electrolux moulinex seb rowenta krups delonghi lenovo huawei "
    "oppo honor"
)
"""Towns and shops, folded: a name made of these alone is no person, unless it is introduced as one."""

STOP = frozenset().union(*(one.people.ends for one in languages()))
"""Words, folded, at which a name said or written ends."""


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[Any, dict[str, int]]:
    from tokenizers import Tokenizer

    from voc import models

    tokenizer = Tokenizer.from_file(str(models.path("encoder") / "tokenizer.json"))
    return tokenizer, tokenizer.get_vocab()


@lru_cache(maxsize=8192)
def is_common_word(word: str) -> bool:
    """Tell whether a capitalised word is rather a common word at the head of a sentence ("Livraison", "Peux-tu").

    The encoder's vocabulary is sorted by frequency and keeps case: *livraison* stands before *Livraison*, *Pierre*
    before *pierre*. Small recognisers of names lack exactly this knowledge.
    """
    tokenizer, ids = _vocabulary()
    lower, title = word.lower(), word[:1].upper() + word[1:].lower()
    common, proper = ids.get(f"▁{lower}"), ids.get(f"▁{title}")
    if common is None and proper is None:
        pieces = [len(tokenizer.encode(form, add_special_tokens=False).ids) for form in (lower, title)]
        return pieces[0] < pieces[1] and pieces[0] <= 2
    return common is not None and (proper is None or common < proper)


@lru_cache(maxsize=8192)
def is_everyday_word(word: str) -> bool:
    """Tell whether a word is among the most frequent ones, whatever its capitals say."""
    _, ids = _vocabulary()
    place = ids.get(f"▁{word.lower()}")
    return place is not None and place < _EVERYDAY


_EVERYDAY = 8000
"""Pieces at the head of the encoder's vocabulary, sorted by frequency."""
