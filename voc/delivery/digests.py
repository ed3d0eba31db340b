"""The digest of a week for one subscription: as a mail, or as a message in a chat room."""

from __future__ import annotations

from datetime import datetime

from voc.delivery.chat import ChatMessage, Line
from voc.delivery.mail import Mail, Picture
from voc.delivery.narrowing import narrowed
from voc.insights import digest_messages as phrases
from voc.insights.drilldown import from_query
from voc.insights.render import Sent, clean, render, subject
from voc.insights.reviewed_digests import reviewed_digest
from voc.insights.saved_digests import make, saved
from voc.insights.week_charts import week_charts
from voc.insights.week_summary import summary
from voc.locales.words import words
from voc.records import Digest
from voc.records.subscriptions import Subscription
from voc.settings import Settings
from voc.signing import sign
from voc.store import Filters, Store

UNSUBSCRIBE = "unsubscribe"
"""What links are signed for that end a subscription."""
TOLD = 5
"""Findings a chat message names."""


def digest_for(store: Store, wish: Subscription, week: str, *, now: datetime) -> Digest:
    """The digest of a week as the pages show it, with what concerns one subscription."""
    digest = saved(store, week) or make(store, week, now=now)
    view, name = _view(store, wish)
    return narrowed(store, reviewed_digest(store, digest, now=now), wish, view=view, view_name=name)


def has_findings(digest: Digest) -> bool:
    """Whether there is more to tell than volumes."""
    return bool(digest.rises or digest.falls or digest.followed)


def as_mail(digest: Digest, wish: Subscription, settings: Settings) -> Mail:
    """The digest as the page has it, in the subscription's language, with links to the pages."""
    ends_it = f"{settings.address}/unsubscribe/{sign(settings, UNSUBSCRIBE, wish.id)}"
    sent = Sent(
        online=f"{settings.address}/digest/{digest.week}",
        why=words(wish.language)("digest.subscribed", name=wish.name),
        unsubscribe=ends_it,
    )
    charts = week_charts(digest, wish.language)
    html, text = (
        render(digest, format=form, language=wish.language, base_url=settings.address, sent=sent, charts=charts)
        for form in ("html", "text")
    )
    return Mail(
        to=wish.target,
        subject=subject(digest, language=wish.language),
        text=text,
        html=html,
        unsubscribe=ends_it,
        pictures=tuple(Picture(one.name, one.png) for one in charts.values()),
    )


def as_chat(digest: Digest, wish: Subscription, settings: Settings) -> ChatMessage:
    """The sentences of the week and its findings, each a link; no words of customers."""
    t = words(wish.language)
    items = [*digest.rises, *digest.falls]
    lines = [
        Line(
            f"{clean(phrases.headline(one, wish.language))} (n = {t.number(one.n)})",
            settings.address + one.href if one.href else None,
        )
        for one in items[:TOLD]
    ]
    if len(items) > TOLD:
        lines.append(Line(t("digest.more", n=len(items) - TOLD)))
    return ChatMessage(
        title=f"{t('digest.title')} – {t.week(digest.week, short=True)}",
        sentences=summary(digest, wish.language) or [phrases.heard(digest, wish.language)],
        lines=lines,
        open=Line(t("digest.online"), f"{settings.address}/digest/{digest.week}"),
    )


def _view(store: Store, wish: Subscription) -> tuple[Filters | None, str | None]:
    """The filters and the name of its saved view; one that is gone since narrows nothing any more."""
    view = store.views.one(wish.view) if wish.view is not None else None
    return (from_query(view.query), view.name) if view is not None else (None, None)
