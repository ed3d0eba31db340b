"""A digest or an alert as a message for a chat room: blocks for Slack's incoming webhooks, a card for Teams.

Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks. Teams: an Adaptive Card 1.4, as its
template for channels takes it. What customers wrote is not in it: titles and figures only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from voc.insights.render import clean

_CARD_MARKUP = re.compile(r"([\\`*_\[\]~])")
_LOOKALIKES = str.maketrans("*_~`", "∗＿∼ˋ")
"""Slack has no way to write these as they are."""
TEXT_CHARS = 2900
"""Of a block of Slack's, which holds 3,000."""


@dataclass(frozen=True)
class Line:
    """One line of a message; ``href`` opens what it says."""

    text: str
    href: str | None = None


@dataclass(frozen=True)
class ChatMessage:
    """A title, sentences, then a list; ``open`` leads to the whole."""

    title: str
    sentences: Sequence[str]
    lines: Sequence[Line]
    open: Line


def payload(message: ChatMessage, kind: Literal["slack", "teams"]) -> dict[str, Any]:
    """What is posted to the address of the room."""
    return _slack(message) if kind == "slack" else _teams(message)


def _slack(message: ChatMessage) -> dict[str, Any]:
    def linked(line: Line) -> str:
        return f"<{line.href}|{_slack_text(line.text)}>" if line.href else _slack_text(line.text)

    parts = ["\n".join(map(_slack_text, message.sentences)), "\n".join(f"• {linked(one)}" for one in message.lines)]
    sections = [
        {"type": "section", "text": {"type": "mrkdwn", "text": part[:TEXT_CHARS]}} for part in parts if part.strip()
    ]
    return {
        "text": clean(message.title),  # what a notification shows
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": clean(message.title)[:150]}},
            *sections,
            {"type": "section", "text": {"type": "mrkdwn", "text": linked(message.open)}},
        ],
    }


def _slack_text(text: str) -> str:
    """Text in which nothing is a mention, a link or markup of Slack's."""
    escaped = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.translate(_LOOKALIKES)


def _teams(message: ChatMessage) -> dict[str, Any]:
    def block(text: str, **more: Any) -> dict[str, Any]:
        return {"type": "TextBlock", "text": text, "wrap": True, **more}

    def linked(line: Line) -> str:
        return f"[{_teams_text(line.text)}]({line.href})" if line.href else _teams_text(line.text)

    body = [block(_teams_text(message.title), weight="Bolder", size="Medium")]
    body += [block(_teams_text(one)) for one in message.sentences]
    body += [block(f"- {linked(one)}", spacing="Small") for one in message.lines]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": [{"type": "Action.OpenUrl", "title": clean(message.open.text), "url": message.open.href}],
    }
    content_type = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": content_type, "content": card}]}


def _teams_text(text: str) -> str:
    """Text in which nothing is markup of a card (it takes a part of Markdown)."""
    return _CARD_MARKUP.sub(r"\\\1", clean(text))
