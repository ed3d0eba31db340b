"""What survey tools, review sites, app stores and help desks call their columns in English, beside the usual names."""

from __future__ import annotations

TOOLS = {
    "text": (
        "review text|review content|review comment|customer feedback|text original|text display|original text"
        "|body text|plain body|text content|message text|full review|comment text|user comment|comment body"
        "|response text|nps comment|nps feedback|csat comment|open text|open ended|free text|additional comments"
        "|additional feedback|status text|post message|post text|ticket description|case description"
        "|description text|comment content|commentary|contents|review description|review details|review message"
    ),
    "title": (
        "review title|review headline|review summary|ticket subject|case subject|conversation subject|raw subject"
    ),
    "id": (
        "review reference|reference number|response uuid|response id|response token|respondent|submission uuid"
        "|entry id|ticket number|conversation number|case no|comment uuid|review uuid|chat id|contact session id"
        "|display id"
    ),
    "thread": "conversation uuid|conversation key|root id|topic id|video id",
    "date": (
        "submit date utc|timestamp utc|responded|completed time|completed at|review submit date and time"
        "|review submitted at|review created utc|review created|review date utc|date of review|review time"
        "|created date|date created|create time|created time|created on|creation time|creation date time|opened at"
        "|opened|opened date|date opened|open date|date submitted|submitted|submitted on|submit time|submission date"
        "|submission time|submission timestamp|submitted date|submitted date utc|response time|responded at"
        "|response completed|response received|completion time|end time|ended at|completed date|date completed"
        "|start date utc|publish time|published|published date|date published|published on|publish date|post date"
        "|posted|posted on|post created|date posted|message date|message time|sent|sent date|date sent|sent time"
        "|date time sent|received|received date|received time|date received|created timestamp|timestamp created"
        "|created datetime|creation timestamp|creation datetime|unix timestamp|time stamp|survey date"
        "|survey completed date|interview date|date of experience|experience date|visit date|feedback date"
        "|comment date|comment time|ticket created|ticket created at|ticket created date|ticket creation date"
        "|conversation started at|conversation created at|started|contact date|interaction date|event time|logged at"
        "|review submit millis since epoch|review date time|last submitted time|submission created at|added"
        "|date added|recorded at||last modified|updated at|update time|date modified|updated"
        "|review last update date and time"
    ),
    "channel": "via|contact method|source type|conversation channel|ticket source|ticket channel",
    "nps": (
        "nps rating|nps response|nps answer|recommendation score|recommend us|would you recommend us|net promoter"
        "|likelihood"
    ),
    "csat": (
        "csat rating|csat response|conversation rating|survey score|satisfaction rating|overall satisfaction score"
        "|satisfaction note"
    ),
    "rating": (
        "review stars|rating value|rating score|score rating|stars rating|star|ratings|bubble rating|rate"
        "|review score|avg rating|rating overall|overall score|user rating value|customer rating"
    ),
    "handle": (
        "author handle name|commenter username|instagram handle|reddit author|user handle|reviewer nickname"
        "|user nickname|nickname|author channel|reviewer username"
    ),
    "name": (
        "requester|requester name|person name|reviewer display name|consumer display name|consumer name"
        "|review username|reviewer nickname|user nickname|nickname|review user name|author display name"
        "|customer full name|contact name|visitor name|respondent name|recipient name|user full name|reviewed by"
        "|submitted by|posted by|from name|from user name|sender name|real name|reporter|commenter|commenter name"
        "|profile name|contact full name|comment author|supplied name"
    ),
    "first_name": "recipient first name|recipientfirstname|contact first name|customer first name",
    "last_name": "recipient last name|recipientlastname|contact last name|customer last name",
    "email": (
        "requester email|review user email|person email|consumer email|reviewer email|contact email address"
        "|customer email address|respondent email|respondent email address|visitor email|user email address"
        "|from handle|supplied email|from address|from email address|sender email|email id|user principal name"
        "|email 1"
    ),
    "phone": (
        "requester phone|contact phone|customer phone number|phone number 1|external number|contact number"
        "|mobile number|mobile phone number|work phone|from phone"
    ),
    "customer": "requester id|requester external id|external reference|contact external id|external user id",
    "order": "order reference|transaction reference|order name|shopify order id",
    "language": (
        "reviewer language|review language|survey language|start language|startlanguage|lang code|language iso"
        "|response language"
    ),
}
"""Field → headers, see :attr:`voc.language.column_words.ColumnWords.tools`."""
