"""Secrets of sources: kept outside the store, in the environment or in files, and read when they are used.

Only variables called ``VOC_SOURCE_…`` and files of one folder may be named: whoever may add a source from the pages
must not be able to send the rest of the environment somewhere.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from voc.errors import InputError
from voc.settings import Settings

VARIABLE = re.compile(r"VOC_SOURCE_[A-Z0-9_]{1,100}")
FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}")
LARGEST_BYTES = 64 * 1024


def check_reference(name: str, reference: str) -> str:
    """``env:VOC_SOURCE_…`` or ``file:NAME``, as it is; nothing is read.

    Raises:
        InputError: it is neither. What stands there may be the secret itself, so it is not repeated.
    """
    place, _, rest = reference.partition(":")
    if (place == "env" and VARIABLE.fullmatch(rest)) or (place == "file" and FILE.fullmatch(rest)):
        return reference
    raise InputError(
        f"{name}: say where the secret is kept, not what it is: env:VOC_SOURCE_NAME for a variable of the environment, "
        "file:NAME for a file in the folder of secrets.",
        code="source_secret_reference",
        field=name,
    )


def folder_of(settings: Settings) -> Path:
    """Where the files lie that hold secrets."""
    return settings.source_secrets or settings.home / "secrets"


def read_secrets(references: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """The secrets themselves by field.

    Raises:
        InputError: one is not where it is said to be.
    """
    return {name: _read(name, reference, settings) for name, reference in references.items()}


def _read(name: str, reference: str, settings: Settings) -> str:
    place, _, rest = check_reference(name, reference).partition(":")
    if place == "env":
        value = os.environ.get(rest)
        if not value:
            raise _missing(name, reference, f"the variable {rest} is not set for the worker")
        return value
    folder = folder_of(settings)
    try:
        with (folder / rest).open("rb") as stream:
            data = stream.read(LARGEST_BYTES + 1)
        return data[:LARGEST_BYTES].decode("utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise _missing(name, reference, f"the file {rest} in the folder of secrets cannot be read") from error


def _missing(name: str, reference: str, why: str) -> InputError:
    return InputError(
        f"{name}: {why}; put the secret there, or name another place.",
        code="source_secret_missing",
        field=name,
        place=reference,
    )
