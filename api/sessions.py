"""Session cookies of the pages: signed, and bound to a key and to a session that can both be ended at any moment.

The signature keeps made-up cookies from the database; whether a session is still in force is known there alone
(:mod:`voc.service.sessions`).
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

from itsdangerous import BadSignature, URLSafeTimedSerializer

from voc.service.sessions import LONGEST

COOKIE = "voc_session"
MAX_AGE_S = int(LONGEST.total_seconds())
CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"


@dataclass(frozen=True)
class Session:
    """One browser: ``nonce`` makes its form token, ``key_id`` is the API key it signed in with, if any."""

    nonce: str
    key_id: str | None = None


class Sessions:
    """Signs and reads session cookies and the form tokens that go with them."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._serializer = URLSafeTimedSerializer(secret, salt="voc.session")

    def fresh(self, *, key_id: str | None = None) -> Session:
        """A new session; signing in always takes a new one, so that a planted cookie is worth nothing."""
        return Session(nonce=secrets.token_urlsafe(18), key_id=key_id)

    def dump(self, session: Session) -> str:
        """The cookie's value."""
        return self._serializer.dumps({"n": session.nonce, "k": session.key_id})

    def load(self, cookie: str | None) -> Session | None:
        """The session of a cookie, or ``None`` when it is absent, forged or too old."""
        if not cookie:
            return None
        try:
            found = self._serializer.loads(cookie, max_age=MAX_AGE_S)
            return Session(nonce=str(found["n"]), key_id=found["k"])
        except (BadSignature, KeyError, TypeError):
            return None

    def token(self, session: Session) -> str:
        """The token that forms of this session carry."""
        return hmac.new(self._secret, b"csrf:" + session.nonce.encode(), sha256).hexdigest()

    def token_matches(self, session: Session, token: str | None) -> bool:
        """Whether a form came from a page of this session."""
        return bool(token) and hmac.compare_digest(self.token(session).encode(), (token or "").encode())
