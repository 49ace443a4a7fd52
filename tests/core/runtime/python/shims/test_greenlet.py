"""greenlet without switching."""

import asyncio

import pytest

from core.runtime.python.shims.greenlet import getcurrent, greenlet


def test_a_function_is_called_by_switch_and_awaits_by_its_parent() -> None:
    async def answer() -> int:
        return 42

    def work(word: str) -> tuple[str, object]:
        current = getcurrent()
        assert current.parent is not None
        return word, current.parent.switch(answer())

    main = getcurrent()
    one = greenlet(work, main)
    assert one.switch("asked") == ("asked", 42)
    assert one.dead
    assert getcurrent() is main


def test_one_inside_of_another_awaits_as_well() -> None:
    async def inner() -> str:
        return str(greenlet(lambda: getcurrent().parent.switch(answer())).switch())

    async def answer() -> str:
        return "deep"

    assert greenlet(lambda: getcurrent().parent.switch(inner())).switch() == "deep"


async def test_what_really_waits_is_refused_with_a_reason() -> None:
    with pytest.raises(RuntimeError, match="waits for a network"):
        greenlet(lambda: getcurrent().parent.switch(asyncio.sleep(1))).switch()
    assert getcurrent().parent is getcurrent()


def test_an_exception_is_thrown() -> None:
    one = greenlet(lambda: None)
    with pytest.raises(ValueError, match="no"):
        one.throw(ValueError, ValueError("no"), None)
    with pytest.raises(KeyError):
        one.throw(KeyError("gone"))
