"""Where the files that travel with the code are: ``models/`` and ``samples/`` of a clone, or of an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Path of a shipped file or folder, e.g. ``resource("models", "manifest.toml")``.

    A clone has them beside the package; the wheel carries them in ``voc/_data``.

    Raises:
        FileNotFoundError: neither place holds it; the message says what was looked for.
    """
    for base in (_PACKAGE.parent, _PACKAGE / "_data"):
        candidate = base.joinpath(*parts)
        if candidate.exists():
            return candidate
    raise FileNotFoundError(f"{'/'.join(parts)} is not beside the code nor in the installed package; reinstall voc.")
