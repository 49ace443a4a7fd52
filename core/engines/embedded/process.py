"""A child process with llama.cpp's server in it (``core.engines.embedded.server``): start, ask and end it."""

import asyncio
import json
import logging
import secrets
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any, Self

from core.engines.embedded.errors import EMBEDDED_ERRORS, PROCESS_LOST_KINDS
from core.engines.embedded.server import ServerConfig
from core.engines.embedded.weights import MODEL_VARIABLE, Weights
from core.engines.http.client import HttpClient
from core.engines.openai.response import ChatDecoder
from core.engines.protocol import EngineEvent, GenerationRequest
from core.errors import EngineError

_log = logging.getLogger(__name__)

MAX_CONTEXT_WINDOW = 8192
"""Tokens of prompt and answer together."""
IDLE_TIMEOUT = 120.0
PROJECT_ROOT = Path(__file__).parents[3]


class LlamaProcess:
    """A process that has loaded weights and answers up to ``slots`` chats at once.

    It serves OpenAI's chat API at ``url`` to everyone who has the ``key``.
    """

    def __init__(self, process: Process, url: str, key: str) -> None:
        self.url, self.key = url, key
        self._process = process
        self._is_lost = False
        self._client = HttpClient(
            url, MODEL_VARIABLE, EMBEDDED_ERRORS, idle_timeout=IDLE_TIMEOUT, headers={"Authorization": f"Bearer {key}"}
        )

    @classmethod
    async def start(cls, weights: Weights, slots: int, threads: int) -> Self:
        """Start a process and wait, for seconds, until it has loaded the weights. Raises EngineError."""
        # Every program of this machine can reach the port, and every web page in its browsers.
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
            # Also where the loading is cancelled: a process that nobody knows would keep gigabytes.
            await _kill(process)
            raise
        if url is None:
            await _kill(process)
            raise EMBEDDED_ERRORS.from_kind("load_failed", weights.name)
        return cls(process, url, key)

    @property
    def is_alive(self) -> bool:
        """Whether it can answer; a broken connection shows a crash earlier than the exit code does."""
        return self._process.returncode is None and not self._is_lost

    async def stream_answer(
        self, body: dict[str, Any], request: GenerationRequest
    ) -> AsyncGenerator[EngineEvent, None]:
        """Answer ``body``, an OpenAI chat with llama.cpp's extra fields. Raises EngineError."""
        decoder = ChatDecoder(EMBEDDED_ERRORS, request)
        try:
            async with aclosing(self._client.stream("/v1/chat/completions", body, decoder)) as events:
                async for event in events:
                    yield event
        except EngineError as error:
            self._is_lost = self._is_lost or error.error_code in PROCESS_LOST_KINDS
            raise

    async def close(self) -> None:
        """Kill it and wait until its memory is free."""
        await self._client.close()
        await _kill(self._process)


def window_per_chat(weights: Weights) -> int:
    """The tokens that prompt and answer of one chat may have together."""
    return min(MAX_CONTEXT_WINDOW, weights.context_length or MAX_CONTEXT_WINDOW)


async def _send_config(process: Process, config: ServerConfig) -> str | None:
    """Tell the process what to load; the URL it then serves at, None if it could not load."""
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
        process.kill()  # it ignores SIGTERM, see ``server``
    await process.wait()
