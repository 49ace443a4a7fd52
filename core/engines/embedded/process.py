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

from core.engines.embedded.server import ServerConfig
from core.engines.embedded.weights import MODEL_VARIABLE, Weights
from core.engines.http.client import HttpClient
from core.engines.http.error_mapping import ErrorMapping
from core.engines.openai.response import ChatDecoder
from core.engines.protocol import EngineEvent, GenerationRequest
from core.errors import EngineError

_log = logging.getLogger(__name__)

MAX_CONTEXT_WINDOW = 8192
"""Tokens of prompt and answer together."""
PROJECT_ROOT = Path(__file__).parents[3]

PROCESS_LOST_KINDS = ("engine_unreachable", "connection_lost", "idle")
"""The failures after which it is of no use any more."""
EMBEDDED_ERRORS = ErrorMapping(
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
    retryable_kinds={
        "engine_unreachable",
        "connection_lost",
        "incomplete",
        "idle",
        "empty",
        "only_thinking",
        "engine_failed",
    },
)


class LlamaProcess:
    """Weights in the memory of a process of their own, which answers up to ``slots`` chats at once.

    Whoever has the ``key`` may speak OpenAI's language at ``url``.
    """

    def __init__(self, process: Process, url: str, key: str) -> None:
        self.url, self.key = url, key
        self._process = process
        self._is_lost = False
        self._client = HttpClient(
            url, MODEL_VARIABLE, EMBEDDED_ERRORS, idle_timeout=120.0, headers={"Authorization": f"Bearer {key}"}
        )

    @classmethod
    async def start(cls, weights: Weights, slots: int, threads: int) -> Self:
        """Load the weights; takes seconds, with the event loop free. Raises EngineError."""
        key = secrets.token_hex(32)
        config: ServerConfig = {
            "name": weights.name,
            "path": str(weights.path.absolute()),
            "window": window_per_chat(weights),
            "slots": slots,
            "threads": threads,
            "key": key,
        }
        try:
            command = (sys.executable, "-m", "core.engines.embedded.server")
            process = await asyncio.create_subprocess_exec(*command, cwd=PROJECT_ROOT, stdin=PIPE, stdout=PIPE)
        except OSError as error:
            raise EMBEDDED_ERRORS.from_kind("load_failed", weights.name) from error
        try:
            url = await _send_config(process, config)
        except BaseException:
            await _kill(process)
            raise
        if url is None:
            await _kill(process)
            raise EMBEDDED_ERRORS.from_kind("load_failed", weights.name)
        return cls(process, url, key)

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked; it may have crashed, which a broken connection tells sooner than the system."""
        return self._process.returncode is None and not self._is_lost

    async def stream_answer(
        self, body: dict[str, Any], request: GenerationRequest
    ) -> AsyncGenerator[EngineEvent, None]:
        """Answer ``body``, an OpenAI chat with llama.cpp's additions. Raises EngineError."""
        decoder = ChatDecoder(EMBEDDED_ERRORS, request)
        try:
            async with aclosing(self._client.stream("/v1/chat/completions", body, decoder)) as events:
                async for event in events:
                    yield event
        except EngineError as error:
            self._is_lost = self._is_lost or error.error_code in PROCESS_LOST_KINDS
            raise

    async def close(self) -> None:
        """End it at once and wait until its memory is free."""
        await self._client.close()
        await _kill(self._process)


def window_per_chat(weights: Weights) -> int:
    """The tokens of prompt and answer that one chat can have."""
    return min(MAX_CONTEXT_WINDOW, weights.context_length or MAX_CONTEXT_WINDOW)


def usable_cores() -> int:
    """The physical cores this process may use: more threads than that make llama.cpp slower, not faster."""
    allowed_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    physical_cores = {
        path.read_text() for path in Path("/sys/devices/system/cpu").glob("cpu[0-9]*/topology/thread_siblings_list")
    }
    return max(1, min(allowed_cores, len(physical_cores) or allowed_cores, _cpu_quota() or allowed_cores))


def _cpu_quota() -> int | None:
    """The whole CPUs that a container's limit grants (cgroup 2), None where there is no limit."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return int(quota) // int(period)
    except (OSError, ValueError):
        return None


async def _send_config(process: Process, config: ServerConfig) -> str | None:
    """Where it listens, None where it could not load."""
    if process.stdin is None or process.stdout is None:
        raise AssertionError("both are pipes")
    process.stdin.write(json.dumps(config).encode() + b"\n")
    line = await process.stdout.readline()
    reply: dict[str, str] = json.loads(line) if line.endswith(b"\n") else {"error": "its process ended"}
    if "error" in reply:
        _log.warning("llama.cpp cannot load %s: %s", config["name"], reply["error"])
    return reply.get("url")


async def _kill(process: Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()
