"""Stands in for threads, which Pyodide cannot start: what would run in one runs at once, in its place.

A thread that never ends is not run at all, and that is said in the app's log.
"""

import asyncio
import concurrent.futures
import functools
import importlib
import inspect
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

_ENDLESS = re.compile(r"while\s+(?:True|1|not\s+\w+(?:\.is_set\(\))?)\s*:|\.serve_forever\(|\.run_pending\(")


class InlineExecutor(concurrent.futures.Executor):
    """Runs each call at once, in the thread that submits it."""

    def __init__(self, *_arguments: object, **_options: object) -> None:
        pass

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "concurrent.futures.Future[Any]":
        """Run ``fn``; the future that comes back is done."""
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001  it belongs to who asks the future
            future.set_exception(error)
        return future


def run_without_threads() -> None:
    """Replace what starts threads, in the standard library and in anyio if that is there."""
    replacements: list[tuple[object, str, object]] = [
        (concurrent.futures, "ThreadPoolExecutor", InlineExecutor),
        (asyncio, "to_thread", _to_thread),
        (asyncio.BaseEventLoop, "run_in_executor", _run_in_executor),
        (threading.Thread, "start", _start),
        (threading.Thread, "join", _join),
        (threading.Timer, "start", _start_timer),
    ]
    with suppress(ModuleNotFoundError):
        replacements.append((importlib.import_module("anyio.to_thread"), "run_sync", _run_sync))
    for owner, name, replacement in replacements:
        setattr(owner, name, replacement)


async def _run_sync(func: Callable[..., Any], *args: Any, **_options: Any) -> Any:
    # Others get a turn, since an answer without end is read by one such call after the other.
    await asyncio.sleep(0)
    return func(*args)


async def _to_thread(func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    return func(*args, **kwargs)


async def _run_in_executor(_loop: object, _executor: object, func: Callable[..., Any], *args: Any) -> Any:
    return func(*args)


def _start(thread: threading.Thread) -> None:
    target = getattr(thread, "_target", None)
    name = getattr(target, "__name__", thread.name)
    if _is_endless(target):
        print(f"The thread {name} is not run here: it never ends, and Python has no threads in a browser.")  # noqa: T201
        return
    _later(0, thread.run)


def _join(_thread: threading.Thread, timeout: float | None = None) -> None:
    pass


def _start_timer(timer: threading.Timer) -> None:
    def fire() -> None:
        if not timer.finished.is_set():
            timer.function(*timer.args, **timer.kwargs)

    _later(timer.interval, fire)


def _later(delay: float, call: Callable[[], object]) -> None:
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        call()
    else:
        loop.call_later(delay, call)


def _is_endless(target: object) -> bool:
    if isinstance(target, functools.partial):
        target = target.func
    try:
        source = inspect.getsource(target)  # type: ignore[arg-type]
    except (OSError, TypeError):
        return False
    return _ENDLESS.search(source) is not None
