"""A finding for somebody who is named, and for a tracker: its title and figures, never words of customers."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from voc.delivery.mail import Mail
from voc.delivery.trackers import NewTicket
from voc.insights.finding_messages import decided
from voc.insights.finding_review import reviewed
from voc.insights.render import clean
from voc.language.registry import FALLBACK
from voc.locales.words import words
from voc.records import Decision
from voc.settings import Settings
from voc.store import Store
from voc.store.finding_reviews import KnownFinding


def address_of(settings: Settings, key: str) -> str:
    """The page of a finding."""
    return f"{settings.address}/findings/{quote(key, safe='')}"


def title_of(known: KnownFinding, language: str) -> str:
    """Its title."""
    return clean(known.labels.get(language) or known.labels.get(FALLBACK) or known.key)


def mention_mail(decision: Decision, known: KnownFinding, to: str, language: str, settings: Settings) -> Mail:
    """What somebody gets who was named in a comment, or whom a finding was assigned to."""
    t, title = words(language), title_of(known, language)
    said = clean(decision.text or "")
    lead = t("handover.to_you" if decision.action == "assign" else "finding_steps.comment")
    if decision.due is not None:
        lead += f", {t('findings.until', day=t.day(decision.due))}"
    link = address_of(settings, decision.finding)
    what = f"{lead}{t.colon} {said}" if said else lead
    text = f"{title}\n{what}\n\n{t('handover.finding')}{t.colon} {link}\n"
    html = (
        f'<!doctype html><html lang="{language}"><body style="font-family:sans-serif;font-size:15px">'
        f"<p><strong>{escape(title)}</strong></p><p>{escape(what)}</p>"
        f'<p><a href="{escape(link)}">{escape(t("handover.finding"))}</a></p></body></html>'
    )
    return Mail(to=to, subject=f"{lead} – {title}", text=text, html=html)


def new_ticket(store: Store, known: KnownFinding, language: str, settings: Settings, *, number: str) -> NewTicket:
    """What a tracker is told of a finding, as it stands now."""
    t, review = words(language), reviewed(store.finding_reviews.of(known.key))
    facts = [f"{t('digest.title')} – {t('figures.week').lower()} {known.first_week}", *decided(review, language)]
    return NewTicket(
        number=number,
        finding=known.key,
        title=title_of(known, language),
        text="\n".join(map(clean, facts)),
        link=address_of(settings, known.key),
        owner=review.owner,
        due=review.due.isoformat() if review.due else None,
    )
