"""Errors a person can act on.

    VocError             error
    ├── InputError       invalid_input      the file, row or argument is at fault
    │   ├── NotFoundError   not_found       … because nothing has that id, name or path
    │   ├── ConflictError   conflict        … because of what was decided meanwhile
    │   └── GoneError       gone            … because what it names was there and is not any more
    ├── ForbiddenError   not_allowed        whoever asks has too low a role
    ├── ModelError       model_unavailable  weights are missing or damaged
    ├── StoreError       store_unavailable  the database or blob store refused
    │   └── StoreFullError  store_full      … because the disk is full
    └── SettingsError    invalid_setting    a setting is missing or contradicts another

Each message is one line in English: what, which file or row, what to do. Beside it stands a ``code`` that stays when
the sentence changes: the class's own (above) or, where a program or a translation must tell cases of one class apart,
one given with the error, with the ``parameters`` its sentence is made of. ``docs/errors.md`` lists them all.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar, TypedDict

Parameter = str | int | float


class Coded(TypedDict):
    """What an error says beside its sentence."""

    code: str | None
    parameters: dict[str, Parameter]


_FULL = (errno.ENOSPC, errno.EDQUOT)
"""The disk is full, or the owner's share of it."""


class VocError(Exception):
    """Base of all errors shown to people as one line, without a traceback.

    Args:
        message: one line: what, which file or row, what to do.
        code: what is wrong, in words of a program (``no_text_column``); default the class's own.
        parameters: what the message names (``file``, ``columns`` …), so that it can be said in another language.
    """

    CODE: ClassVar[str] = "error"

    def __init__(self, message: str = "", *, code: str | None = None, **parameters: Parameter) -> None:
        super().__init__(message)
        self.code = code or self.CODE
        self.parameters = parameters


class InputError(VocError):
    """Something that was given cannot be used; the message names it and says what to do."""

    CODE = "invalid_input"


class NotFoundError(InputError):
    """Nothing has the id, name or path that was given; the message names it."""

    CODE = "not_found"


class ConflictError(InputError):
    """What is asked contradicts what was decided since; the message names it and says what to do first."""

    CODE = "conflict"


class GoneError(InputError):
    """What is asked for was there and is not any more; the message names it."""

    CODE = "gone"


class ForbiddenError(VocError):
    """Whoever asks may not do or see this; the message names the role it takes."""

    CODE = "not_allowed"


class ModelError(VocError):
    """Weights are missing, damaged or unknown; the message says how to get them."""

    CODE = "model_unavailable"


class StoreError(VocError):
    """The database or blob store could not do what was asked (locked, unreachable, damaged)."""

    CODE = "store_unavailable"


class StoreFullError(StoreError):
    """The disk that holds the database or the recordings is full; the message says what was kept."""

    CODE = "store_full"


def not_kept(error: OSError, message: str) -> StoreError:
    """What a refusal of the disk means: :class:`StoreFullError` where nothing more fits on it, else StoreError."""
    return (StoreFullError if error.errno in _FULL else StoreError)(message)


class SettingsError(VocError):
    """A setting is missing, unknown or contradicts another; the message names the variable."""

    CODE = "invalid_setting"


LIKENESS = 0.6
"""Share of letters in common from which one word was probably meant for another (``difflib``'s measure)."""


def nearest(given: str, known: Iterable[str]) -> str | None:
    """What was probably meant by ``given``, for an error that says so; ``None`` where nothing is near."""
    return next(iter(get_close_matches(given, list(known), n=1, cutoff=LIKENESS)), None)


def coded(error: VocError) -> Coded:
    """``code`` and ``parameters`` of an error for the record that keeps it; no code where it is only its class's."""
    return {"code": error.code if error.code != error.CODE else None, "parameters": dict(error.parameters)}


class RejectedWarning(UserWarning):
    """Something was left out by :func:`voc.analyse`, or read with a doubt; the text names the row and says why."""
