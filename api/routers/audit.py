"""The audit trail: who did what to what."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.access import Admin
from api.dependencies import ServiceDep
from voc.records import AuditLine
from voc.service import audit

router = APIRouter(prefix="/v1/audit", tags=["audit"])


@router.get("", summary="The audit trail")
def trail(service: ServiceDep, actor: Admin, limit: Annotated[int, Query(ge=1, le=2000)] = 200) -> list[AuditLine]:
    """Newest first."""
    return audit.trail(service, actor, limit=limit)
