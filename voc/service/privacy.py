"""People's rights: everything held about one person, erasing them, what they consent to, how long things are kept."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from voc.errors import InputError
from voc.locales import InterfaceLanguage
from voc.rights.consent import PURPOSES, Consent, Purpose, consents, required
from voc.service import audit
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import there, use_case

if TYPE_CHECKING:
    from voc.pipeline.erasing import ErasureReport
    from voc.pipeline.retention import RetentionReport
    from voc.rights.export import PersonalDataExport

__all__ = ["POLICIES", "PURPOSES", "Consent", "Policy", "Purpose", "change_consent", "compact", "consents_of", "erase",
           "export", "export_to_file", "run_retention"]  # fmt: skip

Policy = Literal["interactions", "personal"]
POLICIES: tuple[Policy, ...] = ("interactions", "personal")
"""What becomes of the interactions of somebody who is erased: deleted whole, or counted on with nothing personal."""


@use_case("analyst")
def export(
    service: Service, actor: Actor, customer_id: str, target: IO[bytes], *, language: InterfaceLanguage
) -> PersonalDataExport:
    """Write everything held about one person to ``target``, a ZIP with JSON, a page to read and the recordings.

    The words are unmasked: they are the person's own (GDPR art. 15).

    Raises:
        NotFoundError: there is no such customer.
    """
    from voc.rights.export import held, write_zip

    now = service.now()
    everything = held(service.store, customer_id, now=now, consent_required=service.settings.consent_required)
    write_zip(service.store, everything, target, language=language)
    audit.record(service, actor, "customer.export", everything.customer_id)
    return everything


@use_case("analyst")
def export_to_file(
    service: Service, actor: Actor, customer_id: str, path: Path, *, language: InterfaceLanguage
) -> PersonalDataExport:
    """:func:`export` to a new file that its owner alone may read; an erasure will name it.

    Raises:
        NotFoundError: there is no such customer.
        InputError: the file exists already, or cannot be written.
    """
    if path.exists():
        raise InputError(f"{path}: exists already; name a new file.")
    there(service.store.customers.get(customer_id), "customer")
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            everything = export(service, actor, customer_id, file, language=language)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); choose another place.") from error
    audit.file_left(service, actor, path, kind="person")
    return everything


@use_case("admin")
def erase(
    service: Service,
    actor: Actor,
    customer_ids: Sequence[str],
    *,
    policy: Policy | None = None,
    thorough: bool = False,
) -> ErasureReport:
    """Erase people with every trace of them (GDPR art. 17); asked again, an erasure that was cut off goes on.

    The audit lines are written by the erasure itself: once each, however often it is cut off.

    Args:
        policy: what becomes of their interactions; as ``VOC_ERASE`` says by default.
        thorough: on PostgreSQL, write every table anew at once.

    Raises:
        NotFoundError: no such customer; those named before it are erased.
        StoreError: the store refused; a worker ends it, or ask again.
    """
    from voc.pipeline.erasing import erase_customers

    return erase_customers(
        service.store, service.settings, customer_ids, actor=actor.id, policy=policy, thorough=thorough
    )


@use_case("reader")
def consents_of(service: Service, actor: Actor, customer_id: str) -> list[Consent]:
    """What a customer consents to, as the settings, the base and the records here have it.

    Raises:
        NotFoundError: there is no such customer.
    """
    _check_known(service, customer_id)
    attributes, recorded = service.store.consents.flags([customer_id]).get(customer_id, ({}, {}))
    return list(consents(attributes, recorded, needed=required(service.settings.consent_required)))


@use_case("analyst")
def change_consent(
    service: Service, actor: Actor, customer_id: str, purpose: Purpose, granted: bool | None
) -> list[Consent]:
    """Keep what a customer said; it outweighs the base, and is honoured from the next analysis on.

    Args:
        granted: ``None`` lets the customer base decide again.

    Raises:
        NotFoundError: there is no such customer.
    """
    _check_known(service, customer_id)
    if granted is None:
        service.store.consents.withdraw(customer_id, purpose)
    else:
        service.store.consents.record(customer_id, purpose, granted=granted, source=actor.id, now=service.now())
    audit.record(service, actor, "customer.consent", customer_id, purpose=purpose, granted=granted)
    return consents_of(service, actor, customer_id)


@use_case("admin")
def run_retention(service: Service, actor: Actor, *, dry_run: bool = False) -> tuple[RetentionReport, int]:
    """Take out what is older than the settings keep it, and whoever came back after an erasure.

    Returns the report, and how many people or interactions were erased again.

    Raises:
        SettingsError: a rule cannot be understood.
        StoreError: the store refused; what was done stays done.
    """
    from voc.pipeline.erasing import erase_again
    from voc.pipeline.retention import run_retention as run

    report = run(service.store, service.settings, actor=actor.id, dry_run=dry_run)
    returned = 0 if dry_run else erase_again(service.store, service.settings, actor=actor.id)
    return report, returned


@use_case("admin")
def compact(service: Service, actor: Actor) -> bool:
    """Rewrite the database so that freed pages hold nothing of what was deleted; False while others use it."""
    from voc.pipeline.erasing import compact_all

    return compact_all(service.store, service.settings)


def _check_known(service: Service, customer_id: str) -> None:
    there(service.store.customers.get(customer_id), "customer")
