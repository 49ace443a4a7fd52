"""Work on texts that takes long where they are large, kept off the event loop."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

MAX_INLINE_LENGTH = 50_000
"""Characters."""


async def offload_if_large(length: int, work: Callable[[], T]) -> T:
    """What ``work`` makes of ``length`` characters: in a thread where they are many, at once where they are few."""
    return await asyncio.to_thread(work) if length > MAX_INLINE_LENGTH else work()
