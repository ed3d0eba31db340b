"""Whether a request comes from whom it should: signatures of its body under a shared secret.

Each scheme is that of the sender's own documentation: Zendesk ("Verifying webhook authenticity"), Typeform ("Secure
your webhooks"), Intercom ("Signed notifications"), Twilio ("Webhooks security"), Slack ("Verifying requests");
``hmac-sha256`` and ``hmac-sha1`` are what most others do.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from voc.errors import ForbiddenError
from voc.sources.contract import Push

OLDEST_SECONDS = 300.0
"""A signed request may be so old, where its time is signed too: one that is sent again later is not the sender's."""

MOST_FIELDS, LONGEST_QUERY = 1000, 10_000
"""What is looked at of a request before it is known whom it comes from."""

Scheme = Callable[[Push, bytes, str], bool]


def check(scheme: str, push: Push, secret: str, *, header: str) -> None:
    """Let a request pass that is signed under ``secret``.

    Raises:
        ForbiddenError: it is not, or was signed too long ago.
    """
    if not secret or not SCHEMES[scheme](push, secret.encode(), header.lower()):
        raise ForbiddenError(
            "The signature of the request is missing or wrong; check the secret on both sides.",
            code="source_signature",
        )


def _same(given: str | None, *expected: str) -> bool:
    """Compared in a time that tells nothing of how much of it was right."""
    found = (given or "").strip().encode("utf-8", "replace")
    matches = [hmac.compare_digest(found, one.encode()) for one in expected]
    return any(matches)


def _digests(secret: bytes, message: bytes, algorithm: str) -> tuple[str, str]:
    made = hmac.new(secret, message, algorithm).digest()
    return made.hex(), base64.b64encode(made).decode()


def _plain(algorithm: str) -> Scheme:
    def signed(push: Push, secret: bytes, header: str) -> bool:
        given = push.headers.get(header, "").strip()
        prefix = f"{algorithm}="
        return _same(given.removeprefix(prefix), *_digests(secret, push.body, algorithm))

    return signed


def _token(push: Push, secret: bytes, header: str) -> bool:
    given = push.headers.get(header, "").strip()
    return _same(given.removeprefix("Bearer "), secret.decode())


def _token_inside(push: Push, secret: bytes, header: str) -> bool:
    try:
        given = json.loads(push.body).get("token")
    except (ValueError, AttributeError, RecursionError):
        return False
    return isinstance(given, str) and _same(given, secret.decode())


def _is_fresh(push: Push, written: str | None) -> bool:
    if not written:
        return False
    try:
        at = datetime.fromtimestamp(float(written), UTC)
    except (ValueError, OverflowError, OSError):
        try:
            at = datetime.fromisoformat(written)
        except ValueError:
            return False
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return abs((push.at - at).total_seconds()) <= OLDEST_SECONDS


def _zendesk(push: Push, secret: bytes, header: str) -> bool:
    at = push.headers.get("x-zendesk-webhook-signature-timestamp", "")
    expected = _digests(secret, at.encode() + push.body, "sha256")[1]
    return _is_fresh(push, at) and _same(push.headers.get("x-zendesk-webhook-signature"), expected)


def _typeform(push: Push, secret: bytes, header: str) -> bool:
    given = push.headers.get("typeform-signature", "")
    return _same(given, f"sha256={_digests(secret, push.body, 'sha256')[1]}")


def _intercom(push: Push, secret: bytes, header: str) -> bool:
    return _same(push.headers.get("x-hub-signature"), f"sha1={_digests(secret, push.body, 'sha1')[0]}")


def _slack(push: Push, secret: bytes, header: str) -> bool:
    at = push.headers.get("x-slack-request-timestamp", "")
    expected = _digests(secret, b"v0:" + at.encode() + b":" + push.body, "sha256")[0]
    return _is_fresh(push, at) and _same(push.headers.get("x-slack-signature"), f"v0={expected}")


def _twilio(push: Push, secret: bytes, header: str) -> bool:
    """Over the address and, of a form, its fields in the order of their names; of JSON its hash is in the address."""
    given = push.headers.get("x-twilio-signature")
    query = dict(parse_qsl(urlsplit(push.url).query[:LONGEST_QUERY]))
    if (whole := query.get("bodySHA256")) is not None:
        right = _same(whole, hashlib.sha256(push.body).hexdigest())
        return right and _same(given, _digests(secret, push.url.encode(), "sha1")[1])
    try:
        fields = sorted(
            parse_qsl(push.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        )
    except ValueError:
        return False
    message = push.url + "".join(f"{name}{value}" for name, value in fields)
    return _same(given, _digests(secret, message.encode(), "sha1")[1])


SCHEMES: dict[str, Scheme] = {
    "hmac-sha256": _plain("sha256"),
    "hmac-sha1": _plain("sha1"),
    "token": _token,
    "token-inside": _token_inside,
    "zendesk": _zendesk,
    "typeform": _typeform,
    "intercom": _intercom,
    "slack": _slack,
    "twilio": _twilio,
}
