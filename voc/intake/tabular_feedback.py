"""Rows to interactions: survey answers, reviews, posts, complaints, chats — whatever a table of feedback holds."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from email.utils import parseaddr

from voc.errors import InputError
from voc.identifiers import is_filler, normalise, normalise_handle, normalise_name
from voc.intake import limits
from voc.intake.call_ends import EITHER_END, customer_end, has_ends
from voc.intake.cell_conversations import holds_conversations, is_conversation, turns_in
from voc.intake.cell_text import language_code, said
from voc.intake.cell_words import words_of
from voc.intake.channels import NETWORKS, channel_of
from voc.intake.column_names import ATTRIBUTES, fold_header
from voc.intake.column_sample import Columns
from voc.intake.email.cleaning import clean_email
from voc.intake.mapping import guess
from voc.intake.own_side import Authors, has_own_side, is_own_address, is_own_person
from voc.intake.roles import role_of
from voc.intake.row_identity import RowIdentity, content_of, counts_rows
from voc.intake.scores import parse_nps, parse_rating, parse_score
from voc.intake.tables import Row, Table
from voc.intake.timestamps import ColumnOfDates
from voc.language.role_formulas import CUSTOMER
from voc.language.yes_and_no import YES
from voc.records import Channel, Identifier, IdentifierType, Interaction, Rejected, Remark, Turn
from voc.settings import settings

logger = logging.getLogger(__name__)


def read_messages(
    table: Table, *, channel: Channel | None = None, mapping: Mapping[str, str] | None = None
) -> Iterator[Interaction | Rejected]:
    """Yield one interaction a row.

    A row with neither words nor a score is left out; how many there were is said once, at the end. Rows written by
    the company itself (a column says so) are left out too: they are not the customer's voice.

    Raises:
        InputError: ``mapping`` names what does not exist, or no column holds words or scores.
    """
    columns = guess(table, mapping=mapping, channel=channel)
    if not any(name in columns.fields for name in ("text", "title", "nps", "csat", "rating")):
        if columns.fields.keys() & {"first_name", "last_name"} and columns.fields.keys() & {
            "customer",
            "email",
            "phone",
        }:
            raise InputError(
                f"{table.name}: these look like customer records; use voc customers import.",
                code="customer_records",
                file=table.name,
            )
        raise InputError(
            f"{table.name}: no column of words or scores was found among {', '.join(table.columns[:30])}; "
            "say which one holds the text with --map text=COLUMN.",
            code="no_text_column",
            file=table.name,
            columns=", ".join(table.columns[:30]),
        )
    logger.info(
        "table read: %d columns, fields %s, channel %s (%s)",
        *(len(table.columns), sorted(columns.fields), columns.channel, columns.channel_reason),
    )
    reader = _RowReader(table, columns)
    authors = Authors() if columns.channel is Channel.SOCIAL and not has_own_side() else None
    empty, first_empty, own, answers, totals = 0, 0, 0, 0, 0
    for row in table.rows:
        if isinstance(row, Rejected):
            yield row
        elif reader.is_own(row):
            own += 1
        elif reader.is_answer(row):
            answers += 1
        elif reader.is_total(row):
            totals += 1
        elif (interaction := reader.interaction(row)) is not None:
            if authors is not None:
                authors.add(interaction.author)
            yield interaction
        else:
            empty += 1
            first_empty = first_empty or row.number
    yield from reader.dates.remarks()
    yield from columns.unused
    if authors is not None and (likely := authors.likely_own()) is not None:
        account, times = likely
        yield Remark(
            source=table.name,
            reason=f"{times} of the posts are by {account}, far more than by anybody else; if it is the company's, set "
            f"VOC_OWN_AGENTS={account}, so that they are no customer's.",
            code="own_account_likely",
            parameters={"account": account, "n": times},
        )
    if totals:
        yield Remark(
            source=table.name,
            reason=f"{totals} row(s) only sum up others (total, average) and were left out.",
            code="totals_left_out",
            parameters={"n": totals},
        )
    if answers:
        yield Remark(
            source=table.name,
            reason=f"{answers} row(s) without a score stand under another row as an answer to it: they are no review "
            "and were left out.",
            code="answers_left_out",
            parameters={"n": answers},
        )
    if own:
        logger.info("table read: %d rows written by the company were left out", own)
    if empty:
        yield Rejected(
            source=f"{table.name}:{first_empty}",
            reason=f"{empty} row(s) from here on have neither words nor a score and were left out.",
            code="empty_rows",
            parameters={"n": empty},
        )


class _RowReader:
    """Turns rows of one table into interactions; remembers which rows and ids it has seen."""

    def __init__(self, table: Table, columns: Columns) -> None:
        self.name = table.name
        self.columns = columns
        self.dates = ColumnOfDates(table.name, month_first=columns.month_first)
        self.keys = [fold_header(name) for name in table.columns]
        self.index = {field: indices[0] for field, indices in columns.fields.items() if indices}
        self.identifying = [(index, kind) for kind in _IDENTIFYING for index in columns.fields.get(kind, ())]
        self.two_ends = "phone" not in columns.given and has_ends(self.keys)
        at = self.index.get("id")
        numbered = at is not None and counts_rows(row.cells[at].strip() for row in table.peek())
        self.identity = RowIdentity(trusted="id" in columns.given, counter=numbered)
        self.told_apart = bool(columns.fields.keys() & {"date", "id", "name", "handle", "email", "phone", "customer"})
        self.own_side = has_own_side()
        self.has_own_rows = self.own_side or bool(self.index.keys() & {"own", "inbound", "role"})
        self.names = [field for field in _NAMES if field in self.index]
        self.says_who = bool(self.names) or "handle" in self.index
        self.identifies = self.says_who or self.two_ends or bool(self.identifying)
        self.region = settings().default_region
        self.channels: dict[str, Channel | None] = {}
        self.text_columns = columns.fields.get("text", ())
        written = self.text_columns[0] if len(self.text_columns) == 1 else None
        self.talks = written is not None and holds_conversations(
            [said(row.cells[written]) for row in table.peek()[:50]]
        )
        self.parent = next((at for at, key in enumerate(self.keys) if key in _PARENTS), None)

    def is_own(self, row: Row) -> bool:
        """Whether a column says the company wrote it."""
        if not self.has_own_rows:
            return False
        own, inbound = self.index.get("own"), self.index.get("inbound")
        if own is not None and row.cells[own].strip().lower() in YES:
            return True
        if (role := self.index.get("role")) is not None and role_of(row.cells[role]) == "agent":
            return True
        if self.own_side and (is_own_address(self.cell(row, "email")) or is_own_person(self.author(row) or "")):
            return True
        return inbound is not None and bool(row.cells[inbound]) and row.cells[inbound].strip().lower() not in YES

    def is_answer(self, row: Row) -> bool:
        """Whether a row of a table of reviews is an answer to one of them: below it, and without a score."""
        if self.parent is None or "rating" not in self.index:
            return False
        return row.cells[self.parent].strip() not in {"", "0"} and not self.cell(row, "rating")

    def is_total(self, row: Row) -> bool:
        """Whether a row without words sums up those above it."""
        first = ""
        for first in row.cells:
            if first and not first.isspace():
                break
        if len(first) > _LONGEST_TOTAL or _DIGIT.search(first):
            return False
        return fold_header(first) in _TOTALS and self.words(row)[1] is None

    def cell(self, row: Row, field: str) -> str:
        """The trimmed cell of a field; ``""`` for nothing and for fillers (``null``, ``N/A``)."""
        index = self.index.get(field)
        if index is None:
            return ""
        value = row.cells[index].strip()
        return "" if len(value) < 10 and is_filler(value) else value

    def interaction(self, row: Row) -> Interaction | None:
        """One row as an interaction, or ``None`` if it says nothing."""
        fields = self.columns.fields
        title, text = self.words(row)
        nps = parse_nps(value) if "nps" in fields and (value := self.cell(row, "nps")) else None
        rating = parse_rating(value) if "rating" in fields and (value := self.cell(row, "rating")) else None
        csat = parse_score(value) if "csat" in fields and (value := self.cell(row, "csat")) else None
        if text is None and nps is None and rating is None and csat is None:
            return None
        channel = self.channel(row)
        talk = self.turns(row, text) if self.talks and text else []
        if talk and channel is Channel.SURVEY:
            channel = Channel.CHAT  # nobody answers a survey message by message
        if channel.description.mail and text and not talk:
            text = self.cleaned(row, text, title)
        attributes = self.attributes(row)
        if csat is not None and (scale := csat[1] or self.columns.csat_scale):
            attributes.setdefault("csat_scale", str(scale))
        date = self.cell(row, "date")
        if date and "time" in fields and (clock := self.cell(row, "time")):
            date = f"{date} {clock}"
        moment = self.dates.moment(date, row.number)
        named = author = self.author(row)
        if author is None and talk:
            author = next((turn.speaker for turn in talk if turn.participant_role == CUSTOMER), None)
        content = content_of(
            title=title,
            text=text,
            moment=moment,
            scores=(nps, rating, csat[0] if csat else None),
            author=self.cell(row, "email") or author or "",
            rest="" if self.told_apart else "\x1e".join(sorted(cell for cell in row.cells if cell)),
        )
        external = self.cell(row, "id")[:200].removesuffix(".0")
        known, content_hash, external_id, thread = self.identity.of(channel, external, content, moment)
        language = self.cell(row, "language")
        return Interaction(
            id=known,
            channel=channel,
            source=f"{self.name}:{row.number}",
            content_hash=content_hash,
            external_id=external_id,
            thread_id=self.cell(row, "thread")[:200].removesuffix(".0") or thread,
            occurred_at=moment,
            language=language_code(language) if language else None,
            subject=title,
            text=None if talk else text,
            turns=tuple(talk),
            author=author,
            identifiers=_each_once(self.identifiers(row, named)) if self.identifies else (),
            nps=nps,
            rating=rating,
            csat=csat[0] if csat else None,
            attributes=attributes,
        )

    def author(self, row: Row) -> str | None:
        """Name of who wrote it, else the account, as the row gives it."""
        if not self.says_who:
            return None
        names = [self.cell(row, field) for field in self.names]
        handle = self.cell(row, "handle")
        name = " ".join(part for part in names if part)
        if handle and (both := re.fullmatch(r"@?(\S+) \((\S.*)\)", name)) and both[1] == handle.lstrip("@"):
            name = both[2]  # Brandwatch writes the account before the name
        return name[:200] or handle[:200] or None

    def turns(self, row: Row, text: str) -> list[Turn]:
        """The turns of a cell that holds a conversation; empty where it holds words of one person."""
        if not is_conversation(text):
            return []
        agent = next((row.cells[at].strip() for at, name in self.columns.attributes if name == "agent"), "")
        return turns_in(text, customer=self.author(row) or "", agent=agent)

    def words(self, row: Row) -> tuple[str | None, str | None]:
        """Title and text. Several text columns are joined; a title that the text does not repeat stands above it."""
        if len(self.text_columns) == 1:
            text = said(row.cells[self.text_columns[0]])
        else:
            text = "\n".join(part for index in self.text_columns if (part := said(row.cells[index])))
        title = said(self.cell(row, "title"))
        if title and not self.columns.channel.description.mail:
            bare = title.rstrip("…. !?").casefold()
            if not text.casefold().startswith(bare):
                text = f"{title}\n{text}" if text else title
        return title or None, text or None

    def cleaned(self, row: Row, text: str, title: str | None) -> str | None:
        """A mail's own words, ``None`` where it holds only quotations."""
        sender_name, sender = parseaddr(self.cell(row, "email"))
        return clean_email(text, subject=title or "", sender=sender, sender_name=sender_name).body or None

    def channel(self, row: Row) -> Channel:
        """The row's own channel where a column says so in words that are known, else the table's."""
        value = self.cell(row, "channel")
        if not value or self.columns.channel_reason == "given":
            return self.columns.channel
        if value not in self.channels and len(self.channels) < 10_000:
            self.channels[value] = channel_of(value)
        return self.channels.get(value) or self.columns.channel

    def attributes(self, row: Row) -> dict[str, str]:
        """Columns that mean nothing else, cut to a bounded size."""
        attributes: dict[str, str] = {}
        for index, name in self.columns.attributes:
            if value := row.cells[index].strip():
                attributes[name] = value[: limits.ATTRIBUTE_CHARACTERS]
                if len(attributes) >= limits.ATTRIBUTES:
                    break
        for field in ("network", "channel"):
            if field in self.columns.fields and (value := self.cell(row, field)):
                attributes[field] = value[: limits.ATTRIBUTE_CHARACTERS]
        for field in self.columns.given:
            if field in _MAPPED_ATTRIBUTES and (value := self.cell(row, field)):
                attributes[field] = value[: limits.ATTRIBUTE_CHARACTERS]
        return attributes

    def identifiers(self, row: Row, author: str | None) -> Iterator[Identifier]:
        """What the row says of who wrote: the account and address it came from are verified, the rest is claimed.

        ``author`` is what :meth:`author` says of the row.
        """
        ends: tuple[Identifier, ...] = ()
        if self.two_ends:
            cells = enumerate(zip(self.keys, row.cells, strict=True))
            written = {key: cell for at, (key, cell) in cells if cell.strip() and at not in self.columns.ignored}
            ends = customer_end(written, region=self.region).identifiers
            yield from ends
        for index, kind in self.identifying:
            if self.two_ends and self.keys[index] in EITHER_END:
                continue  # the company's number, or nobody knows whose
            for part in _parts(row.cells[index].strip()):
                if spelled := normalise(kind, part, self.region):
                    found = Identifier(type=kind, value=spelled, verified=True)
                    if found not in ends:
                        yield found
        if "handle" in self.index and (handle := normalise_handle(self.cell(row, "handle"))):
            network = fold_header(self.cell(row, "network")) or None
            network = {"x": "twitter"}.get(network, network) if network in NETWORKS else None
            yield Identifier(type="handle", value=handle, verified=True, network=network)
        named = any(self.cell(row, field) for field in self.names)
        if named and (name := normalise_name(author or "")):
            yield Identifier(type="name", value=name)


def _each_once(found: Iterable[Identifier]) -> tuple[Identifier, ...]:
    """Identifiers in their order without those that came twice; where each is of another type, none did."""
    listed = tuple(found)
    if len({one.type for one in listed}) == len(listed):
        return listed
    return tuple(dict.fromkeys(listed))


_SEPARATOR = re.compile(r"[;|/\n]|,\s")


def _parts(value: str) -> Sequence[str]:
    """The values of a cell that may hold several."""
    if not value:
        return ()
    return _SEPARATOR.split(value) if _SEPARATOR.search(value) else (value,)


_NAMES = ("name", "first_name", "last_name")
_TOTALS = words_of(lambda words: words.totals)
_LONGEST_TOTAL = 20
_DIGIT = re.compile("[0-9]")
"""No word for a total holds one; most first columns, of dates or ids, hold several."""

_PARENTS = frozenset(("comment parent", "parent comment id", "parent review id"))
"""Folded names of the row that a row answers to."""

_IDENTIFYING: tuple[IdentifierType, ...] = ("phone", "email", "customer", "contract", "order", "loyalty")
"""Fields that hold an identifier of their own type."""

_MAPPED_ATTRIBUTES = frozenset(ATTRIBUTES) - {"network"}
