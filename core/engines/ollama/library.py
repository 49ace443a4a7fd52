"""Ollama's models as a library: fetched (``/api/pull``) and removed (``/api/delete``)."""

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from core.engines.http.client import HttpClient
from core.engines.http.error_mapping import ErrorMapping
from core.engines.http.json_access import as_count, as_text
from core.engines.ollama.host import HOST_VARIABLE
from core.engines.protocol import PullProgress
from core.errors import EngineError, InvalidInput, NotFound

IDLE_TIMEOUT = 900.0
"""Seconds without a line: to check the hash of a large file on a slow disk takes minutes, in silence."""
REMOVE_TIMEOUT = 30.0
MAX_NAME_LENGTH = 200
_NAME = re.compile(r"[\w.-]+(?::\d+)?(?:/[\w.-]+)*(?::[\w.-]+)?", re.ASCII)

_KEPT = "What was fetched is kept: pull again to go on."
PULL_MESSAGES = {
    "model_not_found": "Ollama's library has no model {model}. Check its name, such as qwen2.5-coder:7b.",
    "bad_model_name": "{model} is not a name that Ollama takes. Write it as in Ollama's library: qwen2.5-coder:7b.",
    "disk_full": f"The disk of Ollama's server is full. Make room there, then pull again. {_KEPT}",
    "registry_unreachable": f"Ollama cannot reach its library: check the network of its server. {_KEPT}",
    "damaged": "What Ollama fetched of {model} is damaged. Pull it again.",
    "model_unsupported": "{model} needs a newer Ollama. Update Ollama, then pull again.",
    "not_signed_in": "Ollama's library does not give {model} to everybody. Run `ollama signin` on its server, then "
    "pull again.",
    "connection_lost": f"The connection to Ollama broke. {_KEPT}",
    "incomplete": f"Ollama ended the pull before it was done. {_KEPT}",
    "engine_unreachable": "Ollama does not answer at {url}: start it with `ollama serve`, or set OLLAMA_HOST.",
    "sign_in_needed": "What stands in front of Ollama asks for a sign-in: put name and password into OLLAMA_HOST.",
    "forbidden": "What stands in front of Ollama does not allow this (403). Allow it there, or run `ollama pull` on "
    "its server.",
    "gateway": "A proxy answered instead of Ollama ({status}). Check that Ollama runs behind it, and its time limit.",
    "protocol": "What answers at OLLAMA_HOST does not speak Ollama's language. Check the address, or update Ollama.",
    "not_ollama": "What answers at OLLAMA_HOST is not Ollama. Check the address.",
    "engine_failed": f"Ollama could not do it; its log says why. {_KEPT}",
}
PULL_ERRORS = ErrorMapping(
    PULL_MESSAGES,
    {"disk_full", "registry_unreachable", "damaged", "connection_lost", "incomplete", "engine_unreachable", "gateway",
     "engine_failed"},
    (
        ("damaged", ("digest mismatch",)),
        ("disk_full", ("no space left", "not enough space", "disk full", "disk quota")),
        ("model_unsupported", ("newer version", "requires ollama")),
        ("model_not_found", ("file does not exist", "manifest unknown", "not found")),
        ("bad_model_name", ("invalid model name", "model is required", "invalid name")),
        ("not_signed_in", ("unauthorized", "access denied", "signin_url")),
        ("registry_unreachable", ("dial tcp", "no such host", "connection refused", "timeout", "unreachable")),
        ("registry_unreachable", ("max retries exceeded", "connection reset", "tls:", "x509", "eof", "lookup ")),
    ),
    {400: "bad_model_name", 401: "sign_in_needed", 403: "forbidden", 404: "not_ollama", 405: "not_ollama",
     502: "gateway", 504: "gateway"},
    wrong_server_kind="not_ollama",
)  # fmt: skip
"""The phrases are those of Ollama 0.6 to 0.33 (``server/images.go``, ``server/download.go``) and of Go's network."""


class OllamaLibrary:
    """The models of the server at ``url``; ``headers`` go with each call. Raises ConfigurationError."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._client = HttpClient(url, HOST_VARIABLE, PULL_ERRORS, idle_timeout=IDLE_TIMEOUT, headers=headers)

    async def pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        """Fetch a model, or go on with one; ends when it is there. Raises EngineError.

        Closing it closes the connection, at which Ollama stops and keeps what it has.
        """
        layers = _Layers()
        async with aclosing(self._client.stream_objects("/api/pull", {"model": model, "stream": True})) as lines:
            async for line in lines:
                if "error" in line:
                    raise PULL_ERRORS.from_payload(line["error"], model)
                yield layers.progress(line)
                if line.get("status") == "success":
                    return
        raise self._client.make_error("incomplete", model)

    async def remove(self, model: str) -> None:
        """Remove a model. Raises NotFound, EngineError."""
        try:
            await self._client.request("DELETE", "/api/delete", {"model": model}, model, timeout=REMOVE_TIMEOUT)
        except EngineError as error:
            if error.error_code in ("model_not_found", "bad_model_name"):
                raise NotFound(f"Ollama does not have {model[:MAX_NAME_LENGTH]}.") from error
            raise

    async def close(self) -> None:
        """Close every connection."""
        await self._client.close()


class _Layers:
    """A model comes in layers, one after the other, each with a size of its own: their sums are the progress."""

    def __init__(self) -> None:
        self._sizes: dict[str, tuple[int, int]] = {}

    def progress(self, line: Mapping[str, Any]) -> PullProgress:
        """The sums after this line of ``/api/pull``."""
        total = as_count(line.get("total"))
        if total:
            completed = min(as_count(line.get("completed")) or 0, total)
            self._sizes[as_text(line.get("digest")) or as_text(line.get("status"))] = (completed, total)
        status = as_text(line.get("status"))
        if not self._sizes:
            return PullProgress(status)
        return PullProgress(status, *(sum(figures) for figures in zip(*self._sizes.values(), strict=True)))


def check_model_name(model: str) -> None:
    """Raise InvalidInput for what cannot be the name of a model in Ollama's library."""
    if len(model) > MAX_NAME_LENGTH or not _NAME.fullmatch(model):
        message = "Write the model's name as in Ollama's library, such as qwen2.5-coder:7b."
        raise InvalidInput.for_field("model", message)
