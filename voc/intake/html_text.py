"""HTML to the text a person would read, with what was quoted marked ``>`` as in plain mail."""

from __future__ import annotations

import re
from html.parser import HTMLParser

MAX_CHARACTERS = 1_000_000
"""HTML beyond is cut: the words of a mail come first, the rest is styling."""

_DROPPED = frozenset(("script", "style", "head", "title", "template", "noscript", "svg", "object", "iframe"))
_BLOCKS = frozenset(
    (
        *("p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "section"),
        *("article", "header", "footer", "blockquote", "pre", "dd", "dt", "td"),
    )
)


_BROKEN_TAG = re.compile(r"<(?!/?[a-zA-Z][^<>]{0,5000}>)")
"""A ``<`` that opens no tag: the standard library's parser takes quadratic time over runs of them."""


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.dropped = 0
        self.quotes = 0
        self.preformatted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self.dropped += 1
        elif tag == "blockquote":
            self._break()
            self.quotes += 1
        elif tag == "pre":
            self.preformatted += 1
        if tag in _BLOCKS:
            self._break(blank=tag in {"p", "h1", "h2", "h3", "table"})
        if tag == "li":
            self.lines[-1] += "- "

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self.dropped = max(0, self.dropped - 1)
        elif tag == "blockquote":
            self._break()
            self.quotes = max(0, self.quotes - 1)
        elif tag == "pre":
            self.preformatted = max(0, self.preformatted - 1)
        if tag in _BLOCKS:
            self._break(blank=tag == "p")

    def handle_data(self, data: str) -> None:
        if self.dropped:
            return
        if self.preformatted:
            for number, part in enumerate(data.split("\n")):
                if number:
                    self._break()
                self.lines[-1] += part
            return
        words = " ".join(data.split())
        if not words:
            if data and self.lines[-1] and not self.lines[-1].endswith(" "):
                self.lines[-1] += " "
            return
        lead = " " if data[:1].isspace() and self.lines[-1] and not self.lines[-1].endswith(" ") else ""
        trail = " " if data[-1:].isspace() else ""
        if not self.lines[-1] and self.quotes:
            self.lines[-1] = "> " * min(self.quotes, 5)
        self.lines[-1] += lead + words + trail

    def _break(self, *, blank: bool = False) -> None:
        if self.lines[-1].strip():
            self.lines.append("")
        if blank and len(self.lines) > 1 and self.lines[-2].strip() and len(self.lines) < 200_000:
            self.lines.append("")


def html_to_text(page: str) -> str:
    """The readable text of an HTML mail; scripts, styles and comments are dropped, ``blockquote`` becomes ``>``."""
    parser = _Text()
    parser.feed(_without_comments(page[:MAX_CHARACTERS]))
    parser.close()
    lines = [line.strip() for line in parser.lines]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()


def _without_comments(page: str) -> str:
    """Drop comments and markup declarations and disarm broken tags first: the stdlib parser is slow on them."""
    pieces: list[str] = []
    at = 0
    while (begin := page.find("<!", at)) >= 0:
        pieces.append(page[at:begin])
        if page.startswith("<!--", begin):
            end = page.find("-->", begin + 4)
            at = end + 3 if end >= 0 else begin + 4
        else:
            end = page.find(">", begin, begin + 2000)
            at = end + 1 if end >= 0 else begin + 2
    pieces.append(page[at:])
    return _BROKEN_TAG.sub("&lt;", "".join(pieces))
