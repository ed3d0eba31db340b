"""voc: the voice of the customer, from the recording or export to the figure and back to the words.

>>> import voc
>>> voc.analyse("La facture est fausse, et personne ne répond.", channel="email").sentiment.label
'negative'

The names below are all that is meant for others' code; each is loaded at its first use, so that ``import voc`` costs
nothing. ``docs/python.md`` shows them at work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voc.errors import (
        ConflictError,
        InputError,
        ModelError,
        NotFoundError,
        RejectedWarning,
        SettingsError,
        StoreError,
        StoreFullError,
        VocError,
    )
    from voc.python_api import analyse, open_store, redact, transcribe
    from voc.records import Analysis, Channel, RedactedText, Redaction, Rejected, Remark, Turn, Word
    from voc.speech.transcript import Transcript
    from voc.store import Filters, Store

__version__ = "0.1.0"

_HOMES = {
    "voc.python_api": ("analyse", "open_store", "redact", "transcribe"),
    "voc.records": ("Analysis", "Channel", "RedactedText", "Redaction", "Rejected", "Remark", "Turn", "Word"),
    "voc.speech.transcript": ("Transcript",),
    "voc.store": ("Filters", "Store"),
    "voc.errors": (
        *("ConflictError", "InputError", "ModelError", "NotFoundError", "RejectedWarning"),
        *("SettingsError", "StoreError", "StoreFullError", "VocError"),
    ),
}
"""Module → what it gives to the package (PEP 562: a module is loaded when one of its names is asked for)."""

__all__ = [
    "Analysis",
    "Channel",
    "ConflictError",
    "Filters",
    "InputError",
    "ModelError",
    "NotFoundError",
    "RedactedText",
    "Redaction",
    "Rejected",
    "RejectedWarning",
    "Remark",
    "SettingsError",
    "Store",
    "StoreError",
    "StoreFullError",
    "Transcript",
    "Turn",
    "VocError",
    "Word",
    "__version__",
    "analyse",
    "open_store",
    "redact",
    "transcribe",
]


def __getattr__(name: str) -> object:
    from importlib import import_module

    for home, names in _HOMES.items():
        if name in names:
            value: object = getattr(import_module(home), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'voc' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
