"""The whole Monday of an insight manager in a browser, in French and in English: digest → finding → the call's second →
correct in place → assign → the week after shows it → export → save a view → subscribe → the mail is the page → an alert
reaches a webhook, signed, again after a 500, and not twice after a kill."""

from __future__ import annotations

import csv
import io
import re
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser_support import DESKTOP, PHONE, Watched, page_of, serving, until
from makers import an_interaction, understood
from receivers import Mailbox, Receiver, mail_server, web_server
from reviewed_weeks import KEY, MONDAY, SAID_AT_MS, a_call, fill

from api.app import create_app
from voc.delivery.webhooks import is_genuine, new_secret
from voc.pipeline.alerts import look_at_alerts
from voc.pipeline.digest_upkeep import save_due
from voc.pipeline.outgoing import send_due, write_down_digests
from voc.settings import Settings
from voc.store import Store, open_store

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
A_WEEK = timedelta(days=7)
WORDS = {
    "fr": {
        "title": "Double prélèvement", "assign": "Confier", "verdict": "ne se distingue plus des semaines d’avant",
        "correct": "Envoyer", "listen": "0:05",
    },
    "en": {
        "title": "Double charge", "assign": "Assign", "verdict": "no longer told apart from the weeks before",
        "correct": "Send", "listen": "0:05",
    },
}  # fmt: skip


class Clock:
    """What time it is for the server."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now


def another_leap(store: Store) -> None:
    """What leaps in week 47, so that the mail of that week has something to tell."""
    for number in range(18):
        at = datetime.fromisocalendar(2026, 47, 1 + number % 7).replace(hour=13, tzinfo=UTC)
        one = an_interaction(5000 + number, occurred_at=at, channel=("email", "review", "chat")[number % 3])
        understood(store, one, topics=("app.bug",), score=-0.8)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with web_server() as kept:
        yield kept


def plain(text: str) -> str:
    return " ".join(text.split())


def words_of(html: str) -> str:
    return plain(unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)))


@pytest.mark.parametrize(
    ("language", "locale", "viewport"),
    [("fr", "fr-FR", DESKTOP), ("en", "en-GB", PHONE)],
    ids=["fr at a desk", "en on a phone"],
)
def test_the_whole_monday(
    opened: Browser, tmp_path: Path, mailbox: Mailbox, receiver: Receiver, language: str, locale: str,
    viewport: dict[str, int],
) -> None:  # fmt: skip
    said, clock = WORDS[language], Clock()
    settings = Settings(
        home=tmp_path / "voc", secret="a test secret long enough", smtp_url=f"smtp://127.0.0.1:{mailbox.port}",
        mail_from="voc@example.com", outbound_allow="127.0.0.1",
    )  # fmt: skip
    with open_store(settings) as store:
        fill(store)
        call = a_call(store)
        another_leap(store)
        save_due(store, now=MONDAY)
        app = create_app(store, settings, clock=clock)
        with serving(app) as address, page_of(opened, viewport=viewport, locale=locale) as watched:
            settings = settings.model_copy(update={"public_url": address})
            app.state.service = replace(app.state.service, settings=settings)
            page = watched.page

            # the digest, its finding, and the second of the call where it is said
            page.goto(f"{address}/digest/2026-W46")
            heard = page.locator(f'a[href="/interactions/{call.id}?t={SAID_AT_MS}"]').first
            heard.click()
            assert f"t={SAID_AT_MS}" in page.url and "prélevé" in page.inner_text("main")
            until(page, "document.querySelector('#player').dataset.start === '5000'")
            until(page, "document.querySelector('#audio').readyState >= 1")
            watched.check("the call")

            # corrected in place, by a person
            option = page.locator('#corrections optgroup option[value*="cancel"]').first
            value, text = option.get_attribute("value") or "", option.inner_text()
            page.locator("#corrections select[name=label]").select_option(value)
            page.locator('#corrections form[action$="/correct"] button').click()
            until(page, "document.querySelector('#corrections li strong')")
            assert text.split(" (")[0] in page.locator("#corrections").inner_text()
            watched.check("corrected")

            # assigned, and told in the digest of the week after
            page.goto(f"{address}/digest/2026-W46")
            one = page.locator("article.item", has=page.locator("h3", has_text=said["title"])).first
            one.locator("summary", has_text=said["assign"]).click()
            one.locator("input[name=owner]").fill("Sam")
            one.locator("form button", has_text=said["assign"]).click()
            watched.check("assigned")
            clock.now = MONDAY + A_WEEK
            save_due(store, now=clock.now)
            page.goto(f"{address}/digest/2026-W47")
            followed = page.locator("section[aria-labelledby=followed] article").first.inner_text()
            assert "Sam" in followed and said["verdict"] in followed
            watched.check("the week after")

            # taken along as a file
            page.goto(f"{address}/interactions?topic=billing.double_charge&week=2026-W46")
            with page.expect_download() as download:
                page.locator(".formats a", has_text="CSV").click()
            rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))
            assert call.id in {one["id"] for one in rows} and len(rows) == 17

            # explored, and kept under a name
            page.goto(f"{address}/explore?metric=negative&by=week&topic=billing&period=all")
            assert page.locator("figure.lines .dot").count() == 6 and page.locator(".chip").count() == 1
            page.locator('form[action="/views"] input[name=name]').fill("Facturation")
            page.locator('form[action="/views"] input[name=shared]').check()
            page.locator('form[action="/views"] button').click()
            page.locator("section[aria-labelledby=views] li a", has_text="Facturation").wait_for()
            watched.check("explore")

            # subscribed: the mail of the week is its page
            page.goto(f"{address}/subscriptions")
            page.locator("input[name=name]").fill("Direction")
            page.locator("input[name=target]").fill("lea@example.com")
            page.locator('form[action="/subscriptions"] button').click()
            watched.check("subscriptions")
            assert write_down_digests(store, settings, now=clock.now) == 1
            send_due(store, settings, now=clock.now)
            (mail,) = mailbox.mails
            assert mail["To"] == "lea@example.com"
            page.goto(f"{address}/digest/2026-W47")
            _the_mail_is_the_page(mail, page, address, opened, language)

            # an alert rings by itself: signed, again after a 500, and once however often it is looked at
            secret = _set_alert(watched, address, receiver)
            receiver.answers = [500]
            look = clock.now.replace(hour=0)
            assert len(look_at_alerts(store, now=look)) == 1
            assert [one.state for one in send_due(store, settings, now=clock.now)] == ["due"]
            assert [one.state for one in send_due(store, settings, now=clock.now + timedelta(minutes=2))] == ["sent"]
            assert look_at_alerts(store, now=look + timedelta(hours=2)) == []
            assert send_due(store, settings, now=clock.now + timedelta(hours=2)) == []
            first, second = receiver.requests
            assert first.json["data"]["rule"]["name"] == "Réseau"
            assert first.body == second.body and first.headers["webhook-id"] == second.headers["webhook-id"]
            assert is_genuine(secret, second.headers, second.body, now=clock.now + timedelta(minutes=2))
            page.goto(f"{address}/alerts")
            assert "Réseau" in page.locator("main").inner_text()
            watched.check("alerts")
            assert KEY in {one.key for one in store.finding_reviews.known().values()}


def _the_mail_is_the_page(mail: Any, page: Any, address: str, opened: Browser, language: str) -> None:
    """What the mail says of each finding stands on the page, and it is read on a phone without scrolling sideways."""
    (html,) = [part.get_content() for part in mail.walk() if part.get_content_type() == "text/html"]
    got = words_of(html)
    for sentence in page.locator(".summary p").all_inner_texts():
        assert plain(sentence) in got, sentence
    for title in page.locator("article.item h3").all_inner_texts():
        assert plain(title) in got, title
    said_on_page = words_of(page.request.get(f"{address}/v1/digests/2026-W47?format=html&language={language}").text())
    pictured = {one["Content-ID"].strip("<>"): one for one in mail.walk() if one.get_content_type() == "image/png"}
    alts = [unescape(one) for one in re.findall(r'src="cid:[^"]+" alt="([^"]+)"', html)]
    assert re.findall(r'src="cid:([^"]+)"', html) == list(pictured)
    got_in_all = f"{got} {plain(' '.join(alts))}"
    assert set(said_on_page.split()) <= set(re.sub("[,:]", " ", got_in_all).split()) | set(got_in_all.split())
    findings = page.locator("section[aria-labelledby=rises] article.item").all()
    assert len(findings) == len(alts) > 0
    for finding, alt in zip(findings, alts, strict=True):
        weeks = finding.locator("ol.weekly li").all_inner_texts()
        assert [one.split() for one in weeks] == [re.split(r"\W+", one) for one in alt.partition(": ")[2].split(", ")]
        assert finding.locator(".item-figures .big").inner_text() in got
        for quote in finding.locator("blockquote p").all_inner_texts():
            assert plain(quote) in got, quote
    for row in page.locator("section.card tbody tr").all():
        for cell in row.locator("td").all_inner_texts():
            assert plain(cell) in got, cell
    with page_of(opened, viewport=PHONE) as phone:
        for name, picture in pictured.items():  # as a mail program does
            data = b64encode(picture.get_content()).decode()
            html = html.replace(f"cid:{name}", f"data:image/png;base64,{data}")
        phone.page.set_content(html)
        assert phone.page.evaluate("() => [...document.images].every((one) => one.naturalWidth > one.clientWidth)")
        phone.check("mail")
        widths = phone.page.evaluate(
            "() => [...document.querySelectorAll('td.item p, td.part p')].map((one) => one.clientWidth)"
        )
        assert min(widths) > 280, "no column of two or three words"


def _set_alert(watched: Watched, address: str, receiver: Receiver) -> str:
    page = watched.page
    page.goto(f"{address}/alerts?query=topic%3Dnetwork")
    page.locator("input[name=name]").fill("Réseau")
    page.locator("input[name=threshold]").fill("3")
    page.locator("select[name=period]").select_option("week")
    page.locator("select[name=target]").select_option("webhook")
    page.locator("input[name=address]").fill(f"{receiver.url}/hook")
    page.locator('form[action="/alerts"] button').click()
    secret = page.locator("#secret").inner_text()
    watched.check("alert set")
    return str(secret)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_alert_that_was_leaving_when_the_process_was_killed_is_not_sent_twice(
    tmp_path: Path, receiver: Receiver, language: str
) -> None:
    """With ``kill -9``, while whoever gets it has not answered yet."""
    settings = Settings(home=tmp_path / "voc", outbound_allow="127.0.0.1")
    with open_store(settings) as store:
        fill(store)
        store.alert_rules.add(
            name="Réseau", kind="metric", metric="volume", query="topic=network", condition="above", threshold=3.0,
            period="week", least_n=1, words="", severity="warning", cool_down_hours=24, paused=False,
            targets=(
                {"kind": "webhook", "address": f"{receiver.url}/hook", "secret": new_secret(), "language": language},
            ),
            created_by="local", created_at=MONDAY,
        )  # fmt: skip
        assert len(look_at_alerts(store, now=MONDAY.replace(hour=0))) == 1

        def slowly(_: Any) -> tuple[int, Any]:
            time.sleep(60)
            return 200, {}

        receiver.answer = slowly
        program = (
            "from voc.pipeline.outgoing import send_due; from voc.settings import Settings; "
            "from voc.store import open_store; "
            f"s = Settings(home={str(settings.home)!r}, outbound_allow='127.0.0.1'); send_due(open_store(s), s)"
        )
        sender = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
        deadline = time.monotonic() + 60
        while not receiver.requests:
            assert time.monotonic() < deadline and sender.poll() is None
            time.sleep(0.05)
        sender.send_signal(signal.SIGKILL)
        sender.wait(30)
        receiver.answer = None
        assert send_due(store, settings) == []
        assert look_at_alerts(store, now=MONDAY.replace(hour=0) + timedelta(hours=2)) == []
        assert len(receiver.requests) == 1 and store.deliveries.states() == {"unsure": 1}
        (left,) = store.deliveries.latest()
        store.deliveries.again(left.id, now=datetime.now(UTC))
        assert [one.state for one in send_due(store, settings)] == ["sent"], "somebody asked for it"
        assert receiver.requests[0].headers["webhook-id"] == receiver.requests[1].headers["webhook-id"]
