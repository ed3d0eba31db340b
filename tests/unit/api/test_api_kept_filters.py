"""Filters go along from page to page and show as chips; what belongs to one page alone stays there."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from api.pages.kept_filters import PAGES

HTML = {"accept": "text/html", "accept-language": "en"}


def links(page: str) -> dict[str, str]:
    navigation = page.partition("<nav")[2].partition("</nav>")[0]
    found = [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', navigation)]
    return {one.partition("?")[0]: one for one in found}


@pytest.mark.parametrize("path", PAGES)
def test_every_page_that_takes_filters_is_led_to_with_them_and_takes_them(
    client: TestClient, ids: dict[str, str], path: str
) -> None:
    page = client.get(f"{path}?channel=email&intent=cancel&from=2026-10-01", headers=HTML)
    assert page.status_code == 200, page.text
    shown = re.findall(r'class="chip" href="([^"]+)"', page.text)
    assert len(shown) == 3 and "channel=email" not in shown[0]
    found = links(page.text)
    for other in set(PAGES) & found.keys():
        assert "channel=email" in found[other] and "intent=cancel" in found[other], other
        assert client.get(found[other], headers=HTML).status_code == 200, other
    assert "?" not in found["/"] + found["/customers"] + found["/digest"], "these take none"


def test_what_belongs_to_one_page_stays_there(client: TestClient, ids: dict[str, str]) -> None:
    page = client.get("/interactions?q=facture&customer=C001&city=Lyon", headers=HTML).text
    assert links(page)["/topics"] == "/topics?city=Lyon"
    assert 'class="chip" href="/interactions?q=facture&amp;customer=C001"' in page
    assert 'class="chip"' not in client.get("/digest", headers=HTML).text


@pytest.mark.parametrize("path", PAGES)
def test_several_values_are_a_chip_each_and_stay_chosen_in_the_form(
    client: TestClient, ids: dict[str, str], path: str
) -> None:
    page = client.get(f"{path}?topic=billing&topic=network&channel=email&channel=review", headers=HTML).text
    dropped = [one.replace("&amp;", "&") for one in re.findall(r'class="chip" href="([^"]+)"', page)]
    assert len(dropped) == 4
    assert dropped[0] == f"{path}?topic=network&channel=email&channel=review"
    form = page.partition('<form class="filters')[2].partition("</form>")[0]
    sent = re.findall(r'name="(topic|channel)" value="(\w+)"(?: checked)?>', form)
    kept = re.findall(r'type="hidden" name="(topic|channel)" value="(\w+)">', form)
    chosen = re.findall(r'name="(topic|channel)" value="(\w+)" checked>', form)
    assert {*kept, *chosen} == {("topic", "billing"), ("topic", "network"), ("channel", "email"), ("channel", "review")}
    assert sent and not set(kept) & set(chosen)


@pytest.mark.parametrize(("language", "said"), [("fr", "Effort : difficile"), ("en", "Effort: hard")])
def test_a_chip_says_what_is_asked_in_words(client: TestClient, ids: dict[str, str], language: str, said: str) -> None:
    headers = HTML | {"accept-language": language}
    page = client.get("/topics?effort=hard&intent=any&topic=none", headers=headers).text
    chips = [" ".join(one.split()) for one in re.findall(r'class="chip"[^>]*>(.*?) ✕</a>', page)]
    assert said in [one.replace("\u00a0", " ") for one in chips]
    assert not [one for one in chips if one.endswith((" none", " any")) and language == "fr"]


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "Catégorie d’appel : Attente trop longue"), ("en", "Call category: Hold too long")]
)
def test_the_chip_of_a_call_category_says_its_name(
    client: TestClient, ids: dict[str, str], language: str, said: str
) -> None:
    page = client.get("/interactions?category=hold_too_long", headers=HTML | {"accept-language": language}).text
    chip = re.search(r'class="chip"[^>]*>([^<]+)<', page)
    assert chip is not None
    assert said in " ".join(chip[1].replace("\u00a0", " ").replace("\u202f", " ").split())
