"""Words that are no names though small recognisers take them for such, and which of two spellings is the common one."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from voc.language.folding import word_set

NEVER = word_set(
    # brands and products customers address by name
    "free freebox freemobile orange sfr bouygues sosh red bbox livebox spotify spotifycares hellofresh hello fresh "
    "certideal amazon apple iphone ipad android google samsung netflix deezer youtube facebook twitter instagram "
    "whatsapp maif axa allianz macif matmut maaf generali groupama direct assurance olivier l'olivier april gmf mgen "
    "paypal visa mastercard uber xiaomi windows chrome trustpilot wifi "
    # words written with a capital that small models take for names
    "bonjour bonsoir hello hi hey merci thanks thank svp stp madame monsieur mesdames messieurs client "
    "cliente clients "
    "service services sav conseiller conseillere technicien box internet fibre mobile mail bravo super "
    "nul nulle mdr lol "
    "ptdr wtf omg siret help please sir team all everyone guys there tous toutes equipe objet subject re tr fwd "
    "cordialement signe signed regards attention "
    # thanks and greetings of the neighbours, which French and English customers write too
    "danke dankeschon bitte hallo moin servus tschuss takk tack hej gracias hola adios saludos grazie ciao prego "
    "obrigado obrigada ola bedankt dank hoi "
    "facture contrat prix top rien bien tres pas prime bonus devis auto moto sante "
    "assureur assurance mutuelle credit lundi mardi mercredi jeudi vendredi samedi dimanche janvier "
    "fevrier mars "
    "avril mai juin juillet aout septembre octobre novembre decembre monday tuesday wednesday thursday "
    "friday saturday "
    "sunday january february march april may june july august september october november december dm dms app appli "
    "simple rapide parfait parfaite excellent excellente satisfait satisfaite efficace dommage impossible "
    "calls call texts data roaming one two three four five six seven eight nine ten anyway "
    "sinon mcdo macdo mcdonald mcdonalds honteux arnaque bug bugs courtois serait catastrophique enfaite enfin strava "
    "garmin anything something nothing everything huge news actu song retrouvez visitez remaniement "
    "chapeau meh franchement deception ref joyeux joyeuse joyeuses salutations bluffant bluffante bof "
    "question urgent reponse accueil courage mister mr mrs ms dr agent customer advisor france paris"
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
    "dijon angers nimes villeurbanne clermont-ferrand clermont brest limoges amiens perpignan metz besancon "
    "orleans rouen mulhouse caen nancy argenteuil roubaix tourcoing avignon poitiers versailles pau cergy annecy "
    "lorient bayonne biarritz cannes antibes calais dunkerque colmar valence quimper vannes troyes chambery "
    "beziers arras montreuil creteil nanterre courbevoie londres london manchester birmingham liverpool leeds "
    "sheffield bristol glasgow edinburgh cardiff belfast dublin cork galway limerick nottingham leicester "
    "newcastle southampton portsmouth plymouth brighton oxford cambridge york bruxelles brussels geneve geneva "
    "lausanne zurich luxembourg monaco montreal berlin madrid barcelone barcelona rome milan amsterdam lisbonne "
    "lisbon boston chicago houston dallas seattle denver miami "
)
SHOPS = word_set(
    "boulanger sephora darty fnac carrefour auchan leclerc intermarche monoprix casino lidl aldi decathlon ikea "
    "conforama castorama bricomarche kiabi zara primark cdiscount zalando vinted shein temu leboncoin rakuten "
    "manomano veepee nocibe marionnaud picard franprix cultura micromania electrodepot gifi dpd ups dhl fedex gls "
    "chronopost colissimo colis-prive mondial relay relais laposte evri hermes yodel tesco sainsbury asda "
    "waitrose morrisons argos currys boots clio twingo megane kangoo scenic peugeot renault citroen dacia toyota "
    "volkswagen skoda tesla dyson philips bosch siemens whirlpool electrolux moulinex seb rowenta krups delonghi "
    "lenovo huawei oppo honor "
)
"""Towns and shops, folded: a name made of these alone is no person, unless it is introduced as one."""

STOP = word_set(
    # what follows a civility or "this is" in speech without being a name
    "je j'ai j'etais j'appelle j'habite tu il elle on nous vous ils elles le la les l'appareil un une des du de "
    "d'accord et ou mais donc or ni car que qui quoi dont a au aux en dans par pour sur sous avec sans chez ce cet "
    "cette ces mon ma mes votre vos notre nos leur leurs oui non bonjour bonsoir merci alors voila bon bien tres "
    "pas plus comme si est sont etait c'est ca cela ici la-bas m'a m'ont ne n'a me se quand depuis toujours encore "
    "deja juste parce vraiment the a an and or but so because i i'm i've i'd you he she it we they is are was were "
    "be been to of in on at for from with by about my your his her our their not no yes just really very calling "
    "speaking here there this that what when how why who hello hi thanks please has had have do does did will would "
    "can could should if then than too also told said gave asked got going ridiculous unacceptable terrible awful "
    "great good bad horrible annoying crazy the first second last only second third time one two three new my am an "
    "as all getting regarding concerning still "
)
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
