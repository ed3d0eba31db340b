"""A piece of personal data found in a text, and the shape of what finds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class PiiSpan:
    """Personal data at ``begin``…``end``: its ``kind`` (``PHONE``, ``PERSON`` …), how sure (0…1), and who says so.

    Everything found is masked, whatever its score: a wrong check digit is a typing error more often than another
    kind of number. Scores say which of two overlapping finds names the whole, and what to look at first.
    """

    kind: str
    begin: int
    end: int
    score: float = 0.85
    by: str = ""
    value: str = ""
    """The value in its one spelling where there is one (a phone in E.164); empty otherwise."""


class Recogniser(Protocol):
    """Finds one or several kinds of personal data in a text.

    Deployments add their own as Presidio recognisers (:mod:`voc.privacy.presidio`); the built-in ones are listed in
    :data:`voc.privacy.redaction.RECOGNISERS`.
    """

    @property
    def name(self) -> str:
        """What it is called in :attr:`voc.records.Redaction.recogniser`."""
        ...

    @property
    def kinds(self) -> Sequence[str]:
        """The kinds it finds."""
        ...

    def find(self, text: str, language: str | None, read: Sequence[Any] = ()) -> Iterator[PiiSpan]:
        """Yield finds in ``text``.

        Args:
            text: with joined letters written out (:func:`voc.language.folding.open_ligatures`), so that a
                folded text is as long; offsets refer to it.
            language: ``fr``, ``en``, another code, or ``None`` when unknown.
            read: the spaCy documents of the text (:mod:`voc.privacy.spacy_docs`), for recognisers that need them.
        """
        ...
