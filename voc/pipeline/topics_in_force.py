"""Which topics are in force in a store: packs taken and topics of one's own, changed by versions, and what to offer."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Literal

from voc.errors import ConflictError
from voc.records.topic_packs import PackOffer, PackState, TopicsState, TopicVersion
from voc.settings import Settings
from voc.store import Store
from voc.topics.loading import taxonomy_of
from voc.topics.offering import count_signs, signs_in, worth_offering
from voc.topics.pack_files import Pack, parse_pack
from voc.topics.packs import CORE, chosen, combine, load_pack, load_shipped, shipped
from voc.topics.taxonomy import Taxonomy

OWN = "own"
"""Id of the pack of one's own."""
READ_FOR_OFFER = 400
"""Texts that are looked at to see what trade they are of: a share of 8 % is then known to within three points."""


def by_setting(settings: Settings) -> bool:
    """Whether the topics are those of a setting, so that no choice of people counts."""
    return settings.taxonomy is not None or bool(settings.topic_packs.strip())


def taxonomy_in_force(store: Store, settings: Settings) -> Taxonomy:
    """The topics in force: of ``VOC_TAXONOMY``, else of ``VOC_TOPIC_PACKS``, else of the newest version, else core.

    Raises:
        SettingsError: a file that a setting names is missing or wrong.
    """
    if by_setting(settings):
        return taxonomy_of(settings)
    newest = store.topic_versions.newest()
    return build(newest.packs, newest.own) if newest else build((), None)


@lru_cache(maxsize=8)
def build(packs: tuple[str, ...], own: str | None) -> Taxonomy:
    """The taxonomy of some packs that come with voc and the YAML of a pack of one's own.

    Raises:
        SettingsError: a pack is unknown, or ``own`` is wrong; the message names the line.
    """
    parts = [load_pack(name) for name in chosen(",".join(packs))]
    return combine([*parts, own_pack(own)] if own and own.strip() else parts)


def own_pack(source: str) -> Pack:
    """The pack of one's own from its YAML.

    Raises:
        SettingsError: it is wrong; the message names the line.
    """
    return parse_pack(source, origin=f"{OWN}.yaml", words=load_pack(CORE).words)


def put_in_force(
    store: Store,
    settings: Settings,
    *,
    packs: tuple[str, ...] | None = None,
    own: str | None = None,
    keep_own: bool = True,
    now: datetime,
    by: str,
    note: str | None = None,
    after: int | None = None,
) -> TopicVersion:
    """Check a change and put it in force as a new version; a wrong one leaves what is in force untouched.

    Args:
        packs: ids of packs beside core; ``None`` keeps those that are on.
        own: YAML of the pack of one's own; with ``keep_own`` and ``None`` the present one stays.
        keep_own: ``False`` to replace it by ``own`` even where that is ``None``.
        after: the version the change was made from; ``None`` replaces whatever is in force.

    Raises:
        ConflictError: a setting decides, or somebody else changed the topics since ``after``.
        SettingsError: the change is wrong; the message names the line.
    """
    if by_setting(settings):
        name = "VOC_TAXONOMY" if settings.taxonomy is not None else "VOC_TOPIC_PACKS"
        sentence = f"topics: the setting {name} decides which are in force; change or unset it."
        raise ConflictError(sentence, code="topics_by_setting", setting=name.removeprefix("VOC_").lower())
    wanted, text = _wanted(store, packs, own, keep_own=keep_own)
    build(wanted, text)
    return store.topic_versions.add(packs=wanted, own=text, now=now, by=by, note=note, after=after)


def changed(
    store: Store, *, packs: tuple[str, ...] | None = None, own: str | None = None, keep_own: bool = True
) -> Taxonomy:
    """The taxonomy such a change would put in force (arguments as of :func:`put_in_force`); nothing is changed.

    Raises:
        SettingsError: the change is wrong; the message names the line.
    """
    return build(*_wanted(store, packs, own, keep_own=keep_own))


def _wanted(
    store: Store, packs: tuple[str, ...] | None, own: str | None, *, keep_own: bool
) -> tuple[tuple[str, ...], str | None]:
    newest = store.topic_versions.newest()
    wanted = packs if packs is not None else (newest.packs if newest else ())
    for name in wanted:
        load_shipped(name)
    text = own if own is not None or not keep_own else (newest.own if newest else None)
    return tuple(one for one in chosen(",".join(wanted)) if one != CORE), text or None


def state_of_topics(store: Store, settings: Settings, *, with_offer: bool = True) -> TopicsState:
    """What is in force, and what would fit where nobody has chosen yet.

    Raises:
        SettingsError: a file that a setting names is missing or wrong.
    """
    taxonomy = taxonomy_in_force(store, settings)
    newest = store.topic_versions.newest()
    by: Literal["taxonomy", "setting", "choice", "nobody"] = "choice" if newest else "nobody"
    if by_setting(settings):
        by, newest = ("taxonomy" if settings.taxonomy is not None else "setting"), None
    packs = [load_pack(name) for name in shipped()]
    return TopicsState(
        chosen_by=by,
        version=newest.version if newest else None,
        taxonomy=taxonomy.name,
        packs=tuple(
            PackState(
                id=pack.id,
                labels=dict(pack.labels),
                about=dict(pack.about),
                topics=len(pack.topics),
                on=pack.id in taxonomy.packs and by != "taxonomy",
            )
            for pack in packs
        ),
        offer=offer_of(store) if with_offer and by == "nobody" else None,
    )


def offer_of(store: Store) -> PackOffer | None:
    """The packs that the newest texts plainly ask for; ``None`` where they ask for none."""
    total, signs = count_signs(store.topic_versions.in_newest_texts(READ_FOR_OFFER, signs_in))
    fitting = worth_offering(total, signs)
    return PackOffer(texts=total, packs=tuple(fitting)) if fitting else None
