"""The YAML of the pack of one's own, changed one topic at a time; what a person wrote beside it stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Section = Literal["topics", "adds"]
_KEY: dict[Section, str] = {"topics": "id", "adds": "to"}
"""By what an entry of each list is known."""
_WIDTH = 110


def entry(source: str, section: Section, name: str) -> dict[str, Any] | None:
    """The topic of that id as it is written, or what is added to it; ``None`` where there is none."""
    return next((dict(one) for one in _entries(_content(source), section) if one.get(_KEY[section]) == name), None)


def with_entry(source: str, section: Section, given: Mapping[str, Any]) -> str:
    """The text with that entry in the place of the one of its name, or after the others."""
    content = _content(source)
    listed = _entries(content, section)
    place = _place(listed, section, str(given[_KEY[section]]))
    wanted = [*listed, dict(given)] if place is None else [*listed[:place], dict(given), *listed[place + 1 :]]
    return _written(source, section, content | {section: wanted}, place=place, given=given)


def without_entry(source: str, section: Section, name: str) -> str:
    """The text without the entry of that name; empty where nothing but a version is left."""
    content = _content(source)
    listed = _entries(content, section)
    place = _place(listed, section, name)
    if place is None:
        return source
    left = content | {section: [*listed[:place], *listed[place + 1 :]]}
    if not any(left.get(one) for one in ("topics", "adds")):
        return ""
    return _written(source, section, left, place=place, given=None)


def _content(source: str) -> dict[str, Any]:
    import yaml

    read = yaml.safe_load(source) if source.strip() else {}
    return read if isinstance(read, dict) else {}


def _entries(content: Mapping[str, Any], section: Section) -> list[dict[str, Any]]:
    return [one for one in content.get(section) or [] if isinstance(one, dict)]


def _place(listed: list[dict[str, Any]], section: Section, name: str) -> int | None:
    return next((number for number, one in enumerate(listed) if one.get(_KEY[section]) == name), None)


def _written(
    source: str, section: Section, wanted: dict[str, Any], *, place: int | None, given: Mapping[str, Any] | None
) -> str:
    """The text changed in that one place; written anew where it is laid out otherwise than line by line."""
    import yaml

    wanted = {key: value for key, value in wanted.items() if value or key not in _KEY}
    edited = _edited(source, section, place=place, given=given)
    try:
        if edited is not None and yaml.safe_load(edited) == wanted:
            return edited
    except yaml.YAMLError:
        pass
    return _dumped(wanted)


def _edited(source: str, section: Section, *, place: int | None, given: Mapping[str, Any] | None) -> str | None:
    """The lines of one entry replaced, added or taken out; ``None`` where they cannot be told."""
    import yaml

    root = yaml.compose(source, Loader=yaml.SafeLoader) if source.strip() else None
    lines = source.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    found = [] if root is None else [value for key, value in root.value if key.value == section]
    if not found or not found[0].value:
        return None if found or given is None else "".join([*lines, f"{section}:\n", *_as_lines(given, indent=2)])
    listed = found[0]
    if listed.flow_style:
        return None
    indent = listed.start_mark.column
    spans = [_span(one, lines) for one in listed.value]
    new = [] if given is None else _as_lines(given, indent=indent)
    if place is None:
        return "".join([*lines[: spans[-1][1]], *new, *lines[spans[-1][1] :]])
    begin, end = spans[place]
    whole = (begin, end) if len(spans) > 1 or given is not None else (listed.start_mark.line - 1, end)
    return "".join([*lines[: whole[0]], *new, *lines[whole[1] :]])


def _span(node: Any, lines: list[str]) -> tuple[int, int]:
    """First line of an entry and the one after its last; blank lines and comments behind it are the next one's."""
    end = node.end_mark.line + (1 if node.end_mark.column and node.flow_style else 0)
    while end > node.start_mark.line + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return node.start_mark.line, end


def _as_lines(given: Mapping[str, Any], *, indent: int) -> list[str]:
    return [" " * indent + line + "\n" for line in _dumped([dict(given)]).splitlines()]


def _dumped(content: Any) -> str:
    import yaml

    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=_WIDTH)
