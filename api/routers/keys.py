"""API keys: made, listed, revoked by an administrator; the secret is shown once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.access import Admin, Principal
from api.problems import Problem, not_found
from voc.records import Moment
from voc.store import Store
from voc.store.access import ApiKey, Role

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
def listing(request: Request, _: Admin) -> list[KeyAnswer]:
    """Every key, revoked ones too, oldest first; never the secrets."""
    store: Store = request.app.state.store
    return [KeyAnswer.of(key) for key in store.access.listing()]


@router.post("", status_code=201, summary="Make a key")
def create(request: Request, principal: Admin, wanted: KeyRequest) -> NewKey:
    """The first key must be an administrator's: from then on keys are required everywhere."""
    key, secret = make(request, principal, name=wanted.name, role=wanted.role)
    return NewKey(key=KeyAnswer.of(key), secret=secret)


@router.delete("/{key_id}", status_code=204, summary="Revoke a key")
def revoke(request: Request, principal: Admin, key_id: str) -> Response:
    """Takes effect at once, for sessions signed in with it too."""
    withdraw(request, principal, key_id)
    return Response(status_code=204)


def make(request: Request, principal: Principal, *, name: str, role: Role) -> tuple[ApiKey, str]:
    """Make a key and leave a trace."""
    store: Store = request.app.state.store
    if role != "admin" and not store.access.any_live():
        raise Problem(
            422, "role: the first key must be an admin's, else nobody could make another.", code="first_key_admin"
        )
    now = datetime.now(UTC)
    key, secret = store.access.create_key(" ".join(name.split()), role, now=now)
    store.access.record(actor=principal.id, action="key.create", target=key.id, now=now, detail={"role": role})
    return key, secret


def withdraw(request: Request, principal: Principal, key_id: str) -> None:
    """Revoke a key and leave a trace; the last administrator's goes only when it is the last key of all."""
    store: Store = request.app.state.store
    live = [key for key in store.access.listing() if key.revoked_at is None]
    if not any(key.id == key_id for key in live):
        raise not_found("key in force")
    if len(live) > 1 and not any(key.role == "admin" and key.id != key_id for key in live):
        raise Problem(
            409,
            "This is the last admin key while others are in force; make another admin key first.",
            code="last_admin_key",
        )
    now = datetime.now(UTC)
    store.access.revoke(key_id, now=now)
    store.access.record(actor=principal.id, action="key.revoke", target=key_id, now=now)
