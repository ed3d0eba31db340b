"""How addresses of mail and numbers of phones are said in French."""

from __future__ import annotations

from voc.language.folding import word_set
from voc.language.identifier_words import ContactWords

CONTACT = ContactWords(
    at=r"ar+oba[sz]e?|a commercial",
    hidden_at=r"ar+oba[sz]e?|a commercial",
    misheard_at=r"(?:ar+|l?a r+)oba[csz]e?",
    sign_itself=r"l|une?|le signe|signe|caractere|touche",
    signs={
        "point": ".",
        "tiret du bas": "_",
        "tiret du huit": "_",
        "tiret du 8": "_",
        "tiret bas": "_",
        "tiret du six": "-",
        "tiret": "-",
        "moins": "-",
    },
    domain_hyphens=r"tiret",
    mail=r"e-?mails?|mails?|courriel|adresse|ecri\w*",
    phone=(
        r"tel|telephone|portable|mobile|rappel\w*|appel\w*|joindre|joignable|numero|fixe|ligne|sms|whatsapp|contact\w*"
    ),
    no_mailbox=word_set("c'est est mon ma mail mails email e-mail adresse contact l' la le a"),
    nobodys=word_set("ne-pas-repondre nepasrepondre anonyme inconnu sansmail pasdemail sans-mail"),
    shared=word_set(
        "accueil bonjour aide sav service.client serviceclient service-client relation.client relationclient clients "
        "vente commercial commande commandes compta comptabilite facturation secretariat reception direction rh "
        "recrutement presse mairie agence"
    ),
)
