"""Findings handed over: assigned by rules, made tickets once, their state come back, people named told by mail."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from receivers import Mailbox, Receiver, Request
from reviewed_weeks import KEY, MONDAY, OTHER, fill
from store_templates import filled_once

from voc.delivery.webhooks import is_genuine
from voc.insights.finding_review import reviews
from voc.pipeline.digest_upkeep import save_due
from voc.pipeline.handing_over import ask_for_tickets, assign_due, fits, owe_ticket
from voc.pipeline.outgoing import send_due
from voc.records import Concentration, DigestItem
from voc.records.handover import AssignmentRule, Tracker
from voc.settings import Settings
from voc.store import Store

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AddRule = Callable[..., AssignmentRule]


@filled_once
def fill_with_digests(store: Store) -> None:
    fill(store)
    save_due(store, now=MONDAY)


@pytest.fixture
def weeks(store: Store) -> Store:
    fill_with_digests(store)
    return store


@pytest.fixture
def add_rule(weeks: Store) -> AddRule:

    def add(**values: Any) -> AssignmentRule:
        given = {
            "topic": "billing", "segment": None, "city": None, "owner": "Sam", "due_days": 5, "tracker": None,
            "paused": False, "created_by": "local", "created_at": MONDAY - timedelta(days=9),
        }  # fmt: skip
        return weeks.assignment_rules.add(**(given | values))

    return add


def a_tracker(store: Store, url: str, kind: str = "webhook", secret: str = SECRET) -> Tracker:
    return store.trackers.add(
        name="T", kind=kind, url=url, secret=secret, project="CX", issue_type="Task", language="en", created_by="local",
        created_at=MONDAY,
    )  # fmt: skip


# --- rules -------------------------------------------------------------------------------------------------------


def test_what_fits_is_assigned_once_and_left_alone_where_somebody_decided(weeks: Store, add_rule: AddRule) -> None:
    add_rule()
    (made,) = assign_due(weeks, now=MONDAY)
    assert (made.finding, made.owner, made.due, made.actor) == (KEY, "Sam", date(2026, 11, 21), "rule:1")
    assert assign_due(weeks, now=MONDAY) == []
    review = reviews(weeks.finding_reviews.all())[KEY]
    assert (review.status, review.owner) == ("assigned", "Sam")
    weeks.finding_reviews.undo(made.id, actor="k", check=lambda _: None, now=MONDAY)
    assert assign_due(weeks, now=MONDAY) == [], "taken back by a person: the rule does not insist"


def test_rules_that_are_paused_too_young_or_of_a_revoked_key_assign_nothing(weeks: Store, add_rule: AddRule) -> None:
    key, _ = weeks.access.create_key("a", "analyst", now=MONDAY)
    add_rule(paused=True)
    add_rule(created_at=MONDAY)
    add_rule(created_by=key.id)
    weeks.access.revoke(key.id, now=MONDAY)
    assert assign_due(weeks, now=MONDAY) == []


def test_a_place_fits_where_a_finding_concentrates() -> None:
    item = DigestItem(key="topic:network:rise", kind="rise", topic="network.fibre", value=0.1, n=10)
    there = Concentration(
        dimension="city", value="Nantes", n=9, known=10, share=0.9, base_n=1, base_known=50, base_share=0.02,
        p_value=0.0, q_value=0.0, href="/",
    )  # fmt: skip
    placed = item.model_copy(update={"extra": item.extra.model_copy(update={"concentration": (there,)})})
    rule = AssignmentRule(id=1, owner="x", created_by="local", created_at=MONDAY)
    for update, fitting in (
        ({"topic": "network"}, True), ({"topic": "network.fib"}, False), ({"city": "Nantes"}, True),
        ({"city": "Lyon"}, False), ({"segment": "Pro"}, False), ({"topic": "billing", "city": "Nantes"}, False),
    ):  # fmt: skip
        assert fits(rule.model_copy(update=update), placed) is fitting, update


# --- trackers ----------------------------------------------------------------------------------------------------


def test_a_signed_webhook_makes_a_ticket_once_and_tells_how_it_stands(
    weeks: Store, add_rule: AddRule, sending: Settings, receiver: Receiver
) -> None:
    tracker = a_tracker(weeks, f"{receiver.url}/tickets")
    add_rule(tracker=tracker.id)
    answers: dict[str, Any] = {"ticket.create": {"id": 77, "url": "https://t.example/77"}}
    receiver.answer = lambda request: (200, answers[request.json["type"]])
    assign_due(weeks, now=MONDAY)
    assert [one.state for one in send_due(weeks, sending, now=MONDAY)] == ["sent"]
    owe_ticket(weeks, tracker.id, KEY, now=MONDAY)
    assert send_due(weeks, sending, now=MONDAY) == [], "once a tracker"
    (made,) = weeks.tickets.all()
    assert (made.external_id, made.url, made.state) == ("77", "https://t.example/77", "open")
    (asked,) = receiver.requests
    assert is_genuine(SECRET, asked.headers, asked.body, now=MONDAY)
    data = asked.json["data"]
    assert (data["finding"], data["owner"], data["due"]) == (KEY, "Sam", "2026-11-21")
    assert data["link"].startswith("https://voc.example.com/findings/") and "Bonjour" not in json.dumps(asked.json)
    answers["ticket.state"] = {"state": "done", "label": "Fixed"}
    assert ask_for_tickets(weeks, sending, now=MONDAY) == 1
    assert (weeks.tickets.all()[0].state, weeks.tickets.all()[0].label) == ("done", "Fixed")
    assert ask_for_tickets(weeks, sending, now=MONDAY + timedelta(days=1)) == 0, "done is not asked for again"


def test_jira_s_documented_shape(weeks: Store, add_rule: AddRule, sending: Settings, receiver: Receiver) -> None:
    tracker = a_tracker(weeks, f"{receiver.url}/", kind="jira", secret="lea@example.com:token")
    add_rule(tracker=tracker.id)

    def jira(request: Request) -> tuple[int, Any]:
        if request.method == "POST":
            return 201, {"id": "10000", "key": "CX-24", "self": "https://example/rest/api/2/issue/10000"}
        status = {"name": "In Review", "statusCategory": {"id": 4, "key": "indeterminate", "name": "In Progress"}}
        return 200, {"id": "10000", "key": "CX-24", "fields": {"status": status}}

    receiver.answer = jira
    assign_due(weeks, now=MONDAY)
    send_due(weeks, sending, now=MONDAY)
    ask_for_tickets(weeks, sending, now=MONDAY)
    made, looked = receiver.requests
    assert (made.path, made.headers["authorization"]) == ("/rest/api/2/issue", "Basic bGVhQGV4YW1wbGUuY29tOnRva2Vu")
    fields = made.json["fields"]
    assert (fields["project"], fields["issuetype"]) == ({"key": "CX"}, {"name": "Task"})
    assert "Double charge" in fields["summary"] and fields["duedate"] == "2026-11-21"
    assert looked.path == "/rest/api/2/issue/CX-24?fields=status" and looked.method == "GET"
    (ticket,) = weeks.tickets.all()
    assert (ticket.external_id, ticket.url, ticket.state, ticket.label) == (
        "CX-24", f"{receiver.url}/browse/CX-24", "open", "In Review",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "state"),
    [((503, {}), "due"), ((401, {}), "failed"), ((200, {"url": "x"}), "failed"), ((200, []), "failed")],
)
def test_a_tracker_that_does_not_make_one_is_told_of(
    weeks: Store, add_rule: AddRule, sending: Settings, receiver: Receiver, answer: tuple[int, Any], state: str
) -> None:
    tracker = a_tracker(weeks, receiver.url)
    add_rule(tracker=tracker.id)
    receiver.answer = lambda _: answer
    assign_due(weeks, now=MONDAY)
    (found,) = send_due(weeks, sending, now=MONDAY)
    assert found.state == state and weeks.tickets.all() == []


def test_a_tracker_that_answers_oddly_or_not_leaves_the_ticket_as_it_was(
    weeks: Store, sending: Settings, receiver: Receiver
) -> None:
    tracker = a_tracker(weeks, receiver.url)
    weeks.tickets.add(
        finding=KEY, tracker=tracker.id, external_id="1", url=None, state="open", label=None, created_at=MONDAY,
        checked_at=None,
    )  # fmt: skip
    for step, answer in enumerate(((500, {}), (200, {"state": ["done"]}), (200, "done"))):
        receiver.answer = lambda _, answer=answer: answer  # type: ignore[misc]
        ask_for_tickets(weeks, sending, now=MONDAY + timedelta(hours=step))
        assert weeks.tickets.all()[0].state in {"open", "unknown"}


# --- people ------------------------------------------------------------------------------------------------------


def test_an_owner_with_an_address_is_told_by_mail(
    weeks: Store, add_rule: AddRule, sending: Settings, mailbox: Mailbox
) -> None:
    add_rule(owner="sam@example.com")
    assign_due(weeks, now=MONDAY)
    assert [one.state for one in send_due(weeks, sending, now=MONDAY)] == ["sent"]
    (mail,) = mailbox.mails
    assert mail["To"] == "sam@example.com" and "21 nov. 2026" in mail["Subject"]
    body = mail.get_body(("plain",))
    assert body is not None and "https://voc.example.com/findings/topic%3Abilling" in body.get_content()
    assert OTHER not in body.get_content()
