"""What survey tools, review sites, app stores and help desks call their columns, beside the usual names.

Folded as in :mod:`voc.intake.column_names`, separated by ``|``; the order is the order of preference, after the usual
names. From the public documentation and samples of Google Forms and Play, App Store Connect, Microsoft Forms,
Qualtrics, SurveyMonkey, Typeform, Zendesk, Freshdesk, Intercom, Trustpilot, Google Business, Facebook, X, YouTube,
Reddit, Tripadvisor, Bazaarvoice, Yotpo, Judge.me, Delighted, AskNicely, Medallia, Hotjar, LimeSurvey, JotForm, Tally,
SurveySparrow, Alchemer, Formstack, Salesforce, HubSpot, Zoho, Avis Vérifiés, Skeepers and Critizr.
"""

from __future__ import annotations

_NAMES = {
    "text": (
        "review text|review content|review comment|customer feedback|text original|text display|original text"
        "|body text|plain body|text content|message text|full review|comment text|user comment|comment body"
        "|response text|verbatim client|texte de l avis|contenu de l avis|commentaire de l avis|avis client"
        "|contenu du commentaire|message client|message du client|nps comment|nps feedback|csat comment|open text"
        "|open ended|free text|additional comments|additional feedback|self text|selftext|status text|post message"
        "|post text|ticket description|case description|description text|probleme|expression libre|remarques client"
        "|comment content|commentary|contents|review description|review details|review message"
    ),
    "title": (
        "review title|review headline|review summary|ticket subject|case subject|titre de l avis|conversation subject"
        "|raw subject|sujet du ticket|objet de la demande"
    ),
    "id": (
        "review reference|reference number|response uuid|response id|reponse id|token|response token|respondent"
        "|submission uuid|entry id|n ticket|no ticket|ticket number|num ticket|numero du ticket|n de ticket"
        "|n demande|n de demande|numero de demande|n dossier|numero de dossier|conversation number|case no"
        "|recommendationid|client msg id|rest id|comment uuid|review uuid|avis id|n avis|numero d avis|name t"
        "|id de la reponse|id de reponse|id de reponse reponse|id ticket client|chat id|contact session id|display id"
    ),
    "thread": "conversation uuid|thread ts|conversation key|root id|topic id|video id",
    "date": (
        "horodateur|submit date utc|timestamp utc|responded|completed time|completed at"
        "|review submit date and time|review submitted at|review created utc|review created"
        "|review date utc|date of review|review time|created date|date created|create time|created time|created on"
        "|creation time|creation date time|date de creation du ticket|date d ouverture|date ouverture|ouvert le"
        "|opened at|opened|opened date|date opened|open date|date submitted|submitted|submitted on|submit time"
        "|submission date|submission time|submission timestamp|submitted date|submitted date utc|date soumise"
        "|date de soumission|soumis le|date d envoi de la reponse|date de la reponse|date et heure|date heure utc"
        "|response time|responded at|response completed|response received|completion time|heure de fin|end time"
        "|ended at|completed date|date completed|date de fin|fin|heure de debut|date de debut|start date utc"
        "|publish time|published|published date|date published|published on|publish date|date de parution|post date"
        "|posted|posted on|post created|date posted|date du post|date du message|message date|message time|sent"
        "|sent date|date sent|sent time|date time sent|received|received date|received time|date received|recu"
        "|timestamp ms|created timestamp|created utc|timestamp created|created datetime|creation timestamp|created ts"
        "|creation datetime|epoch|unix timestamp|unixtime|time stamp|ts|survey date|survey completed date"
        "|date de l enquete|date enquete|date du questionnaire|date de collecte|date verbatim|date du verbatim"
        "|interview date|date of experience|date d experience|date de l experience|experience date|visit date"
        "|date de visite|date feedback|feedback date|comment date|comment time|date commentaire|date du commentaire"
        "|date de depot|depose le|ticket created|ticket created at|ticket created date|ticket creation date"
        "|conversation started at|conversation created at|started|contact date|interaction date|event time|logged at"
        "|review submit millis since epoch|review date time|last submitted time|submission created at|fecha|datum"
        "|marca temporal|zeitstempel|added|date added|recorded at|date d enregistrement|date de saisie|saisi le"
        "|last modified|updated at|update time|date modified|updated|review last update date and time"
    ),
    "channel": "via|contact method|source type|conversation channel|ticket source|source du ticket|ticket channel",
    "nps": (
        "nps rating|nps response|nps answer|recommendation score|recommend us|would you recommend us|net promoter"
        "|likelihood|intention de recommander|note de 0 a 10|recommander|note reco|score de recommandation"
    ),
    "csat": (
        "csat rating|csat response|conversation rating|survey score|satisfaction rating|overall satisfaction score"
        "|note de satisfaction globale"
        "|note csat|indice de satisfaction|satisfaction note|ces|csat note"
    ),
    "rating": (
        "review stars|rating value|rating score|score rating|note 5|note sur 5 etoiles|nombre etoiles|stars rating"
        "|star|im rating|ratings|bubble rating|rate|review score|avg rating|rating overall|overall score|note de l avis"
        "|note donnee"
        "|note attribuee|etoile|user rating value|customer rating|evaluation|note sur cinq|note moyenne"
    ),
    "handle": (
        "screenname|acct|user acct|author handle name|commenter username|instagram handle|reddit author|user handle"
        "|reviewer nickname|user nickname|nickname|author channel|reviewer username"
    ),
    "name": (
        "requester|requester name|person name"
        "|reviewer display name|consumer display name|consumer name|review username"
        "|reviewer nickname|user nickname|nickname|review user name|author display name|customer full name"
        "|contact name|visitor name|respondent name|recipient name"
        "|demandeur|nom du demandeur|nom de l auteur|auteur de l avis|nom contact|nom du contact|user full name"
        "|reviewed by|submitted by|posted by|from user name|sender name|real name|client nom|nom et prenom|reporter"
        "|commenter|commenter name|profile name|contact full name|comment author|supplied name|demandeur demandeur"
    ),
    "first_name": (
        "recipient first name|recipientfirstname|contact first name|customer first name|prenom client|prenom du client"
    ),
    "last_name": "recipient last name|recipientlastname|contact last name|customer last name|nom de famille client",
    "email": (
        "requester email|review user email|person email|adresse de messagerie"
        "|adresse de courriel|adresse electronique|consumer email|reviewer email"
        "|contact email address|customer email address|respondent email|respondent email address|visitor email"
        "|e mail client|e mail du client|email du client"
        "|email contact|email du contact|user email address|mail contact"
        "|from handle|supplied email"
        "|from address|from email address|sender email|email id|user principal name|email 1|email du demandeur"
    ),
    "phone": (
        "requester phone|contact phone|customer phone number|phone number 1|numero de portable|telephone du client"
        "|external number|contact number|tel portable client"
        "|mobile number|numero mobile|mobile phone number|telephone contact|work phone|from phone"
    ),
    "customer": "requester id|requester external id|external reference|contact external id|external user id",
    "order": (
        "order reference|transaction reference|order name|shopify order id|numero de la commande"
        "|reference de commande|n de la commande"
    ),
    "language": (
        "reviewer language|review language|langue de l avis|survey language|start language|startlanguage"
        "|lang saisie|lang code|language iso|langue du repondant|response language|langue de l enquete"
    ),
}

TOOL_NAMES: dict[str, tuple[str, ...]] = {field: tuple(names.split("|")) for field, names in _NAMES.items()}
"""Field → folded headers, best first."""
