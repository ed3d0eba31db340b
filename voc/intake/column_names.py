"""What French and English exports call their columns.

A header is folded (``"N° de commande"`` → ``n de commande``, ``CustomerID`` → ``customer id``) and looked up; the
order inside a list is the order of preference when several columns of one table qualify.
"""

from __future__ import annotations

import re
from functools import lru_cache

from voc.intake.tool_column_names import TOOL_NAMES
from voc.language.folding import fold

TEXT: tuple[str, ...] = (
    *("verbatim", "verbatims", "texte", "text", "full text", "tweet text", "review text", "commentaire", "comment"),
    *(
        "comments",
        "commentaires",
        "contenu avis",
        "avis",
        "review",
        "review body",
        "review content",
        "content",
        "contenu",
    ),
    *("feedback", "corps", "body", "corps du message", "message", "tweet", "post", "utterance", "customer comment"),
    *("commentaire client", "texte libre", "reponse ouverte", "open ended response", "consumer complaint narrative"),
    *("complaint", "reclamation", "plainte", "transcription", "transcript", "remarque", "remarques", "observation"),
    *(
        "observations",
        "opinion",
        "temoignage",
        "suggestion",
        "suggestions",
        "caption",
        "snippet",
        "description",
        "detail",
    ),
    *("details", "reponse", "response", "answer", "question text", "requete", "query", "sentence", "phrase"),
)
TEXT_WORDS = frozenset(
    (
        *("verbatim", "verbatims", "commentaire", "commentaires", "comment", "comments", "text", "texte", "review"),
        *("avis", "message", "contenu", "content", "feedback", "tweet", "body", "narrative", "remarque", "opinion"),
    )
)
NOT_TEXT_WORDS = frozenset(
    (
        *("id", "ids", "date", "nombre", "nb", "number", "count", "type", "titre", "title", "url", "link", "lien"),
        *("lang", "langue", "language", "length", "longueur", "note", "score", "source", "status", "statut", "rating"),
        *("author", "auteur", "user", "name", "nom", "label", "labels", "category", "categorie", "sentiment", "at"),
        *("time", "heure", "location", "version", "reply", "canal", "channel", "subject", "objet", "sujet"),
    )
)
PARTS = (
    *("points positifs", "point positif", "positive review", "positif", "positives", "pros", "avantages", "likes"),
    *(
        "points negatifs",
        "point negatif",
        "negative review",
        "negatif",
        "negatives",
        "cons",
        "inconvenients",
        "dislikes",
    ),
)
"""Columns that together make one text (what pleased, what did not)."""

FIELDS: dict[str, tuple[str, ...]] = {
    "title": (
        *("titre", "title", "titre avis", "titre commentaire", "titre de l avis", "review title", "subject", "objet"),
        *("sujet", "headline", "summary", "resume", "heading", "objet du message", "email subject", "header"),
    ),
    "id": (
        *(
            "id",
            "identifiant",
            "external id",
            "uuid",
            "guid",
            "tweet id",
            "id tweet",
            "post id",
            "id post",
            "status id",
        ),
        *("id str", "review id", "id avis", "response id", "responseid", "id reponse", "message id", "comment id"),
        *("id commentaire", "ticket", "ticket id", "id ticket", "numero ticket", "numero de ticket", "case id", "case"),
        *(
            "case number",
            "complaint id",
            "id reclamation",
            "numero reclamation",
            "numero de reclamation",
            "n reclamation",
        ),
        *(
            "no reclamation",
            "interaction id",
            "id interaction",
            "call id",
            "id appel",
            "callid",
            "record id",
            "contact id",
        ),
        *(
            "survey id",
            "id enquete",
            "reference",
            "ref",
            "sentence id",
            "feedback id",
            "submission id",
            "respondent id",
        ),
        *("e mail id", "email id", "id message", "sid"),
    ),
    "thread": (
        *(
            "thread id",
            "thread",
            "conversation id",
            "conversationid",
            "id conversation",
            "conversation",
            "discussion id",
        ),
        *("session id", "sessionid", "id session", "in reply to", "in reply to status id", "in response to tweet id"),
        *("parent id", "reply to", "contactid", "fil"),
    ),
    "date": (
        *("occurred at", "date heure", "datetime", "date time", "date", "created at", "created", "timestamp"),
        *("horodatage", "date publication", "date de publication", "published at", "posted at", "publication date"),
        *("date avis", "date de l avis", "review date", "date reponse", "date de reponse", "response date"),
        *(
            "submitted at",
            "submit date",
            "submitdate",
            "datestamp",
            "recorded date",
            "recordeddate",
            "end date",
            "enddate",
            "completed at",
        ),
        *(
            "date de creation",
            "date creation",
            "creation date",
            "creationdate",
            "tweet created",
            "sent at",
            "date envoi",
        ),
        *("date d envoi", "date reception", "date de reception", "received at", "recu le", "envoye le", "cree le"),
        *(
            "publie le",
            "started at",
            "start time",
            "start date",
            "startdate",
            "date appel",
            "date de l appel",
            "call date",
        ),
        *("date contact", "date du contact", "jour", "time", "heure", "at", "when", "start", "debut"),
    ),
    "time": ("heure", "time", "hour", "heure appel", "heure de l appel", "call time"),
    "channel": (
        *("channel", "canal", "canal de contact", "canal contact", "contact channel", "media", "type de contact"),
        *(
            "contact type",
            "type contact",
            "touchpoint",
            "point de contact",
            "medium",
            "origine",
            "origin",
            "source",
            "type",
        ),
    ),
    "nps": (
        *("nps", "nps score", "score nps", "note nps", "likelihood to recommend", "recommandation"),
        *("note de recommandation", "note recommandation", "recommend", "recommend score", "ltr", "q nps"),
        *("probabilite de recommandation", "intention de recommandation", "net promoter score"),
    ),
    "csat": (
        *("csat", "csat score", "score csat", "satisfaction", "satisfaction globale", "note satisfaction"),
        *(
            "note de satisfaction",
            "niveau de satisfaction",
            "overall satisfaction",
            "satisfaction score",
            "score satisfaction",
        ),
        *("customer satisfaction", "satisfaction client", "satisfaction level", "satisfaction generale"),
    ),
    "rating": (
        *(
            "rating",
            "stars",
            "etoiles",
            "nb etoiles",
            "nombre d etoiles",
            "star rating",
            "note",
            "note client",
            "score",
        ),
        *(
            "note avis",
            "note globale",
            "review rating",
            "overall rating",
            "overall",
            "note sur 5",
            "user rating",
            "grade",
        ),
    ),
    "handle": (
        *("handle", "screen name", "user screen name", "user username", "username", "author username"),
        *("author handle", "from user", "twitter handle", "user name", "compte", "compte twitter", "pseudo"),
        *("pseudonyme", "account", "author id", "author", "auteur", "user", "utilisateur", "instagram", "twitter"),
        "handle twitter",
    ),
    "network": (
        *("network", "reseau", "reseau social", "social network", "platform", "plateforme", "site", "media", "source"),
        *("provider", "channel", "canal"),
    ),
    "name": (
        *(
            "name",
            "nom complet",
            "full name",
            "nom prenom",
            "prenom nom",
            "customer name",
            "nom client",
            "nom du client",
        ),
        *(
            "client name",
            "author name",
            "nom auteur",
            "display name",
            "reviewer name",
            "from name",
            "user display name",
            "user name",
        ),
        *("reviewer", "caller name", "author", "auteur", "user", "pseudo", "nom", "client"),
    ),
    "first_name": ("prenom", "first name", "firstname", "given name", "given names", "prenoms"),
    "last_name": ("nom de famille", "last name", "lastname", "surname", "family name", "nom"),
    "email": (
        *("email", "e mail", "mail", "adresse email", "adresse e mail", "adresse mail", "email address", "courriel"),
        *(
            "customer email",
            "email client",
            "mail client",
            "contact email",
            "from email",
            "from",
            "expediteur",
            "sender",
        ),
        *("recipient email", "recipientemail", "author email", "user email"),
    ),
    "phone": (
        *("phone", "telephone", "tel", "mobile", "portable", "phone number", "numero de telephone", "numero telephone"),
        *("no telephone", "n telephone", "tel mobile", "tel portable", "telephone mobile", "telephone portable", "gsm"),
        *("caller number", "caller", "caller id", "callerid", "numero appelant", "appelant", "ani", "from number"),
        *("customer phone", "tel client", "telephone client", "customer number phone", "msisdn", "cell", "cell phone"),
        *("mobile phone", "tel fixe", "telephone fixe", "fixe", "home phone", "phone home", "phone mobile", "numero"),
        *("telephone 1", "telephone 2", "tel 1", "tel 2", "phone 1", "phone 2", "numero de l appelant"),
    ),
    "customer": (
        *("customer id", "id client", "client id", "customerid", "clientid", "numero client", "numero de client"),
        *("no client", "n client", "customer number", "customer ref", "code client", "ref client", "reference client"),
        *(
            "account id",
            "account number",
            "crm id",
            "id crm",
            "num client",
            "cust id",
            "external customer id",
            "customer",
        ),
        *("numero de compte client", "identifiant client", "external data reference"),
    ),
    "contract": (
        *(
            "contract number",
            "numero de contrat",
            "numero contrat",
            "no contrat",
            "n contrat",
            "n de contrat",
            "contrat",
        ),
        *("contract", "contract id", "id contrat", "ref contrat", "reference contrat", "contrats", "contracts"),
        *("policy number", "numero de police", "policy", "no de contrat", "num contrat", "contract no", "contract ref"),
    ),
    "order": (
        *("order id", "order number", "numero de commande", "numero commande", "no commande", "n commande"),
        *("n de commande", "commande", "ref commande", "reference commande", "id commande", "order", "order ref"),
        *("purchase id", "no de commande", "num commande", "order no", "commandes", "orders", "orderid"),
    ),
    "loyalty": (
        *("loyalty id", "loyalty number", "carte fidelite", "carte de fidelite", "numero fidelite", "loyalty card"),
        *("numero de fidelite", "loyalty", "n fidelite", "no fidelite", "fidelite"),
    ),
    "language": ("language", "lang", "langue", "lng", "locale", "user language", "userlanguage", "iso language"),
    "own": ("is brand", "from brand", "from company", "is company", "is agent", "outbound", "est marque", "is staff"),
    "inbound": ("inbound", "from customer", "is customer", "entrant"),
    "role": (
        *(
            "participanttype",
            "participant type",
            "participant role",
            "participantrole",
            "role",
            "speaker",
            "speaker role",
        ),
        *("locuteur", "intervenant", "speaker type", "party", "author type", "sender type"),
    ),
    "begin": (
        *(
            "begin ms",
            "start ms",
            "begin",
            "start",
            "offset",
            "begin offset millis",
            "start time",
            "begin time",
            "debut",
        ),
        *("starttime", "start seconds", "begin s", "start s", "offset ms", "timestamp", "time"),
    ),
    "end": ("end ms", "end", "end offset millis", "end time", "endtime", "fin", "end seconds", "end s"),
    "filename": (
        *("filename", "file name", "file", "fichier", "nom de fichier", "nom du fichier", "recording", "audio"),
        *("audio file", "recording file", "enregistrement", "path", "chemin", "nom fichier", "fichier audio", "wav"),
        *(
            "recording filename",
            "audio filename",
            "recordings",
            "enregistrements",
            "recording name",
            "recording file name",
        ),
    ),
    "roles": ("roles", "channel roles", "roles canaux", "canaux"),
}
"""Field → folded headers, best first."""

TEXT = (*TEXT, *TOOL_NAMES["text"])
FIELDS = {field: (*names, *TOOL_NAMES.get(field, ())) for field, names in FIELDS.items()}

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "city": ("city", "ville", "commune", "town", "localite", "customer city", "ville client"),
    "postcode": ("postcode", "code postal", "zip", "zip code", "postal code", "cp"),
    "birth_date": (
        *("birth date", "date of birth", "dob", "birthdate", "birthday", "date naissance", "date de naissance"),
        *("naissance", "ne le", "nee le", "ddn"),
    ),
    "region": ("region", "departement", "state", "province"),
    "country": ("country", "pays"),
    "product": (
        "product",
        "produit",
        "offre",
        "offer",
        "product name",
        "nom produit",
        "nom du produit",
        "article",
        "plan",
    ),
    "segment": ("segment", "customer segment", "segment client", "customer type", "type de client", "type client"),
    "store": ("store", "magasin", "boutique", "agence", "shop", "point de vente", "pdv", "restaurant"),
    "brand": ("brand", "marque", "entreprise", "nom entreprise", "company", "assureur", "airline", "enseigne"),
    "agent": ("agent", "conseiller", "advisor", "agent name", "agent id", "teleconseiller", "employee"),
    "direction": ("direction", "sens", "call direction", "sens appel", "sens de l appel"),
    "queue": ("queue", "file d attente", "skill", "competence", "groupe"),
    "app_version": ("app version", "version application", "version app", "version de l application", "appversion"),
    "device": ("device", "appareil", "terminal", "os", "platform os", "modele"),
    "category": ("category", "categorie", "motif", "reason", "topic", "theme", "type de demande"),
    "status": ("status", "statut", "state of ticket"),
    "csat_scale": ("csat scale", "echelle csat", "echelle"),
    "network": (),
}
"""Attributes that insights break figures down by, under one name whatever the export calls them."""

ALIASES: dict[str, str] = {
    "subject": "title",
    "external_id": "id",
    "post_id": "id",
    "thread_id": "thread",
    "conversation": "thread",
    "occurred_at": "date",
    "customer_id": "customer",
    "contract_number": "contract",
    "order_number": "order",
    "comment": "text",
    "verbatim": "text",
    "author": "handle",
    "lang": "language",
    "stars": "rating",
}
"""Other names a person may give a field in ``mapping``."""


@lru_cache(maxsize=8192)
def fold_header(text: str, *, keep: str = "") -> str:
    """Fold a header or label: no accents, lower case, camel case and punctuation to single spaces."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])", " ", text.strip()[:300])
    text = fold(re.sub("[nN][°º]", "n ", text))
    return " ".join(re.sub(rf"[^\w{re.escape(keep)}]|_", " ", text).split())


_KNOWN = frozenset((*TEXT, *PARTS, *(name for names in (*FIELDS.values(), *ATTRIBUTES.values()) for name in names)))


def is_known_header(cell: str) -> bool:
    """Tell whether a cell is a column name exports use."""
    return len(cell) < 80 and fold_header(cell) in _KNOWN


def is_known_name(folded: str) -> bool:
    """Tell whether a folded name is one that exports use for a column."""
    return folded in _KNOWN
