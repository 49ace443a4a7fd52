"""The weights in memory: the newest ones, and older ones as long as a run uses them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.engines.embedded.errors import EMBEDDED_ERRORS
from core.engines.embedded.process import LlamaProcess
from core.engines.embedded.weights import Weights


@dataclass(eq=False, slots=True)
class LoadedModel:
    """Weights in memory, or on their way there; ``load`` returns their process or raises EngineError."""

    weights: Weights
    load: asyncio.Task[LlamaProcess]
    active_runs: int = 0

    @property
    def is_usable(self) -> bool:
        """Whether the weights are being loaded, or are loaded and their process has not ended since."""
        if not self.load.done():
            return True
        return not self.load.cancelled() and self.load.exception() is None and self.load.result().is_alive

    async def unload(self) -> None:
        """Stop loading or answering, and wait until the memory is free."""
        self.load.cancel()
        [process] = await asyncio.gather(self.load, return_exceptions=True)
        if isinstance(process, LlamaProcess):
            await process.close()


class ModelPool:
    """Loads weights when a run needs them. ``slots`` runs of a model answer at once, with ``threads`` threads."""

    def __init__(self, slots: int, threads: int) -> None:
        self._slots, self._threads = slots, threads
        self._models: list[LoadedModel] = []
        self._unload_tasks: set[asyncio.Task[None]] = set()
        self.is_closed = False

    @property
    def is_busy(self) -> bool:
        """Whether any weights are in use."""
        return any(model.active_runs for model in self._models)

    @contextmanager
    def use(self, weights: Weights) -> Iterator[LoadedModel]:
        """Keep the weights for the length of a run, and begin to load them if necessary. Raises EngineError."""
        model = self._get_or_load(weights)
        # Counted before any wait: otherwise the start of another model could unload this one.
        model.active_runs += 1
        try:
            yield model
        finally:
            model.active_runs -= 1
            self._unload_unused()

    def has_loaded(self, weights: Weights) -> bool:
        """Whether these weights are in memory."""
        return any(each.weights == weights and each.is_usable and each.load.done() for each in self._models)

    async def unload(self, weights: Weights) -> None:
        """Take weights that no run uses out of memory."""
        for model in [each for each in self._models if each.weights == weights and not each.active_runs]:
            self._models.remove(model)
            await model.unload()

    async def close(self) -> None:
        """Unload everything, for good; runs in progress fail."""
        self.is_closed = True
        await asyncio.gather(*(model.unload() for model in self._models), *self._unload_tasks)
        self._models.clear()

    def _get_or_load(self, weights: Weights) -> LoadedModel:
        if self.is_closed:
            raise EMBEDDED_ERRORS.from_kind("engine_failed")
        for model in self._models:
            if model.weights == weights and model.is_usable:
                return model
        start = LlamaProcess.start(weights, self._slots, self._threads)
        model = LoadedModel(weights, asyncio.create_task(start, name=f"load {weights.name}"))
        self._models.append(model)
        self._unload_unused()
        return model

    def _unload_unused(self) -> None:
        # The newest stays, whoever uses it: the next run most likely wants it, and loading takes seconds.
        for model in self._models[:-1]:
            if not model.active_runs:
                self._models.remove(model)
                task = asyncio.create_task(model.unload(), name=f"unload {model.weights.name}")
                self._unload_tasks.add(task)
                task.add_done_callback(self._unload_tasks.discard)
