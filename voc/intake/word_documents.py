"""The text of a Word document: Microsoft Teams and Google Meet give their transcripts as one.

Read is ``word/document.xml`` alone, piece by piece: neither styles nor pictures, and nothing that it points to.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO
from xml.parsers import expat

from voc.errors import InputError
from voc.intake import limits

BODY = "word/document.xml"
"""The part of a Word document that holds its text (ECMA-376)."""

_PIECE_BYTES = 65536


class _EntityError(ValueError):
    """The document declares entities, which no program that writes Word documents does."""


class _Paragraphs:
    """Collects the lines of paragraphs while the XML goes by."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.held: list[str] = []
        self.inside = False

    def begin(self, tag: str, _: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "t":
            self.inside = True
        elif name in {"br", "cr"}:
            self.held.append("\n")
        elif name == "tab":
            self.held.append("\t")

    def text(self, written: str) -> None:
        if self.inside:
            self.held.append(written)

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "t":
            self.inside = False
        elif name == "p":
            self.lines.extend("".join(self.held).split("\n"))
            self.held.clear()


def text_of_document(path: Path, *, name: str) -> str:
    """The text of a Word document, a line a paragraph and a line break.

    Raises:
        InputError: it is damaged, protected, or unpacks to more than a transcript can be.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if (size := archive.getinfo(BODY).file_size) > limits.TRANSCRIPT_BYTES:
                raise InputError(
                    f"{name}: its text unpacks to {limits.megabytes(size)}; "
                    f"at most {limits.megabytes(limits.TRANSCRIPT_BYTES)}."
                )
            with archive.open(BODY) as stream:
                return "\n".join(_lines_in(stream))
    except (zipfile.BadZipFile, expat.ExpatError, OSError, EOFError, KeyError, ValueError, RuntimeError) as error:
        raise InputError(
            f"{name}: a damaged or protected Word document; save it again, without a password.",
            code="damaged_document",
            file=name,
        ) from error


def _lines_in(stream: IO[bytes]) -> list[str]:
    found = _Paragraphs()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = found.begin, found.end
    parser.CharacterDataHandler = found.text
    parser.EntityDeclHandler = _refuse_entity
    while piece := stream.read(_PIECE_BYTES):
        parser.Parse(piece, False)
    parser.Parse(b"", True)
    return found.lines


def _refuse_entity(*_: object) -> None:
    raise _EntityError
