"""A feedback form of one's own, on a page of this server that other sites may show inside theirs."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from voc.errors import InputError
from voc.language.registry import FIRST
from voc.locales import interface_languages
from voc.locales.catalogue import spoken
from voc.settings import Settings
from voc.sources.contract import Field, Push, Pushed, Reached, SourceKind, in_catalogue

MOST_CHARACTERS = 5000
MOST_FIELDS = 20
SCALES = {"nps": (0, 10), "stars": (1, 5), "none": (0, 0)}
"""Least and most of what is asked for."""


class FeedbackForm(SourceKind):
    """A question, a score, a text, and the consent that was given, word for word."""

    name: ClassVar[str] = "form"
    labels: ClassVar[Mapping[str, str]] = spoken("source_kinds.form.title")
    about: ClassVar[Mapping[str, str]] = spoken("source_kinds.form.about")
    pushed: ClassVar[bool] = True
    every: ClassVar[int | None] = None
    fields: ClassVar[tuple[Field, ...]] = in_catalogue(
        "form",
        Field("question", required=True),
        Field("scale", type="choice", default="nps", choices=tuple(SCALES)),
        Field("email", type="boolean", default=False),
        Field(
            "consent",
            type="long",
            required=True,
        ),
        Field("thanks"),
        Field(
            "language",
            type="choice",
            default=FIRST,
            choices=interface_languages(),
        ),
        Field(
            "sites",
        ),
    )

    def address(self, source_id: str) -> str:
        """See :meth:`SourceKind.address`."""
        return f"/feedback/{source_id}"

    def check(self, options: Mapping[str, Any], settings: Settings) -> None:
        """See :meth:`SourceKind.check`."""
        sites_of(options)

    def received(self, reached: Reached, push: Push) -> list[Pushed]:
        """See :meth:`SourceKind.received`; the fields are those of the page's form."""
        try:
            sent = parse_qs(push.body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)
        except ValueError as error:
            raise InputError("form: has too many fields.", code="source_field_wrong", field="form") from error
        fields = {name: values[-1].strip() for name, values in sent.items()}
        if fields.get("website"):  # a field nobody sees: only programs fill it in
            return []
        if fields.get("consent") != "yes":
            raise InputError("consent: nothing is taken without a yes.", code="feedback_consent")
        least, most = SCALES[str(reached.options["scale"])]
        score = fields.get("score", "")
        if score and (not re.fullmatch(r"[0-9]{1,2}", score) or not least <= int(score) <= most or not most):
            raise InputError("score: is none of the scale.", code="source_field_wrong", field="score")
        text = fields.get("text", "")[:MOST_CHARACTERS]
        if not text and not score:
            raise InputError("text: say something, or give a score.", code="feedback_empty")
        row = {
            "id": f"form-{secrets.token_hex(8)}",
            "date": push.at.isoformat(timespec="seconds"),
            "message": text,
            "nps" if reached.options["scale"] == "nps" else "rating": int(score) if score else None,
            "email": fields.get("email", "")[:200] if reached.options["email"] else "",
            "page": _page(push),
            "consent": str(reached.options["consent"])[:1000],
            "language": reached.options["language"],
        }
        data = json.dumps({name: value for name, value in row.items() if value not in (None, "")}, ensure_ascii=False)
        # What one browser sends twice by its back button carries the same token and is one answer.
        token = fields.get("token", "")
        key = f"form\0{token}" if re.fullmatch(r"[0-9a-f]{32}", token) else f"form\0{row['id']}"
        return [Pushed(key, f"{row['id']}.ndjson", (data + "\n").encode())]


def sites_of(options: Mapping[str, Any]) -> list[str]:
    """Origins that may show the form inside their pages.

    Raises:
        InputError: one is no origin.
    """
    found = [one for one in re.split(r"[\s,]+", str(options.get("sites") or "")) if one]
    for one in found:
        if not re.fullmatch(r"https?://[A-Za-z0-9.*-]+(:\d{1,5})?", one):
            raise InputError(
                f"sites: '{one[:80]}' is no site; write https://www.example.com.",
                code="source_field_wrong",
                field="sites",
            )
    return found


def _page(push: Push) -> str:
    """Where the form was shown, without what stands behind the question mark."""
    parts = urlsplit(push.headers.get("referer", ""))
    return f"{parts.scheme}://{parts.netloc}{parts.path}"[:300] if parts.scheme in {"http", "https"} else ""
