"""The search for personal data as the settings want it: standard, strict, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from voc.privacy.pii_span import Recogniser
from voc.privacy.redaction import Redacted, redact, unsearched
from voc.settings import Settings


def search(
    texts: Sequence[str], *, languages: Sequence[str | None], known_names: Sequence[Sequence[str]], given: Settings
) -> list[Redacted]:
    """Search ``texts`` and mask what is personal; with ``VOC_REDACTION=off`` every text stays closed instead.

    Identifiers said are found either way: they link an interaction to its customer.

    Args:
        texts: originals.
        languages: language of each, ``None`` where unknown.
        known_names: names that came with each.
        given: the settings in force.

    Raises:
        SettingsError: the recognisers file cannot be used.
    """
    if given.redaction == "off":
        return unsearched(texts, languages=languages, region=given.default_region)
    return redact(
        texts,
        languages=languages,
        known_names=known_names,
        brands=given.brands.split(","),
        region=given.default_region,
        strict=given.redaction == "strict",
        recognisers=_own(given.recognisers),
        salt=given.pseudonym_salt,
    )


def _own(path: Path | None) -> Sequence[Recogniser]:
    if path is None:
        return ()
    from voc.privacy.presidio import load_recognisers

    return load_recognisers(path.resolve())
