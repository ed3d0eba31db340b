"""Drawing a page: templates, language, session cookie, form token."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from api.access import authenticate, session_of
from api.dependencies import service_of
from api.localisation import LANGUAGES, Language, Words, chosen_language, words
from api.pages.kept_filters import kept_filters
from api.problems import Problem
from api.sessions import COOKIE, MAX_AGE_S, Session, Sessions
from api.tone_figures import tone_figures
from voc.errors import VocError
from voc.records import Channel, sentiment_label
from voc.service import sessions as page_sessions
from voc.service.actor import Actor
from voc.service.interactions import values
from voc.service.sources import SourceRow
from voc.service.topic_labels import TopicLabels
from voc.service.visibility import shown_name
from voc.settings import Settings

FOLDER = Path(__file__).resolve().parent.parent
LANGUAGE_COOKIE = "voc_language"
YEAR_S = 365 * 24 * 3600


class Pages:
    """The templates with everything they may use."""

    def __init__(self, settings: Settings, topics: TopicLabels) -> None:
        self.settings = settings
        self.environment = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.filters["shown_name"] = shown_name
        self.environment.globals.update(
            asset=asset,
            channels=[str(one) for one in Channel],
            languages=LANGUAGES,
            topic_label=topics,
            topic_ids=topics.ids,
            last_date=_last_date,
            sentiment_label=sentiment_label,
            values_of=values,
            sources_often=_often,
            lookalikes_on=settings.lookalikes,
            tone_figures=tone_figures,
            tone_of=settings.tone,
            last_day=lambda until: _last_date(until).isoformat(),
        )

    def words_for(self, request: Request) -> Words:
        """The language of this reader."""
        return words(
            chosen_language(
                cookie=request.cookies.get(LANGUAGE_COOKIE),
                setting=self.settings.ui_language,
                accepted=request.headers.get("accept-language"),
            )
        )

    def render(self, request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """A whole page or a fragment; a browser without a session gets one, for its form token."""
        sessions: Sessions = request.app.state.sessions
        session = getattr(request.state, "session", None) or session_of(request)
        fresh = session is None
        session = session or sessions.fresh()
        speech = self.words_for(request)
        html = self.environment.get_template(template).render(
            t=speech,
            request=request,
            principal=actor_of(request),
            csrf=sessions.token(session),
            here=request.url.path,
            kept=kept_filters(request),
            category_label=partial(_category_label, request, speech),
            here_full=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            **context,
        )
        response = HTMLResponse(html, status_code=status, headers={"vary": "Cookie, Accept-Language"})
        if fresh:
            set_session(request, response, session)
        return response


def _category_label(request: Request, speech: Words, value: str) -> str:
    """What a call category is called; what a filter asks of them all (any, none) in its words."""
    known = next((one for one in service_of(request).categories if one.id == value), None)
    return known.labels.get(speech.language, value) if known is not None else speech.asked("category", value)


def set_session(request: Request, response: HTMLResponse | Any, session: Session) -> None:
    """Set the session cookie: out of reach of scripts and of other sites' forms."""
    sessions: Sessions = request.app.state.sessions
    response.set_cookie(
        COOKIE,
        sessions.dump(session),
        max_age=MAX_AGE_S,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )


def begin_session(request: Request, actor: Actor) -> Session:
    """Sign this browser in: a session of its own, so that one planted before is worth nothing.

    A page drawn in the same request belongs to it; its cookie is for :func:`set_session`.
    """
    sessions: Sessions = request.app.state.sessions
    session = sessions.fresh(key_id=actor.id)
    request.state.actor = page_sessions.begin(service_of(request), actor, session.nonce)
    request.state.session = session
    return session


@cache
def asset(name: str) -> str:
    """Address of a static file with the beginning of its hash, so that a browser may keep it."""
    digest = hashlib.sha256((FOLDER / "static" / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


def draw(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Shorthand for :meth:`Pages.render` of this application."""
    pages: Pages = request.app.state.pages
    return pages.render(request, template, status=status, **context)


def bare(request: Request, template: str, *, language: Language, status: int = 200, **context: Any) -> HTMLResponse:
    """A page for people who are nobody here: in one language, without session, cookie or navigation."""
    pages: Pages = request.app.state.pages
    html = pages.environment.get_template(template).render(t=words(language), **context)
    return HTMLResponse(html, status_code=status)


def speech(request: Request) -> Words:
    """The words of this reader's language."""
    pages: Pages = request.app.state.pages
    return pages.words_for(request)


def actor_of(request: Request) -> Actor | None:
    """Who asked for this page; public pages look it up for their navigation alone."""
    known: Actor | None = getattr(request.state, "actor", None)
    if known is not None:
        return known
    try:
        return authenticate(request)
    except (Problem, VocError):
        return None


def _often(speech: Words, source: SourceRow) -> str:
    """How often a source runs, in words."""
    seconds = source.every_seconds
    if seconds is None:
        return speech("sources.pushed")
    unit, size = next(one for one in (("hours", 3600), ("minutes", 60), ("seconds", 1)) if seconds % one[1] == 0)
    return speech(f"sources.each_{unit}", n=seconds // size)


def _last_date(until: datetime) -> date:
    """The last day before an exclusive end."""
    return (until - timedelta(microseconds=1)).date()
