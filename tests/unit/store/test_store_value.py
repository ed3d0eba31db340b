"""What a customer is worth: the column that says it, and the number in it however it is written."""

from __future__ import annotations

import pytest
from makers import NOW, a_customer
from sqlalchemy import select

from voc.settings import Settings
from voc.settings import settings as settings_in_force
from voc.store import Store, schema
from voc.store.customer_value import amount, customer_value


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1200", 1200.0),
        ("1 234,56 €", 1234.56),
        ("€1,234.56", 1234.56),
        ("1.234,5", 1234.5),
        ("1'234'567", 1234567.0),
        ("1,234", 1234.0),
        ("1.234.567", 1234567.0),
        ("39,99 €/mois", 39.99),
        ("0.125", 0.125),
        ("-5", 0.0),
        ("n/a", None),
        ("12 à 24", None),
        ("from 100 to 200", None),
        ("1e400", None),
        ("9" * 40, None),
    ],
)
def test_an_amount_is_read_as_it_is_written(written: str, meant: float | None) -> None:
    assert amount(written) == meant


def test_the_column_is_known_by_its_name_in_both_languages(settings: Settings) -> None:
    assert customer_value({"Valeur client": "800"}) == 800
    assert customer_value({"Lifetime value": "12.5", "produit": "Fibre"}) == 12.5
    assert customer_value({"offre": "Mobile 100 Go", "code": "75"}) is None


def test_another_column_can_be_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOC_CUSTOMER_VALUE", "Forfait (€)")
    settings_in_force.cache_clear()
    assert customer_value({"forfait €": "20", "value": "9"}) == 20


def test_it_is_kept_with_the_record_and_follows_an_update(store: Store, settings: Settings) -> None:
    def kept() -> float | None:
        with store.database.read() as connection:
            return connection.execute(select(schema.customer.c.value)).scalar_one()

    store.customers.save([a_customer("C1", attributes={"CLV": "1 000 €"})], now=NOW)
    assert kept() == 1000
    store.customers.save([a_customer("C1", attributes={"CLV": "1 500 €"})], now=NOW)
    assert kept() == 1500
