"""Postal addresses as they are written and said in French."""

from __future__ import annotations

from voc.language.address_words import AddressWords
from voc.language.folding import word_set

_STREET = (
    r"(?:rue|avenue|av\.|boulevard|bd\.?|blvd|all[ée]e|chemin|impasse|place|quai|route|cours|square|r[ée]sidence|"
    r"lotissement|faubourg|sentier|ruelle|esplanade|passage)"
)
_CAPITAL = r"[A-ZÀ-Ý][\w'’-]*"
_TOWN = (
    rf"\d{{5}}[ \t]+(?:sainte?[ -])?[^\W\d][\w'’-]*"
    rf"(?:[ -]{_CAPITAL}|[ -](?:les?|la|sur|sous|en|de|du|des)[ -][\w'’-]+){{0,4}}"
)
_WRITTEN = (
    rf"(?:(?<!\w)\d{{1,4}}\s?(?:bis|ter|quater|[abc](?=[\s,]))?[\s,]+(?i:{_STREET})(?:[ \t]+[^\W\d][\w'’.-]*){{1,6}}?"
    rf"(?:,?[ \t\n]*{_TOWN}|(?=[ \t\r]*(?:[,.;\n]|$)|[ \t](?:mais|et|à|a|je|pour|depuis|est|où)\b))"
    rf"|\b(?i:{_STREET})(?:[ \t]+[^\W\d][\w'’.-]*){{1,5}},?[ \t\n]*{_TOWN})"
)
_NUMBER = (
    r"(?:(?:un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|"
    r"quarante|cinquante|soixante|cents?|mille|et|zero)(?:[ -]|\b)){1,6}"
)
_SAID = (
    rf"\b(?:{_NUMBER}|\d{{1,4}}\s)(?:bis |ter )?(?:rue|avenue|boulevard|allee|chemin|impasse|quai|route)"
    rf"(?: (?:de la|de l'|des|du|de|le|la|les))? ?[a-z][\w'-]*(?: (?:d'|de |du |des )?(?!(?:et|a|mais|je|c'est|donc)\b)"
    rf"[a-z][\w'-]*){{0,2}}?"
    rf"(?= (?:{_NUMBER}|\d{{5}})|\s*(?:$|[,.;\n])| (?:et|a|mais|je|c'est|donc|depuis|pour)\b)"
    rf"(?: (?:{_NUMBER}|\d{{5}}) ?(?:a |sur )?[a-z][\w'-]+)?"
)

ADDRESSES = AddressWords(
    written=(_WRITTEN,),
    said=(_SAID,),
    everywhere=True,
    streets=word_set(
        "rue avenue av boulevard bd allee chemin impasse place quai route cours square residence lotissement faubourg "
        "sentier ruelle esplanade passage"
    ),
    units=word_set(
        "appt appartement app apart apt etage bat batiment porte escalier esc num numero bp bte boite hall lot studio"
    ),
    particles=word_set("de du des d la le les l sur sous en aux au et st ste"),
    countries=word_set("cedex france"),
    no_street=word_set(
        "siret siren iban rib bic tel telephone mobile fax id ref nir tva cb client contrat commande facture ticket "
        "dossier"
    ),
    announces=(
        r"adress\w*|habit\w+|reside\w*|domicili\w*|demeur\w*|situ(?:e|ee|es)|livr\w+|envoy\w+|demenag\w*|chez moi|"
        r"maison|appartement"
    ),
    boxes=r"bo[iî]te postale|bp|cs",
    postcode=r"code\s?postal|cp",
    postcode_is=r"est",
)
