"""Where the evaluation corpora are: they are not part of voc and are never copied into it."""

from __future__ import annotations

import os
from pathlib import Path

from voc.errors import InputError


def shared_data(*parts: str) -> Path:
    """Path inside the corpora: ``VOC_SHARED_DATA``, else ``../shared/data`` beside the repository.

    Raises:
        InputError: it is not there; the message says where it was looked for.
    """
    root = Path(os.environ.get("VOC_SHARED_DATA") or Path(__file__).resolve().parents[2].parent / "shared" / "data")
    path = root.joinpath(*parts)
    if not path.exists():
        raise InputError(f"{path}: evaluation data not found; set VOC_SHARED_DATA to the folder that holds it.")
    return path
