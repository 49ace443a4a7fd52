"""llama.cpp in this process, by way of ``xllamacpp``: load weights, answer a chat. Everything here blocks.

Facts of xllamacpp 2026.10 that shape this: the callback ends the generation by returning True and is called during
the reading of the prompt only with ``return_progress``, once every ``n_batch`` tokens; what it raises is lost; an
error comes as an exception or as a chunk; a port is opened in any case.
"""

import os
import secrets
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from core.engines.weights import Weights

WINDOW = 8192
"""Tokens of prompt and answer together."""
BATCH = 64
"""Tokens read between two looks at whether to go on: about 2 s for 1.5 billion weights on 2 cores."""

Chunk = dict[str, Any]


class Llama:
    """Weights in memory, which answer up to ``slots`` chats at once. Takes seconds; raises RuntimeError and OSError."""

    def __init__(self, weights: Weights, slots: int, threads: int) -> None:
        self.window = window(weights)
        library = _library()
        _read_through(weights.path)
        self._server = library.Server(_params(library, weights, self.window * slots, slots, threads))

    def chat(self, body: dict[str, Any], on_chunk: Callable[[Chunk], bool]) -> None:
        """Answer ``body`` (an OpenAI chat with llama.cpp's additions) in chunks, until ``on_chunk`` returns True.

        Raises ValueError and RuntimeError; a chunk may be ``{"error": {…}}`` as well.
        """
        self._server.handle_chat_completions(body, on_chunk)


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


def _library() -> Any:
    """``xllamacpp``, imported when it is first needed: it is 100 MB, and reads the environment once.

    OpenMP's threads spin where they wait for each other. With one other busy process on 2 cores that made a prompt
    take more than ten times as long; without spinning it was as fast as on an idle machine.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    return import_module("xllamacpp")


def _read_through(path: Path) -> None:
    """Bring the file into the system's cache, for as long as that takes.

    xllamacpp keeps Python's lock while it loads, so nothing else runs: 2 s from the cache, far longer from a disk.
    """
    block = bytearray(1 << 20)
    with path.open("rb", buffering=0) as file:
        while file.readinto(block):
            pass


def _params(library: Any, weights: Weights, n_ctx: int, slots: int, threads: int) -> Any:
    params = library.CommonParams()
    params.model.path = str(weights.path)
    params.n_ctx, params.n_parallel = n_ctx, slots
    params.n_batch = params.n_ubatch = BATCH
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.cache_ram_mib = 0
    params.warmup = False
    params.fit_params = False
    params.verbosity = -1
    # Its port cannot be turned off, and lets any web page of this machine in unless a key is asked for.
    params.api_keys = [secrets.token_hex(32)]
    params.ui = False
    return params
