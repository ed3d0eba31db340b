"""Hooks of MkDocs, so that pages and docstrings read the same on the site as where they are written.

Links that leave docs/ lead to the repository; the roles of docstrings (``:class:`Signal```) are shown as code.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page

LINK = re.compile(r"\]\((\.\./[^)\s#]+)(#[^)\s]*)?\)")
ROLE = re.compile(r":(?:mod|class|meth|func|attr|data):(?=<code>)")
LITERAL = re.compile(r"::(?=</p>)")
"""What announces a block of code in a docstring."""
REPOSITORY = Path(__file__).resolve().parents[2]


def on_page_markdown(markdown: str, *, page: Page, config: Any, **_: Any) -> str:
    """Rewrite links to files outside docs/; MkDocs itself warns of those inside that are missing.

    Raises:
        FileNotFoundError: a link leads to a file the repository does not have.
    """

    def rewritten(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page.file.src_uri), match[1]))
        if path.startswith("docs/"):
            return match[0]
        if not (REPOSITORY / path).exists():
            raise FileNotFoundError(f"docs/{page.file.src_uri} links to {match[1]}, which does not exist")
        kind = "tree" if (REPOSITORY / path).is_dir() else "blob"
        return f"]({config.extra['repository']}/{kind}/main/{path}{match[2] or ''})"

    return LINK.sub(rewritten, markdown)


def on_page_content(html: str, **_: Any) -> str:
    """Leave the marks of roles and of literal blocks out of what docstrings say."""
    return LITERAL.sub(":", ROLE.sub("", html))
