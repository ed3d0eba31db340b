"""What every record is made of: the base, channels, and moments in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict


class Record(BaseModel):
    """Base of all records: frozen, and strict about unknown fields so that a typing slip is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")


class Channel(StrEnum):
    """Where the customer spoke. ``complaint`` is a written claim, ``chat`` a live written conversation."""

    CALL = "call"
    EMAIL = "email"
    SOCIAL = "social"
    COMPLAINT = "complaint"
    SURVEY = "survey"
    REVIEW = "review"
    CHAT = "chat"


SentimentLabel = Literal["negative", "neutral", "positive"]
Language = Literal["fr", "en"]


def as_utc(moment: datetime) -> datetime:
    """Return ``moment`` in UTC; a naive datetime is taken to be UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(as_utc)]
