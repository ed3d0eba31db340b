"""The digest of a week reaches each subscriber once, as the page has it, whatever restarts and whoever is asleep."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from html import unescape
from io import BytesIO
from itertools import product

import pytest
from PIL import Image
from receivers import Mailbox, Receiver
from reviewed_weeks import HOSTILE, KEY, MONDAY

from voc.delivery import sending as sender
from voc.delivery.digests import digest_for
from voc.delivery.narrowing import merged
from voc.insights import digest_messages
from voc.insights.render import render
from voc.insights.week_charts import colour, week_charts
from voc.locales.words import words
from voc.pipeline import outgoing
from voc.pipeline.outgoing import send_due, week_due, write_down_digests
from voc.records import DigestDetail, DigestItem
from voc.records.subscriptions import Subscription
from voc.settings import Settings
from voc.signing import read
from voc.store import Filters, Store, open_store

Subscribe = Callable[..., Subscription]


def part(mail: EmailMessage, kind: str) -> str:
    (found,) = [one for one in mail.walk() if one.get_content_type() == kind]
    text: str = found.get_content()
    return text


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).split())


def test_each_subscriber_gets_it_once_however_often_it_is_asked(
    weeks: Store, sending: Settings, mailbox: Mailbox, subscribe: Subscribe
) -> None:
    subscribe()
    subscribe(target="sam@example.com", language="en")
    assert write_down_digests(weeks, sending, now=MONDAY) == 2
    assert write_down_digests(weeks, sending, now=MONDAY) == 0
    assert [one.state for one in send_due(weeks, sending, now=MONDAY)] == ["sent", "sent"]
    for later in range(6):
        write_down_digests(weeks, sending, now=MONDAY + timedelta(days=later))
        send_due(weeks, sending, now=MONDAY + timedelta(days=later))
    assert sorted(one["To"] for one in mailbox.mails) == ["lea@example.com", "sam@example.com"]
    write_down_digests(weeks, sending, now=MONDAY + timedelta(days=7))
    send_due(weeks, sending, now=MONDAY + timedelta(days=7))
    assert len(mailbox.mails) == 4, "the next week has its own"


@pytest.fixture
def received(
    weeks: Store, sending: Settings, mailbox: Mailbox, subscribe: Subscribe, language: str
) -> tuple[Subscription, EmailMessage]:
    """Somebody who reads in a language, and the mail they get."""
    wish = subscribe(language=language)
    write_down_digests(weeks, sending, now=MONDAY)
    send_due(weeks, sending, now=MONDAY)
    (mail,) = mailbox.mails
    return wish, mail


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_mail_says_what_the_page_says(
    weeks: Store, received: tuple[Subscription, EmailMessage], language: str
) -> None:
    wish, mail = received
    html, text = part(mail, "text/html"), part(mail, "text/plain")
    digest = digest_for(weeks, wish, "2026-W46", now=MONDAY)
    charts = week_charts(digest, language)
    page = words_of(render(digest, language=language, base_url="https://voc.example.com", charts=charts))
    got = words_of(html)
    t = words(language)
    for more in (f"· {t('digest.online')} ", t("digest.subscribed", name=wish.name), t("digest.unsubscribe")):
        assert more in got
        got = got.replace(more, " ")
    assert got.split() == page.split()
    for item in digest.rises:
        assert digest_messages.headline(item, language) in text
    assert mail["From"] == "Voix des clients <voc@example.com>" and mail["Date"]
    assert all(link.startswith("https://voc.example.com/") for link in re.findall(r'href="([^"]+)"', html))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_weeks_of_a_finding_are_pictures_that_come_along_and_say_the_same_in_words(
    weeks: Store, received: tuple[Subscription, EmailMessage], language: str
) -> None:
    wish, mail = received
    digest = digest_for(weeks, wish, "2026-W46", now=MONDAY)
    html, text, t = part(mail, "text/html"), part(mail, "text/plain"), words(language)
    named = dict(re.findall(r'src="cid:([^"]+)" alt="([^"]+)"', html))
    sent = {one["Content-ID"].strip("<>"): one for one in mail.walk() if one.get_content_type() == "image/png"}
    assert named.keys() == sent.keys() and len(named) == len(digest.rises) > 1
    assert "http" not in "".join(re.findall(r'src="([^"]+)"', html)), "nothing is fetched when it is read"
    for item, (name, alt) in zip(digest.rises, named.items(), strict=True):
        told = [(t.week(one.week, short=True), t.number(one.n)) for one in item.extra.weeks]
        assert unescape(alt) == f"{t('digest.weekly')}{t.colon} " + ", ".join(f"{a}{t.colon} {n}" for a, n in told)
        assert " · ".join(f"{a} {n}" for a, n in told) in text
        assert sent[name].get_content_disposition() == "inline"
        with Image.open(BytesIO(sent[name].get_content())) as picture:
            assert picture.size == (44 * 2 * len(told), 90 * 2)
            assert len(sent[name].get_content()) < 4_000, "a reader pays for each"
    assert mail.get_content_type() == "multipart/alternative", "the words first, then what shows pictures"
    assert "cid:" not in render(digest, language=language), "a page has nothing that came along"


def test_praise_that_rises_is_no_alarm() -> None:
    item = DigestItem(key="topic:store:rise", kind="rise", value=1.0, n=9)
    praised, blamed = (item.model_copy(update={"extra": DigestDetail(tone=one)}) for one in ("praise", "complaints"))
    assert colour("rises", praised) == colour("falls", blamed) != colour("rises", blamed) == colour("falls", praised)


def test_a_mail_program_may_unsubscribe_with_one_click(
    weeks: Store, sending: Settings, mailbox: Mailbox, subscribe: Subscribe
) -> None:
    wish = subscribe()
    write_down_digests(weeks, sending, now=MONDAY)
    send_due(weeks, sending, now=MONDAY)
    (mail,) = mailbox.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip("<>")
    assert "=?" not in link and " " not in link, "a folded or encoded link is none"
    token = link.removeprefix("https://voc.example.com/unsubscribe/")
    assert read(sending, "unsubscribe", token) == wish.id
    assert read(sending, "session", token) is None, "good for nothing else"
    assert link in part(mail, "text/html") and link in part(mail, "text/plain")


def test_nothing_hostile_becomes_a_header_or_markup(
    weeks: Store, sending: Settings, mailbox: Mailbox, subscribe: Subscribe
) -> None:
    subscribe(name=HOSTILE + "\r\nBcc: eve@example.com")
    write_down_digests(weeks, sending, now=MONDAY)
    send_due(weeks, sending, now=MONDAY)
    (mail,) = mailbox.mails
    assert mail["Bcc"] is None
    assert "<script" not in part(mail, "text/html")


def test_a_server_that_is_busy_is_asked_again_and_one_that_refuses_is_not(
    weeks: Store, sending: Settings, mailbox: Mailbox, subscribe: Subscribe
) -> None:
    subscribe()
    mailbox.refuse = ["451 later", "450 later"]
    write_down_digests(weeks, sending, now=MONDAY)
    (first,) = send_due(weeks, sending, now=MONDAY)
    assert (first.state, first.error, first.due_at) == ("due", "smtp:451", MONDAY + timedelta(minutes=1))
    assert send_due(weeks, sending, now=MONDAY) == [], "not before its time"
    (second,) = send_due(weeks, sending, now=MONDAY + timedelta(minutes=1))
    assert (second.attempts, second.due_at) == (2, MONDAY + timedelta(minutes=6))
    (third,) = send_due(weeks, sending, now=MONDAY + timedelta(minutes=6))
    assert third.state == "sent" and len(mailbox.mails) == 1
    subscribe(target="nobody@example.com")
    mailbox.refuse = ["550 no such user"]
    write_down_digests(weeks, sending, now=MONDAY)
    (never,) = send_due(weeks, sending, now=MONDAY)
    assert (never.state, never.error) == ("failed", "smtp:550")


def test_a_server_that_stays_away_is_given_up_and_can_be_asked_by_hand(
    weeks: Store, sending: Settings, subscribe: Subscribe
) -> None:
    subscribe()
    away = sending.model_copy(update={"smtp_url": "smtp://127.0.0.1:1"})
    write_down_digests(weeks, away, now=MONDAY)
    now, states = MONDAY, []
    for _ in range(9):
        states += [one.state for one in send_due(weeks, away, now=now)]
        now += timedelta(days=1)
    assert states == ["due"] * 7 + ["failed"]
    (failed,) = weeks.deliveries.latest()
    assert failed.error == "no_connection"
    assert weeks.deliveries.again(failed.id, now=now) is not None
    assert [one.state for one in send_due(weeks, sending, now=now)] == ["sent"]
    assert weeks.deliveries.again(failed.id, now=now) is None


def test_without_a_mail_server_it_fails_and_says_so(weeks: Store, sending: Settings, subscribe: Subscribe) -> None:
    subscribe()
    for update, code in (({"smtp_url": ""}, "no_mail_server"), ({"mail_from": ""}, "bad_mail_server"),
                         ({"smtp_url": "http://x"}, "bad_mail_server")):  # fmt: skip
        write_down_digests(weeks, sending, now=MONDAY)
        (found,) = send_due(weeks, sending.model_copy(update=update), now=MONDAY)
        assert (found.state, found.error) == ("failed", code)
        weeks.deliveries.again(found.id, now=MONDAY)


# --- on their day ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "zone", "now", "week"),
    [
        (1, "UTC", datetime(2026, 11, 16, 6, 59, tzinfo=UTC), None),
        (1, "UTC", datetime(2026, 11, 16, 7, tzinfo=UTC), "2026-W46"),
        (1, "Europe/Paris", datetime(2026, 11, 16, 6, tzinfo=UTC), "2026-W46"),
        (3, "UTC", datetime(2026, 11, 17, 23, tzinfo=UTC), None),
        (3, "UTC", datetime(2026, 11, 18, 7, tzinfo=UTC), "2026-W46"),
        (3, "UTC", datetime(2026, 11, 22, 23, tzinfo=UTC), "2026-W46"),  # nobody was there on Wednesday
        (1, "Pacific/Auckland", datetime(2026, 11, 15, 19, tzinfo=UTC), "2026-W46"),  # Monday morning there
    ],
)
def test_the_week_that_is_due(day: int, zone: str, now: datetime, week: str | None) -> None:
    wish = Subscription(
        id=1, name="x", kind="mail", target="a@b.c", language="fr", day=day, created_by="local", created_at=now
    )
    assert week_due(wish, Settings(time_zone=zone), now=now) == week


def test_who_is_paused_gone_or_was_subscribed_by_a_revoked_key_gets_nothing(
    weeks: Store, sending: Settings, mailbox: Mailbox, subscribe: Subscribe
) -> None:
    key, _ = weeks.access.create_key("analyst", "analyst", now=MONDAY)
    subscribe(paused=True)
    subscribe(unsubscribed_at=MONDAY)
    subscribe(created_by=key.id)
    weeks.access.revoke(key.id, now=MONDAY)
    assert write_down_digests(weeks, sending, now=MONDAY) == 0
    late = subscribe()
    write_down_digests(weeks, sending, now=MONDAY)
    weeks.subscriptions.change(late.id, unsubscribed_at=MONDAY)  # between being written down and being sent
    assert [one.state for one in send_due(weeks, sending, now=MONDAY)] == ["nothing"]
    assert mailbox.mails == []


def test_it_waits_a_day_for_work_that_is_not_analysed(
    weeks: Store, sending: Settings, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe()
    monkeypatch.setattr(outgoing, "awaits_work", lambda *_: True)
    assert write_down_digests(weeks, sending, now=MONDAY) == 0
    assert write_down_digests(weeks, sending, now=MONDAY + timedelta(hours=22)) == 1


def test_a_week_without_anything_is_not_sent(weeks: Store, sending: Settings, subscribe: Subscribe) -> None:
    subscribe()
    assert write_down_digests(weeks, sending, now=MONDAY + timedelta(weeks=20)) == 0


# --- cut off -----------------------------------------------------------------------------------------------------


def test_what_a_dead_process_had_not_begun_to_send_is_sent_by_the_next(
    weeks: Store, sending: Settings, mailbox: Mailbox, subscribe: Subscribe
) -> None:
    subscribe()
    write_down_digests(weeks, sending, now=MONDAY)
    assert weeks.deliveries.claim(by="elsewhere/1/-", now=MONDAY) is not None
    assert [one.state for one in send_due(weeks, sending, now=datetime.now(UTC))] == ["sent"]
    assert len(mailbox.mails) == 1


def test_what_a_dead_process_may_have_sent_is_not_sent_again_unless_somebody_asks(
    weeks: Store, sending: Settings, mailbox: Mailbox, subscribe: Subscribe
) -> None:
    subscribe()
    write_down_digests(weeks, sending, now=MONDAY)
    dead = weeks.deliveries.claim(by="elsewhere/1/-", now=MONDAY)
    assert dead is not None and weeks.deliveries.begin(dead.id, by="elsewhere/1/-")
    assert send_due(weeks, sending, now=datetime.now(UTC)) == []
    (left,) = weeks.deliveries.latest()
    assert left.state == "unsure" and mailbox.mails == []
    weeks.deliveries.again(left.id, now=MONDAY)
    assert [one.state for one in send_due(weeks, sending, now=MONDAY)] == ["sent"]


def test_of_two_processes_one_sends(weeks: Store, sending: Settings, subscribe: Subscribe, settings: Settings) -> None:
    subscribe()
    write_down_digests(weeks, sending, now=MONDAY)
    first = weeks.deliveries.claim(by="a", now=MONDAY)
    assert first is not None and weeks.deliveries.claim(by="b", now=MONDAY) is None
    assert not weeks.deliveries.begin(first.id, by="b")


def test_a_mistake_of_ours_is_tried_later_and_never_twice_once_bytes_left(
    weeks: Store, sending: Settings, mailbox: Mailbox, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe()
    write_down_digests(weeks, sending, now=MONDAY)

    def broken(*_: object) -> None:
        raise RuntimeError("Léa's words")

    real = dict(sender.PREPARE)
    monkeypatch.setattr(sender, "PREPARE", {"digest": broken})
    (found,) = send_due(weeks, sending, now=MONDAY)
    assert (found.state, found.error) == ("due", "unexpected")
    monkeypatch.setattr(sender, "PREPARE", real)
    hand_over = sender._hand_over

    def cut(*given: object, **more: object) -> None:
        hand_over(*given, **more)  # type: ignore[arg-type]
        raise RuntimeError("after the mail left")

    monkeypatch.setattr(sender, "_hand_over", cut)
    (found,) = send_due(weeks, sending, now=found.due_at)
    assert found.state == "unsure" and len(mailbox.mails) == 1


# --- chat rooms --------------------------------------------------------------------------------------------------


def test_rooms_get_titles_and_figures_and_no_words_of_customers(
    weeks: Store, sending: Settings, receiver: Receiver, subscribe: Subscribe
) -> None:
    subscribe(kind="slack", target=f"{receiver.url}/services/T1/B1/secret", language="en")
    subscribe(kind="teams", target=f"{receiver.url}/workflows/1?sig=s", language="fr")
    write_down_digests(weeks, sending, now=MONDAY)
    assert [one.state for one in send_due(weeks, sending, now=MONDAY)] == ["sent", "sent"]
    slack, teams = (one.json for one in receiver.requests)
    assert slack["text"] == "Voice of the customer – W46"
    assert {one["type"] for one in slack["blocks"]} == {"header", "section"}
    listed = slack["blocks"][2]["text"]["text"]
    assert "<https://voc.example.com/interactions?topic=billing.double_charge" in listed and "Double charge" in listed
    card = teams["attachments"][0]["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert card["actions"][0]["url"] == "https://voc.example.com/digest/2026-W46"
    assert "Double prélèvement" in str(card["body"])
    assert "Bonjour" not in str(slack) + str(card), "what was written stays here"


def test_a_room_in_a_private_network_is_not_written_to(
    weeks: Store, sending: Settings, receiver: Receiver, subscribe: Subscribe
) -> None:
    subscribe(kind="slack", target=f"{receiver.url}/hook")
    write_down_digests(weeks, sending, now=MONDAY)
    (found,) = send_due(weeks, sending.model_copy(update={"outbound_allow": ""}), now=MONDAY)
    assert (found.state, found.error) == ("failed", "private_address")
    assert receiver.requests == []


# --- narrowed ----------------------------------------------------------------------------------------------------


def test_only_what_concerns_a_reader(weeks: Store, sending: Settings, mailbox: Mailbox, subscribe: Subscribe) -> None:
    billing = subscribe(topics=("billing",), language="en")
    digest = digest_for(weeks, billing, "2026-W46", now=MONDAY)
    assert [one.key for one in digest.rises] == [KEY], "the network is somebody else's"
    assert "narrowed:Billing" in digest.notes
    write_down_digests(weeks, sending, now=MONDAY)
    send_due(weeks, sending, now=MONDAY)
    assert "Only findings that concern: Billing." in part(mailbox.mails[0], "text/plain")


def test_a_saved_view_narrows_by_what_is_within_it(weeks: Store, subscribe: Subscribe) -> None:
    view = weeks.views.add(
        name="Avis", path="/interactions", query="channel=review&week=2026-W40", shared=True, created_by="local",
        created_at=MONDAY,
    )  # fmt: skip
    digest = digest_for(weeks, subscribe(view=view.id), "2026-W46", now=MONDAY)
    assert digest.rises
    for item in digest.rises:
        assert item.extra.inside == item.channels["review"], "its own period is left aside"
    nobody = weeks.views.add(
        name="Nulle part", path="/interactions", query="city=Nowhere", shared=True, created_by="local",
        created_at=MONDAY,
    )  # fmt: skip
    assert digest_for(weeks, subscribe(view=nobody.id), "2026-W46", now=MONDAY).rises == ()


SOME = (
    Filters(channel="review"), Filters(channel=("review", "email")), Filters(channel=("chat", "email"), language="fr"),
    Filters(topic="billing"), Filters(topic=("billing.double_charge", "network")), Filters(topic=("network", "price")),
    Filters(topic=("billing", "network", "price")), Filters(customer=("C1", "C2")), Filters(intent=("cancel", "buy")),
    Filters(attribute=("a=1", "b=1")), Filters(attribute=("a=1", "a=2")), Filters(segment=("Pro", "none")),
)  # fmt: skip


def test_what_two_narrowings_leave_together_is_within_both(weeks: Store) -> None:
    """All of it where it can be said; never more, and nothing where it cannot be said."""
    said = 0
    for one, other in product(SOME, SOME):
        both = merged(one, other)
        if both is None:
            continue
        kept, here, there = (set(weeks.interactions.all_ids(some)) for some in (both, one, other))
        assert kept == here & there, (one, other, both)
        said += 1
    assert said > len(SOME) ** 2 / 2
    assert merged(Filters(channel="chat"), Filters(channel=("email", "review"))) is None
    assert merged(Filters(topic="billing"), Filters(topic="network")) is None, "some may speak of both"
    assert merged(Filters(attribute="a=1"), Filters(attribute=("a=1", "b=2"))) == Filters(attribute=("a=1", "b=2"))
    assert merged(Filters(attribute="a=1"), Filters(attribute="a=2")) is None


def test_a_quiet_week_is_not_sent_to_who_wants_findings_only(
    weeks: Store, sending: Settings, mailbox: Mailbox, subscribe: Subscribe
) -> None:
    subscribe(segments=("Nobody",), only_with_findings=True)
    write_down_digests(weeks, sending, now=MONDAY)
    assert [one.state for one in send_due(weeks, sending, now=MONDAY)] == ["nothing"]
    assert mailbox.mails == []


def test_every_sending_is_known_to_another_process(weeks: Store, sending: Settings, subscribe: Subscribe) -> None:
    """The claim is in the database, not in memory."""
    subscribe()
    write_down_digests(weeks, sending, now=MONDAY)
    other = open_store(sending.model_copy(update={"database_url": weeks.database.url}))
    assert other.deliveries.claim(by="other", now=MONDAY) is not None
    other.close()
    assert weeks.deliveries.claim(by="us", now=MONDAY) is None
    assert weeks.deliveries.states() == {"claimed": 1}
