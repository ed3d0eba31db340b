"""Errors as RFC 9457 problem details: one line that says what and what to do, never a traceback."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException as StarletteHTTPException

from api.localisation import Words
from voc.errors import (
    ConflictError,
    ForbiddenError,
    GoneError,
    InputError,
    ModelError,
    NotFoundError,
    Parameter,
    SettingsError,
    StoreError,
    StoreFullError,
    VocError,
)

MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[VocError], int] = {
    NotFoundError: 404,
    ConflictError: 409,
    GoneError: 410,
    InputError: 422,
    ForbiddenError: 403,
    StoreFullError: 507,
    StoreError: 503,
    ModelError: 503,
    SettingsError: 500,
    VocError: 500,
}
"""The status of an error of ours: that of its class, or of the nearest class above it."""

CODES: dict[int, str] = {
    400: "bad_request",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    410: "gone",
    413: "too_large",
    415: "unsupported_media_type",
    416: "range_not_satisfiable",
    421: "unknown_host",
    422: "invalid_input",
    429: "too_many_requests",
    500: "internal_error",
    503: "unavailable",
    507: "store_full",
}
"""The code of a problem that has no closer one."""


class Problem(Exception):  # noqa: N818 - the name RFC 9457 gives it
    """Raised anywhere below a route; answered as ``application/problem+json``, or as a page to a browser.

    Args:
        status: of the answer.
        detail: one line in English: what, which one, what to do.
        code: what is wrong, in words of a program; default that of the status.
        parameters: what ``detail`` names, so that the catalogue can say it in another language.
        extra: the extension members of RFC 9457 (§ 3.2), e.g. the uploads that were refused.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        code: str | None = None,
        parameters: Mapping[str, Parameter] | None = None,
        headers: dict[str, str] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.code = code or CODES.get(status, "error")
        self.parameters = dict(parameters or {})
        self.headers = headers or {}
        self.extra = extra or {}

    @property
    def title(self) -> str:
        """The standard phrase of the status."""
        return phrase(self.status)

    def said(self, words: Words) -> str:
        """The detail in the reader's language; in English where the catalogue does not have its code."""
        sentence = words.error(self.code, self.parameters)
        if sentence is None:
            return self.detail
        file = self.parameters.get("file")
        return f"{file}{words.colon} {sentence}" if file else sentence


FAULTS = {
    "missing": "field_missing",
    "string_too_long": "field_too_long",
    "string_too_short": "field_too_short",
    "less_than_equal": "field_too_high",
    "greater_than_equal": "field_too_low",
    "int_parsing": "field_not_whole",
    "extra_forbidden": "field_unknown",
    "json_invalid": "not_json",
}
"""What pydantic finds wrong with a field → our code; anything else is ``invalid_field``."""


def phrase(status: int) -> str:
    """The standard phrase of an HTTP status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def not_found(what: str) -> Problem:
    """404 for something named by an id."""
    return Problem(404, f"There is no such {what}.", code=f"no_such_{what.replace(' ', '_')}")


def of(error: Exception) -> Problem:
    """The problem an exception means; anything unforeseen is a 500 that tells nothing of the inside."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return _first_fault(error)
    if isinstance(error, StarletteHTTPException):
        said = str(error.detail)
        usual = not said or said == phrase(error.status_code)
        detail = _usual_detail(error.status_code) if usual else said
        code = "no_such_page" if usual and error.status_code == 404 else None
        return Problem(error.status_code, detail, code=code, headers=dict(error.headers or {}))
    if isinstance(error, VocError):
        status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
        return Problem(status, str(error), code=error.code, parameters=error.parameters)
    return Problem(500, "Something went wrong on the server; its log says what. Try again, or report it.")


def answer(problem: Problem, words: Words | None = None) -> JSONResponse:
    """The problem as its response; its detail in English, or in the language of ``words``."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.said(words) if words else problem.detail,
        "code": problem.code,
        **problem.extra,
    }
    headers = dict(problem.headers)
    if words:
        headers |= {"content-language": words.language, "vary": "Accept-Language"}
    return JSONResponse(body, status_code=problem.status, headers=headers, media_type=MEDIA_TYPE)


def _usual_detail(status: int) -> str:
    return {
        404: "There is nothing at this address.",
        405: "This address does not know that method.",
    }.get(status, phrase(status) + ".")


def _first_fault(error: RequestValidationError) -> Problem:
    """The first fault by the name of its field.

    A value is repeated only where it should have been one of a few words: any other may be personal.
    """
    faults = error.errors()
    if not faults:
        return Problem(422, "The request is not valid.")
    by_field: dict[str, list[dict[str, Any]]] = {}
    for fault in faults:
        by_field.setdefault(_field(fault.get("loc", ())), []).append(fault)
    where, first = next(iter(by_field.items()))
    more = f" ({len(by_field) - 1} more)" if len(by_field) > 1 else ""
    if (words := _allowed(first)) and isinstance(given := first[0].get("input"), str):
        detail = f"{where}: '{given[:40]}' is not one of {', '.join(words)}{more}."
        return Problem(
            422, detail, code="not_one_of", parameters={"field": where, "given": given[:40], "known": ", ".join(words)}
        )
    kind = str(first[0].get("type"))
    limits = {key: value for key, value in (first[0].get("ctx") or {}).items() if isinstance(value, str | int | float)}
    return Problem(
        422,
        f"{where}: {first[0].get('msg', 'not valid')}{more}.",
        code=FAULTS.get(kind, "invalid_field"),
        parameters={**limits, "field": where},
    )


def _field(loc: Sequence[Any]) -> str:
    """``channel`` of ``("query", "channel", 0, "str-enum[Channel]")``: the types that were tried are no part of it, nor
    is which of a parameter's values it was."""
    if loc and loc[0] == "query":
        loc = [part for part in loc if not isinstance(part, int)]
    parts = [str(part) for part in loc if part not in {"query", "body", "path", "header"}]
    return ".".join(part for part in parts if "[" not in part) or "body"


def _allowed(faults: Sequence[Mapping[str, Any]]) -> list[str]:
    """The words a field takes, where all that is wrong with it is that it is none of them."""
    if any(fault.get("type") not in {"enum", "literal_error"} for fault in faults):
        return []
    said = " ".join(str((fault.get("ctx") or {}).get("expected", "")) for fault in faults)
    return [word for word in dict.fromkeys(re.findall(r"'([^']*)'", said)) if word]
