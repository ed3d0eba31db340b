"""Everything known of French alone."""

from __future__ import annotations

from voc.language.description import Language
from voc.language.fr.addresses import ADDRESSES
from voc.language.fr.announced import ANNOUNCED
from voc.language.fr.attributes import ATTRIBUTES
from voc.language.fr.cells import CELLS
from voc.language.fr.changes import CHANGES
from voc.language.fr.channels import CHANNELS
from voc.language.fr.chats import CHATS
from voc.language.fr.columns import COLUMNS
from voc.language.fr.consent import CONSENT
from voc.language.fr.contact import CONTACT
from voc.language.fr.dates import DATES, MONTHS
from voc.language.fr.events import EVENTS
from voc.language.fr.everyday import EVERYDAY
from voc.language.fr.mail import MAIL
from voc.language.fr.meaning import MEANING
from voc.language.fr.numbers import NUMBERS
from voc.language.fr.owners import OWNERS
from voc.language.fr.parameters import PARAMETERS
from voc.language.fr.people import PEOPLE
from voc.language.fr.questions import QUESTIONS
from voc.language.fr.references import REFERENCES
from voc.language.fr.roles import ROLES
from voc.language.fr.scope import SCOPE
from voc.language.fr.search import SEARCH
from voc.language.fr.secrets import SECRETS
from voc.language.fr.sentences import SENTENCES
from voc.language.fr.sounds import SOUNDS
from voc.language.fr.subtitles import OFTEN_INVENTED, SUBTITLES
from voc.language.fr.telling import TELLING
from voc.language.fr.themes import EMPTY_LEMMAS, PARTICIPLES

LANGUAGE = Language(
    code="fr",
    names={"fr": "français", "en": "French"},
    rank=0,
    names_model="fr_core_news_sm",
    names_tokenizer="voc.language.fr.tokenizer",
    taught=True,
    heard=True,
    empty_lemmas=EMPTY_LEMMAS,
    participles=PARTICIPLES,
    parameters=PARAMETERS,
    everyday=EVERYDAY,
    references=REFERENCES,
    secrets=SECRETS,
    questions=QUESTIONS,
    owners=OWNERS,
    people=PEOPLE,
    sounds=SOUNDS,
    contact=CONTACT,
    columns=COLUMNS,
    attributes=ATTRIBUTES,
    cells=CELLS,
    events=EVENTS,
    consent=CONSENT,
    channels=CHANNELS,
    chats=CHATS,
    mail=MAIL,
    changes=CHANGES,
    months=MONTHS,
    dates=DATES,
    addresses=ADDRESSES,
    telling=TELLING,
    sentences=SENTENCES,
    numbers=NUMBERS,
    scope=SCOPE,
    meaning=MEANING,
    subtitles=SUBTITLES,
    often_invented=OFTEN_INVENTED,
    announced=ANNOUNCED,
    roles=ROLES,
    search=SEARCH,
    spellings=("francais", "french", "fra", "fre"),
)
