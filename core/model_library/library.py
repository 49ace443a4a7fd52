"""Which models can be used, which could be had, and what admins change about that."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.accounts.audit import AuditAction, AuditLog
from core.engines.model_names import is_same_model
from core.engines.protocol import EngineName, ModelInfo
from core.engines.registry import EngineRegistry
from core.errors import Conflict, EngineError, Unavailable
from core.model_library.catalog import Offer, offers
from core.model_library.machine_memory import usable_memory
from core.model_library.pulls import Pulls, keeper_of
from core.runs.state import RunInfo


@dataclass(frozen=True, slots=True)
class UsableModel:
    """A model that can be used now; ``default`` marks the one of runs that name none, on each server that has it."""

    info: ModelInfo
    default: bool
    recommended: bool


class ModelLibrary:
    """``live_runs`` tells what is being written: a model that writes is not removed."""

    def __init__(self, engines: EngineRegistry, audit: AuditLog, live_runs: Callable[[], Iterable[RunInfo]]) -> None:
        self._engines = engines
        self._audit = audit
        self._live_runs = live_runs
        self.pulls = Pulls(engines, audit)

    async def models(self) -> list[UsableModel]:
        """Every model of every server, those of the default engine first."""
        found = await self._engines.described_models()
        engine, name = await self._engines.choose(None)
        best = next((offer.model for offer in await self._offers(found) if offer.recommended), None)
        return [
            UsableModel(
                info,
                default=info.engine is engine.name and is_same_model(info.name, name),
                recommended=bool(best and info.engine is best.engine and best.is_named(info.name)),
            )
            for info in found
        ]

    async def catalog(self) -> list[Offer]:
        """What could be had, and whether it fits this machine."""
        return await self._offers(await self._engines.models())

    async def remove(self, name: EngineName, model: str, actor: int, server: str | None = None) -> None:
        """Remove a model, from every server that has it or from one.

        Raises InvalidInput for an engine or a model that can't be, NotFound, Conflict while it is in use, Unavailable.
        """
        engine = keeper_of(self._engines, name)
        if any(run.engine is name and is_same_model(run.model, model) for run in self._live_runs()):
            raise Conflict("A run uses this model: wait until it has ended, or stop it.")
        if any(pull.engine is name and is_same_model(pull.model, model) for pull in self.pulls.live):
            raise Conflict("This model is being fetched: stop that first.")
        try:
            await engine.remove(model, server)
        except EngineError as error:
            raise Unavailable(error.message) from error
        self._engines.invalidate_health(name)
        await self._audit.record(AuditAction.MODEL_REMOVED, actor, f"{model} ({name})")

    async def close(self) -> None:
        """Stop what is being fetched."""
        await self.pulls.close()

    async def _offers(self, installed: Iterable[ModelInfo]) -> list[Offer]:
        memory = await asyncio.to_thread(usable_memory)
        healths = await asyncio.gather(*(self._engines.health(engine) for engine in self._engines.all))
        ready = [engine.name for engine, health in zip(self._engines.all, healths, strict=True) if health.engine_ready]
        # An embedded engine that is not ready is switched off.
        names = {name for name in self._engines.names if name in ready or name is not EngineName.EMBEDDED}
        return [offer for offer in offers(memory, ready, installed) if offer.model.engine in names]
