"""What events are called in English, by most tools too."""

from __future__ import annotations

from voc.language.event_words import EventWords

EVENTS = EventWords(
    families={
        "sent": (
            "marketing|campaign|newsletter|mailing|emailing|promo|promotion|solicitation|telemarketing|outbound|sent"
            "|push|notification|reminder|advert|offer"
        ),
        "purchase": "purchase|order|sale|payment|checkout|invoice|subscription|renewal|refund|upgrade|buy",
        "visit": "visit|session|login|pageview|view|browse|consultation|checkin|open|click|opened|clicked",
        "service": (
            "delivery|shipment|intervention|repair|installation|outage|incident|appointment|technician|activation"
            "|termination|moving|ticket|return"
        ),
    },
    channels={
        "email": "email|mail|emailing|newsletter|mailing",
        "sms": "sms|text|mms|rcs",
        "call": "call|phone|telephone|tel|telemarketing|voice",
        "push": "push|notification|inapp",
        "letter": "letter|post|postal|print",
        "social": "social|whatsapp|messenger|facebook|instagram|dm",
        "web": "web|site|website|online|internet|pageview",
        "app": "app|application|mobile",
        "store": "store|shop|branch|pos",
    },
)
