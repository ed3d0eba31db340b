"""Any object store by its URL: Google Cloud Storage, Azure, Alibaba Cloud, or one that speaks S3.

What is new is taken as from every other place of files (:mod:`voc.sources.remote_files`); a further store that fsspec
knows is a line of :data:`STORES`. Stores of other kinds are not reached this way: a folder of this machine and
addresses of the web have sources of their own, which guard them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import SplitResult, urlsplit

from voc.errors import InputError
from voc.locales.catalogue import spoken
from voc.settings import Settings
from voc.sources.addresses import address_of
from voc.sources.contract import Field, Reached, in_catalogue
from voc.sources.http import check_url
from voc.sources.object_network import s3_client_config
from voc.sources.remote_files import PATTERN, RemoteFiles, after_field

Given = Mapping[str, str | None]
"""``account``, ``endpoint``, ``key_id`` and ``key`` of a source, ``None`` where they are not given."""


@dataclass(frozen=True)
class Store:
    """A store of fsspec: what to install for it, and its arguments."""

    extra: str
    library: str
    arguments: Callable[[Given, Settings], dict[str, Any]]


def _s3(given: Given, settings: Settings) -> dict[str, Any]:
    client = {"endpoint_url": given["endpoint"]} if given["endpoint"] else {}
    return {
        "key": given["key_id"],
        "secret": given["key"],
        "client_kwargs": client,
        "config_kwargs": s3_client_config(settings),
    }


def _google(given: Given, _: Settings) -> dict[str, Any]:
    """``key`` is the JSON of a service account; without it the rights of this machine are used."""
    arguments: dict[str, Any] = {"endpoint_url": given["endpoint"]} if given["endpoint"] else {}
    if given["key"]:
        try:
            token = json.loads(given["key"])
        except ValueError:
            token = None
        if not isinstance(token, dict):
            raise InputError(
                "key: is not the JSON of a service account's key; download it again.",
                code="source_field_wrong",
                field="key",
            )
        arguments["token"] = token
    return arguments


def _azure(given: Given, _: Settings) -> dict[str, Any]:
    """``key`` is the account's key, or a shared access signature."""
    arguments: dict[str, Any] = {"account_name": given["account"]}
    if given["endpoint"]:
        arguments["account_host"] = urlsplit(given["endpoint"]).netloc
    if given["key"]:
        arguments["sas_token" if "sig=" in given["key"] else "account_key"] = given["key"]
    else:
        arguments["anon"] = False
    return arguments


def _alibaba(given: Given, _: Settings) -> dict[str, Any]:
    return {"key": given["key_id"], "secret": given["key"], "endpoint": given["endpoint"]}


STORES: dict[str, Store] = {
    "s3": Store("s3", "s3fs", _s3),
    **dict.fromkeys(("gs", "gcs"), Store("gcs", "gcsfs", _google)),
    **dict.fromkeys(("az", "abfs", "abfss"), Store("azure", "adlfs", _azure)),
    "oss": Store("oss", "ossfs", _alibaba),
}
"""Scheme of a URL → the store behind it."""


class ObjectStore(RemoteFiles):
    """Objects are whole when they are seen, so nothing is waited for."""

    name: ClassVar[str] = "objects"
    labels: ClassVar[Mapping[str, str]] = spoken("source_kinds.objects.title")
    about: ClassVar[Mapping[str, str]] = spoken("source_kinds.objects.about")
    fields: ClassVar[tuple[Field, ...]] = in_catalogue(
        "objects",
        Field("url", required=True),
        Field("account"),
        Field("endpoint"),
        PATTERN,
        after_field("leave"),
        Field("key_id", type="secret"),
        Field("key", type="secret"),
    )

    def check(self, options: Mapping[str, Any], settings: Settings) -> None:
        """See :meth:`SourceKind.check`."""
        parts, store = _parts(str(options["url"]))
        if options["endpoint"]:
            check_url("endpoint", str(options["endpoint"]))
        if store.library == "adlfs" and not options["account"]:
            raise InputError("account: name the account of the store.", code="source_field_wrong", field="account")
        _class_of(parts.scheme)

    @contextmanager
    def opened(self, reached: Reached) -> Iterator[tuple[Any, str]]:
        """See :meth:`RemoteFiles.opened`."""
        options = reached.options
        parts, store = _parts(str(options["url"]))
        if options["endpoint"]:
            there = urlsplit(str(options["endpoint"]))
            address_of(str(there.hostname), there.port or (80 if there.scheme == "http" else 443), reached.settings)
        given: Given = {
            **{name: str(options[name]) if options[name] else None for name in ("account", "endpoint")},
            **{name: reached.secrets.get(name) for name in ("key_id", "key")},
        }
        kind = _class_of(parts.scheme)
        fs = kind(**store.arguments(given, reached.settings), skip_instance_cache=True, use_listings_cache=False)
        yield fs, str(fs._strip_protocol(parts.geturl())).rstrip("/")


def _parts(url: str) -> tuple[SplitResult, Store]:
    """A URL of a store, and which.

    Raises:
        InputError: it is none (``source_field_wrong``), or carries what belongs into another field.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        parts = urlsplit("")
    store = STORES.get(parts.scheme)
    if store is None or not parts.hostname or "@" in parts.netloc or ":" in parts.netloc or parts.query:
        known = ", ".join(f"{scheme}://" for scheme in STORES)
        said = f"url: is no object store like gs://bucket/calls; there are {known}."
        raise InputError(said, code="source_field_wrong", field="url")
    return parts, store


def _class_of(scheme: str) -> Any:
    """fsspec's class for a scheme.

    Raises:
        InputError: its library is not installed (``source_library``).
    """
    import fsspec

    try:
        return fsspec.get_filesystem_class(scheme)
    except (ImportError, ValueError) as error:
        store = STORES[scheme]
        raise InputError(
            f"{scheme}: its library is missing; pip install 'voc[{store.extra}]'.",
            code="source_library",
            name=store.library,
        ) from error
