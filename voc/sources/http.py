"""Fetching over HTTP: from allowed addresses alone, a few redirects, so many bytes, and a server's wish to be left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO
from urllib.parse import urljoin, urlsplit

import httpx

from voc import __version__
from voc.errors import InputError, NotFoundError
from voc.outbound import Outbound
from voc.settings import Settings
from voc.sources.addresses import READ_SECONDS, unreachable
from voc.sources.contract import Again

MOST_REDIRECTS = 5
LONGEST_WAIT_SECONDS = 24 * 3600.0
USUAL_WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """What a server answered; ``size`` bytes were written. Names of headers are lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    size: int


def check_url(field: str, url: str) -> str:
    """``url``, where it is one of http or https with a host and without a password in it.

    Raises:
        InputError: it is not.
    """
    parts = urlsplit(url)
    try:
        right = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        right = False
    if not right or parts.username or parts.password or any(ord(c) <= 32 for c in url):
        raise InputError(
            f"{field}: write an address that begins with https:// and holds no password.",
            code="source_url",
            field=field,
        )
    return url


def is_of_origin(url: str, other: str) -> bool:
    """Whether two addresses are of one server: what is secret to one may be sent to the other."""
    one, two = urlsplit(url), urlsplit(other)
    return (one.scheme, one.netloc.lower()) == (two.scheme, two.netloc.lower())


def fetch(
    url: str,
    target: IO[bytes],
    settings: Settings,
    *,
    headers: Mapping[str, str] | None = None,
    secret_headers: Mapping[str, str] | None = None,
    method: str = "GET",
    body: bytes | None = None,
) -> Answer:
    """Write what an address holds to ``target``; a status of 304 writes nothing.

    Args:
        secret_headers: sent to the host of ``url`` alone, not where it leads to.
        body: as ``secret_headers``; where it leads elsewhere, nothing is sent.

    Raises:
        Again: the server asks to be left alone for a while.
        NotFoundError: there is nothing (404, 410).
        InputError: it may not be connected to, does not answer, refuses, or holds more than VOC_MAX_UPLOAD_MB.
    """
    first = url
    agent = {"User-Agent": f"voc/{__version__}"}
    with Outbound(settings.outbound_allow).client(timeout=READ_SECONDS, headers=agent) as client:
        for _ in range(MOST_REDIRECTS + 1):
            host, sent = str(urlsplit(check_url("url", url)).hostname), dict(headers or {})
            if is_of_origin(url, first):
                sent |= secret_headers or {}
            elif body is not None:
                break
            try:
                with client.stream(method, url, headers=sent, content=body) as answer:
                    location = answer.headers.get("location")
                    if answer.status_code in {301, 302, 303, 307, 308} and location:
                        url = urljoin(url, location)
                        continue
                    _check(host, answer)
                    most = settings.max_upload_mb << 20
                    size = 0 if answer.status_code == 304 else _write(host, answer, target, most)
                    named = {name.lower(): value for name, value in answer.headers.items()}
                    return Answer(url=url, status=answer.status_code, headers=named, size=size)
            except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
                raise unreachable(host, error) from error
    raise InputError(
        f"{urlsplit(first).hostname}: leads from address to address, or elsewhere.", code="source_redirects"
    )


def _check(host: str, answer: httpx.Response) -> None:
    status = answer.status_code
    if status < 300 or status == 304:
        return
    if status in {429, 503}:
        seconds = _seconds(answer.headers.get("retry-after"))
        raise Again(f"{host}: asks to be left alone for {seconds:.0f} s.", seconds=seconds)
    if status in {404, 410}:
        raise NotFoundError(f"{host}: there is nothing at that address ({status}).", code="source_gone")
    if status in {401, 403}:
        raise InputError(
            f"{host}: refuses the credentials ({status}); check them.", code="source_credentials", host=host
        )
    raise InputError(f"{host}: answers with {status}.", code="source_unreachable", host=host, why=str(status))


def _seconds(written: str | None) -> float:
    """``Retry-After`` in seconds, as a number or a date (RFC 9110 § 10.2.3)."""
    if not written:
        return USUAL_WAIT_SECONDS
    try:
        seconds = float(written)
    except ValueError:
        try:
            moment = parsedate_to_datetime(written)
        except ValueError:
            return USUAL_WAIT_SECONDS
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 1.0), LONGEST_WAIT_SECONDS)


def _write(host: str, answer: httpx.Response, target: IO[bytes], most: int) -> int:
    size = 0
    for chunk in answer.iter_bytes():
        size += len(chunk)
        if size > most:
            raise InputError(
                f"{host}: what lies there is larger than {most >> 20} MB; raise VOC_MAX_UPLOAD_MB.",
                code="source_too_large",
                mb=most >> 20,
            )
        target.write(chunk)
    return size


def fetch_file(url: str, path: Path, settings: Settings, **more: Mapping[str, str]) -> Answer:
    """:func:`fetch` into a new file."""
    with path.open("wb") as target:
        return fetch(url, target, settings, **more)  # type: ignore[arg-type]
