"""llama.cpp's server as a process of its own: ``python -m core.engines.llama_server``; ``llama`` starts it.

It reads one line of JSON from its input (``Order``), loads the weights, writes one line of JSON (``{"url": …}`` or
``{"error": …}``), and serves HTTP on this machine until its input ends, which it does however its parent dies.

A process of its own, since xllamacpp 2026.10 keeps Python's lock for all the seconds that it loads, and since a crash
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

BATCH = 64
"""Tokens read between two looks at whether to go on: about 2 s for 1.5 billion weights on 2 cores."""


class Order(TypedDict):
    """What to serve: ``window`` tokens for each of ``slots`` chats, to whoever knows ``key``."""

    name: str
    path: str
    window: int
    slots: int
    threads: int
    key: str


def main() -> None:
    """Serve until the input ends."""
    for ignored in (signal.SIGINT, signal.SIGTERM):
        # Sent to the whole group, by a terminal or a supervisor: the parent ends its runs first, then this.
        signal.signal(ignored, signal.SIG_IGN)
    answer = _private_output()
    order: Order = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    try:
        _read_through(Path(order["path"]))
        library = _library()
        server = library.Server(_params(library, order))
    except (OSError, RuntimeError, ImportError) as error:
        _say(answer, {"error": str(error)})
        return
    _say(answer, {"url": server.listening_address})
    threading.Event().wait()


def _private_output() -> TextIO:
    """The output, out of reach of a library that might write to it."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return answer


def _say(answer: TextIO, what: dict[str, Any]) -> None:
    answer.write(json.dumps(what) + "\n")
    answer.flush()


def _exit_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


def _read_through(path: Path) -> None:
    """Bring the file into the system's cache, with Python's lock free, so that the parent's end is seen meanwhile."""
    block = bytearray(1 << 20)
    with path.open("rb", buffering=0) as file:
        while file.readinto(block):
            pass


def _library() -> Any:
    """``xllamacpp``, which reads the environment once, when it is imported.

    OpenMP's threads spin where they wait for each other. With one other busy process on 2 cores that made a prompt
    take more than ten times as long; without spinning it was as fast as on an idle machine.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    return import_module("xllamacpp")


def _params(library: Any, order: Order) -> Any:
    params = library.CommonParams()
    params.model.path, params.model_alias = order["path"], {order["name"]}
    params.n_ctx, params.n_parallel = order["window"] * order["slots"], order["slots"]
    params.n_batch = params.n_ubatch = BATCH
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = order["threads"]
    params.cache_ram_mib = 0
    params.warmup = False
    params.fit_params = False
    params.verbosity = -1
    # Its port lets any web page of this machine in unless a key is asked for.
    params.api_keys = [order["key"]]
    params.ui = False
    return params


if __name__ == "__main__":
    main()
