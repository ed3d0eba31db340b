"""Every text a reader sees, a file for each language they are told in: ``fr.toml``, ``en.toml``."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
