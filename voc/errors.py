"""Errors a person can act on.

    VocError
    ├── InputError       the file, row or argument is at fault
    │   └── ConflictError   … because of what was decided meanwhile
    ├── ModelError       weights are missing or damaged
    ├── StoreError       the database or blob store refused
    └── SettingsError    a setting is missing or contradicts another

Each message is one line: what, which file or row, what to do.
"""

from __future__ import annotations


class VocError(Exception):
    """Base of all errors shown to people as one line, without a traceback."""


class InputError(VocError):
    """Something that was given cannot be used; the message names it and says what to do."""


class ConflictError(InputError):
    """What is asked contradicts what was decided since; the message names it and says what to do first."""


class ModelError(VocError):
    """Weights are missing, damaged or unknown; the message says how to get them."""


class StoreError(VocError):
    """The database or blob store could not do what was asked (disk full, locked, unreachable)."""


class SettingsError(VocError):
    """A setting is missing, unknown or contradicts another; the message names the variable."""
