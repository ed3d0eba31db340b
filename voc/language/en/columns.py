"""What English exports call their columns."""

from __future__ import annotations

from voc.language.column_words import ColumnWords
from voc.language.en.tool_columns import TOOLS

COLUMNS = ColumnWords(
    text=(
        "verbatim|verbatims|text|full text|tweet text|review text|comment|comments|review|review body|review content"
        "|content|feedback|body|message|tweet|post|utterance|customer comment|open ended response"
        "|consumer complaint narrative|complaint|transcription|transcript|observation|observations|opinion|suggestion"
        "|suggestions|caption|snippet|description|detail|details|response|answer|question text|query|sentence"
    ),
    reasons="why|reason|reasons",
    text_words="body|comment|comments|content|feedback|message|narrative|opinion|review|text|tweet|verbatim|verbatims|why|improve",
    no_text_words=(
        "at|author|category|channel|count|date|id|ids|label|labels|lang|language|length|link|location|name|note"
        "|number|rating|reply|score|sentiment|source|status|subject|time|title|type|url|user|version"
    ),
    parts=(
        "positive review|positive comment|positive feedback|positives|pros|likes|negative review|negative comment"
        "|negative feedback|negatives|cons|dislikes"
    ),
    fields={
        "title": "title|review title|subject|headline|summary|heading|email subject|header|short description",
        "id": (
            "id|external id|uuid|guid|tweet id|post id|status id|id str|review id|response id|responseid|message id"
            "|comment id|ticket|ticket id|case id|case|case number|complaint id|interaction id|call id|callid"
            "|record id|contact id|survey id|reference|ref|sentence id|feedback id|submission id|respondent id"
            "|e mail id|email id|sid"
        ),
        "thread": (
            "thread id|thread|conversation id|conversationid|conversation|discussion id|session id|sessionid"
            "|in reply to|in reply to status id|in response to tweet id|parent id|reply to|contactid"
        ),
        "date": (
            "occurred at|datetime|date time|date|created at|created|timestamp|published at|posted at|publication date"
            "|review date|response date|submitted at|submit date|submitdate|datestamp|recorded date|recordeddate"
            "|end date|enddate|completed at|creation date|creationdate|tweet created|sent at|received at|started at"
            "|start time|start date|startdate|call date|time|at|when|start"
        ),
        "time": "time|hour|call time",
        "channel": "channel|contact channel|media|contact type|touchpoint|medium|origin|source|type",
        "nps": "nps|nps score|likelihood to recommend|recommend|recommend score|ltr|q nps|net promoter score",
        "csat": (
            "csat|csat score|satisfaction|overall satisfaction|satisfaction score|customer satisfaction"
            "|satisfaction level|review score|guest score|satisfaction rating"
        ),
        "rating": "rating|stars|star rating|note|score|review rating|overall rating|overall|user rating|grade",
        "handle": (
            "handle|screen name|user screen name|user username|username|author username|author handle|from user"
            "|twitter handle|user name|account|author id|author|user|instagram|twitter"
        ),
        "network": "network|social network|platform|site|media|source|provider|channel",
        "name": (
            "name|full name|customer name|client name|author name|display name|reviewer name|from name"
            "|user display name|user name|reviewer|caller name|author|user|client|guest name|your name"
        ),
        "first_name": "first name|firstname|given name|given names",
        "last_name": "last name|lastname|surname|family name",
        "email": (
            "email|e mail|mail|email address|customer email|contact email|from email|from|sender|recipient email"
            "|recipientemail|author email|user email"
        ),
        "phone": (
            "phone|tel|mobile|phone number|tel mobile|caller number|caller|caller id|callerid|ani|from number"
            "|customer phone|customer number phone|msisdn|cell|cell phone|mobile phone|home phone|phone home"
            "|phone mobile|tel 1|tel 2|phone 1|phone 2"
        ),
        "customer": (
            "customer id|client id|customerid|clientid|customer number|customer ref|account id|account number|crm id"
            "|cust id|external customer id|customer|external data reference"
        ),
        "contract": "contract number|contract|contract id|contracts|policy number|policy|contract no|contract ref",
        "order": "order id|order number|order|order ref|purchase id|order no|orders|orderid",
        "loyalty": "loyalty id|loyalty number|loyalty card|loyalty",
        "language": "language|lang|lng|locale|user language|userlanguage|iso language",
        "own": "is brand|from brand|from company|is company|is agent|outbound|is staff",
        "inbound": "inbound|from customer|is customer",
        "role": (
            "participanttype|participant type|participant role|participantrole|role|speaker|speaker role|speaker type"
            "|party|author type|sender type"
        ),
        "begin": (
            "begin ms|start ms|begin|start|offset|begin offset millis|start time|begin time|starttime|start seconds"
            "|begin s|start s|offset ms|timestamp|time"
        ),
        "end": "end ms|end|end offset millis|end time|endtime|end seconds|end s",
        "filename": (
            "filename|file name|file|recording|audio|audio file|recording file|path|wav|recording filename"
            "|audio filename|recordings|recording name|recording file name"
        ),
        "roles": "roles|channel roles",
    },
    attributes={
        "city": "city|town|customer city",
        "postcode": "postcode|zip|zip code|postal code",
        "birth_date": "birth date|date of birth|dob|birthdate|birthday",
        "region": "region|state|province",
        "country": "country",
        "product": "product|offer|product name|article|plan",
        "segment": "segment|customer segment|customer type",
        "store": "store|shop|restaurant",
        "brand": "brand|company|airline",
        "agent": "agent|advisor|agent name|agent id|employee",
        "direction": "direction|call direction",
        "queue": "queue|skill",
        "app_version": "app version|appversion",
        "device": "device|os|platform os",
        "category": "category|reason|topic",
        "status": "status|state of ticket",
        "csat_scale": "csat scale",
    },
    tools=TOOLS,
    calls={
        "caller": (
            "caller number|caller|caller id|callerid|caller phone|from|from number|from phone|from phone number"
            "|source number|calling number|calling party|calling party number|originating number|a number"
        ),
        "callee": (
            "to|to number|to phone|to phone number|called|called number|called party|called party number|callee"
            "|callee number|callee phone|destination|destination number|dialed number|dialled number|dialed|dialled"
            "|b number"
        ),
        "customer": "phone|customer phone|customer number|customer phone number|phone customer",
        "direction": "call type",
        "outward": "outbound|is outbound",
        "inward": "inbound|is inbound",
        "notes": ("notes|note|comments|comment|call notes|call note|agent notes|agent note|summary|call summary"),
        "lasts": "talk|talking|talktime|duration|waiting|ringing|hold",
        "ends": "external number|internal number|number",
        "date": "started at|start|start time|occurred at|begin|call start",
        "id": "call id|callid|id|external id|session id",
        "channel": "channel",
        "milliseconds": "milliseconds|millis",
        "seconds": "seconds|sec|secs",
        "tables": "calls|metadata|recordings|telephony|call_log",
    },
    customers={
        "id": "id|external id|unique id|record id|contact id|code|ref|reference|key|cluster",
        "name": "name|full name|customer name|contact",
        "email": "email 2|e mail 2|email 1|e mail 1|emails|mail 2",
        "phone": "phones|mobile 2|phone 3|tel 3",
        "order": "last order",
        "handle": "handle|twitter handle|instagram handle|handles|social handle",
        "segment": "tier",
        "since": (
            "since|customer since|signup date|created at|join date|joined|start date|entry date|subscription date"
        ),
    },
    events={
        "id": "event id|message id|send id|external id|id|ref",
        "type": "event type|event name|event|type|action|kind|nature|activity type",
        "at": (
            "at|event at|event time|event date|sent at|send date|send time|purchase date|order date|visit date|moment"
            "|time"
        ),
        "email": "recipient|to",
        "phone": "called number",
        "channel": "channel|medium|media|via",
        "label": (
            "campaign|campaign name|product|article|item|product name|label|subject|title|name|offer|page|description"
        ),
        "amount": "amount|total|price|value|revenue",
        "currency": "currency",
        "place": "store|shop|place|city|location",
        "device": "device|terminal|device type|user agent|platform",
    },
    replies="reply|response|your response|your reply|reply text",
    replied="response date|reply date",
    sides=(
        "direction|message direction|sender|sender type|sender role|from type|author type|type|message type|from"
        "|actor type|user type|author role|participant type|participant role|role"
    ),
)
