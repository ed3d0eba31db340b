"""What is said in French without meaning it."""

from __future__ import annotations

from voc.language.folding import word_set
from voc.language.meaning_words import MeaningWords

MEANING = MeaningWords(
    courtesy=word_set(
        "merci mercis remercie remercions remerciement remerciements grand mille un encore beaucoup bcp infiniment",
        "bien par pour de avance ce cette confirmation patience concours intervention aide reponse retour attention",
        "comprehension je nous vous te votre vos ta tous toutes tout et bonjour bonsoir salut bonne bon journee soiree",
        "soir week end cordialement svp stp il plait cdlt bav ok oui",
    ),
    empty=word_set(
        "je tu il elle on nous vous ils elles le la les un une des du de ce cet cette ces ca cela et ou mais donc que "
        "qui quoi ne pas est sont etait au aux en dans par pour sur avec sans si se me te mon ma mes votre vos oui non "
        "ok bon ben bah euh hum ah oh alors voila allo bonjour bonsoir salut revoir adieu bientot"
    ),
    rhetorical=r"quoi d'autre|que demander de plus|que dire de plus|a quoi bon",
    marks=r"\(ou pas\)|\.\.\.? ?ou pas\b|#ironie\b|#sarcasme?\b|\(ironie\)|\[ironie\]",
    doubted=(
        r"service(?: clients?)?|support|technicien(?:ne)?s?|conseill[eè]re?s?|experts?|professionnel(?:le)?s?|gratuit|"
        r"illimit[eé]|assistance|s\.?a\.?v\.?|promotions?|promo|garantie|qualit[eé]|premium|aide|satisfaction|"
        r"solutions?|haut d[eé]bit|tr[eè]s haut d[eé]bit|fibre|excellent|super|g[eé]nial"
    ),
    critical=(
        r"dommages?|bemols?|hic|regrett\w*|malheureusement|helas|par contre|en revanche|cependant|toutefois|sauf|"
        r"hormis|mis a part|trop|manqu\w*|peu d[e']|beaucoup d[e']|excessi\w*|eleve\w*|chere?s?|onereu\w*|hausse\w*|"
        r"augment\w*|defaill\w*|defauts?|amelior\w*|efforts?|lent\w*|longs?|longues?|seule?|decu\w*|decevant\w*|"
        r"moyen\w*|erreurs?|retards?|difficile\w*|compliqu\w*|attendre|attente"
    ),
    grievance=(
        r"ne|n'\w+|(?<!pourquoi )pas|"
        r"plus d[e']|jamais|rien|aucune?s?|toujours|encore|sans|trop|depuis|marre|honte\w*|pannes?|bugs?|"
        r"bugu?e\w*|problemes?|soucis?|pb|erreurs?|coup(?:e|ee|es|ees|er|ure|ures)|retards?|arnaque\w*|vols?|voleu\w*|"
        r"escro\w*|merd\w*|putain|ptn|bordel|foutre|foutage|foutez|moque\w*|incompeten\w*|inadmissible\w*|"
        r"inacceptable\w*|scandal\w*|nuls?|nulles?|impossible|injoignable\w*|perdue?s?|cass\w*|abim\w*|augment\w*|"
        r"decu\w*|decevan\w*|mecontent\w*|fache\w*|abus\w*|injust\w*|en double|deux fois|enfin|un jour|au moins|"
        r"franchement|serieu\w*|insupportable\w*|assez|malgre|pourtant|alors que|refus\w*|bloqu\w*|plant\w*|mort|hs|"
        r"lent\w*|faux|fausse\w*|a tort|indu\w*|malheureusement|dommage|normal|attend(?:s|ons|u)?|urgent\w*"
    ),
    reasons=r"parce que|car|sinon|mais|alors que|et puis|en tout cas",
)
