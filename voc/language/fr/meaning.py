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
    marks=r"#ironie\b|#sarcasme?\b|\(ironie\)|\[ironie\]",
    doubted=(
        r"service(?: clients?)?|support|technicien(?:ne)?s?|conseill[eè]re?s?|experts?|professionnel(?:le)?s?|gratuit|"
        r"illimit[eé]|assistance|s\.?a\.?v\.?|promotions?|promo|garantie|qualit[eé]|premium|aide|satisfaction|"
        r"solutions?|haut d[eé]bit|tr[eè]s haut d[eé]bit|fibre|excellent|super|g[eé]nial"
    ),
)
