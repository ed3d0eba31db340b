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
        r"(?:je n (?:ai|avais) )?(?:rien(?: du tout)?(?: (?:de |d autre |de plus |de particulier |de special )?a "
        r"(?:signaler|declarer|ajouter|preciser|mentionner|commenter|changer|ameliorer|suggerer|proposer))?|"
        r"(?:pas|point|aucune?|sans)(?: d| de)?(?: autres?)? "
        r"(?:commentaires?|remarques?|observations?|suggestions?|avis|opinion)|"
        r"aucune?|sans objet|r ?a ?s|neant|n ?s ?p|non (?:applicable|concernee?))"
        r"(?: (?:particuli(?:er|ere)s?|special|de particulier|de special|de plus))?"
        r"(?: (?:pour (?:le moment|l instant)|a ce (?:jour|stade)|merci))?"
    ),
)
