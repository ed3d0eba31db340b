"""The audit trail: who did what to what."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from api.access import Admin
from voc.records import Moment
from voc.store import Store

router = APIRouter(prefix="/v1/audit", tags=["audit"])


class AuditLine(BaseModel):
    """One act. ``actor`` is a key id, or ``local`` on a laptop without keys."""

    id: int
    at: Moment
    actor: str
    action: str
    target: str | None
    detail: dict[str, Any] | None


@router.get("", summary="The audit trail")
def trail(request: Request, _: Admin, limit: Annotated[int, Query(ge=1, le=2000)] = 200) -> list[AuditLine]:
    """Newest first."""
    store: Store = request.app.state.store
    return [AuditLine(**line) for line in store.access.trail(limit=limit)]
