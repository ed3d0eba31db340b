"""An alarm that rang, as a mail, a chat message or a signed webhook: figures, never words of customers."""

from __future__ import annotations

from html import escape
from typing import Any

from voc.delivery.chat import ChatMessage, Line
from voc.delivery.mail import Mail
from voc.insights.render import clean
from voc.locales.words import words
from voc.records.alerts import AlertRule, AlertTarget, FiredAlert
from voc.settings import Settings

_WORDS = {
    "fr": {
        "open": "Voir les interactions", "settings": "Cette alarme", "test": "Essai",
        "info": "Information", "warning": "Attention", "critical": "Critique",
    },
    "en": {
        "open": "See the interactions", "settings": "This alarm", "test": "A try",
        "info": "Information", "warning": "Warning", "critical": "Critical",
    },
}  # fmt: skip


def title(fired: FiredAlert, language: str) -> str:
    """The first line: how severe, and what rang."""
    words = _WORDS[language]
    lead = f"{words['test']} – " if fired.test else ""
    return clean(f"{lead}{words[fired.severity]} – {fired.rule}")


def as_chat(fired: FiredAlert, language: str, settings: Settings) -> ChatMessage:
    """For a chat room."""
    words = _WORDS[language]
    return ChatMessage(
        title=title(fired, language),
        sentences=[fired.titles.get(language, fired.rule), _span(fired, language)],
        lines=[],
        open=Line(words["open"], settings.address + fired.href),
    )


def as_mail(fired: FiredAlert, target: AlertTarget, settings: Settings) -> Mail:
    """For a mailbox."""
    words = _WORDS[target.language]
    sentence, span = clean(fired.titles.get(target.language, fired.rule)), _span(fired, target.language)
    opens, rules = settings.address + fired.href, f"{settings.address}/alerts"
    text = f"{sentence}\n{span}\n\n{words['open']}: {opens}\n{words['settings']}: {rules}\n"
    html = (
        f'<!doctype html><html lang="{target.language}"><body style="font-family:sans-serif;font-size:15px">'
        f"<p><strong>{escape(sentence)}</strong></p><p>{escape(span)}</p>"
        f'<p><a href="{escape(opens)}">{escape(words["open"])}</a> · '
        f'<a href="{escape(rules)}">{escape(words["settings"])}</a></p></body></html>'
    )
    return Mail(to=target.address, subject=title(fired, target.language), text=text, html=html)


def as_webhook(fired: FiredAlert, rule: AlertRule, settings: Settings) -> dict[str, Any]:
    """For a program: ``type``, when it rang, and ``data``."""
    data = fired.model_dump(mode="json", exclude={"rule", "rule_id", "id"})
    data["href"] = settings.address + fired.href
    return {
        "type": "alert.fired",
        "timestamp": fired.at.isoformat().replace("+00:00", "Z"),
        "data": {
            "id": fired.id,
            "rule": {"id": fired.rule_id, "name": fired.rule, "kind": rule.kind, "condition": rule.condition},
            **data,
        },
    }


def _span(fired: FiredAlert, language: str) -> str:
    first, last = (f"{words(language).day(one)} {one:%H:%M}" for one in (fired.begins, fired.ends))
    return f"{first} – {last} UTC"
