"""The child process with llama.cpp's server: ``python -m core.engines.embedded.server``; ``process`` starts it.

It reads one line of JSON from standard input (``ServerConfig``), loads the weights, writes one line of JSON
(``{"url": …}`` or ``{"error": …}``), and serves HTTP on the loopback address until standard input ends. That happens
however the parent dies, so the process never outlives it.

A thread would not do: xllamacpp 2026.10 holds the GIL for the seconds that loading takes, and a crash inside llama.cpp
would end the whole product, not one run.
"""

import json
import os
import signal
import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO, TypedDict

BATCH_TOKENS = 64
"""Prompt tokens read between two checks for a stop: about 2 s for 1.5 billion weights on 2 cores."""
PROMPT_CACHE_MIB = 256
"""For what was read of prompts that others took the place of: 28 KiB a token for 1.5 billion weights."""


class ServerConfig(TypedDict):
    """What to serve: ``window`` tokens for each of ``slots`` chats at once, to clients that send ``key``."""

    name: str
    path: str
    window: int
    slots: int
    threads: int
    key: str


def main() -> None:
    """Serve until standard input ends."""
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        # A terminal sends these to the whole process group, but the parent must end its runs first, then this process.
        signal.signal(signal_number, signal.SIG_IGN)
    output = _detach_stdout()
    config: ServerConfig = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_exit_at_end_of_input, daemon=True).start()
    try:
        _warm_file_cache(Path(config["path"]))
        library = _import_xllamacpp()
        server = library.Server(_server_params(library, config))
    except (OSError, RuntimeError, ImportError) as error:
        _write_line(output, {"error": str(error)})
        return
    _write_line(output, {"url": server.listening_address})
    threading.Event().wait()


def _detach_stdout() -> TextIO:
    """Standard output for our one line; what the library writes there from now on goes to /dev/null."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 1)
    os.close(devnull)
    return output


def _write_line(output: TextIO, fields: dict[str, Any]) -> None:
    output.write(json.dumps(fields) + "\n")
    output.flush()


def _exit_at_end_of_input() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)  # sys.exit would end this thread alone


def _warm_file_cache(path: Path) -> None:
    """Read the file into the page cache without the GIL, so that the end of input is noticed meanwhile."""
    block = bytearray(1 << 20)
    with path.open("rb", buffering=0) as file:
        while file.readinto(block):
            pass


def _import_xllamacpp() -> Any:
    """Import ``xllamacpp`` with OpenMP threads that sleep while they wait; the environment is read only once, here.

    By default they spin: with one other busy process on 2 cores a prompt took more than ten times as long. Without
    spinning it was as fast as on an idle machine.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    return import_module("xllamacpp")


def _server_params(library: Any, config: ServerConfig) -> Any:
    params = library.CommonParams()
    params.model.path, params.model_alias = config["path"], {config["name"]}
    params.n_ctx, params.n_parallel = config["window"] * config["slots"], config["slots"]
    params.n_batch = params.n_ubatch = BATCH_TOKENS
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = config["threads"]
    params.cache_ram_mib = PROMPT_CACHE_MIB
    params.warmup = False
    params.fit_params = False
    params.verbosity = -1
    # Without a key any web page open on this machine could use the port.
    params.api_keys = [config["key"]]
    params.ui = False
    return params


if __name__ == "__main__":
    main()
