"""llama.cpp's server as a process of its own: ``python -m core.engines.embedded.server``; ``process`` starts it.

It reads one line of JSON from its input (``ServerConfig``), loads the weights, writes one line of JSON (``{"url": …}``
or ``{"error": …}``), and serves HTTP on this machine until its input ends, which it does however its parent dies.

Not a thread, because xllamacpp 2026.10 holds Python's lock for all the seconds that it loads, and because a crash
inside llama.cpp then ends a run and not the product.
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
"""Tokens read between two looks at whether to go on: about 2 s for 1.5 billion weights on 2 cores."""


class ServerConfig(TypedDict):
    """What to serve: ``window`` tokens for each of ``slots`` chats, to whoever knows ``key``."""

    name: str
    path: str
    window: int
    slots: int
    threads: int
    key: str


def main() -> None:
    """Serve until the input ends."""
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        # Sent to the whole group, by a terminal or a supervisor: the parent ends its runs first, then this.
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
    """The output, out of reach of a library that might write to it."""
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
    os._exit(0)


def _warm_file_cache(path: Path) -> None:
    """Bring the file into the system's cache, with Python's lock free, so that the parent's end is seen meanwhile."""
    block = bytearray(1 << 20)
    with path.open("rb", buffering=0) as file:
        while file.readinto(block):
            pass


def _import_xllamacpp() -> Any:
    """``xllamacpp``, which reads the environment once, when it is imported.

    OpenMP's threads spin where they wait for each other. With one other busy process on 2 cores that made a prompt
    take more than ten times as long; without spinning it was as fast as on an idle machine.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    return import_module("xllamacpp")


def _server_params(library: Any, config: ServerConfig) -> Any:
    params = library.CommonParams()
    params.model.path, params.model_alias = config["path"], {config["name"]}
    params.n_ctx, params.n_parallel = config["window"] * config["slots"], config["slots"]
    params.n_batch = params.n_ubatch = BATCH_TOKENS
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = config["threads"]
    params.cache_ram_mib = 0
    params.warmup = False
    params.fit_params = False
    params.verbosity = -1
    # Its port lets any web page of this machine in unless a key is asked for.
    params.api_keys = [config["key"]]
    params.ui = False
    return params


if __name__ == "__main__":
    main()
