"""Products of small matrices in one thread: divided among several, they lose more in waking those than they gain."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any


def undivided() -> AbstractContextManager[Any]:
    """Let numpy's products run in the thread that asks for them, in the whole process, until the block is left.

    The models of texts multiply a few hundred rows at a time while other threads do the same: without this a text costs
    a quarter more processor time.
    """
    return _products().limit(limits=1, user_api="blas")  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def _products() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
