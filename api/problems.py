"""Errors as RFC 9457 problem details: one line that says what and what to do, never a traceback."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException as StarletteHTTPException

from voc.errors import ConflictError, InputError, ModelError, SettingsError, StoreError, VocError

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):  # noqa: N818 - the name RFC 9457 gives it
    """Raised anywhere below a route; answered as ``application/problem+json``, or as a page to a browser.

    ``extra`` are the extension members of RFC 9457 (§ 3.2), e.g. the uploads that were refused.
    """

    def __init__(
        self, status: int, detail: str, *, headers: dict[str, str] | None = None, extra: dict[str, Any] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}
        self.extra = extra or {}

    @property
    def title(self) -> str:
        """The standard phrase of the status."""
        return phrase(self.status)


def phrase(status: int) -> str:
    """The standard phrase of an HTTP status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def not_found(what: str) -> Problem:
    """404 for something named by an id."""
    return Problem(404, f"There is no such {what}.")


def of(error: Exception) -> Problem:
    """The problem an exception means; anything unforeseen is a 500 that tells nothing of the inside."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return Problem(422, _first_fault(error))
    if isinstance(error, StarletteHTTPException):
        said = str(error.detail)
        detail = said if said and said != phrase(error.status_code) else _usual_detail(error.status_code)
        return Problem(error.status_code, detail, headers=dict(error.headers or {}))
    if isinstance(error, ConflictError):
        return Problem(409, str(error))
    if isinstance(error, InputError):
        return Problem(422, str(error))
    if isinstance(error, StoreError):
        return Problem(507 if "full" in str(error) or "free space" in str(error) else 503, str(error))
    if isinstance(error, ModelError):
        return Problem(503, str(error))
    if isinstance(error, SettingsError | VocError):
        return Problem(500, str(error))
    return Problem(500, "Something went wrong on the server; its log says what. Try again, or report it.")


def answer(problem: Problem) -> JSONResponse:
    """The problem as its response."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        **problem.extra,
    }
    return JSONResponse(body, status_code=problem.status, headers=problem.headers, media_type=MEDIA_TYPE)


def _usual_detail(status: int) -> str:
    return {
        404: "There is nothing at this address.",
        405: "This address does not know that method.",
    }.get(status, phrase(status) + ".")


def _first_fault(error: RequestValidationError) -> str:
    """The first fault by the name of its field.

    A value is repeated only where it should have been one of a few words: any other may be personal.
    """
    faults = error.errors()
    if not faults:
        return "The request is not valid."
    by_field: dict[str, list[dict[str, Any]]] = {}
    for fault in faults:
        by_field.setdefault(_field(fault.get("loc", ())), []).append(fault)
    where, first = next(iter(by_field.items()))
    more = f" ({len(by_field) - 1} more)" if len(by_field) > 1 else ""
    if (words := _allowed(first)) and isinstance(given := first[0].get("input"), str):
        return f"{where}: '{given[:40]}' is not one of {', '.join(words)}{more}."
    return f"{where}: {first[0].get('msg', 'not valid')}{more}."


def _field(loc: Sequence[Any]) -> str:
    """``channel`` of ``("query", "channel", "str-enum[Channel]")``: the types that were tried are no part of it."""
    parts = [str(part) for part in loc if part not in {"query", "body", "path", "header"}]
    return ".".join(part for part in parts if "[" not in part) or "body"


def _allowed(faults: Sequence[Mapping[str, Any]]) -> list[str]:
    """The words a field takes, where all that is wrong with it is that it is none of them."""
    if any(fault.get("type") not in {"enum", "literal_error"} for fault in faults):
        return []
    said = " ".join(str((fault.get("ctx") or {}).get("expected", "")) for fault in faults)
    return [word for word in dict.fromkeys(re.findall(r"'([^']*)'", said)) if word]
