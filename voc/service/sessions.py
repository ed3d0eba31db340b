"""Coming in: which actor a key or a session of the pages stands for, and sessions begun and ended."""

from __future__ import annotations

from voc.service import audit
from voc.service.actor import Actor, ApiKey, Door
from voc.service.context import Service
from voc.store.page_sessions import LONGEST

__all__ = ["LONGEST", "actor_of_key", "actor_of_new_key", "actor_of_session", "begin", "end", "needs_key"]


def actor_of_key(service: Service, secret: str) -> Actor | None:
    """Whoever holds this key; ``None`` when it is unknown or revoked."""
    key = service.store.access.check(secret, now=service.now())
    return _actor(key, "key") if key is not None else None


def actor_of_session(service: Service, nonce: str, *, key_id: str, used: bool) -> Actor | None:
    """Whoever signed in with the key of this session; ``None`` once either is over.

    Args:
        used: somebody is at the browser; a page that asks by itself how the work stands is nobody.
    """
    key = service.store.access.by_id(key_id)
    if key is None or not service.store.page_sessions.is_live(nonce, key_id=key.id, now=service.now(), used=used):
        return None
    return _actor(key, "session")


def needs_key(service: Service) -> bool:
    """Whether a key is in force: from the first one on, nobody comes in without."""
    return service.store.access.any_live()


def begin(service: Service, actor: Actor, nonce: str) -> Actor:
    """Sign a browser in as ``actor``: a session of its own, so that one planted before is worth nothing."""
    service.store.page_sessions.begin(nonce, key_id=actor.id, now=service.now())
    audit.record(service, actor, "session.begin", None)
    return Actor(id=actor.id, name=actor.name, role=actor.role, via="session")


def end(service: Service, nonce: str, *, key_id: str) -> None:
    """End a session: a copy of its cookie opens nothing any more either, in no process of the server."""
    if service.store.page_sessions.end(nonce):
        service.store.access.record(actor=key_id, action="session.end", target=None, now=service.now())


def actor_of_new_key(key: ApiKey) -> Actor:
    """Whoever was just given this key."""
    return _actor(key, "key")


def _actor(key: ApiKey, via: Door) -> Actor:
    return Actor(id=key.id, name=key.name, role=key.role, via=via)
