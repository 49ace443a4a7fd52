"""From a request to what is needed to write a run: its first state, its log, its engine and what the model is told."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from core.catalog import stacks
from core.catalog.stacks import Side
from core.engines.protocol import Engine, GenerationRequest
from core.engines.registry import EngineRegistry
from core.generation.run_request import RunRequest
from core.projects.project import Project
from core.prompts.builder import PromptBuilder
from core.runs.log_registry import Log, LogRegistry
from core.runs.state import RunKind, run_from_row
from data import queries
from data.database import Database

DERIVED_KINDS = tuple(kind.value for kind in RunKind if kind not in (RunKind.GENERATE, RunKind.UPLOAD))
"""The kinds that build on a run before them."""


@dataclass(frozen=True, slots=True)
class PreparedRun:
    """A run that can be written: nobody finds its log yet, and nothing of it is stored."""

    log: Log
    engine: Engine
    engine_request: GenerationRequest


class RunPreparation:
    """Chooses engine and model, makes the log, builds the prompt: all that comes before the queue."""

    def __init__(
        self,
        database: Database,
        log_registry: LogRegistry,
        prompt_builder: PromptBuilder,
        engines: EngineRegistry,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._log_registry = log_registry
        self._prompt_builder = prompt_builder
        self._engines = engines
        self._clock = clock

    async def prepare(self, project: Project, side: Side, request: RunRequest) -> PreparedRun:
        """A run that is ready for the queue. Raises InvalidInput, Unavailable."""
        request.validate()
        request = await self._rebase_on_upload(project, side, request)
        stack = stacks.find_stack(request.stack or project.stack_id_of(side), side)
        engine, model = await self._choose_engine(request)
        run = request.new_run(project, stack, engine.name, model, self._clock())
        log = self._log_registry.make_log(run, request.prefix)
        # Without a parent no files have to fit into the window, and to ask for it costs a request.
        prompt = await self._prompt_builder.build(log, await engine.context_window(model) if request.parent else None)
        warnings = filter(None, (run.warning, prompt.warning))
        log.set_quietly(replace(run, warning=" ".join(warnings) or None))
        return PreparedRun(log, engine, GenerationRequest(model, prompt.messages, run.sampling, project.id))

    async def _rebase_on_upload(self, project: Project, side: Side, request: RunRequest) -> RunRequest:
        """The request, on top of the current version where that goes back to an upload."""
        current_run_id = project.run_id_of(side)
        if request.kind is not RunKind.GENERATE or current_run_id is None:
            return request
        query = partial(
            queries.find_run_and_origin, user_id=project.user_id, run_id=current_run_id, derived_kinds=DERIVED_KINDS
        )
        rows = await self._database.read(query)
        return request.based_on(run_from_row(rows[0])) if rows and run_from_row(rows[1]).is_upload else request

    async def _choose_engine(self, request: RunRequest) -> tuple[Engine, str]:
        if request.model is None and request.parent and not request.parent.is_by_person:
            return await self._engines.choose_or_default(request.parent.engine, request.parent.model)
        return await self._engines.choose(request.model)
