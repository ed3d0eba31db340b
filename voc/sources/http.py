"""Fetching over HTTP: from allowed addresses alone, a few redirects, so many bytes, and a server's wish to be left."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import IO
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from voc import __version__
from voc.errors import InputError, NotFoundError
from voc.settings import Settings
from voc.sources.addresses import CONNECT_SECONDS, READ_SECONDS, address_of, unreachable
from voc.sources.contract import Again

MOST_REDIRECTS = 5
CHUNK_BYTES = 1 << 16
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

    Raises:
        Again: the server asks to be left alone for a while.
        NotFoundError: there is nothing (404, 410).
        InputError: it may not be connected to, does not answer, refuses, or holds more than VOC_MAX_UPLOAD_MB.
    """
    origin = urlsplit(url)
    for _ in range(MOST_REDIRECTS + 1):
        parts = urlsplit(check_url("url", url))
        host = str(parts.hostname)
        sent = {"User-Agent": f"voc/{__version__}", "Accept-Encoding": "gzip", **(headers or {})}
        if (parts.scheme, parts.netloc) == (origin.scheme, origin.netloc):
            sent |= secret_headers or {}
        with _answered(url, sent, settings, method=method, body=body) as answer:
            location = answer.headers.get("location")
            if answer.status in {301, 302, 303, 307, 308} and location:
                url = urljoin(url, location)
                continue
            _check(host, answer)
            size = 0 if answer.status == 304 else _write(host, answer, target, settings.max_upload_mb << 20)
            named = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(url=url, status=answer.status, headers=named, size=size)
    raise InputError(f"{origin.hostname}: leads from address to address without end.", code="source_redirects")


@contextmanager
def _answered(
    url: str, headers: Mapping[str, str], settings: Settings, *, method: str, body: bytes | None
) -> Iterator[urllib3.BaseHTTPResponse]:
    parts = urlsplit(url)
    host, secure = str(parts.hostname), parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = address_of(host, port, settings)
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    pool: urllib3.HTTPConnectionPool
    if secure:
        pool = urllib3.HTTPSConnectionPool(
            address, port, timeout=timeout, ssl_context=_tls(), server_hostname=host, assert_hostname=host
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, port, timeout=timeout)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        answer = pool.urlopen(
            method, path, body=body, headers={"Host": parts.netloc, **headers}, redirect=False, retries=False,
            preload_content=False,
        )  # fmt: skip
        try:
            yield answer
        finally:
            answer.close()
    except (HTTPError, OSError) as error:
        raise unreachable(host, error) from error
    finally:
        pool.close()


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _check(host: str, answer: urllib3.BaseHTTPResponse) -> None:
    status = answer.status
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


def _write(host: str, answer: urllib3.BaseHTTPResponse, target: IO[bytes], most: int) -> int:
    size = 0
    for chunk in answer.stream(CHUNK_BYTES, decode_content=True):
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
