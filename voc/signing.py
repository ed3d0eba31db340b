"""What this installation signs: session cookies, links that unsubscribe, links that show a page to somebody else.

A signature says that this installation wrote the words, and for what purpose: one made for a purpose is worth nothing
for another.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from voc.errors import SettingsError
from voc.settings import Settings

LEAST_CHARS = 16


def sign(settings: Settings, purpose: str, words: Any) -> str:
    """``words`` (what JSON can hold) signed for ``purpose``, in letters that stand in an address.

    Raises:
        SettingsError: the secret can be neither read nor made.
    """
    return str(_serializer(settings, purpose).dumps(words))


def read(settings: Settings, purpose: str, signed: str) -> Any | None:
    """What was signed for ``purpose``; ``None`` where this installation did not sign it."""
    try:
        return _serializer(settings, purpose).loads(signed)
    except (BadSignature, UnicodeError):
        return None


def signing_secret(settings: Settings) -> str:
    """``VOC_SECRET``, or one made once and kept in ``home/secret`` (readable by its owner alone).

    Raises:
        SettingsError: ``VOC_SECRET`` is too short, or the file can be neither read nor written.
    """
    if settings.secret:
        if len(settings.secret) < LEAST_CHARS:
            raise SettingsError("VOC_SECRET: use at least 16 characters, e.g. the output of `openssl rand -hex 32`.")
        return settings.secret
    path = settings.home / "secret"
    try:
        return _kept_secret(path)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}; make VOC_HOME writable or set VOC_SECRET.") from error


def _serializer(settings: Settings, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(signing_secret(settings), salt=f"voc.{purpose}")


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        # Exclusive creation: of two processes that start together one writes and both read the same secret.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = path.read_text().strip()
        if len(kept) >= LEAST_CHARS:
            return kept
        path.unlink()
        return _kept_secret(path)
    with os.fdopen(descriptor, "w") as target:
        secret = secrets.token_urlsafe(48)
        target.write(secret)
    return secret
