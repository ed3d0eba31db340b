"""What people write beside the data – comments, reasons – without the personal data that may be in it.

Such notes are shown to everybody who may read, and outlive the interactions they are about; so they are searched by the
same recognisers as the words of customers, and compared with the numbers of the customer base, before they are kept.
"""

from __future__ import annotations

from voc.errors import InputError
from voc.language.identification import detect_language
from voc.pipeline.known_numbers import known_places
from voc.privacy.known_numbers import LABELS
from voc.privacy.pii_search import search
from voc.settings import Settings
from voc.store import Store


def masked_note(store: Store, settings: Settings, text: str) -> str:
    """``text`` with each personal detail replaced by its kind: ``[PERSON] rappelle lundi``.

    Raises:
        InputError: it could not be searched (switched off, a model is missing): no half-searched note is kept.
    """
    forced = None if settings.language == "auto" else settings.language
    spoken = detect_language(text, hint=None, forced=forced).language
    (found,) = search([text], languages=[spoken], known_names=[()], given=settings)
    if found.text is None:
        raise InputError(
            "This note could not be searched for personal data and was not kept; leave it out, or have the search "
            f"repaired ({found.reason}).",
            code="note_not_masked",
        )
    return _known_masked(store, found.text, spoken)


def _known_masked(store: Store, text: str, language: str | None) -> str:
    (places,) = known_places(store, [(text, language)])
    for one in sorted(places, key=lambda one: -one.begin):
        text = f"{text[: one.begin]}[{LABELS[one.identifier.type]}]{text[one.end :]}"
    return text
