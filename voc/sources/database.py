"""A query of somebody's database, from a watermark on: only what was added or changed since is read."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from voc.errors import InputError, VocError
from voc.locales.catalogue import spoken
from voc.settings import Settings
from voc.sources.addresses import address_of
from voc.sources.contract import Cursor, Field, Given, Item, Moved, Reached, SourceKind, in_catalogue
from voc.sources.folder import allowed_folder

ROWS_A_FILE = 1000
"""Rows that become one file, and more where several share the last watermark."""

WATERMARK = "watermark"
_OF_CONNECTIONS = """application_name applicationintent catalog channel_binding charset client_encoding collation
connect_timeout driver encoding encrypt gssencmode host http_path keepalives keepalives_count keepalives_idle
keepalives_interval multisubnetfailover options read_timeout role schema service_name ssl ssl_ca ssl_cert
ssl_check_hostname ssl_key ssl_mode ssl_verify_cert ssl_verify_identity sslcert sslcrl sslkey sslmode sslrootcert
target_session_attrs tcp_user_timeout timeout trusted_connection trustservercertificate use_unicode warehouse"""
_PARAMETERS = frozenset(_OF_CONNECTIONS.split())
"""What may stand behind the question mark. Drivers take much else from there: another place to connect to, a file to
read settings from, whether the server may ask for files of this machine, whether one query may be several."""
_READS = re.compile(r"\s*(?:--[^\n]*\n\s*)*(?:select|with)\b", re.IGNORECASE)
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)


class SqlQuery(SourceKind):
    """Rows in the order of the watermark; those that share the last one and came later are not missed."""

    name: ClassVar[str] = "sql"
    labels: ClassVar[Mapping[str, str]] = spoken("source_kinds.sql.title")
    about: ClassVar[Mapping[str, str]] = spoken("source_kinds.sql.about")
    every: ClassVar[int | None] = 300
    local: ClassVar[bool] = True
    fields: ClassVar[tuple[Field, ...]] = in_catalogue(
        "sql",
        Field(
            "url",
            required=True,
        ),
        Field(
            "query",
            type="long",
            required=True,
        ),
        Field(
            "watermark",
            required=True,
        ),
        Field(
            "id",
        ),
        Field("start", default="1970-01-01 00:00:00"),
        Field(
            "overlap_seconds",
            type="number",
            default=0,
            least=0,
            most=7 * 24 * 3600,
        ),
        Field("password", type="secret"),
    )

    def check(self, options: Mapping[str, Any], settings: Settings) -> None:
        """See :meth:`SourceKind.check`."""
        url = _url(str(options["url"]))
        if url.password:
            raise InputError(
                "url: holds a password; take it out and name the place where it is kept.",
                code="source_field_wrong",
                field="url",
            )
        if url.get_backend_name() == "sqlite":
            _file_of(url, settings)
        else:
            _check_host(url)
        query = str(options["query"])
        several = ";" in _QUOTED.sub("", query).strip().removesuffix(";")
        if several or not _READS.match(query) or f":{WATERMARK}" not in query:
            raise InputError(
                f"query: write one SELECT that compares with :{WATERMARK}.", code="source_field_wrong", field="query"
            )

    def pull(self, reached: Reached, cursor: Cursor) -> Iterator[Given]:
        """Files of some rows; a watermark is never cut in two."""
        options = reached.options
        column = str(options["watermark"])
        last = _read_back(cursor["watermark"]) if cursor else options["start"]
        with _connected(reached) as connection:
            rows = connection.execution_options(stream_results=True).execute(
                text(str(options["query"])), {WATERMARK: _before(last, float(options["overlap_seconds"]))}
            )
            for field in ("watermark", "id"):
                if options[field] and options[field] not in rows.keys():  # noqa: SIM118 - not a mapping
                    raise InputError(
                        f"{reached.name}: the query gives no column {options[field]}; select it.",
                        code="source_field_wrong",
                        field=field,
                    )
            batch: list[dict[str, Any]] = []
            reading = _unseen((dict(row) for row in rows.mappings()), column, cursor)
            for mark, same in groupby(reading, key=lambda row: row[column]):
                if mark is None:
                    continue
                if batch and _order(mark) < _order(batch[-1][column]):
                    raise InputError(
                        f"{reached.name}: the rows are not in the order of {column}; add ORDER BY {column}.",
                        code="source_order",
                        column=column,
                    )
                batch.extend(same)
                if len(batch) >= ROWS_A_FILE:
                    yield self._file(reached, batch, column, cursor)
                    batch = []
            if batch:
                yield self._file(reached, batch, column, cursor)

    def _file(self, reached: Reached, rows: list[dict[str, Any]], column: str, cursor: Cursor) -> Given:
        mark = rows[-1][column]
        seen = [_hash(row) for row in rows if row[column] == mark]
        if cursor and _written(mark) == cursor["watermark"]:
            seen += cursor.get("seen", ())
        after = {"watermark": _written(mark), "seen": seen}
        stem = re.sub(r"[^\w-]+", "-", reached.name).strip("-") or "query"
        name = f"{stem}-{re.sub(r'[^0-9A-Za-z]+', '-', str(mark)).strip('-')[:40]}.ndjson"
        if number := reached.options["id"]:
            # 17 of one database is not 17 of another.
            rows = [{**row, number: f"{reached.source_id}-{row[number]}"} if row.get(number) else row for row in rows]
        data = "".join(json.dumps(row, ensure_ascii=False, default=_plain) + "\n" for row in rows).encode()
        # With an overlap the same rows come again each time: they are the same file.
        key = f"sql\0{hashlib.sha256(data).hexdigest()}"
        if reached.known([key]):
            return Moved(after)
        path = Path(tempfile.mkdtemp(dir=reached.staging)) / name
        path.write_bytes(data)
        return Item(key, name, path, cursor=after)


def _unseen(rows: Iterator[dict[str, Any]], column: str, cursor: Cursor) -> Iterator[dict[str, Any]]:
    """Rows but those of the last watermark that were read already, as they are."""
    seen = frozenset(cursor.get("seen", ()))
    for row in rows:
        if seen and _written(row[column]) == cursor["watermark"] and _hash(row) in seen:
            continue
        yield row


def _hash(row: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(row, default=_plain, sort_keys=True).encode()).hexdigest()[:24]


def _url(written: str) -> URL:
    try:
        return make_url(written)
    except ArgumentError as error:
        raise InputError(
            "url: is no address of a database; write dialect+driver://user@host/base.",
            code="source_field_wrong",
            field="url",
        ) from error


def _check_host(url: URL) -> None:
    """Another host behind the question mark would not be checked; a socket of this machine may stand there."""
    for name, value in url.query.items():
        if name.lower() not in _PARAMETERS or (name.lower() == "driver" and "/" in str(value)):
            raise InputError(
                f"url: {name[:40]} may not stand behind the question mark.", code="source_field_wrong", field="url"
            )
    written = url.query.get("host")
    socket = isinstance(written, str) and written.startswith("/")
    if (written is not None and not socket) or (not url.host and not socket):
        raise InputError(
            "url: name the host before the base, not behind the question mark.", code="source_field_wrong", field="url"
        )


def _file_of(url: URL, settings: Settings) -> Path:
    """The file of an SQLite database, where it may be read."""
    if not url.database or url.database == ":memory:" or url.query:
        raise InputError("url: name a file: sqlite:////srv/app.db.", code="source_field_wrong", field="url")
    path = Path(url.database)
    allowed_folder(str(path.parent), settings)
    return path.resolve()


@contextmanager
def _connected(reached: Reached) -> Iterator[Connection]:
    """A connection that reads, and takes everything back at its end whatever the query did."""
    url = _url(str(reached.options["url"]))
    if url.get_backend_name() == "sqlite":
        file = _file_of(url, reached.settings)
        # Escaped: SQLite would read `%2e%2e` as the folder above the one that was looked at.
        url = make_url("sqlite://").set(database=f"file:{quote(str(file))}", query={"mode": "ro", "uri": "true"})
        arguments: dict[str, Any] = {"timeout": 30}
    else:
        arguments = {}
        if url.host:
            url = _at(url, address_of(url.host, url.port or 0, reached.settings))
        if "password" in reached.secrets:
            url = url.set(password=reached.secrets["password"])
    try:
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=arguments)
    except (ImportError, SQLAlchemyError) as error:
        name = getattr(error, "name", None) or url.drivername
        raise InputError(
            f"sql: the library {name} is missing; install it beside voc.", code="source_library", name=str(name)
        ) from error
    try:
        with engine.connect() as connection:
            _only_reading(connection)
            try:
                yield connection
            finally:
                connection.rollback()
    except VocError:
        raise
    except SQLAlchemyError as error:
        why = _reason(error)
        raise InputError(
            f"{reached.name}: the database refuses ({why}).", code="source_database", name=reached.name, why=why
        ) from error
    finally:
        engine.dispose()


def _at(url: URL, address: str) -> URL:
    """The database at the address that was looked at, so that its name cannot lead elsewhere the second time.

    Drivers that check a certificate against what they connect to keep the name; libpq knows the two apart.
    """
    if "psycopg" in url.drivername:
        return url.update_query_dict({"hostaddr": address})
    if url.get_backend_name() in {"mysql", "mariadb"} and not any(name.startswith("ssl") for name in url.query):
        return url.set(host=address)
    return url


def _only_reading(connection: Connection) -> None:
    """Have the server itself refuse to write, where it can: functions that a SELECT calls may write too."""
    match connection.dialect.name:
        case "postgresql":
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        case "mysql" | "mariadb":
            connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")


def _reason(error: SQLAlchemyError) -> str:
    """What the database says of tables and connections; of values, which may be somebody's, only what kind of fault."""
    orig = getattr(error, "orig", None)
    told = isinstance(error, OperationalError | ProgrammingError) and orig is not None
    return " ".join(str(orig).split())[:200] if told else type(orig or error).__name__


def _order(mark: Any) -> Any:
    return mark.isoformat() if isinstance(mark, date | datetime) else mark


def _before(last: Any, seconds: float) -> Any:
    """The watermark so many seconds earlier, where it is a moment."""
    if not seconds:
        return last
    if isinstance(last, datetime):
        return last - timedelta(seconds=seconds)
    if isinstance(last, str):
        try:
            earlier = datetime.fromisoformat(last) - timedelta(seconds=seconds)
        except ValueError:
            return last
        return earlier.isoformat(sep=" " if " " in last else "T")
    return last


def _written(mark: Any) -> dict[str, Any]:
    """A watermark as plain JSON that says what it was."""
    if isinstance(mark, datetime):
        return {"datetime": mark.isoformat()}
    if isinstance(mark, date):
        return {"date": mark.isoformat()}
    if isinstance(mark, Decimal):
        return {"decimal": str(mark)}
    if isinstance(mark, str | int | float):
        return {"plain": mark}
    return {"plain": str(mark)}


def _read_back(written: Mapping[str, Any]) -> Any:
    [(kind, value)] = written.items()
    match kind:
        case "datetime":
            return datetime.fromisoformat(value)
        case "date":
            return date.fromisoformat(value)
        case "decimal":
            return Decimal(value)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return None  # pictures and the like: nobody's words
    return str(value)
