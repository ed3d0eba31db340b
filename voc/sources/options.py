"""What somebody says of a source, checked against the fields of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voc.errors import InputError, nearest
from voc.language.yes_and_no import NO, YES
from voc.sources.contract import Field, SourceKind
from voc.sources.secrets import check_reference

LONGEST_VALUE = 20_000

_YES = YES | {"on"}
_NO = NO | {"off", ""}


def checked(kind: SourceKind, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a source by field, each of its type; defaults are left out, so that they may improve.

    Raises:
        InputError: a field is unknown, missing, or no value of its type.
    """
    fields = {one.name: one for one in kind.fields if one.type != "secret"}
    for name in given:
        if name not in fields:
            raise unknown_field(name, kind)
    found: dict[str, Any] = {}
    for name, one in fields.items():
        value = given.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            if one.required:
                raise _wrong(name, "is missing")
            continue
        found[name] = _value(one, value)
    return found


def checked_secrets(kind: SourceKind, given: Mapping[str, Any]) -> dict[str, str]:
    """Where each secret of a source is kept, by field.

    Raises:
        InputError: a field is unknown or missing, or what stands there is no place a secret may be kept in.
    """
    fields = {one.name: one for one in kind.fields if one.type == "secret"}
    for name in given:
        if name not in fields:
            raise unknown_field(name, kind)
    found: dict[str, str] = {}
    for name, one in fields.items():
        reference = str(given.get(name) or "").strip()
        if reference:
            found[name] = check_reference(name, reference)
        elif one.required:
            raise _wrong(name, "is missing")
    return found


def with_defaults(kind: SourceKind, options: Mapping[str, Any]) -> dict[str, Any]:
    """Every field of the kind but its secrets, as it stands."""
    return {one.name: options.get(one.name, one.default) for one in kind.fields if one.type != "secret"}


def unknown_field(name: str, kind: SourceKind) -> InputError:
    """What to say of a field that the kind has not."""
    names = [one.name for one in kind.fields]
    meant = nearest(name, names)
    hint = f" Did you mean {meant}?" if meant else ""
    return InputError(
        f"{name[:60]}: a source of kind {kind.name} has no such field; it has {', '.join(names)}.{hint}",
        code="source_field_unknown",
        given=name[:60],
        known=", ".join(names),
    )


def _wrong(name: str, why: str, **more: str) -> InputError:
    return InputError(f"{name}: {why}.", code="source_field_wrong", field=name, **more)


def _value(one: Field, value: Any) -> Any:
    if one.type == "boolean":
        return _boolean(one.name, value)
    if one.type == "number":
        return _number(one, value)
    if not isinstance(value, str):
        raise _wrong(one.name, "is no text")
    text = value.strip()
    controls = {c for c in text if ord(c) < 32 or ord(c) == 127} - ({"\n", "\r", "\t"} if one.type == "long" else set())
    if len(text) > LONGEST_VALUE or controls:  # in what is sent line by line a line end begins another command
        raise _wrong(one.name, "is too long or holds characters that have no place in it")
    if one.choices and text not in one.choices:
        known = ", ".join(one.choices)
        raise InputError(
            f"{one.name}: '{text[:40]}' is not one of {known}.",
            code="not_one_of",
            field=one.name,
            given=text[:40],
            known=known,
        )
    return text


def _boolean(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise _wrong(name, "is neither yes nor no")


def _number(one: Field, value: Any) -> float | int:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise _wrong(one.name, "is no number") from None
    if (one.least is not None and number < one.least) or (one.most is not None and number > one.most):
        raise _wrong(one.name, f"has to lie between {one.least:g} and {one.most:g}" if one.most else "is too small")
    return int(number) if number.is_integer() else number
