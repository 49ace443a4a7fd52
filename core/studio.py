"""Composition root: builds all of core, opens it in order, closes it in reverse. ``api`` and ``ui`` get a Studio."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from tempfile import TemporaryDirectory
from typing import Self

from core.accounts.accounts import Accounts
from core.accounts.administration.settings import ModelChoice
from core.accounts.audit import AuditAction
from core.engines.build import build_engines, max_concurrent_runs
from core.engines.protocol import EngineName
from core.engines.registry import EngineRegistry
from core.errors import ConfigurationError, DatabaseUnavailable, InvalidInput
from core.generation.journal import Journal
from core.generation.prompt_reader import PromptReader
from core.generation.runs import Runs
from core.model_library.library import ModelLibrary
from core.projects.access import ProjectAccess
from core.projects.changes import ProjectChanges
from core.projects.drafts import Drafts
from core.projects.pictures import Pictures
from core.projects.project import Project
from core.projects.projects import Projects
from core.prompts.builder import PromptBuilder
from core.review.review_files import review
from core.review.reviews import ReviewFunction, Reviews
from core.runs.figures import RunFigures
from core.runs.log_registry import LogRegistry
from core.runs.version_files import VersionFiles
from core.runtime.app_runtime import AppRuntime
from core.settings import RegistrationPolicy, RuntimePolicy, Settings, TryPolicy
from core.sharing.presence import Presence
from core.sharing.shares import Shares
from core.state_folder import check_room
from core.trial.trials import Trials
from core.uploads.uploads import Uploads
from core.versions.account_export import AccountExport
from core.versions.change_counts import ChangeCounts
from core.versions.duplication import Duplication
from core.versions.fixes import Fixes
from core.versions.hand_edits import HandEdits
from core.versions.retries import Retries
from core.versions.versions import Versions
from data.database import Database


class Studio:
    """One installation. ``engines`` stands in for those of the settings, ``reviewer`` for formatters and checks."""

    def __init__(
        self, settings: Settings, engines: EngineRegistry | None = None, reviewer: ReviewFunction = review
    ) -> None:
        self.settings = settings
        self.database = _make_database(settings)
        self.engines = engines or build_engines(settings)
        self.prompt_reader = PromptReader(self.engines)
        self.runtime = AppRuntime(settings.home, builds_itself=settings.runtime is RuntimePolicy.AUTO)
        self.accounts = Accounts(self.database, settings)
        self.changes = ProjectChanges()
        access = ProjectAccess(self.database)
        self.projects = Projects(self.database, access, self.changes)
        self.drafts = Drafts(self.database, access)
        self.pictures = Pictures(self.database, access, self.changes)
        log_registry = LogRegistry(self.database)
        self.readers = log_registry.readers
        self.figures = RunFigures()
        self._journal = Journal(self.database, log_registry.readers, delays=self.figures.commit_delay)
        version_files = VersionFiles(self.database, log_registry)
        self.reviews = Reviews(self.database, version_files, reviewer, self.changes)
        self.trials = self._make_trials()
        self.runs = Runs(
            self.database,
            access=access,
            changes=self.changes,
            log_registry=log_registry,
            prompt_builder=PromptBuilder(version_files, self.reviews, self.trials),
            engines=self.engines,
            journal=self._journal,
            max_concurrent=partial(max_concurrent_runs, settings),
        )
        self.fixes = Fixes(
            self.database,
            access=access,
            runs=self.runs,
            reviews=self.reviews,
            trials=self.trials,
            changes=self.changes,
        )
        self.versions = Versions(
            self.database,
            access=access,
            changes=self.changes,
            log_registry=log_registry,
            version_files=version_files,
            reviews=self.reviews,
            runs=self.runs,
        )
        self.change_counts = ChangeCounts(self.versions)
        self.duplication = Duplication(self.database, access=access, changes=self.changes)
        self.retries = Retries(runs=self.runs, versions=self.versions, fixes=self.fixes)
        self.uploads = Uploads(self.database, access=access, log_registry=log_registry, runs=self.runs)
        self.hand_edits = self._make_hand_edits(access, log_registry)
        self.account_export = AccountExport(self.projects, self.runs, self.versions)
        self.models = ModelLibrary(self.engines, self.accounts.audit, self.runs.live_runs)
        self.presence = Presence()
        self.shares = self._make_shares(access, log_registry)
        self._connect_listeners()
        self._exit_stack = AsyncExitStack()
        self._is_open = False

    def _connect_listeners(self) -> None:
        # Here, so that no room has to know those that listen to it.
        self.runs.end_listeners += [self.fixes.on_run_end, lambda log: self.figures.count_end(log.state)]
        self.projects.before_delete.append(self.runs.stop_project)
        self.projects.after_delete.append(self.runs.forget_project)
        self.accounts.before_delete.append(self.projects.delete_all)
        self.accounts.settings.model_listeners.append(self._prefer_model)
        self.projects.deleted_listeners += [self.shares.end_all, self._note_deletion]

    def _prefer_model(self, choice: ModelChoice | None) -> None:
        self.engines.prefer(EngineName(choice.engine) if choice else None, choice.model if choice else None)

    async def _note_deletion(self, project: Project) -> None:
        await self.accounts.audit.record(AuditAction.PROJECT_DELETED, project.user_id, project.name)

    def _make_shares(self, access: ProjectAccess, log_registry: LogRegistry) -> Shares:
        return Shares(
            self.database,
            access=access,
            log_registry=log_registry,
            sessions=self.accounts.sessions,
            audit=self.accounts.audit,
        )

    def _make_hand_edits(self, access: ProjectAccess, log_registry: LogRegistry) -> HandEdits:
        return HandEdits(self.database, access=access, log_registry=log_registry, reviews=self.reviews, runs=self.runs)

    def _make_trials(self) -> Trials:
        return Trials(
            self.database,
            reviews=self.reviews,
            runtime=self.runtime,
            changes=self.changes,
            tries_by_itself=self.settings.try_ is TryPolicy.ON,
        )

    async def open(self) -> Self:
        """Open the database, pick up what a crash left, be ready for runs. Raises ConfigurationError.

        Twice is harmless: a server opens it before it serves, and its application has it opened.
        """
        if self._is_open:
            return self
        # Before the first wait: a second call meanwhile must not open everything twice.
        self._is_open = True
        exit_stack = self._exit_stack
        exit_stack.push_async_callback(self.database.close)
        try:
            await self._open_database()
        except ConfigurationError:
            await exit_stack.aclose()
            raise
        exit_stack.callback(self.accounts.close)
        await self.accounts.open()
        exit_stack.push_async_callback(self.engines.close)
        self._journal.open()
        exit_stack.push_async_callback(self._journal.close)
        await self.runs.open()
        await self.engines.prepare()
        exit_stack.push_async_callback(self.runtime.close)
        await self.runtime.open()
        # Pushed last, closed first: runs, fixes and reviews need all that was opened before them.
        exit_stack.push_async_callback(self.reviews.close)
        exit_stack.push_async_callback(self.trials.close)
        exit_stack.push_async_callback(self.fixes.close)
        exit_stack.push_async_callback(self.models.close)
        exit_stack.push_async_callback(self.runs.close)
        return self

    async def migrate(self) -> None:
        """Bring the database up to date, and nothing else. Raises ConfigurationError."""
        try:
            await self._open_database()
        finally:
            await self.database.close()

    async def _open_database(self) -> None:
        try:
            await self.database.open()
        except DatabaseUnavailable as error:
            hint = " Is LIVEWRIGHT_DATABASE_URL right?" if self.settings.database_url else ""
            raise ConfigurationError(f"{error}{hint}") from error

    async def check_storage(self) -> None:
        """Raise Unavailable unless the database takes a write, and the state folder has room for more."""
        await self.database.ping()
        await asyncio.to_thread(check_room, self.settings.home)

    async def set_default_model(self, model: str | None, actor: int, engine: EngineName | None = None) -> None:
        """Have runs that name no model use this one, of this engine; None leaves it to the engines.

        Without an engine it is the first that has the model. Raises InvalidInput.
        """
        choice = None
        if model is not None:
            try:
                chosen, name = await self.engines.choose(model, engine)
            except InvalidInput as error:
                raise InvalidInput.for_field("default_model", error.message) from None
            choice = ModelChoice(chosen.name, name)
        await self.accounts.settings.set_default_model(choice, actor)

    async def close(self) -> None:
        """Close the last opened first; live runs end as interrupted, their text stored. Twice is harmless."""
        await self._exit_stack.aclose()

    async def drain(self) -> None:
        """End every live run and pull, so that their streams end: a server waits for those before it closes."""
        await asyncio.gather(self.runs.close(), self.models.close())


@asynccontextmanager
async def temporary_studio(settings: Settings) -> AsyncIterator[Studio]:
    """An open installation over a database that is thrown away; a built runtime is used, and none is waited for."""
    with TemporaryDirectory(prefix="livewright-") as folder:
        overrides = {
            "database_url": f"sqlite+aiosqlite:///{folder}/terminal.db",
            "registration": RegistrationPolicy.OPEN,
            "runtime": RuntimePolicy.OFF,
        }
        studio = await Studio(settings.model_copy(update=overrides)).open()
        try:
            yield studio
        finally:
            await studio.close()


def _make_database(settings: Settings) -> Database:
    try:
        return Database(settings.sqlalchemy_url, DatabaseUnavailable)
    except DatabaseUnavailable as error:
        raise ConfigurationError(str(error)) from error
