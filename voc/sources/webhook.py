"""A hook: help desks, survey tools and telephony systems send each answer, ticket or finished recording as it comes."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote, urlsplit

from voc.errors import InputError
from voc.intake.file_type import RECORDING_SUFFIXES
from voc.locales.catalogue import spoken
from voc.settings import Settings
from voc.sources import signatures
from voc.sources.contract import Field, Item, Push, Pushed, Reached, SourceKind, in_catalogue
from voc.sources.feed import credentials
from voc.sources.http import check_url, fetch_file, is_of_origin
from voc.sources.json_paths import at_path

SUFFIXES = {"audio/mpeg": ".mp3", "audio/mp3": ".mp3", "audio/ogg": ".ogg", "audio/mp4": ".m4a", "audio/flac": ".flac"}
"""What recordings are called whose address does not say it; ``.wav`` for all others."""


class Webhook(SourceKind):
    """Nothing is taken that is not signed. What came is kept before it is answered, and read by a worker."""

    name: ClassVar[str] = "webhook"
    labels: ClassVar[Mapping[str, str]] = spoken("source_kinds.webhook.title")
    about: ClassVar[Mapping[str, str]] = spoken("source_kinds.webhook.about")
    pushed: ClassVar[bool] = True
    every: ClassVar[int | None] = None
    fields: ClassVar[tuple[Field, ...]] = in_catalogue(
        "webhook",
        Field(
            "signature",
            type="choice",
            default="hmac-sha256",
            choices=tuple(signatures.SCHEMES),
        ),
        Field("signature_header", default="X-Signature"),
        Field(
            "public_url",
        ),
        Field("secret", type="secret", required=True),
        Field(
            "items",
        ),
        Field(
            "recording",
        ),
        Field("recording_suffix"),
        Field(
            "auth",
            type="choice",
            default="none",
            choices=("none", "bearer", "basic", "header"),
        ),
        Field(
            "recordings_at",
        ),
        Field("user"),
        Field("header", default="X-API-Key"),
        Field("token", type="secret"),
    )

    def check(self, options: Mapping[str, Any], settings: Settings) -> None:
        """See :meth:`SourceKind.check`."""
        if not re.fullmatch(r"[A-Za-z0-9-]{1,60}", str(options["signature_header"])):
            raise InputError(
                "signature_header: is no name of a header.", code="source_field_wrong", field="signature_header"
            )
        if options["auth"] != "none" or options["recordings_at"]:
            check_url("recordings_at", str(options["recordings_at"] or ""))

    def received(self, reached: Reached, push: Push) -> list[Pushed]:
        """See :meth:`SourceKind.received`."""
        options = reached.options
        header = str(options["signature_header"])
        if options["public_url"]:
            query = urlsplit(push.url).query
            push = replace(push, url=str(options["public_url"]) + (f"?{query}" if query else ""))
        signatures.check(str(options["signature"]), push, reached.secrets.get("secret", ""), header=header)
        kind = push.headers.get("content-type", "").partition(";")[0].strip().lower()
        stem = re.sub(r"[^\w-]+", "-", reached.name).strip("-") or "hook"
        digest = hashlib.sha256(push.body).hexdigest()
        if kind in {"text/csv", "application/csv"} and not options["recording"]:
            return [Pushed(f"hook\0{digest}", f"{stem}.csv", push.body)]
        document, data = _document(kind, push.body), push.body
        if options["signature"] == "token-inside" and isinstance(document, dict):
            del document["token"]  # it opens this door: nothing that is kept may hold it
            data = json.dumps(document, ensure_ascii=False).encode()
        if options["recording"]:
            return _recordings(document, options, stem)
        rows = at_path(document, options["items"])
        if rows in (None, [], {}):  # it tells of something else
            return []
        if options["items"] or kind == "application/x-www-form-urlencoded":
            found = rows if isinstance(rows, list) else [rows]
            data = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in found).encode()
            return [Pushed(f"hook\0{digest}", f"{stem}.ndjson", data)]
        return [Pushed(f"hook\0{digest}", f"{stem}.json", data)]

    def fetch(self, reached: Reached, name: str, locator: Mapping[str, Any]) -> Item:
        """The recording, with what was told of its call beside it."""
        folder = Path(tempfile.mkdtemp(dir=reached.staging))
        path = folder / "recording"
        # The address is part of what was told, and may be one that a customer wrote.
        at, url = str(reached.options["recordings_at"] or ""), str(locator["url"])
        secret = credentials(reached.options, reached.secrets) if is_of_origin(url, at) else {}
        answer = fetch_file(url, path, reached.settings, secret_headers=secret)
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        suffix = PurePosixPath(name).suffix.lower()
        final = folder / (name if suffix in RECORDING_SUFFIXES else f"{name}{SUFFIXES.get(kind, '.wav')}")
        path.rename(final)
        final.with_suffix(".json").write_text(json.dumps(locator["call"], ensure_ascii=False), encoding="utf-8")
        return Item(key=_key(url), name=final.name, path=final, locator=locator, beside=True)


def _document(kind: str, body: bytes) -> Any:
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InputError("The body is no JSON, and of no other kind that is taken.", code="source_not_json") from error


def _recordings(document: Any, options: Mapping[str, Any], stem: str) -> list[Pushed]:
    """The recording an event tells of, to be fetched; nothing where it tells of none (a call that rings)."""
    url = at_path(document, str(options["recording"]))
    if not isinstance(url, str) or not url.strip():
        return []
    url = check_url("recording", url.strip() + str(options["recording_suffix"] or ""))
    where = str(options["recording"]).rpartition(".")[0]
    call = at_path(document, where)
    told = {
        name: value
        for name, value in (call if isinstance(call, dict) else {}).items()
        if value != url and not isinstance(value, list)
    }
    written = unquote(PurePosixPath(urlsplit(url).path).name)
    name = re.sub(r"[^\w.@+ -]+", "-", written).strip(". ")[-120:] or stem
    return [Pushed(_key(url), name, locator={"url": url, "call": told})]


def _key(url: str) -> str:
    """Without its query: addresses are signed anew each time they are told."""
    parts = urlsplit(url)
    return f"recording\0{parts.netloc}{parts.path}"
