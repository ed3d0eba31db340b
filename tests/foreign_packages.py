"""Packages of somebody else, laid beside voc as an installed one lies there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def lay_beside(folder: Path, name: str, points: Mapping[str, Mapping[str, str]], *, version: str = "1.0") -> None:
    """Make the entry points (group → name → object) of a package known to whoever imports from ``folder``."""
    described = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    described.mkdir(parents=True)
    (described / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    lines = [
        line for group, each in points.items() for line in (f"[{group}]", *(f"{k} = {v}" for k, v in each.items()))
    ]
    (described / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
