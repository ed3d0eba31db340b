"""The two catalogues agree with each other and with the templates; numbers and dates follow each language."""

from __future__ import annotations

import re
import string
from datetime import UTC, date, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.localisation import LANGUAGES, catalogue, chosen_language, words
from api.pages.rendering import FOLDER
from api.pages.upload import MAPPED_FIELDS
from voc.records import Channel, SentimentLabel
from voc.sources.registry import kinds as source_kinds
from voc.store.access import ROLES

KEY = re.compile(r"""\bt\(\s*["']([\w.]+)["']\s*[,)]""")
COMPOSED = re.compile(
    r"""\b(?:t|self|spoken|words\([\w.]+\))(?:\.known)?\(\s*(?:["']([\w.]+)\.["']\s*(?:~|\+)|f["']([\w.]+)\.(?:\w+_)?\{)"""
)


def fields(text: str | dict[str, str]) -> set[str]:
    texts = text.values() if isinstance(text, dict) else [text]
    return {name for one in texts for _, name, _, _ in string.Formatter().parse(one) if name}


def test_both_languages_have_the_same_keys_and_the_same_blanks() -> None:
    french, english = catalogue("fr"), catalogue("en")
    assert french.keys() == english.keys()
    for key in french:
        assert type(french[key]) is type(english[key]), key
        assert fields(french[key]) == fields(english[key]), key
        assert all(str(text).strip() for text in (french[key], english[key])), key


def test_templates_and_pages_use_no_unknown_key_and_leave_none_unused() -> None:
    rooms = [FOLDER, FOLDER.parent / "voc"]
    sources = [path for room in rooms for kind in ("*.py", "*.html", "*.j2") for path in room.rglob(kind)]
    text = "\n".join(source.read_text() for source in sources)
    # Some keys stand in a list or behind an if and are said later: ("/", "nav.overview").
    sections = {key.rpartition(".")[0] for key in catalogue("en")}
    said = set(re.findall(r"""["']([a-z0-9_]+(?:\.[a-z0-9_]+)+)["']""", text))
    used = set(KEY.findall(text)) | {
        one for one in said if one.rpartition(".")[0] in sections and one in catalogue("en")
    }
    known = set(catalogue("en"))
    assert used <= known, used - known
    composed = set(re.findall(r'spoken_under\("([\w.]+)"\)', text))
    composed |= {one for pair in COMPOSED.findall(text) for one in pair if one}
    assert composed <= sections, composed - sections
    composed |= {"problems", "corrections", "errors", "form_fields"}  # by code, by name of a field
    unused = {key for key in known - used if key.rpartition(".")[0] not in composed}
    # Sentences that analyses keep, whose keys hold full stops of their own; test_skipped_reasons asks for each.
    unused = {key for key in unused if not key.startswith(("reasons.", "reason_parts."))}
    unused -= {
        f"source_kinds.{kind}.fields.{field.name}.{what}"
        for kind, source in source_kinds().items()
        for field in source.fields
        for what in ("title", "help")
    }
    unused -= {"site.name", "topics.rise", "topics.fall"}
    assert not unused


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_of_a_closed_list_has_a_word(language: str) -> None:
    known = catalogue(language)  # type: ignore[arg-type]
    assert {f"channels.{one}" for one in Channel} <= known.keys()
    assert {f"sentiments.{one}" for one in get_args(SentimentLabel)} <= known.keys()
    assert {f"roles.{one}" for one in ROLES} <= known.keys()
    assert {f"fields.{one}" for one in MAPPED_FIELDS} <= known.keys()
    assert {f"channels_many.{one}" for one in Channel} <= known.keys()


def test_numbers_follow_the_language() -> None:
    fr, en = words("fr"), words("en")
    assert fr.number(12345.6) == "12\u202f345,6"
    assert en.number(12345.6) == "12,345.6"
    assert fr.number(-0.5, 2, signed=True) == "−0,50"
    assert en.number(0.25, 2, signed=True) == "+0.25"
    assert en.number(-0.001, 2, signed=True) == "0.00"
    assert fr.percent(0.423) == "42\u00a0%"
    assert en.percent(0.423, 1) == "42.3%"
    assert fr.number(None) == en.percent(None) == "–"


def test_what_rounds_to_zero_has_no_sign() -> None:
    shown = [words("fr").number(value, 2, signed=True) for value in (0.004, -0.004, 0.0, 0.006, -0.006)]
    assert shown == ["0,00", "0,00", "0,00", "+0,01", "−0,01"]


def test_dates_follow_the_language() -> None:
    moment = datetime(2026, 11, 9, 10, 5, tzinfo=UTC)
    assert words("fr").moment(moment) == "9 nov. 2026, 10:05"
    assert words("en").day(date(2026, 2, 1)) == "1 Feb 2026"
    assert words("fr").week("2026-W46") == "semaine 46, 9–15 nov. 2026"
    assert words("en").week("2026-W45") == "week 45, 2–8 Nov 2026"
    assert words("en").week("2026-W49") == "week 49, 30 Nov – 6 Dec 2026"
    assert words("fr").week("2026-W46", short=True) == "S46"
    assert words("en").duration(67_400) == "1:07"
    assert words("en").duration(3_727_000) == "1:02:07"


def test_plurals_follow_the_language() -> None:
    assert words("fr")("figures.n_interactions", n=0) == "0 interaction"
    assert words("fr")("figures.n_interactions", n=2) == "2 interactions"
    assert words("en")("figures.n_interactions", n=0) == "0 interactions"
    assert words("en")("figures.n_interactions", n=1) == "1 interaction"
    assert words("fr")("figures.n_interactions", n=1234) == "1\u202f234 interactions"
    assert words("fr")("figures.n_interactions", n=1_000_000).endswith("interactions"), "CLDR's `many` has no form here"
    assert words("fr")("figures.n_interactions", n=1.5) == "1,5 interaction"


def test_french_punctuation_does_not_break_a_line() -> None:
    assert "clé\u00a0?" in words("fr")("login.none")


@pytest.mark.parametrize(
    ("cookie", "setting", "accepted", "language"),
    [
        ("fr", "en", "en", "fr"),
        (None, "fr", "en", "fr"),
        (None, "auto", "fr-CA, en;q=0.8", "fr"),
        (None, "auto", "de, en;q=0.3, fr;q=0.7", "fr"),
        (None, "auto", "de", "en"),
        ("xx", "auto", None, "en"),
        (None, "auto", "fr;q=oops, ;;", "en"),
    ],
)
def test_language_is_chosen_by_cookie_setting_then_browser(
    cookie: str | None, setting: str, accepted: str | None, language: str
) -> None:
    assert chosen_language(cookie=cookie, setting=setting, accepted=accepted) == language


@given(st.text(max_size=200))
def test_any_accept_language_gives_a_language(header: str) -> None:
    assert chosen_language(cookie=None, setting="auto", accepted=header) in LANGUAGES
