"""An address that holds a feed or an export – JSON, CSV, RSS or Atom – and is looked at again and again."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from voc.errors import InputError
from voc.locales.catalogue import spoken
from voc.settings import Settings
from voc.sources.contract import Cursor, Field, Given, Item, Moved, Reached, SourceKind, in_catalogue
from voc.sources.http import Answer, check_url, fetch_file, is_of_origin
from voc.sources.json_paths import at_path

MOST_PAGES = 1000
"""Pages of one look; more is a server that leads in circles."""


class Feed(SourceKind):
    """What is new at an address: told by its ETag or date, else by its content."""

    name: ClassVar[str] = "feed"
    labels: ClassVar[Mapping[str, str]] = spoken("source_kinds.feed.title")
    about: ClassVar[Mapping[str, str]] = spoken("source_kinds.feed.about")
    every: ClassVar[int | None] = 900
    fields: ClassVar[tuple[Field, ...]] = in_catalogue(
        "feed",
        Field("url", required=True),
        Field(
            "format",
            type="choice",
            default="auto",
            choices=("auto", "json", "csv", "rss"),
        ),
        Field(
            "items",
        ),
        Field(
            "next",
        ),
        Field(
            "since_parameter",
        ),
        Field(
            "since_field",
        ),
        Field(
            "auth",
            type="choice",
            default="none",
            choices=("none", "bearer", "basic", "header"),
        ),
        Field("user"),
        Field("header", default="X-API-Key"),
        Field("token", type="secret"),
    )

    def check(self, options: Mapping[str, Any], settings: Settings) -> None:
        """See :meth:`SourceKind.check`."""
        check_url("url", str(options["url"]))
        if bool(options["since_parameter"]) != bool(options["since_field"]):
            raise InputError(
                "since_parameter: since_parameter and since_field go together; give both or neither.",
                code="source_field_wrong",
                field="since_parameter",
            )
        if options["auth"] == "header" and not re.fullmatch(r"[A-Za-z0-9-]{1,60}", str(options["header"])):
            raise InputError("header: is no name of a header.", code="source_field_wrong", field="header")

    def pull(self, reached: Reached, cursor: Cursor) -> Iterator[Given]:
        """Page by page; the cursor holds the page to go on with, or what the last whole look was answered with."""
        options = reached.options
        since = cursor.get("since")
        largest = cursor.get("largest", since)
        first = _with_parameter(str(options["url"]), options["since_parameter"], since)
        url = str(cursor.get("page") or first)
        unconditional = bool(cursor.get("page"))
        kept: dict[str, Any] = {}
        for _ in range(MOST_PAGES):
            folder = Path(tempfile.mkdtemp(dir=reached.staging))
            path = folder / "body"
            asked = {} if unconditional else _conditions(cursor)
            secret = credentials(options, reached.secrets) if is_of_origin(url, str(options["url"])) else {}
            answer = fetch_file(url, path, reached.settings, headers=asked, secret_headers=secret)
            if url == first:
                kept = {"etag": answer.headers.get("etag"), "modified": answer.headers.get("last-modified")}
            if answer.status == 304:
                shutil.rmtree(folder)
                return
            format_ = _format(str(options["format"]), answer, path)
            rows, following = _entries(path, format_, options, url)
            following = following or _linked(answer)
            if following:
                following = urljoin(answer.url, following)
            largest = _largest(rows, options["since_field"], largest)
            done = {"since": largest, **{name: value for name, value in kept.items() if value}}
            after: dict[str, Any] = {"page": following, "since": since, "largest": largest} if following else done
            item = _item(reached, folder, format_, rows, after)
            if item is None or reached.known([item.key]):
                shutil.rmtree(folder)
                yield Moved(after)
            else:
                yield item
            if not following or following == url:
                return
            url, unconditional = following, True
        raise InputError(f"{reached.name}: has more than {MOST_PAGES} pages in one look.", code="source_pages")


def credentials(options: Mapping[str, Any], secrets: Mapping[str, str]) -> dict[str, str]:
    """The headers that open an address, as fields ``auth``, ``user``, ``header`` and the secret ``token`` say."""
    token = secrets.get("token", "")
    match options["auth"]:
        case "bearer":
            return {"Authorization": f"Bearer {token}"}
        case "basic":
            pair = f"{options['user'] or ''}:{token}".encode()
            return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        case "header":
            return {str(options["header"]): token}
    return {}


def _conditions(cursor: Cursor) -> dict[str, str]:
    asked = {"If-None-Match": cursor.get("etag"), "If-Modified-Since": cursor.get("modified")}
    return {name: str(value) for name, value in asked.items() if value}


def _with_parameter(url: str, name: str | None, value: Any) -> str:
    if not name or value is None:
        return url
    parts = urlsplit(url)
    query = [*((key, one) for key, one in parse_qsl(parts.query, keep_blank_values=True) if key != name), (name, value)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _format(wanted: str, answer: Answer, path: Path) -> str:
    """json, csv or rss: as said, else by the first character, then by what the server calls it."""
    if wanted != "auto":
        return wanted
    with path.open("rb") as stream:
        head = stream.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] in {b"{", b"["}:
        return "json"
    kind = answer.headers.get("content-type", "")
    return "rss" if head[:1] == b"<" or "xml" in kind else "csv"


def _entries(
    path: Path, format_: str, options: Mapping[str, Any], url: str
) -> tuple[list[dict[str, Any]] | None, str | None]:
    """The entries, where they have to be taken out of the document, and the address of the next page."""
    if format_ == "rss":
        return _syndicated(path, url), None
    if format_ != "json" or not (options["items"] or options["next"] or options["since_field"]):
        return None, None
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise InputError(f"{urlsplit(url).hostname}: what lies there is no JSON.", code="source_not_json") from error
    following = at_path(document, options["next"]) if options["next"] else None
    found = at_path(document, options["items"]) if options["items"] else document
    if isinstance(found, dict):
        found = next((one for one in found.values() if isinstance(one, list)), [found])
    rows = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return rows, following if isinstance(following, str) and following else None


def _syndicated(path: Path, url: str) -> list[dict[str, Any]]:
    import feedparser

    parsed = feedparser.parse(path.read_bytes())  # bytes: never an address of its own
    if not parsed.entries and not parsed.get("version"):
        raise InputError(f"{urlsplit(url).hostname}: what lies there is neither RSS nor Atom.", code="source_not_rss")
    rows = []
    for one in parsed.entries:
        content = one.get("content") or [{}]
        row = {
            "id": one.get("id") or one.get("link"),
            "title": one.get("title"),
            "text": content[0].get("value") or one.get("summary"),
            "author": one.get("author"),
            "date": one.get("published") or one.get("updated"),
            "rating": one.get("im_rating"),
            "version": one.get("im_version"),
            "url": one.get("link"),
        }
        rows.append({name: value for name, value in row.items() if value})
    return rows


def _linked(answer: Answer) -> str | None:
    """The next page by the ``Link`` header (RFC 8288)."""
    for part in answer.headers.get("link", "").split(","):
        found = re.match(r"\s*<([^<>]{1,2000})>\s*;(.*)", part)
        if found and re.search(r'rel\s*=\s*"?next\b', found[2]):
            return found[1]
    return None


def _largest(rows: list[dict[str, Any]] | None, field: str | None, before: Any) -> Any:
    found = [value for row in rows or () if field and isinstance(value := at_path(row, field), str | int | float)]
    if not found:
        return before
    largest = max(found, key=lambda one: (isinstance(one, str), one))
    if before is None or isinstance(before, str) != isinstance(largest, str):
        return largest
    return max(before, largest)


def _item(
    reached: Reached, folder: Path, format_: str, rows: list[dict[str, Any]] | None, after: Cursor
) -> Item | None:
    """The entries as a file of their own; ``None`` where there are none. Its content is what it is known by."""
    suffix = {"json": ".json", "csv": ".csv"}.get(format_, ".ndjson")
    stem = re.sub(r"[^\w-]+", "-", reached.name).strip("-") or "feed"
    path = folder / f"{stem}{'.ndjson' if rows is not None else suffix}"
    if rows is not None:
        if not rows:
            return None
        with path.open("w", encoding="utf-8") as target:
            target.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / "body").unlink()
    else:
        (folder / "body").rename(path)
    with path.open("rb") as stream:
        key = hashlib.file_digest(stream, "sha256").hexdigest()
    return Item(key=f"feed\0{key}", name=path.name, path=path, cursor=after)
