"""Webhooks: JSON posted to an address, signed so that whoever gets it knows who sent it and when.

Signed as Standard Webhooks (https://www.standardwebhooks.com) has it: ``webhook-id`` stays the same however often one
is sent, ``webhook-timestamp`` is seconds, ``webhook-signature`` is ``v1,`` and the base64 of HMAC-SHA256 over
``id.timestamp.body``. Libraries that check it exist for most languages.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import httpx

from voc.delivery.outcomes import Begin, Refused, TryLater, Unsure
from voc.outbound import Outbound, RefusedAddressError

SECRET_PREFIX = "whsec_"  # noqa: S105 - what secrets begin with
SECRET_BYTES = 24
TOLERANCE_S = 300
"""How old a signed message may be for :func:`is_genuine`: five minutes, as the standard advises."""
BUSY = frozenset({408, 409, 425, 429})
ANSWER_BYTES = 200_000
"""Of an answer, at most."""


def new_secret() -> str:
    """A secret to sign with."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def signature(secret: str, *, number: str, timestamp: int, body: bytes) -> str:
    """The value of ``webhook-signature``.

    Raises:
        ValueError: the secret is none that :func:`new_secret` could have made.
    """
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("not a webhook secret") from error
    signed = f"{number}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, sha256).digest()).decode("ascii")


def is_genuine(secret: str, headers: Mapping[str, str], body: bytes, *, now: datetime) -> bool:
    """Whether a webhook was signed with ``secret`` and is not older (or younger) than five minutes."""
    number, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not number or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE_S:
        return False
    expected = signature(secret, number=number, timestamp=int(timestamp), body=body).encode()
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(expected, one.encode()) for one in given)


def signed_headers(secret: str, *, number: str, body: bytes, now: datetime) -> dict[str, str]:
    """The three headers of a webhook."""
    timestamp = int(now.timestamp())
    return {
        "webhook-id": number,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, number=number, timestamp=timestamp, body=body),
    }


def as_body(payload: Mapping[str, Any]) -> bytes:
    """JSON as it is signed and sent."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def post(
    outbound: Outbound,
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    begin: Begin,
    method: str = "POST",
    safe_to_repeat: bool,
) -> httpx.Response | None:
    """Send ``body`` and return the answer; ``None`` where ``begin`` says that it is not to be sent.

    Args:
        safe_to_repeat: whoever gets it can tell a second copy from a new one, so no answer means trying again.

    Raises:
        TryLater: no connection, or the server is busy or broken.
        Refused: the address is one of a private network, or the server does not want it.
        Unsure: it was sent, no answer came, and a second copy would be taken for another message.
    """
    given = {"Content-Type": "application/json; charset=utf-8", **headers}
    with outbound.client() as client:
        request = client.build_request(method, url, content=body, headers=given)
        if not begin():
            return None
        try:
            answer = client.send(request, stream=True)
            content = b""
            for part in answer.iter_bytes():
                content += part
                if len(content) > ANSWER_BYTES:
                    break
            answer.close()
        except RefusedAddressError as error:
            raise Refused("private_address") from error
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise TryLater("no_connection") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise (TryLater("no_answer") if safe_to_repeat else Unsure("no_answer")) from error
    if answer.status_code >= 500 or answer.status_code in BUSY:
        raise TryLater(f"http:{answer.status_code}")
    if answer.status_code >= 300:
        raise Refused(f"http:{answer.status_code}")
    return httpx.Response(answer.status_code, headers={"content-type": answer.headers.get("content-type", "")},
                          content=content, request=request)  # fmt: skip
