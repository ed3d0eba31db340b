"""The digest on paper: four formats, two languages, and nothing that a customer wrote taken for markup."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from voc.errors import InputError
from voc.insights import wording
from voc.insights.render import clean, markdown, render, subject
from voc.records import Channel, Digest, DigestItem, Distinctive, Interval, Quote

HOSTILE = "<script>alert(1)</script> [link](javascript:x) \x1b[31mred\x1b[0m \u202egnp.exe `code` | *bold* </td>"


def make(**fields: Any) -> Digest:
    item = DigestItem(
        key="topic:billing.double_charge:rise", kind="rise", topic="billing.double_charge",
        labels={"fr": "Double prélèvement : en hausse", "en": "Double charge: up"}, value=0.2, baseline=0.015, n=1240,
        n_baseline=40, p_value=1e-6, interval=Interval(low=0.14, high=0.28), channels={"call": 1200, "email": 40},
        quotes=(
            Quote(interaction_id="i1", text=HOSTILE, channel=Channel.CALL, begin_ms=61_000, has_audio=True,
                  href="/interactions/i1?t=61000", occurred_at=datetime(2026, 11, 9, tzinfo=UTC)),
        ),
        href="/interactions?topic=billing.double_charge&week=2026-W46",
        extra={
            "q_value": 0.0001, "ratio": 12.5, "ratio_low": 4.0, "ratio_high": 40.2,
            "corroborated_by": ["call", "email"], "voices": 900, "said": {"negative": 20, "neutral": 1, "positive": 0},
            "weeks": [{"week": "2026-W45", "n": 0, "href": "/a"}, {"week": "2026-W46", "n": 24, "href": "/b"}],
            "concentration": [{"dimension": "city", "value": "<b>Nantes</b>", "n": 9, "known": 11, "share": 0.82,
                               "base_n": 4, "base_known": 33, "base_share": 0.12, "p_value": 1e-5, "q_value": 1e-4,
                               "href": "/interactions?city=Nantes"}],
            "words": [{"text": "deux fois", "n": 9, "share": 0.4, "base_share": 0.01, "q_value": 1e-4}],
        },
    )  # fmt: skip
    base: dict[str, Any] = {
        "week": "2026-W46", "begins": datetime(2026, 11, 9, tzinfo=UTC), "ends": datetime(2026, 11, 16, tzinfo=UTC),
        "created_at": datetime(2026, 11, 16, tzinfo=UTC), "n": 1240, "n_baseline": 4000,
        "baseline_weeks": ("2026-W42", "2026-W43", "2026-W44", "2026-W45"), "rises": (item,),
        "volumes": {"call": {"n": 1200.0, "baseline": 900.5, "ratio": 1.33, "ratio_low": 1.1, "ratio_high": 1.6},
                    "chat": {"n": 3.0}},
        "sentiment": {"n": 1000.0, "negative": 0.5, "negative_low": 0.45, "negative_high": 0.55},
        "sentiment_baseline": {"negative": 0.4},
    }  # fmt: skip
    return Digest(**(base | fields))


class Tags(HTMLParser):
    """Which tags a page really has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"} and value]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_html_stands_alone_and_escapes_what_customers_wrote(language: str) -> None:
    page = render(make(), format="html", language=language, base_url="https://voc.example.com/")
    tags = Tags(page)
    assert not {"script", "b", "link", "img", "iframe"} & set(tags.seen), "nothing fetched, nothing injected"
    assert all(link.startswith("https://voc.example.com/") for link in tags.links)
    assert "https://voc.example.com/interactions/i1?t=61000" in tags.links
    assert f'lang="{language}"' in page
    assert len(page) < 100_000, "mail clients cut what is longer"


def test_no_format_lets_control_or_direction_characters_through() -> None:
    for form in ("html", "md", "text"):
        page = render(make(), format=form)
        assert "\x1b" not in page
        assert "\u202e" not in page


def test_markdown_escapes_links_code_and_html() -> None:
    page = render(make(), format="md", language="en", base_url="http://x")
    assert "<script>" not in page
    assert "\\[link\\](javascript:x)" in page
    assert "(http://x/interactions/i1?t=61000)" in page
    assert markdown("a|b `c` <d>") == "a\\|b \\`c\\` &lt;d>"


def test_numbers_and_dates_are_of_the_language() -> None:
    french, english = render(make(), format="text"), render(make(), format="text", language="en")
    assert "9–15 novembre 2026" in french
    assert "1\u202f240 interactions" in french
    assert "20\u00a0%" in french
    assert "900,5" in french
    assert "9–15 November 2026" in english
    assert "1,240 interactions" in english
    assert "20%" in english
    assert "×\u202f12 [4.0 – 40], q\u00a0<\u00a00.001" in english


def test_the_text_names_place_channels_voices_and_words() -> None:
    page = render(make(), format="text", language="en")
    for said in ("Seen on 2 channels: calls 1,200, e-mails 40.", "900 distinct voices", "20 negative, 1 neutral",
                 "9 of 11 known (82%), 12% of the rest", "Words that mark it: deux fois.", "1:01"):  # fmt: skip
        assert said in page


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Mots caractéristiques : paiement, lyon · en anglais : payment."),
        ("en", "Words that mark it: lyon, payment · in French: paiement."),
    ],
)
def test_words_stand_by_language_the_readers_own_first(language: str, said: str) -> None:
    digest = make()
    spoken = (("paiement", "fr"), ("lyon", None), ("payment", "en"))
    marked = tuple(
        Distinctive(text=text, n=5, share=0.3, base_share=0.0, q_value=1e-4, language=code) for text, code in spoken
    )
    item = digest.rises[0]
    item = item.model_copy(update={"extra": item.extra.model_copy(update={"words": marked})})
    page = render(digest.model_copy(update={"rises": (item,)}), format="text", language=language)
    assert said in page.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("form", ["html", "md", "text"])
def test_empty_sections_vanish(form: str, language: str) -> None:
    empty = make(
        rises=(), volumes={}, sentiment={}, sentiment_baseline={}, n=0, notes=("no_data", "few_before:3", "odd")
    )
    page = render(empty, format=form, language=language)
    words = {"fr": ("En hausse", "Volumes", "EN HAUSSE"), "en": ("What rose", "Volumes", "WHAT ROSE")}[language]
    assert not any(word in page for word in words)
    assert wording.note("no_data", language) in page or form != "text"
    assert "odd" in page, "a note this version does not know is shown as it is"


def test_a_note_counts_in_the_words_of_its_language() -> None:
    assert wording.note("few_interactions:12", "en").startswith("Only 12 interactions")
    assert wording.note("few_interactions:0", "en").startswith("Only 0 interactions")
    assert wording.note("few_interactions:0", "fr").startswith("0 interaction seulement")
    for odd in ("few_interactions:many", "few_interactions:-1", "title", "__class__:1"):
        assert wording.note(odd, "en") == odd


@pytest.mark.parametrize(("language", "listen", "read"), [("fr", "écouter", "lire"), ("en", "listen", "read")])
def test_what_cannot_be_heard_is_read(language: str, listen: str, read: str) -> None:
    heard = make()
    (item,) = heard.rises
    silent = [quote.model_copy(update={"has_audio": False}) for quote in item.quotes]
    mute = make(rises=(item.model_copy(update={"quotes": tuple(silent)}),))
    unheard = {"fr": "1:01 (sans enregistrement)", "en": "1:01 (no recording)"}[language]
    for form, link in (("html", f">{listen}</a>"), ("md", f"[{listen}]")):
        assert link in render(heard, format=form, language=language)
        page = render(mute, format=form, language=language)
        assert listen not in page and link.replace(listen, read) in page and unheard in page
    assert unheard in render(mute, format="text", language=language)
    assert unheard not in render(heard, format="text", language=language)


def test_json_is_the_record() -> None:
    digest = make()
    assert Digest.model_validate(json.loads(render(digest, format="json"))) == digest


def test_the_subject_names_the_first_finding() -> None:
    assert subject(make(), language="en").startswith("Voice of the customer – W46 – Double charge: up")
    assert subject(make(rises=())).endswith("Rien à signaler")


def test_unknown_formats_and_languages_are_refused() -> None:
    with pytest.raises(InputError, match="format=pdf"):
        render(make(), format="pdf")
    with pytest.raises(InputError, match="language=de"):
        render(make(), language="de")


def test_clean_keeps_words_and_emoji() -> None:
    assert clean("Génial 👍\nà\tbientôt\x00") == "Génial 👍 à bientôt"


def test_weeks_across_months_and_years_are_spelled_out() -> None:
    begin, end = datetime(2026, 12, 28, tzinfo=UTC), datetime(2027, 1, 4, tzinfo=UTC)
    assert "28 décembre 2026 – 3 janvier 2027" in render(make(begins=begin, ends=end), format="text")
    begin, end = datetime(2026, 8, 31, tzinfo=UTC), datetime(2026, 9, 7, tzinfo=UTC)
    assert "31 August – 6 September 2026" in render(make(begins=begin, ends=end), format="text", language="en")
