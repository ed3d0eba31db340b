"""In a browser: a table's columns shown and corrected before it is sent, and a source added and run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_support import DESKTOP, PHONE, page_of, serving

from api.app import create_app
from voc.settings import Settings
from voc.store import Filters, open_store

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

TABLE = (
    "ref;remarque;réponse;jour;interne\n"
    "R-10001;vu au guichet;Le colis est cassé et personne ne répond;2026-11-09;à ne pas montrer\n"
)


@pytest.mark.parametrize(
    ("locale", "viewport", "shown", "text"),
    [("fr-FR", DESKTOP, "Comment les colonnes sont comprises", "Texte"), ("en-GB", PHONE, "How the columns", "Text")],
    ids=["fr at a desk", "en on a phone"],
)
def test_columns_are_corrected_before_the_table_is_sent(
    opened: Browser, tmp_path: Path, locale: str, viewport: dict[str, int], shown: str, text: str
) -> None:
    settings = Settings(home=tmp_path / "voc", secret="a test secret long enough")
    file = tmp_path / "export.csv"
    file.write_text(TABLE, encoding="utf-8")
    with (
        open_store(settings) as store,
        serving(create_app(store, settings)) as url,
        page_of(opened, locale=locale, viewport=viewport) as watched,
    ):
        page = watched.page
        page.goto(f"{url}/upload")
        page.set_input_files("#files", str(file))
        page.get_by_text(shown).wait_for()
        watched.check("columns")
        assert page.get_by_text("Le colis est cassé").count() == 1
        page.locator('select[data-column="remarque"]').select_option(label=text)
        page.locator('select[data-column="réponse"]').select_option("title")
        page.locator('select[data-column="interne"]').select_option("ignore")
        page.locator("[name=save_mapping]").fill("Guichet")
        page.locator("#upload button.button").click()
        page.locator("#sent [data-upload]").wait_for()
        [row] = store.interactions.page(Filters(), limit=5).items
        record = store.interactions.records([row.id])[0]
        words = (record.text or "").splitlines()  # the title stands above the text
        assert (words[0], words[-1]) == ("Le colis est cassé et personne ne répond", "vu au guichet")
        assert "à ne pas montrer" not in record.model_dump_json()
        assert [one.name for one in store.saved_mappings.all()] == ["Guichet"]
        watched.check("page")
        page.goto(f"{url}/upload/mappings")
        page.get_by_text("remarque").wait_for()
        watched.check("mappings")
        page.locator("[name=new]").fill("Guichet de Lyon")
        page.locator("form[action$=rename] button").click()
        page.get_by_role("rowheader", name="Guichet de Lyon").wait_for()
        assert store.saved_mappings.all()[0].mapping["ignore"] == "interne"


def test_a_source_is_added_paused_and_resumed(opened: Browser, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "voc", secret="a test secret long enough")
    (tmp_path / "calls").mkdir()
    with (
        open_store(settings) as store,
        serving(create_app(store, settings)) as url,
        page_of(opened, locale="fr-FR", viewport=DESKTOP) as watched,
    ):
        page = watched.page
        page.goto(f"{url}/sources")
        page.get_by_role("link", name="Dossier surveillé").click()
        page.locator("[name=name]").fill("Appels du jour")
        page.locator("[name='option.path']").fill(str(tmp_path / "calls"))
        page.locator("main form button.button").click()
        page.get_by_role("heading", name="Appels du jour").wait_for()
        page.get_by_role("button", name="Suspendre").click()
        page.get_by_role("button", name="Reprendre").wait_for()
        [row] = store.sources.all()
        assert row.paused_at is not None
        assert (row.kind, row.channel) == ("folder", None)
        page.get_by_role("button", name="Reprendre").click()
        page.get_by_role("button", name="Suspendre").wait_for()
        watched.check("page")
