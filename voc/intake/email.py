from __future__ import annotations
from collections.abc import Iterator
from typing import Any
from voc.errors import InputError
def read_eml(path: Any, **_: Any) -> Iterator[Any]:
    raise InputError("soon")
    yield
read_mbox = read_eml
