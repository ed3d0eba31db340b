"""API keys: made, listed, revoked by an administrator; the secret is shown once."""

from __future__ import annotations

from voc.errors import ConflictError, InputError
from voc.service import audit
from voc.service.actor import Actor, ApiKey, Role
from voc.service.context import Service
from voc.service.use_cases import not_found, use_case


@use_case("admin")
def listing(service: Service, actor: Actor) -> list[ApiKey]:
    """Every key, revoked ones too, oldest first; never the secrets."""
    return service.store.access.listing()


@use_case("reader")
def names(service: Service, actor: Actor) -> dict[str, str]:
    """Key id → its name, so that histories name who decided."""
    return {one.id: one.name for one in service.store.access.listing()}


@use_case("admin")
def create(service: Service, actor: Actor, *, name: str, role: Role) -> tuple[ApiKey, str]:
    """A new key and its secret, which is kept nowhere.

    Raises:
        InputError: it would be the first key and is no administrator's: nobody could make another (but who runs
            commands can always).
    """
    access = service.store.access
    if role != "admin" and actor.via != "command" and not access.any_live():
        raise InputError(
            "role: the first key must be an admin's, else nobody could make another.", code="first_key_admin"
        )
    key, secret = access.create_key(" ".join(name.split()), role, now=service.now())
    audit.record(service, actor, "key.create", key.id, role=role)
    return key, secret


@use_case("admin")
def revoke(service: Service, actor: Actor, key_id: str) -> None:
    """Revoke a key at once; the last administrator's goes only when it is the last key of all.

    Raises:
        NotFoundError: there is no such key in force.
        ConflictError: others are in force and this is the last administrator's.
    """
    access = service.store.access
    live = [key for key in access.listing() if key.revoked_at is None]
    if not any(key.id == key_id for key in live):
        raise not_found("key in force")
    last = not any(key.role == "admin" and key.id != key_id for key in live)
    if len(live) > 1 and last and actor.via != "command":
        raise ConflictError(
            "This is the last admin key while others are in force; make another admin key first.",
            code="last_admin_key",
        )
    access.revoke(key_id, now=service.now())
    audit.record(service, actor, "key.revoke", key_id)
