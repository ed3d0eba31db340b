"""Finding a customer the way people ask: by a piece of the name, or by any identifier however it is written."""

from __future__ import annotations

from voc.identifiers import normalise_email, normalise_handle, normalise_phone, normalise_reference
from voc.store.customers import CustomerRow, Customers


def find_customers(
    customers: Customers,
    query: str,
    *,
    region: str = "FR",
    segment: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[CustomerRow]:
    """Customers that ``query`` may mean: ``06 12 34 56 78``, ``C10017``, ``@handle``, an address or part of a name.

    ``region`` is the ISO 3166 region of numbers written without a country code.
    """
    values = (
        normalise_phone(query, region),
        normalise_email(query),
        normalise_reference(query, known=True),
        normalise_handle(query),
    )
    return customers.search(
        query,
        identifiers=[value for value in dict.fromkeys(values) if value],
        segment=segment,
        limit=limit,
        offset=offset,
    )
