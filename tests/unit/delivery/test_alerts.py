"""An alert rings for what it was set for, once in its cool-down, and tells nobody what customers wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from makers import an_interaction, understood
from receivers import Mailbox, Receiver
from reviewed_weeks import MONDAY

from voc.delivery.webhooks import is_genuine, new_secret, signature
from voc.insights.alerts import look, metric_now
from voc.insights.metrics import metrics, table, value
from voc.pipeline import alerts
from voc.pipeline.alerts import look_at_alerts
from voc.pipeline.digest_upkeep import save_due
from voc.pipeline.outgoing import send_due
from voc.records.alerts import AlertRule
from voc.settings import Settings
from voc.store import Filters, Store, open_store

NOW = MONDAY.replace(hour=0)
"""The first moment after week 46."""
SetAlert = Callable[..., AlertRule]


@pytest.fixture
def set_alert(weeks: Store) -> SetAlert:
    def add(**values: Any) -> AlertRule:
        given: dict[str, Any] = {
            "name": "Réseau", "kind": "metric", "metric": "volume", "query": "topic=network", "condition": "above",
            "threshold": 3.0, "period": "week", "least_n": 20, "words": "", "severity": "warning",
            "cool_down_hours": 24, "targets": (), "paused": False, "created_by": "local", "created_at": MONDAY,
        }  # fmt: skip
        return weeks.alert_rules.add(**(given | values))

    return add


@pytest.mark.parametrize(
    ("rule", "rings"),
    [
        ({}, True),  # 20 about the network in week 46
        ({"threshold": 20.0}, False),  # not more than that
        ({"condition": "below", "threshold": 21.0}, True),
        ({"condition": "unusual", "threshold": None}, True),  # one a week before
        ({"condition": "unusual", "threshold": None, "query": "topic=price"}, False),  # twenty in every week
        ({"metric": "share", "threshold": 0.15}, True),
        ({"metric": "share", "threshold": 0.3}, False),
        ({"metric": "share", "condition": "unusual", "threshold": None}, True),
        ({"metric": "negative", "query": "", "threshold": 0.9}, True),
        ({"metric": "negative", "threshold": 0.9, "least_n": 21}, False),  # of 20 nothing is said
        ({"metric": "nps", "query": "", "condition": "below", "threshold": 0.0}, False),  # nobody gave one
        ({"period": "day", "query": "topic=network", "threshold": 10.0}, False),
        ({"kind": "words", "query": "", "words": "nowhere, not there", "threshold": 1.0}, False),
    ],
)
def test_it_rings_for_what_it_was_set_for(weeks: Store, set_alert: SetAlert, rule: dict[str, Any], rings: bool) -> None:
    assert bool(look(weeks, set_alert(**rule), now=NOW)) is rings


def test_the_sentence_names_the_figure_its_sample_and_what_was_expected(weeks: Store, set_alert: SetAlert) -> None:
    seen = metric_now(weeks, set_alert(condition="unusual", threshold=None), now=NOW)
    assert seen.titles == {
        "fr": "Réseau\u00a0: interactions 20 sur sept jours, contre 1,0 d’habitude (n = 20).",
        "en": "Réseau: interactions 20 in seven days, usually 1.0 (n = 20).",
    }
    assert (seen.value, seen.n) == (20.0, 20) and seen.expected == pytest.approx(1.0, abs=0.05)


def test_silence_before_the_first_interaction_is_nothing_usual(weeks: Store, set_alert: SetAlert) -> None:
    early = set_alert(condition="unusual", threshold=None, query="")
    assert look(weeks, early, now=NOW - timedelta(weeks=3)) == []


def test_words_are_counted_as_they_are_written(weeks: Store, set_alert: SetAlert) -> None:
    told = ["Je prends un avocat.", "L’AVOCAT me l’a dit", "un avocat, encore", "avocate", "rien"]
    for place, text in enumerate(told):
        understood(weeks, an_interaction(5000 + place, text=text, occurred_at=NOW - timedelta(hours=1)))
    rule = set_alert(kind="words", query="", words="avocat, class action", threshold=3.0, period="day")
    (seen,) = look(weeks, rule, now=NOW)
    assert seen.n == 3 and "«\u00a0avocat\u00a0»" in seen.titles["fr"]
    phrase = set_alert(kind="words", query="", words="prends un avocat", threshold=1.0, period="day")
    assert [one.n for one in look(weeks, phrase, now=NOW)] == [1]
    hostile = set_alert(kind="words", query="", words='" OR 1 NEAR(', threshold=1.0, period="day")
    assert look(weeks, hostile, now=NOW) == []


def test_what_no_topic_tells_rings_by_the_digest_of_the_week(weeks: Store, set_alert: SetAlert) -> None:
    save_due(weeks, now=NOW)
    rule = set_alert(kind="emerging", query="", least_n=1)
    assert look(weeks, rule, now=NOW) == [], "nothing emerged that no topic tells"
    kept = weeks.digests.get("2026-W46")
    assert kept is not None
    odd = kept.rises[0].model_copy(update={"key": "emerging:words:lampe", "labels": {"en": "Lamp", "fr": "Lampe"}})
    weeks.digests.save(kept.model_copy(update={"rises": (odd,)}), made_of=weeks.digests.state("2026-W46").changes)
    (seen,) = look(weeks, rule, now=NOW)
    assert seen.subject == "emerging:words:lampe" and "Lampe" in seen.titles["fr"]


# --- ringing -----------------------------------------------------------------------------------------------------


def at_each_look(store: Store, *moments: Any) -> list[int]:
    return [len(look_at_alerts(store, now=one)) for one in moments]


def test_it_rings_once_in_its_cool_down(weeks: Store, set_alert: SetAlert) -> None:
    set_alert(cool_down_hours=2)
    rang = at_each_look(weeks, *(NOW + timedelta(minutes=one) for one in (0, 1, 60, 119, 121)))
    assert rang == [1, 0, 0, 0, 1]


def test_of_two_workers_one_looks(weeks: Store, set_alert: SetAlert, sending: Settings) -> None:
    set_alert(cool_down_hours=0)
    other = open_store(sending.model_copy(update={"database_url": weeks.database.url}))
    assert (len(look_at_alerts(weeks, now=NOW)), look_at_alerts(other, now=NOW)) == (1, [])
    other.close()


def test_who_is_paused_or_was_set_by_a_revoked_key_is_silent(weeks: Store, set_alert: SetAlert) -> None:
    key, _ = weeks.access.create_key("analyst", "analyst", now=MONDAY)
    set_alert(paused=True)
    set_alert(created_by=key.id)
    weeks.access.revoke(key.id, now=MONDAY)
    assert look_at_alerts(weeks, now=NOW) == []


def test_a_rule_that_cannot_be_asked_leaves_the_others_alone(weeks: Store, set_alert: SetAlert) -> None:
    set_alert(query="from=soon")
    set_alert()
    assert len(look_at_alerts(weeks, now=NOW)) == 1


def test_a_webhook_is_signed_retried_after_a_500_and_not_doubled(
    weeks: Store, set_alert: SetAlert, sending: Settings, receiver: Receiver
) -> None:
    secret = new_secret()
    hook = {"kind": "webhook", "address": f"{receiver.url}/hook", "secret": secret, "language": "en"}
    set_alert(targets=(hook,))
    receiver.answers = [500, 503]
    look_at_alerts(weeks, now=NOW)
    moments = [NOW + timedelta(minutes=one) for one in (0, 0, 1, 2, 6, 7, 600)]
    states = [one.state for at in moments for one in send_due(weeks, sending, now=at)]
    assert states == ["due", "due", "sent"]
    first, second, third = receiver.requests
    assert first.body == second.body == third.body
    assert len({one.headers["webhook-id"] for one in receiver.requests}) == 1, "whoever gets it can tell a copy"
    assert is_genuine(secret, third.headers, third.body, now=NOW + timedelta(minutes=6))
    assert not is_genuine(secret, third.headers, third.body + b" ", now=NOW + timedelta(minutes=6))
    assert not is_genuine(new_secret(), third.headers, third.body, now=NOW + timedelta(minutes=6))
    assert not is_genuine(secret, third.headers, third.body, now=NOW + timedelta(minutes=12)), "too old"
    data = third.json["data"]
    assert (third.json["type"], data["value"], data["n"], data["test"]) == ("alert.fired", 20.0, 20, False)
    assert data["href"].startswith("https://voc.example.com/interactions?topic=network")
    assert secret not in json.dumps(third.json) and "Bonjour" not in third.body.decode()


def test_a_webhook_of_a_process_that_died_while_sending_is_not_doubled(
    weeks: Store, set_alert: SetAlert, sending: Settings, receiver: Receiver
) -> None:
    hook = {"kind": "webhook", "address": f"{receiver.url}/hook", "secret": new_secret(), "language": "en"}
    set_alert(targets=(hook,))
    look_at_alerts(weeks, now=NOW)
    dead = weeks.deliveries.claim(by="elsewhere/1/-", now=NOW)
    assert dead is not None and weeks.deliveries.begin(dead.id, by="elsewhere/1/-")
    assert send_due(weeks, sending, now=NOW + timedelta(days=1)) == []
    assert look_at_alerts(weeks, now=NOW + timedelta(hours=1)) == []
    assert receiver.requests == [] and weeks.deliveries.states() == {"unsure": 1}


def test_mails_and_rooms_get_the_sentence(
    weeks: Store, set_alert: SetAlert, sending: Settings, receiver: Receiver, mailbox: Mailbox
) -> None:
    set_alert(
        name="<b>Réseau</b>", severity="critical",
        targets=(
            {"kind": "mail", "address": "lea@example.com", "language": "fr"},
            {"kind": "slack", "address": f"{receiver.url}/s", "language": "en"},
            {"kind": "teams", "address": f"{receiver.url}/t", "language": "fr"},
        ),
    )  # fmt: skip
    look_at_alerts(weeks, now=NOW)
    assert {one.state for one in send_due(weeks, sending, now=NOW)} == {"sent"}
    (mail,) = mailbox.mails
    assert mail["Subject"] == "Critique – <b>Réseau</b>"
    body = mail.get_body(("html",))
    assert body is not None and "<b>" not in body.get_content()
    slack, teams = (one.json for one in receiver.requests)
    assert "&lt;b&gt;" in slack["blocks"][1]["text"]["text"] and "20 in seven days" in str(slack)
    assert "20 sur sept jours" in str(teams)


def test_what_a_removed_rule_owes_is_not_sent(
    weeks: Store, set_alert: SetAlert, sending: Settings, receiver: Receiver
) -> None:
    hook = {"kind": "webhook", "address": receiver.url, "secret": new_secret(), "language": "en"}
    rule = set_alert(targets=(hook,))
    look_at_alerts(weeks, now=NOW)
    weeks.alert_rules.remove(rule.id)
    assert [one.state for one in send_due(weeks, sending, now=NOW)] == ["nothing"]


def test_an_early_look_at_texts_is_taken_a_few_times_a_day(
    weeks: Store, set_alert: SetAlert, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads eight weeks of texts."""
    set_alert(kind="emerging", period="day", query="")
    looked: list[int] = []
    monkeypatch.setattr(alerts, "look", lambda _store, rule, now: looked.append(rule.id) or [])
    at_each_look(weeks, *(NOW + timedelta(minutes=one) for one in range(0, 800, 60)))
    assert len(looked) == 3


def test_a_secret_is_signed_with_as_the_standard_has_it() -> None:
    """The example of the specification's reference libraries."""
    made = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        number="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


# --- any metric --------------------------------------------------------------------------------------------------


def test_every_metric_agrees_with_its_own_page_and_opens_what_it_counts(weeks: Store) -> None:
    filters = Filters(week="2026-W46")
    for name in metrics():
        found = value(weeks, name, filters)
        assert found.n == 0 or found.value is not None
    shared = value(weeks, "share", Filters(week="2026-W46", topic="network"))
    assert (shared.n, round(shared.value or 0, 3)) == (96, round(20 / 96, 3))
    by_week = table(weeks, "volume", Filters(topic="network"), by="week,channel")
    assert sum(one.n for one in by_week.figures) == by_week.overall.n
    moved = table(weeks, "share", Filters(week="2026-W46", topic="network"), compare="previous")
    assert moved.previous is not None and moved.previous.p_value is not None and moved.previous.p_value < 0.001
