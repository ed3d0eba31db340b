"""Saved views: a page with its filters under a name, for oneself or for everybody."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from voc.errors import ForbiddenError, InputError
from voc.insights.drilldown import from_query
from voc.records.views import SavedView
from voc.service import audit
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import not_found, use_case
from voc.service.wishes import named

NAME_CHARS = 80
QUERY_CHARS = 2000
MOST_VIEWS = 500
PAGES = ("/interactions", "/topics", "/drivers", "/categories", "/expectations", "/contexts", "/customers",
         "/themes", "/explore")  # fmt: skip
"""Pages that take the filters."""
OF_THE_MOMENT = frozenset({"cursor", "csrf", "format", "limit"})
"""Parameters that a view does not keep."""


@use_case("reader")
def listing(service: Service, actor: Actor) -> list[SavedView]:
    """The views an actor may see, by their names: their own, and those that are shared."""
    found = [one for one in service.store.views.all() if _may_see(actor, one)]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


@use_case("reader")
def find(service: Service, actor: Actor, number: int) -> SavedView:
    """One view.

    Raises:
        NotFoundError: there is none of that id, or it is somebody else's own.
    """
    found = service.store.views.one(number)
    if found is None or not _may_see(actor, found):
        raise not_found("view")
    return found


@use_case("reader")
def save(service: Service, actor: Actor, *, name: str, path: str, query: str, shared: bool = False) -> SavedView:
    """Keep a page with its filters; everybody may keep their own, analysts may share them.

    Raises:
        ForbiddenError: it is to be shared, and the actor may not.
        InputError: the page takes no filters, or a filter cannot be understood.
    """
    if shared:
        actor.require("analyst", what="Sharing a view")
    values = _checked(name, path, query)
    if len(service.store.views.all()) >= MOST_VIEWS:
        raise InputError("there are too many views; remove some.", code="too_many", n=MOST_VIEWS)
    made = service.store.views.add(**values, shared=shared, created_by=actor.id, created_at=service.now())
    audit.record(service, actor, "view.save", str(made.id), shared=shared)
    return made


@use_case("reader")
def alter(
    service: Service,
    actor: Actor,
    number: int,
    *,
    name: str | None = None,
    query: str | None = None,
    shared: bool | None = None,
) -> SavedView:
    """Rename a view, give it other filters, share it or keep it to oneself.

    Raises:
        NotFoundError: there is none of that id, or it is somebody else's own.
        ForbiddenError: it is somebody else's, or is to be shared, and the actor may not.
    """
    before = _mine(service, actor, number)
    if shared:
        actor.require("analyst", what="Sharing a view")
    values = _checked(name or before.name, before.path, before.query if query is None else query)
    after = service.store.views.change(number, **values, shared=before.shared if shared is None else shared)
    audit.record(service, actor, "view.change", str(number))
    return after or before


@use_case("reader")
def remove(service: Service, actor: Actor, number: int) -> None:
    """Forget a view.

    Raises:
        NotFoundError: there is none of that id, or it is somebody else's own.
        ForbiddenError: it is somebody else's, and the actor may not.
    """
    _mine(service, actor, number)
    service.store.views.remove(number)
    audit.record(service, actor, "view.remove", str(number))


def _may_see(actor: Actor, view: SavedView) -> bool:
    return view.shared or view.created_by == actor.id


def _mine(service: Service, actor: Actor, number: int) -> SavedView:
    found = find(service, actor, number)
    if found.created_by != actor.id and not actor.allows("analyst"):
        raise ForbiddenError("This view is somebody else's.", code="not_yours")
    return found


def _checked(name: str, path: str, query: str) -> dict[str, str]:
    if path not in PAGES:
        raise InputError("path: is no page that takes filters.", code="page_without_filters")
    pairs = [(key, value) for key, value in parse_qsl(query.lstrip("?")) if key not in OF_THE_MOMENT]
    from_query(urlencode(pairs))
    kept = urlencode(pairs)
    if len(kept) > QUERY_CHARS:
        raise InputError(f"query: at most {QUERY_CHARS} characters.", code="field_too_long", field="query",
                         max_length=QUERY_CHARS)  # fmt: skip
    return {"name": named(name, "name", most=NAME_CHARS), "path": path, "query": kept}
