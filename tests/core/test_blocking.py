"""Work on large texts is done in a thread."""

import threading

import pytest

from core.blocking import MAX_INLINE_LENGTH, offload_if_large


@pytest.mark.parametrize(("length", "inline"), [(0, True), (MAX_INLINE_LENGTH, True), (MAX_INLINE_LENGTH + 1, False)])
async def test_only_work_on_much_text_leaves_the_loops_thread(length: int, inline: bool) -> None:
    thread = await offload_if_large(length, threading.current_thread)
    assert (thread is threading.main_thread()) is inline


@pytest.mark.parametrize("length", [0, MAX_INLINE_LENGTH + 1])
async def test_an_error_of_the_work_is_raised(length: int) -> None:
    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await offload_if_large(length, fail)
