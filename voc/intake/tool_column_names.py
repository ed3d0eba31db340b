"""What tools call their columns in words of no language that is read here, beside the names of every language.

Folded as in :mod:`voc.intake.column_names`, separated by ``|``, best first; names of a language
(:attr:`voc.language.column_words.ColumnWords.tools`) stand among them where one of these goes before or after it. What
a tool writes in a language that is not read (``fecha``, ``zeitstempel``) is here as well.

From the public documentation and samples of Google Forms and Play, App Store Connect, Microsoft Forms, Qualtrics,
SurveyMonkey, Typeform, Zendesk, Freshdesk, Intercom, Trustpilot, Google Business, Facebook, X, YouTube, Reddit,
Tripadvisor, Bazaarvoice, Yotpo, Judge.me, Delighted, AskNicely, Medallia, Hotjar, LimeSurvey, JotForm, Tally,
SurveySparrow, Alchemer, Formstack, Salesforce, HubSpot, Zoho, Avis Vérifiés, Skeepers and Critizr.
"""

from __future__ import annotations

from collections.abc import Mapping

TOOL_NAMES: Mapping[str, str] = {
    "text": "additional feedback|self text|selftext|status text",
    "id": (
        "response id|token|response token|case no|recommendationid|client msg id|rest id|comment uuid|review uuid"
        "|name t|chat id|#"
    ),
    "thread": "conversation uuid|thread ts|conversation key",
    "date": (
        "date received|timestamp ms|created timestamp|created utc|timestamp created|creation timestamp|created ts"
        "|creation datetime|epoch|unix timestamp|unixtime|time stamp|ts|survey date|submission created at|fecha"
        "|datum|marca temporal|zeitstempel|fertigstellungszeit|startzeit|hora de finalizacion|hora de inicio"
        "|informazioni cronologiche|ora di completamento|ora di inizio|carimbo de data hora|hora de conclusao"
        "|tijdstempel|tijd van voltooien|begintijd|added"
    ),
    "email": (
        "direccion de correo electronico|correo electronico|indirizzo email|indirizzo e mail"
        "|endereco de e mail|e mailadres"
    ),
    "csat": "satisfaction note|ces|csat note",
    "rating": "star|im rating|ratings",
    "handle": "screenname|acct|user acct|author handle name",
}
"""Field → folded headers, best first."""
