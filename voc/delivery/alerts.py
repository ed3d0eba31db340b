"""An alert that rang, as a mail, a chat message or a signed webhook: figures, never words of customers."""

from __future__ import annotations

from html import escape
from typing import Any

from voc.delivery.chat import ChatMessage, Line
from voc.delivery.mail import Mail
from voc.insights.render import clean
from voc.locales.words import words
from voc.records.alerts import AlertRule, AlertTarget, FiredAlert
from voc.settings import Settings


def title(fired: FiredAlert, language: str) -> str:
    """The first line: how severe, and what rang."""
    t = words(language)
    parts = [*([t("alerts.try")] if fired.test else []), t(f"severities.{fired.severity}")]
    return clean(" – ".join([*(one[:1].upper() + one[1:] for one in parts), fired.rule]))


def as_chat(fired: FiredAlert, language: str, settings: Settings) -> ChatMessage:
    """For a chat room."""
    return ChatMessage(
        title=title(fired, language),
        sentences=[fired.titles.get(language, fired.rule), _span(fired, language)],
        lines=[],
        open=Line(words(language)("findings.see"), settings.address + fired.href),
    )


def as_mail(fired: FiredAlert, target: AlertTarget, settings: Settings) -> Mail:
    """For a mailbox."""
    t = words(target.language)
    sentence, span = clean(fired.titles.get(target.language, fired.rule)), _span(fired, target.language)
    opens, rules = settings.address + fired.href, f"{settings.address}/alerts"
    text = f"{sentence}\n{span}\n\n{t('findings.see')}{t.colon} {opens}\n{t('alerts.this')}{t.colon} {rules}\n"
    html = (
        f'<!doctype html><html lang="{target.language}"><body style="font-family:sans-serif;font-size:15px">'
        f"<p><strong>{escape(sentence)}</strong></p><p>{escape(span)}</p>"
        f'<p><a href="{escape(opens)}">{escape(t("findings.see"))}</a> · '
        f'<a href="{escape(rules)}">{escape(t("alerts.this"))}</a></p></body></html>'
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
    first, last = (words(language).moment(one) for one in (fired.begins, fired.ends))
    return f"{first} – {last} UTC"
