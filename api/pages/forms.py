"""Forms of the pages: read, and refused unless one of our own pages sent them."""

from __future__ import annotations

from math import isfinite

from fastapi import Request

from api.access import check_same_origin, check_token
from api.sessions import CSRF_FIELD

MAX_FIELDS = 50
FIELD_CHARS = 10_000


async def posted(request: Request, *, longest: int = FIELD_CHARS) -> dict[str, str]:
    """The text fields of a form after its token was checked; the last value of each, none over ``longest`` bytes.

    Raises:
        Problem: 403 when another site, or an old page, sent it.
    """
    check_same_origin(request)
    async with request.form(max_files=0, max_fields=MAX_FIELDS, max_part_size=longest) as form:
        fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    check_token(request, fields.get(CSRF_FIELD))
    return fields


def local_path(path: str | None, *, default: str = "/") -> str:
    """``path`` when it is a page of this server, else ``default``: no redirect ever leaves the house."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path:
        return default
    if any(ord(c) < 32 or ord(c) == 127 for c in path):
        return default
    return path


def decimal_of(text: str | None) -> float | None:
    """A number that a form sends, with a comma or a point; ``None`` where it sends none."""
    found = (text or "").strip().replace(",", ".").removesuffix("%").strip()
    try:
        value = float(found) if found else None
    except ValueError:
        return None
    return value if value is not None and isfinite(value) else None


def number_of(text: str | None) -> int | None:
    """A whole number that a form sends, one that a column holds, or ``None`` where it sends none."""
    found = (text or "").strip()
    return int(found) if found.isascii() and found.isdigit() and len(found) <= 9 else None
