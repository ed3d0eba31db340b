"""What tells French from other languages."""

from __future__ import annotations

from voc.language.description import Telling
from voc.language.folding import word_set

TELLING = Telling(
    only=word_set(
        "je tu il elle nous vous ils elles le la les du des un une et est sont suis etes avec pour pas que qui dans "
        "sur mon ma mes ton ta tes votre vos notre nos leur ce cette ces mais ou donc car merci bonjour bonsoir oui "
        "tres bien rien jamais toujours depuis chez sans au aux ne plus quoi quand comment pourquoi ai ete fait faire "
        "svp cher ca cest jai"
    ),
    no_answer=(
        r"(?:je ne vois (?:rien|pas)|rien ne me vient(?: a l esprit)?|(?:non|absolument) rien(?: du tout)?)|"
        r"(?:je (?:ne )?(?:sais|pense) pas|aucune idee|sans idee)|"
        r"(?:je n (?:ai|avais) )?(?:rien(?: du tout)?(?: (?:de |d autre |de plus |de particulier |de special )?a "
        r"(?:signaler|declarer|ajouter|preciser|mentionner|commenter|changer|ameliorer|suggerer|proposer))?|"
        r"(?:pas|point|aucune?|sans)(?: d| de)?(?: autres?)? "
        r"(?:commentaires?|remarques?|observations?|suggestions?|avis|opinion)|"
        r"aucune?|sans objet|r ?a ?s|neant|n ?s ?p|non (?:applicable|concernee?))"
        r"(?: (?:particuli(?:er|ere)s?|special|de particulier|de special|de plus))?"
        r"(?: (?:pour (?:le moment|l instant)|a ce (?:jour|stade)|merci))?"
    ),
    courtesy=(
        r"(?:bonjour|bonsoir|coucou|salut|hello|allo|rebonjour|re bonjour)"
        r"|(?:chere?s?|madame|monsieur|mesdames|messieurs|mme|m)(?: (?:madame|monsieur|mesdames|messieurs|mme"
        r"|equipe))*"
        r"|(?:un )?(?:grand |immense |tres grand )?(?:merci|remerciements?|mercii+)"
        r"(?: (?:beaucoup|infiniment|bien|bcp|encore|mille fois|a tous|a toute l equipe|a vous(?: tous)?|a toi))*"
        r"(?: (?:d avance|par avance|d ores et deja))?"
        r"(?: (?:pour|de) (?:(?:votre|ton|vos|toute votre|tout|toute|l|le|la) )?"
        r"(?:aide|attention|comprehension|reponse|retour|temps|patience|lecture|ecoute|soutien|message|appel"
        r"|travail))?"
        r"|(?:je |nous )?(?:(?:vous|te) )?(?:en )?(?:remercie|remercions|remerciant)(?: (?:par avance|d avance"
        r"|beaucoup"
        r"|infiniment|sincerement|encore))*"
        r"(?: (?:pour|de) (?:votre|ton|toute votre) (?:aide|attention|comprehension|reponse|retour|temps|patience))?"
        r"|mille mercis|merci qui|s il (?:vous|te) plait|svp|stp"
        r"|(?:bien |tres |sincerement )?(?:cordialement|cdt|cdlt|respectueusement|amicalement|bien a vous"
        r"|sinceres salutations"
        r"|(?:meilleures |sinceres |cordiales )?salutations(?: distinguees)?|sentiments distingues)"
        r"|(?:passez |je vous souhaite |on vous souhaite )?(?:une |un )?(?:tres |agreable "
        r"|excellente? )?(?:bonne?|belle|beau|"
        r"excellente?|agreable) (?:fin de )?(?:journee|soiree|semaine|week end|weekend|continuation|reception"
        r"|nuit|courage|"
        r"vacances|fetes|annee)(?: a (?:vous|tous|toutes|toi))?"
        r"|a (?:tres )?(?:bientot|demain|plus|plus tard|tout a l heure|la prochaine)|au (?:plaisir"
        r"|revoir)(?: de vous lire)?"
        r"|(?:je reste|nous restons|restant|reste) (?:a votre disposition|dans l attente)|dans l attente"
        r"(?: (?:de|d) (?:votre|vos|une) (?:reponse|retour|nouvelles|reponse rapide|retour rapide))?"
        r"|(?:veuillez|je vous prie d|je vous prie de|nous vous prions d) (?:agreer|recevoir|croire)"
        r"|l expression de m(?:es|on) (?:sentiments?|salutations?|consideration)(?: (?:les meilleurs|distinguee?s?))?"
        r"|bonne reception|bien recu|je vous en prie|de rien|avec plaisir"
    ),
    beside_courtesy=(
        r"et|a|tous|toutes|toi|vous|alors|donc|voila|oui|ok|encore|mes|nos|de|pour|par|en|toute|l"
        r"|equipe|"
        r"sinceres?|cordiales?|meilleures?|d|avance|d accord|tout|le|monde"
    ),
)
