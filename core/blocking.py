"""Keep work on large texts off the event loop."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

MAX_INLINE_LENGTH = 50_000
"""Characters: a few milliseconds of work."""


async def offload_if_large(length: int, work: Callable[[], T]) -> T:
    """The result of ``work``, which runs in a thread if it handles more than MAX_INLINE_LENGTH characters."""
    return await asyncio.to_thread(work) if length > MAX_INLINE_LENGTH else work()
