"""What ``import voc`` offers to Python: analyse, transcribe, redact, and read the figures of a store. No server.

The names are re-exported by the package, each loaded at its first use; models are loaded when the first call needs them
and kept for the process. Settings are those of the command line: ``VOC_*`` variables or a ``voc.toml`` in the working
folder, read once at the first call.
"""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, overload

from voc.errors import InputError, NotFoundError, RejectedWarning, SettingsError, StoreError
from voc.language.registry import LanguageCode
from voc.records import Analysis, Channel, Interaction, RedactedText, Rejected, Remark, interaction_id
from voc.records.channels import ChannelName
from voc.settings import settings

if TYPE_CHECKING:
    from voc.analysis.pipeline import Analyser
    from voc.speech.transcript import Transcript
    from voc.store import Store


LONGEST_NAME = 255
"""Bytes of a file's name on the file systems in use; a longer text names none."""

_shared: Analyser | None = None


@overload
def analyse(  # type: ignore[overload-overlap]  # a str is a sequence of str too; here it is one text
    text: str, /, *, channel: Channel | ChannelName | None = None, language: str | None = None
) -> Analysis: ...
@overload
def analyse(
    path: os.PathLike[str],
    /,
    *,
    channel: Channel | ChannelName | None = None,
    mapping: Mapping[str, str] | None = None,
    roles: Sequence[str] = (),
    rejected: Callable[[Rejected], object] | None = None,
) -> Iterator[Analysis]: ...
@overload
def analyse(
    texts: Sequence[str], /, *, channel: Channel | ChannelName | None = None, language: str | None = None
) -> list[Analysis]: ...
@overload
def analyse(
    paths: Sequence[os.PathLike[str]],
    /,
    *,
    channel: Channel | ChannelName | None = None,
    mapping: Mapping[str, str] | None = None,
    roles: Sequence[str] = (),
    rejected: Callable[[Rejected], object] | None = None,
) -> Iterator[Analysis]: ...
def analyse(
    what: str | os.PathLike[str] | Sequence[str] | Sequence[os.PathLike[str]],
    /,
    *,
    channel: Channel | ChannelName | None = None,
    language: str | None = None,
    mapping: Mapping[str, str] | None = None,
    roles: Sequence[str] = (),
    rejected: Callable[[Rejected], object] | None = None,
) -> Analysis | list[Analysis] | Iterator[Analysis]:
    """Analyse a text, several texts, or the interactions of files and folders. Nothing is stored.

    Args:
        what: a ``str`` is a customer's words, a ``Path`` a recording, table, mailbox, transcript or folder of them; or
            a list of either. A ``str`` never names a file: words that come from outside must not open one.
        channel: ``call``, ``email``, ``social``, ``complaint``, ``survey``, ``review`` or ``chat``. Of texts default
            ``survey``; of files what they say or look like. Of an ``email`` only what its writer wrote is analysed:
            quotations and signatures are taken off, and ``analysis.text`` is what is left.
        language: language of texts where it is known (``fr``, ``en-GB``); it decides only where the words do not.
        mapping: field → column, for tables (``{"text": "Verbatim"}``; ``"Title+Comment"`` joins two).
        roles: role of each channel of a recording in order (``("agent", "customer")``); a single one says that one
            person speaks in the whole file.
        rejected: called with each file, row or message that cannot be analysed, in its turn; and with each remark on
            what was (a :class:`voc.Remark`). Without it each gives a :class:`voc.RejectedWarning`, and there is an
            error where nothing at all could be analysed.

    Returns:
        Of one text its analysis, of several a list in their order, of files an iterator in input order: one analysis
        per call, row or message, made as it is asked for. Times in it are integer milliseconds, offsets characters of
        ``analysis.text``, ``sentiment.score`` is −1…1, ``effort`` −5…5, and what is unknown is ``None``, never 0.

    Raises:
        InputError: what was given is neither texts nor paths, an option does not go with it, or nothing in the files
            could be analysed.
        NotFoundError: a path does not exist (without ``rejected``).
        ModelError: weights are missing.
        SettingsError: a setting is wrong, or a file that one names.
    """
    if isinstance(what, str):
        _no_options_of_files(mapping, roles, rejected)
        _warn_of_a_name(what)
        (analysis,) = _of_texts([what], channel=channel, language=language)
        return analysis
    several: list[object] = list(what) if isinstance(what, Iterable) else [what]
    texts = [one for one in several if isinstance(one, str)]
    paths = [Path(one) for one in several if isinstance(one, os.PathLike)]
    if len(texts) == len(several):
        _no_options_of_files(mapping, roles, rejected)
        return _of_texts(texts, channel=channel, language=language)
    if len(paths) < len(several):
        raise InputError("analyse: give a text, a Path, or a list of one of the two.")
    if language is not None:
        raise InputError("language: is an option of texts; VOC_LANGUAGE forces that of files.")
    if rejected is None:
        for path in paths:
            _must_exist(path)
    return _of_paths(paths, channel=_channel(channel), mapping=mapping, roles=roles, rejected=rejected)


def transcribe(
    path: str | os.PathLike[str],
    *,
    roles: Sequence[str] = (),
    language: LanguageCode | None = None,
    prompt: str = "",
    progress: Callable[[float], None] | None = None,
) -> Transcript:
    """Transcribe a recording: who said which words when, without the analysis of what was said.

    Args:
        path: any recording FFmpeg decodes (wav, mp3, m4a, ogg, flac, webm, amr …).
        roles: role of each audio channel in order (``("agent", "customer")``); a single one says that one person
            speaks in the whole file. Without it they are told by the file beside the recording or by what is said.
        language: default ``VOC_LANGUAGE``, else it is detected.
        prompt: what was said before, or words to expect.
        progress: called with the share done, 0…1.

    Returns:
        ``turns`` with their words, in the order of the clock; ``begin_ms``/``end_ms`` are milliseconds from the
        beginning, ``confidence`` of a word is 0…1. ``conversation`` holds talk times, silences and overtalk (ms).

    Raises:
        NotFoundError: there is no such file.
        InputError: it is no recording, cannot be decoded, or roles or language do not fit.
        ModelError: the weights are missing or damaged.
    """
    from voc.intake.file_kinds import Kind
    from voc.intake.file_type import sniff
    from voc.intake.recordings import read_recording

    place = Path(path)
    _must_exist(place)
    if not place.is_file():
        raise InputError(f"{place}: is a folder; give one recording.")
    if (kind := sniff(place)) != Kind.RECORDING:
        raise InputError(f"{place.name}: is no recording but {kind}; voc.analyse reads it.")
    interaction = read_recording(place, name=place.name, roles=tuple(roles))
    if language is not None:
        interaction = interaction.model_copy(update={"language": language})
    return _analyser().transcribe(interaction, path=place, prompt=prompt, progress=progress)


def redact(text: str, language: str | None = None) -> RedactedText:
    """Find the personal data in a text and mask it: ``Appelez-moi au [PHONE]``.

    Args:
        text: any text; the first 200,000 characters are searched, and shown.
        language: ``fr`` or ``en``; default it is detected.

    Returns:
        The masked text, and the spans that were masked: ``begin``/``end`` are characters of the text as it was given,
        ``type`` is ``PERSON``, ``PHONE``, ``IBAN`` …, ``score`` how sure it is, 0…1. What is masked is set by
        ``VOC_REDACTION`` (``standard`` or ``strict``), ``VOC_BRANDS``, ``VOC_RECOGNISERS``, ``VOC_PSEUDONYM_SALT``.

    Raises:
        SettingsError: the search is switched off (``VOC_REDACTION=off``), or the recognisers file is wrong.
        ModelError: names could not be recognised: no half-searched text is given.
    """
    from voc.errors import ModelError
    from voc.language.identification import detect_language
    from voc.privacy.pii_search import search

    chosen = settings()
    if chosen.redaction == "off":
        raise SettingsError("VOC_REDACTION=off: nothing is masked; set it to standard or strict.")
    forced = None if chosen.language == "auto" else chosen.language
    spoken = detect_language(text, hint=language, forced=language or forced).language
    (found,) = search([text], languages=[spoken], known_names=[()], given=chosen)
    if found.text is None:
        raise ModelError(f"redact: {found.reason}.")
    return RedactedText(text=found.text, spans=found.spans, language=spoken)


def open_store(url: str | os.PathLike[str] | None = None, *, create: bool = False) -> Store:
    """Open a store to read its figures without a server; use it in a ``with`` statement, which closes it.

        from voc.insights.volumes import volumes

        with voc.open_store("sqlite:///.voc/voc.db") as store:
            volumes(store, voc.Filters(channel="review"), by="week")

    Figures are functions of :mod:`voc.insights` (``volumes``, ``sentiment``, ``topics``, ``trends``, ``effort`` …) that
    take the store and :class:`voc.Filters`; each gives ``n``, an interval and the address of what it counted. The store
    may be one that a server works on: each figure reads one consistent state.

    Args:
        url: a database URL (``sqlite:///FILE``, ``postgresql://…``) or the path of an SQLite file; default what
            ``VOC_DATABASE_URL`` or ``VOC_HOME`` say. The recordings of an SQLite file lie in ``blobs`` beside it unless
            ``VOC_BLOBS_URL`` says otherwise.
        create: make an empty store where there is none. An older one is brought to today's schema in any case.

    Raises:
        NotFoundError: there is no such SQLite file, and ``create`` was not asked for.
        StoreError: it cannot be opened, or a newer voc made it.
    """
    from voc.store import open_store as opened

    chosen = settings()
    if url is not None:
        address = os.fspath(url)
        if "://" not in address:
            address = f"sqlite:///{Path(address).resolve()}"
        chosen = chosen.model_copy(update={"database_url": address})
    file = _sqlite_file(chosen.database)
    if file is not None:
        if not create and not file.is_file():
            raise NotFoundError(
                f"{file}: there is no store; `voc ingest` fills one, create=True makes an empty one.", file=str(file)
            )
        if url is not None and chosen.blobs_url is None:
            chosen = chosen.model_copy(update={"blobs_url": str(file.parent.resolve() / "blobs")})
    return opened(chosen)


def _sqlite_file(url: str) -> Path | None:
    from voc.store.database import database_file

    try:
        return database_file(url)
    except StoreError:
        return None  # said by the store itself, which is opened next


def _analyser() -> Analyser:
    """The one of this process; another when the settings were read anew."""
    global _shared  # noqa: PLW0603 - models take seconds to load: one analyser serves every call
    from voc.analysis.pipeline import Analyser

    if _shared is None or _shared.settings is not settings():
        _shared = Analyser(settings())
    return _shared


def _of_texts(texts: Sequence[str], *, channel: Channel | ChannelName | None, language: str | None) -> list[Analysis]:
    chosen = _channel(channel) or Channel.SURVEY
    interactions = [
        _written(text, chosen, source="text" if len(texts) == 1 else f"text:{number}", language=language)
        for number, text in enumerate(texts, start=1)
    ]
    return [found.analysis for found in _analyser().analyse(interactions)]


def _written(text: str, channel: Channel, *, source: str, language: str | None) -> Interaction:
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    if channel.description.mail:
        from voc.intake.email.cleaning import clean_email

        text = clean_email(text).body
    return Interaction(
        id=interaction_id(channel, external_id=None, content_hash=digest),
        channel=channel,
        source=source,
        content_hash=digest,
        language=language,
        text=text,
    )


def _of_paths(
    paths: Sequence[Path],
    *,
    channel: Channel | None,
    mapping: Mapping[str, str] | None,
    roles: Sequence[str],
    rejected: Callable[[Rejected], object] | None,
) -> Iterator[Analysis]:
    from voc.analysis.file_analysis import analyse_paths

    found = analyse_paths(_analyser(), paths, channel=channel, mapping=mapping, roles=roles)
    yield from _without_rejections(found, rejected)


def _without_rejections(
    found: Iterable[Analysis | Rejected], rejected: Callable[[Rejected], object] | None
) -> Iterator[Analysis]:
    """The analyses alone; what was left out is told to ``rejected``, or warned of once something was analysed."""
    held: list[Rejected] = []
    analysed = False
    for one in found:
        if isinstance(one, Rejected):
            if rejected is not None:
                rejected(one)
            elif analysed or isinstance(one, Remark):
                _warn(one)
            else:
                held.append(one)
            continue
        analysed = True
        while held:
            _warn(held.pop(0))
        yield one
    if held:
        others = f" ({len(held) - 1:,} more)" if len(held) > 1 else ""
        raise InputError(f"{held[0].source}: {held[0].reason}{others}")


def _warn(one: Rejected) -> None:
    warnings.warn(f"{one.source}: {one.reason}", RejectedWarning, stacklevel=4)


def _warn_of_a_name(text: str) -> None:
    short = len(text.encode()) <= LONGEST_NAME and not set(text) & set("\n\0")
    if short and Path(text).suffix and Path(text).is_file():
        warnings.warn(
            f"{text}: these words were analysed, not the file of that name; give Path({text!r}) to read it.",
            RejectedWarning,
            stacklevel=3,
        )


def _must_exist(path: Path) -> None:
    if not path.exists():
        raise NotFoundError(f"{path}: there is no such file; check the path.", code="no_such_file", file=str(path))


def _channel(name: Channel | ChannelName | None) -> Channel | None:
    if name is None:
        return None
    try:
        return Channel(name)
    except ValueError:
        raise InputError(f"channel: '{name}' is not one of {', '.join(Channel)}.") from None


def _no_options_of_files(
    mapping: Mapping[str, str] | None, roles: Sequence[str], rejected: Callable[[Rejected], object] | None
) -> None:
    if mapping or roles or rejected is not None:
        raise InputError("mapping, roles and rejected are options of files: give a Path, not a text.")
