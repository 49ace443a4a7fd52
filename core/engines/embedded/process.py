"""A llama.cpp server of our own in a child process: start it, have it answer, end it."""

import asyncio
import json
import logging
import os
import secrets
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any, Self

from core.engines.embedded.server import Order
from core.engines.embedded.weights import VARIABLE, Weights
from core.engines.http.client import Remote
from core.engines.http.error_mapping import Failures
from core.engines.openai.response import ChatAnswer
from core.engines.protocol import Piece, Request
from core.errors import EngineError

_log = logging.getLogger(__name__)

WINDOW = 8192
"""Tokens of prompt and answer together."""
ROOT = Path(__file__).parents[3]

LOST = ("engine_unreachable", "connection_lost", "idle")
"""The failures after which it is of no use any more."""
FAILURES = Failures(
    {
        "prompt_too_long": "The prompt is too long{numbers}. Shorten it, or use another engine.",
        "load_failed": "{model} could not be loaded: the file may be damaged, or the memory too small for it.",
        "connection_lost": "The embedded engine stopped in the middle of the answer. "
        "Continue this run, or generate again.",
        "incomplete": "The embedded engine ended before the model had finished. Continue this run, or generate again.",
        "engine_unreachable": "The embedded engine ended unexpectedly. Start the run again.",
        "idle": "The embedded engine went silent in the middle of the answer. Continue this run, or generate again.",
        "empty": "The model returned nothing. Try again, or choose another model.",
        "only_thinking": "The model only thought and wrote nothing. Try again, or choose another model.",
        "engine_failed": "The embedded engine could not go on because of an error of its own. Start the run again.",
    },
    retryable={
        "engine_unreachable",
        "connection_lost",
        "incomplete",
        "idle",
        "empty",
        "only_thinking",
        "engine_failed",
    },
)


class Llama:
    """Weights in the memory of a process of their own, which answers up to ``slots`` chats at once.

    Whoever has the ``key`` may speak OpenAI's language at ``url``.
    """

    def __init__(self, process: Process, url: str, key: str) -> None:
        self.url, self.key = url, key
        self._process = process
        self._lost = False
        self._remote = Remote(url, VARIABLE, FAILURES, idle=120.0, headers={"Authorization": f"Bearer {key}"})

    @classmethod
    async def start(cls, weights: Weights, slots: int, threads: int) -> Self:
        """Load the weights; takes seconds, with the event loop free. Raises EngineError."""
        key = secrets.token_hex(32)
        order: Order = {
            "name": weights.name,
            "path": str(weights.path.absolute()),
            "window": window(weights),
            "slots": slots,
            "threads": threads,
            "key": key,
        }
        try:
            command = (sys.executable, "-m", "core.engines.embedded.server")
            process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE)
        except OSError as error:
            raise FAILURES.of_kind("load_failed", weights.name) from error
        try:
            url = await _told(process, order)
        except BaseException:
            await _ended(process)
            raise
        if url is None:
            await _ended(process)
            raise FAILURES.of_kind("load_failed", weights.name)
        return cls(process, url, key)

    @property
    def alive(self) -> bool:
        """Whether it can be asked; it may have crashed, which a broken connection tells sooner than the system."""
        return self._process.returncode is None and not self._lost

    async def answer(self, body: dict[str, Any], request: Request) -> AsyncGenerator[Piece, None]:
        """Answer ``body``, an OpenAI chat with llama.cpp's additions. Raises EngineError."""
        answer = ChatAnswer(FAILURES, request)
        try:
            async with aclosing(self._remote.pieces("/v1/chat/completions", body, answer)) as pieces:
                async for piece in pieces:
                    yield piece
        except EngineError as error:
            self._lost = self._lost or error.kind in LOST
            raise

    async def close(self) -> None:
        """End it at once and wait until its memory is free."""
        await self._remote.close()
        await _ended(self._process)


def window(weights: Weights) -> int:
    """The tokens of prompt and answer that one chat can have."""
    return min(WINDOW, weights.context or WINDOW)


def usable_cores() -> int:
    """The physical cores this process may use: more threads than that make llama.cpp slower, not faster."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    siblings = {
        path.read_text() for path in Path("/sys/devices/system/cpu").glob("cpu[0-9]*/topology/thread_siblings_list")
    }
    return max(1, min(allowed, len(siblings) or allowed, _quota() or allowed))


def _quota() -> int | None:
    """The whole CPUs that a container's limit grants (cgroup 2), None where there is no limit."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return int(quota) // int(period)
    except (OSError, ValueError):
        return None


async def _told(process: Process, order: Order) -> str | None:
    """Where it listens, None where it could not load."""
    if process.stdin is None or process.stdout is None:
        raise AssertionError("both are pipes")
    process.stdin.write(json.dumps(order).encode() + b"\n")
    line = await process.stdout.readline()
    answer: dict[str, str] = json.loads(line) if line.endswith(b"\n") else {"error": "its process ended"}
    if "error" in answer:
        _log.warning("llama.cpp cannot load %s: %s", order["name"], answer["error"])
    return answer.get("url")


async def _ended(process: Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()
