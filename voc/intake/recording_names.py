"""What telephone systems write into the names of their recordings: when, who called whom, which agent, which call.

The presets are the file names that Asterisk and FreePBX, 3CX, Five9, Genesys, Amazon Connect and WhatsApp give by
themselves, as their documentation and public readers of them show. Other systems are described by a setting,
``VOC_RECORDING_NAMES``: a regular expression with these named groups, or a file with one a line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from voc.errors import SettingsError
from voc.intake.column_names import fold_header
from voc.language.registry import alternatives
from voc.settings import settings

_NUMBER = r"\+?\d{6,15}"
_DAY = r"(?P<year>20\d\d)-?(?P<month>[01]\d)-?(?P<day>[0-3]\d)"
_CLOCK = r"(?P<hour>[0-2]\d)[-.:_h]?(?P<minute>[0-5]\d)(?:[-.:_m]?(?P<second>[0-5]\d))?"
_ASTERISK = rf"{_DAY}-{_CLOCK}-(?P<id>\d+\.\d+)"
_VOICE = alternatives(lambda one: one.chats.voice)
_AT = alternatives(lambda one: one.chats.at)
_AGENT = r"(?:[_-]agent[_-]?(?P<agent>\w+))?"
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

PRESETS: dict[str, str] = {
    # FreePBX, Asterisk: external-EXTENSION-CALLER-DATE-TIME-ID, out-CALLED-EXTENSION-…, q-QUEUE-CALLER-…,
    # in-CALLED-CALLER-…
    "asterisk inbound": rf"(?P<inbound>external|q|rg)-(?P<extension>\w+)-(?P<caller>{_NUMBER})-{_ASTERISK}",
    "asterisk number": rf"(?P<inbound>in)-\+?\w+-(?P<caller>{_NUMBER})-{_ASTERISK}",
    "asterisk outbound": rf"(?P<outbound>out)-(?P<called>{_NUMBER})-(?P<extension>\w+)-{_ASTERISK}",
    "asterisk internal": rf"(?P<internal>internal|exten)-(?P<extension>\w+)-\w+-{_ASTERISK}",
    # 3CX: [Name]_EXTENSION-NUMBER_YYYYMMDDHHMMSS(ID)
    "3cx": rf"\[(?P<agent>[^\]]{{0,80}})\]_(?P<extension>\d+)-(?P<caller>{_NUMBER})_{_DAY}{_CLOCK}\((?P<id>\d+)\)",
    # Five9: NUMBER by AGENT @ HH_MM_SS AM
    "five9": rf"(?P<caller>{_NUMBER}) by (?P<agent>\S{{1,120}}) @ \d{{1,2}}_\d\d_\d\d [AP]M",
    # Amazon Connect: CONTACT_YYYYMMDDTHH:MM_UTC
    "amazon connect": rf"(?P<id>{_UUID})_{_DAY}T{_CLOCK}_(?P<zone>UTC)",
    # Genesys Cloud: CONVERSATION_RECORDING
    "genesys": rf"(?P<id>{_UUID})(?:[_-]{_UUID})?",
    # WhatsApp for desktop and telephones
    "whatsapp": rf"WhatsApp (?:Audio|Ptt|{_VOICE}) {_DAY} (?:{_AT}) {_CLOCK}",
    # Telephones that record: WORDS NUMBER_YYMMDD_HHMMSS, or the name of who is in the address book
    "phone": (rf"[^\d_+]{{3,80}}(?P<number>{_NUMBER})?_(?P<year>\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)_{_CLOCK}"),
    "date, caller, agent": (
        rf"(?:[a-z]{{2,20}}[_-])?{_DAY}[T_ -]?{_CLOCK}(?P<zone>Z|[+-]\d{{4}})?[_-](?P<caller>{_NUMBER}){_AGENT}"
    ),
    "french date, caller": (
        rf"(?P<day>[0-3]\d)-(?P<month>[01]\d)-(?P<year>20\d\d)[_ -]{_CLOCK}[_-](?P<caller>{_NUMBER}){_AGENT}"
    ),
}
"""System → the name of its files without the suffix, whole."""


@lru_cache(maxsize=16)
def _patterns(written: str) -> tuple[re.Pattern[str], ...]:
    lines = [written]
    if written and len(written) < 500 and "(?P<" not in written:
        try:
            lines = Path(written).read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise SettingsError(
                f"VOC_RECORDING_NAMES: {written}: {error.strerror}; name a file of patterns."
            ) from error
    own = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    try:
        return tuple(re.compile(line, re.IGNORECASE) for line in (*own, *PRESETS.values()))
    except re.error as error:
        raise SettingsError(f"VOC_RECORDING_NAMES: is no regular expression ({error}); correct it.") from error


def facts_in_name(filename: str) -> dict[str, str]:
    """What the name of a recording says of its call, under the names a table of calls would have; empty otherwise.

    Groups: ``year month day hour minute second zone`` or ``date time``; ``caller``, ``called`` or ``number`` (the
    customer's); ``inbound``, ``outbound``, ``internal`` (that they match says it) or ``direction``; ``agent``,
    ``extension``, ``id``, ``customer``.

    Raises:
        SettingsError: a pattern of the settings is wrong.
    """
    stem = Path(filename).name[:300]
    stem = stem.rpartition(".")[0] or stem
    for pattern in _patterns(settings().recording_names):
        if match := pattern.fullmatch(stem):
            return _facts({name: value for name, value in match.groupdict().items() if value})
    return {}


_AS_COLUMNS = {
    "caller": "caller number",
    "called": "to number",
    "number": "customer number phone",
    "id": "call id",
    "customer": "customer id",
}


def _facts(groups: Mapping[str, str]) -> dict[str, str]:
    facts = {_AS_COLUMNS.get(name, name): value for name, value in groups.items() if name not in _PARTS}
    if {"year", "month", "day"} <= groups.keys():
        clock = f"T{groups['hour']}:{groups['minute']}:{groups.get('second', '00')}" if "hour" in groups else ""
        zone = groups.get("zone", "") if clock else ""
        year = groups["year"] if len(groups["year"]) > 2 else f"20{groups['year']}"
        facts["date"] = f"{year}-{groups['month']}-{groups['day']}{clock}{'Z' if zone == 'UTC' else zone}"
    for direction in ("inbound", "outbound", "internal"):
        if direction in groups:
            facts["direction"] = direction
    return {fold_header(name): value for name, value in facts.items()}


_PARTS = frozenset(("year", "month", "day", "hour", "minute", "second", "zone", "inbound", "outbound", "internal"))
