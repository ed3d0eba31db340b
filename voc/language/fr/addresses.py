"""Postal addresses as they are written and said in French."""

from __future__ import annotations

from voc.language.address_words import AddressPatterns

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

ADDRESSES = AddressPatterns(written=(_WRITTEN,), said=(_SAID,), everywhere=True)
