"""What is asked for in English, and how the answer begins."""

from __future__ import annotations

from voc.language.folding import word_set
from voc.language.identifier_words import QuestionWords

QUESTIONS = QuestionWords(
    things={
        "loyalty": r"loyalty|membership|rewards?",
        "code": r"pin|puk|secrets?|cvv|cvc|passcode|security|access|verification|validation|door|gate|sms|otp",
        "postcode": r"postal|postcode|post code|zip(?: code)?|eircode",
        "bank": r"iban|sort code|bank account",
        "national": r"social security|national insurance|pps",
        "card": r"cards?",
        "contract": r"contracts?|policy|subscription",
        "order": r"orders?|purchase",
        "customer": r"customers?|clients?|accounts?",
        "phone": r"telephone|mobile|phone|line|contact",
        "reference": r"tickets?|cases?|claim|incident|tracking|parcel|booking|reservation|reference",
    },
    numbers_before=r"references?|codes?",
    numbers_after=r"numbers?|no|id|references?|codes?",
    links=r"\sof",
    alone=r"postcode|zip code|eircode|cvv|iban|sort code|passcode",
    your=r"your",
    yours=r"number|reference|code|pin",
    birth=r"dates? of birth|birth ?dates?|d\.?o\.?b|were you born",
    name=(
        r"(?:your|what(?:'s| is) the)\s(?:(?:first|last|full|family)\s(?:and last\s)?)?(?:names?|surname)"
        r"(?:\s(?:and|your|surname))*\b(?!\sof)|(?:under|in) (?:what|which) name|"
        r"who am i (?:speaking|talking) (?:to|with)"
    ),
    labels=r"name|first name|last name|full name|surname",
    own=r"my|our",
    own_codes=r"(?:the|my|a) codes?",
    telling=r"is|it's|its|it is|was|will be|so|that's|that is|here|the",
    asking=(
        r"please|what|which|could|can|may|tell|give|confirm|provide|spell|need|take|have|require[sd]?|requires|want|"
        r"wanted|like|looking for|get|grab|got|enter|type|read|repeat|verify|ask|asking|share|state|let me|let's|"
        r"missing|look up|pull up"
    ),
    units=(
        r"euros?|eur|dollars?|pounds?|gb|mb|km|kg|h|hours?|minutes?|min|days?|weeks?|months?|years?|times|articles?|items?"
    ),
    lead_in=(
        r"yes|yeah|yep|sure|of course|certainly|okay|ok|uh|um|hi|hello|it's|it is|its|i'm|i am|"
        r"(?:my|the) (?:(?:first|last|full|family) ?)?(?:name|surname)(?: is|'s)?|name|surname|mister|miss|mrs?|ms|so|"
        r"well|this is"
    ),
    giving=r"it's|its|it is|is|'s|am|i'm|mrs?|miss|ms",
    fillers=r"uh|um|and",
    year_begins=r"nineteen|twenty|thousand|hundred|and|oh",
    no_name=word_set(
        "pardon instant moment second minute absolutely exactly correct right sorry excuse what why wait hold hang "
        "nope name surname number address mail email phone maybe because"
    ),
)
