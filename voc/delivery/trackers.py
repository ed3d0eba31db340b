"""Trackers: a plug point of two methods, one for any signed webhook and one for a REST tracker of Jira's shape.

A ticket has the title of a finding, its figures and its link; no words of customers leave for it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

from voc.delivery import webhooks
from voc.delivery.outcomes import Begin, Refused, TryLater
from voc.outbound import Outbound
from voc.records.handover import TicketState, Tracker

LABEL_CHARS = 60


@dataclass(frozen=True)
class NewTicket:
    """What a tracker is told of a finding. ``number`` is of this sending: the same however often it is tried."""

    number: str
    finding: str
    title: str
    text: str
    link: str
    owner: str | None = None
    due: str | None = None


@dataclass(frozen=True)
class Made:
    """A ticket that was made."""

    external_id: str
    url: str | None


@dataclass(frozen=True)
class Standing:
    """How a ticket stands: ours, and in the tracker's own word."""

    state: TicketState
    label: str | None


class TicketSystem(Protocol):
    """Where findings become tickets."""

    def create(self, new: NewTicket, *, begin: Begin) -> Made | None:
        """Make a ticket; ``None`` where ``begin`` says that it is not to be made.

        Raises:
            NotSent: as :mod:`voc.delivery.outcomes` tells them apart.
        """

    def state(self, external_id: str) -> Standing:
        """How a ticket stands.

        Raises:
            NotSent: it cannot be told now (``TryLater``), or never (``Refused``).
        """


class WebhookTickets:
    """Any program that answers two signed posts: ``ticket.create`` with ``{"id", "url"}``, ``ticket.state`` with
    ``{"state": "open" | "done", "label"}``."""

    def __init__(self, tracker: Tracker, outbound: Outbound, *, now: datetime) -> None:
        self.tracker, self.outbound, self.now = tracker, outbound, now

    def create(self, new: NewTicket, *, begin: Begin) -> Made | None:
        """See :meth:`TicketSystem.create`."""
        data = {key: value for key, value in new.__dict__.items() if key != "number"}
        found = self._post("ticket.create", data, number=new.number, begin=begin)
        return _made(found, "id") if found is not None else None

    def state(self, external_id: str) -> Standing:
        """See :meth:`TicketSystem.state`."""
        number = f"state_{external_id}_{int(self.now.timestamp())}"
        found = self._post("ticket.state", {"id": external_id}, number=number, begin=lambda: True) or {}
        said = found.get("state")
        label = found.get("label")
        return Standing("done" if said == "done" else "open" if said == "open" else "unknown",
                        str(label)[:LABEL_CHARS] if label else None)  # fmt: skip

    def _post(self, kind: str, data: Mapping[str, Any], *, number: str, begin: Begin) -> dict[str, Any] | None:
        timestamp = self.now.isoformat().replace("+00:00", "Z")
        body = webhooks.as_body({"type": kind, "timestamp": timestamp, "data": data})
        headers = webhooks.signed_headers(self.tracker.secret, number=number, body=body, now=self.now)
        answer = webhooks.post(self.outbound, self.tracker.url, body, headers=headers, begin=begin, safe_to_repeat=True)
        return _object(answer.content) if answer is not None else None


class JiraTickets:
    """Jira's REST interface, version 2: ``POST /rest/api/2/issue`` and ``GET /rest/api/2/issue/{key}``.

    https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/. A secret with a colon is
    ``user:token`` (Cloud, basic), one without a personal access token (Data Center, bearer).
    """

    def __init__(self, tracker: Tracker, outbound: Outbound) -> None:
        self.tracker, self.outbound = tracker, outbound
        self.base = tracker.url.rstrip("/")
        secret = tracker.secret
        basic = base64.b64encode(secret.encode()).decode("ascii")
        self.headers = {
            "Authorization": f"Basic {basic}" if ":" in secret else f"Bearer {secret}",
            "Accept": "application/json",
        }

    def create(self, new: NewTicket, *, begin: Begin) -> Made | None:
        """See :meth:`TicketSystem.create`. A second copy would be a second issue: no answer leaves it unsure."""
        fields: dict[str, Any] = {
            "project": {"key": self.tracker.project},
            "issuetype": {"name": self.tracker.issue_type},
            "summary": " ".join(new.title.split())[:255],
            "description": f"{new.text}\n\n{new.link}",
            "labels": ["voc"],
        }
        if new.due:
            fields["duedate"] = new.due
        answer = webhooks.post(
            self.outbound, f"{self.base}/rest/api/2/issue", webhooks.as_body({"fields": fields}), headers=self.headers,
            begin=begin, safe_to_repeat=False,
        )  # fmt: skip
        if answer is None:
            return None
        made = _made(_object(answer.content), "key")
        return Made(made.external_id, f"{self.base}/browse/{quote(made.external_id, safe='')}")

    def state(self, external_id: str) -> Standing:
        """See :meth:`TicketSystem.state`: done is what Jira's category of the status calls done."""
        address = f"{self.base}/rest/api/2/issue/{quote(external_id, safe='')}?fields=status"
        answer = webhooks.post(
            self.outbound, address, b"", headers=self.headers, begin=lambda: True, method="GET", safe_to_repeat=True
        )
        status = _inner(_inner(_object(answer.content if answer is not None else b"{}"), "fields"), "status")
        key, name = _inner(status, "statusCategory").get("key"), status.get("name")
        return Standing("done" if key == "done" else "open" if key else "unknown",
                        str(name)[:LABEL_CHARS] if name else None)  # fmt: skip


def ticket_system(tracker: Tracker, outbound: Outbound, *, now: datetime) -> TicketSystem:
    """What speaks to a tracker."""
    if tracker.kind == "jira":
        return JiraTickets(tracker, outbound)
    return WebhookTickets(tracker, outbound, now=now)


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError as error:
        raise TryLater("odd_answer") from error
    return found if isinstance(found, dict) else {}


def _inner(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    inner = found.get(name)
    return inner if isinstance(inner, dict) else {}


def _made(found: Mapping[str, Any], name: str) -> Made:
    number, url = found.get(name), found.get("url")
    if not isinstance(number, str | int) or not str(number):
        raise Refused("odd_answer")  # it may be there all the same: a second one would be a copy
    known = isinstance(url, str) and url.startswith(("https://", "http://")) and len(url) <= 2000
    return Made(str(number)[:200], str(url) if known else None)
