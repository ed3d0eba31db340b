"""Postal addresses as they are written and said in English, on either side of the Atlantic."""

from __future__ import annotations

from voc.language.address_words import AddressWords
from voc.language.folding import word_set

_STREET = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|courts|ct|way|boulevard|blvd|terrace|close|crescent|place|"
    r"pl|plaza|square|sq|highway|hwy|parkway|pkwy|hills?|circle|trail|inlet|summit|isle|row|gardens?|grove|mews|park|"
    r"ridge|views?|springs?|station|cove|point|crossing|junctions?)"
)
_WRITTEN = (
    rf"(?<!\w)\d{{1,6}}[ \t]+(?:[A-Za-z][\w'.-]*[ \t]+){{1,4}}?(?i:{_STREET})\b\.?"
    r"(?:(?:,?[ \t\n]+(?i:apt|suite|unit|flat)\.?[ \t]*\w+)?(?:,?[ \t\n]+[A-Za-z][\w'.-]*){1,4}?"
    r",?[ \t\n]+(?:(?i:[a-z]{2}),?[ \t]+\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[\dA-Z]?[ ]?\d[A-Z]{2})(?!\w))?"
)
_ZIP = r"(?<!\w)\d{1,6}(?:,?[ \t\n]+[A-Za-z][\w'.-]*){2,8}?,?[ \t\n]+[A-Za-z]{2}[ \t]+\d{5}(?!\w)"
"""Number, words, two letters of a state, five digits: whatever the street is called."""
_NUMBER = (
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|oh|zero)(?:[ -]|\b)){1,6}"
)
_SAID = (
    rf"\b{_NUMBER}(?!(?:{_STREET})\b)[a-z][\w'-]*(?: [a-z][\w'-]*)?"
    r" (?:street|road|avenue|lane|drive|court|boulevard|terrace|close|crescent|square|way|grove|gardens)\b"
)


ADDRESSES = AddressWords(
    written=(_ZIP, _WRITTEN),
    said=(_SAID,),
    streets=word_set(
        "street st road rd avenue ave av lane ln drive dr court ct way boulevard blvd bd terrace close crescent place "
        "pl plaza square sq highway hwy parkway pkwy circle trail row gardens grove mews alley path walk hill view"
    ),
    units=word_set(
        "apt apartment suite unit flat studio level floor bldg building no room rm box po dept department stair hall "
        "lot suites house block"
    ),
    particles=word_set("of the"),
    countries=word_set("france uk usa us england scotland wales ireland germany italy spain"),
    no_street=word_set(
        "iban swift bic mobile fax id ref ssn phone telephone order client customer contract invoice ticket"
    ),
    announces=(
        r"address\w*|live[sd]? (?:at|in|on)|living (?:at|in|on)|reside\w*|locat(?:ed|ion)|situated|deliver\w*|ship\w*|"
        r"sen[dt] (?:\w+ ){0,4}to|mail\w* to|mov(?:e|ed|ing) (?:to|from|in)|return (?:\w+ ){0,3}to|home|house"
    ),
    boxes=r"p\.?\s?o\.?\s?box",
    postcode=r"zip(?:\s?code)?|post(?:al)?\s?code",
    postcode_is=r"is",
)
