"""A place in a JSON document, written ``data.reviews`` or ``entry.0.changes``."""

from __future__ import annotations

from typing import Any


def at_path(document: Any, path: str | None) -> Any:
    """What stands there; ``None`` where nothing does."""
    found = document
    for part in (path or "").split("."):
        if not part:
            continue
        if isinstance(found, dict):
            found = found.get(part)
        elif isinstance(found, list) and part.isdecimal() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found
