"""API keys: made, listed, revoked by an administrator; the secret is shown once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.access import Admin
from api.dependencies import ServiceDep
from voc.records import Moment
from voc.service import keys
from voc.service.actor import ApiKey, Role

router = APIRouter(prefix="/v1/keys", tags=["keys"])


class KeyRequest(BaseModel):
    """A key to make."""

    name: Annotated[str, Field(min_length=1, max_length=100, description="Who or what will use it.")]
    role: Role = "reader"


class KeyAnswer(BaseModel):
    """A key as it may be listed."""

    id: str
    name: str
    role: Role
    created_at: Moment
    last_used_at: Moment | None
    revoked_at: Moment | None

    @classmethod
    def of(cls, key: ApiKey) -> KeyAnswer:
        """From the store."""
        return cls(**{name: getattr(key, name) for name in cls.model_fields})


class NewKey(BaseModel):
    """A key just made; ``secret`` is shown this once and kept nowhere."""

    key: KeyAnswer
    secret: str


@router.get("", summary="List keys")
def listing(service: ServiceDep, actor: Admin) -> list[KeyAnswer]:
    """Every key, revoked ones too, oldest first; never the secrets."""
    return [KeyAnswer.of(key) for key in keys.listing(service, actor)]


@router.post("", status_code=201, summary="Make a key")
def create(service: ServiceDep, actor: Admin, wanted: KeyRequest) -> NewKey:
    """The first key must be an administrator's: from then on keys are required everywhere."""
    key, secret = keys.create(service, actor, name=wanted.name, role=wanted.role)
    return NewKey(key=KeyAnswer.of(key), secret=secret)


@router.delete("/{key_id}", status_code=204, summary="Revoke a key")
def revoke(service: ServiceDep, actor: Admin, key_id: str) -> Response:
    """Takes effect at once, for sessions signed in with it too."""
    keys.revoke(service, actor, key_id)
    return Response(status_code=204)
