"""The weights in the state folder as a library: downloaded and deleted."""

import asyncio
from collections.abc import AsyncGenerator
from glob import escape
from pathlib import Path

from core.engines.embedded.download import WeightsDownload
from core.engines.embedded.model_pool import ModelPool
from core.engines.embedded.weights import QWEN, Weights, models_folder, needs_qwen_download, usable_weights
from core.engines.protocol import PullProgress
from core.errors import EngineError, InvalidInput, NotFound

POLL_INTERVAL = 0.5
"""Seconds between two looks at how far a download has come."""


class WeightsLibrary:
    """``setting`` is that of the engine; ``download`` is that of Qwen's weights, the only ones with a known hash."""

    def __init__(self, home: Path, setting: str, download: WeightsDownload, pool: ModelPool) -> None:
        self._home, self._setting = home, setting
        self._download, self._pool = download, pool

    def check_can_pull(self, model: str) -> None:
        """Raise InvalidInput for weights that this engine would not use, or whose hash is not known."""
        if self._setting == "off":
            message = "The embedded engine is switched off: set LIVEWRIGHT_EMBEDDED_MODEL to auto, and start again."
        elif model != QWEN:
            message = f"The embedded engine can fetch {QWEN}. Put other GGUF files into the folder 'models' of the "
            message += "state folder."
        else:
            return
        raise InvalidInput.for_field("model", message)

    async def pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        """Download weights, or join their download. Raises InvalidInput, EngineError. Closing it stops the download."""
        self.check_can_pull(model)
        if not needs_qwen_download(self._home, QWEN):
            return
        self._download.start()
        try:
            while progress := self._download.progress:
                yield PullProgress("downloading", *progress)
                await self._download.wait(POLL_INTERVAL)
        except (GeneratorExit, asyncio.CancelledError):
            await self._download.close()
            raise
        if self._download.problem:
            raise EngineError("download_failed", self._download.problem, retryable=True)
        if needs_qwen_download(self._home, QWEN):  # whoever stopped the download was somebody else
            raise EngineError("stopped", "The download was stopped. What was fetched is kept: pull again to go on.")

    async def remove(self, model: str) -> None:
        """Delete a file of weights. Raises NotFound; InvalidInput for weights that lie elsewhere."""
        weights = next((each for each in usable_weights(self._home, self._setting) if each.name == model), None)
        if weights is None:
            raise NotFound("The embedded engine does not have this model.")
        if weights.path.parent.resolve() != models_folder(self._home).resolve():
            message = f"{model} does not lie in the state folder: it comes with the product, or was named by its path."
            raise InvalidInput.for_field("model", message)
        await self._pool.unload(weights)
        await asyncio.to_thread(_delete, weights)


def _delete(weights: Weights) -> None:
    # Of a model in several files all go.
    files = escape(weights.path.name).replace("-00001-of-", "-?????-of-")
    try:
        for path in weights.path.parent.glob(files):
            path.unlink(missing_ok=True)
    except OSError as error:
        message = "The file of the weights cannot be deleted: make the state folder (LIVEWRIGHT_HOME) writable."
        raise EngineError("not_writable", message) from error
