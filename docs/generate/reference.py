"""Pages and pictures made from the code: commands.md, errors.md, settings.md, images/rooms.svg.

``python docs/generate/reference.py`` writes them; with ``--check`` it says which are stale and exits with 1 if any is.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import click

DOCS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(DOCS.parent))

import rooms  # noqa: E402

from voc.cli import main  # noqa: E402
from voc.settings import Settings  # noqa: E402

HELP_WIDTH = 100
"""Columns of a help text: what fits a page without scrolling."""


def commands() -> str:
    """The help of every command, as `voc … --help` prints it."""
    parts = [
        "# Commands",
        "What `voc COMMAND --help` prints, of every command; made by `make reference`. `python -m voc` is the same.",
    ]
    for name, help_text in _helps(main, "voc"):
        parts.append(f"## {name}\n\n```text\n{help_text}\n```")
    return "\n\n".join(parts) + "\n"


def _helps(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[tuple[str, str]]:
    context = click.Context(
        command,
        info_name=name.rpartition(" ")[2],
        parent=parent,
        terminal_width=HELP_WIDTH,
        max_content_width=HELP_WIDTH,
        help_option_names=["-h", "--help"],
    )
    yield name, command.get_help(context)
    if isinstance(command, click.Group):
        for child_name, child in sorted(command.commands.items()):
            if not child.hidden:
                yield from _helps(child, f"{name} {child_name}", context)


def settings() -> str:
    """Every field of :class:`voc.settings.Settings`: variable, values, default, meaning."""
    lines = [
        "# Settings",
        "",
        "Each is an environment variable or, in lower case and without the prefix, a line of `voc.toml` in the working",
        'folder (`home = "/srv/voc"`); the variable wins. `voc doctor` prints the ones in force. Made from',
        "`voc/settings.py` by `make reference`.",
        "",
        "| variable | value | default | meaning |",
        "|---|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        meaning = (field.description or "").replace("|", "\\|")
        default = _written(field.get_default(call_default_factory=True))
        lines.append(f"| `VOC_{name.upper()}` | {_values(field.annotation)} | {default} | {meaning} |")
    return "\n".join(lines) + "\n"


def _values(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(annotation))
    named = {str: "text", int: "whole number", float: "number", bool: "`true`, `false`", Path: "path"}
    return next((named[kind] for kind in (annotation, *get_args(annotation)) if kind in named), str(annotation))


def _written(default: Any) -> str:
    if default is None or default == "":
        return "–"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`".replace(str(Path.home()), "~")


def errors() -> str:
    """The page of errors with a row for each code of the English catalogue; the rest of it is written by hand."""
    words = tomllib.loads((DOCS.parent / "voc/locales/en.toml").read_text(encoding="utf-8"))["errors"]
    page = (DOCS / "errors.md").read_text(encoding="utf-8")
    above, head, rows = page.partition("| code | what it says |\n|---|---|\n")
    below = rows[rows.find("\n\n") :] if "\n\n" in rows else "\n"
    return above + head + "\n".join(f"| `{code}` | {words[code]} |" for code in sorted(words)) + below


MADE: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "errors.md": errors,
    "settings.md": settings,
    "images/rooms.svg": rooms.picture,
}
"""File below docs/ → what makes its text."""


def run(arguments: list[str]) -> int:
    """Write every file, or say which are stale."""
    os.environ.pop("XDG_CACHE_HOME", None)  # the default that is printed is everybody's
    stale = []
    for name, make in MADE.items():
        path, text = DOCS / name, make()
        if "--check" in arguments:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                stale.append(f"docs/{name}")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"stale: {', '.join(stale)}; run `make reference` and commit what changed.")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
