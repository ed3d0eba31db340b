"""What is sent to a source: known to be from its sender, kept before it is answered, read by a run."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

from voc.pipeline.ingestion import Intake
from voc.pipeline.source_runs import key_of, reach
from voc.settings import Settings
from voc.sources import Push, Pushed, kind
from voc.store import Store
from voc.store.source_items import Came
from voc.store.sources import SourceRow


def received(store: Store, settings: Settings, row: SourceRow, push: Push) -> list[Pushed]:
    """What a request holds.

    Raises:
        ForbiddenError: it does not come from whom it should.
        InputError: it cannot be understood, or the secret it is checked with is not where it is said to be.
    """
    return kind(row.kind).received(reach(store, settings, row), push)


def keep(store: Store, intake: Intake, row: SourceRow, thing: Pushed) -> bool:
    """Keep one thing for a run to read, or to fetch; false where it came before.

    Raises:
        StoreError: it cannot be kept; nothing was acknowledged.
    """
    key = key_of(row.id, thing.key)
    if store.source_items.known(row.id, [key]):
        return False
    if thing.data is None:
        return store.source_items.wait(row.id, key, name=thing.name, locator=thing.locator, now=datetime.now(UTC))
    intake.receive(
        BytesIO(thing.data),
        filename=thing.name,
        channel=row.channel,
        mapping=row.mapping,
        roles=row.roles,
        idempotency_key=f"source:{row.id}:{key}",
        came=Came(row.id, key, thing.name, locator=dict(thing.locator)),
        read=False,
    )
    return True
