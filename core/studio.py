"""Studio: all that the product does, opened in order, closed in reverse; ``api`` and ``ui`` get this and no more."""

from contextlib import AsyncExitStack
from typing import Self

from core.accounts.accounts import Accounts
from core.engines.embedded.engine import Embedded
from core.engines.ollama.engine import Ollama
from core.engines.openai.engine import OpenAiCompatible
from core.engines.protocol import Engine, EngineName
from core.engines.registry import Engines
from core.errors import ConfigurationError
from core.generation.journal import Journal
from core.generation.runs import Runs
from core.projects.projects import Projects
from core.prompts.builder import Briefs
from core.review.reviews import Look, Reviews, review
from core.runs.log_registry import Logs
from core.runs.version_files import Sources
from core.settings import EngineChoice, Settings
from core.uploads.uploads import Uploads
from core.versions.fixes import Fixes
from core.versions.versions import Versions
from data.database import Database
from data.errors import DatabaseUnavailable

PLACES = {EngineName.EMBEDDED: 1, EngineName.OLLAMA: 2, EngineName.OPENAI: 2}


class Studio:
    """One installation at work. ``engines`` stands in for those of the settings, ``look`` for formatters and checks."""

    def __init__(self, settings: Settings, engines: Engines | None = None, look: Look = review) -> None:
        self.settings = settings
        try:
            self.database = Database(settings.database)
        except DatabaseUnavailable as error:
            raise ConfigurationError(str(error)) from error
        self.engines = engines or build_engines(settings)
        self.accounts = Accounts(self.database, settings)
        self._journal = Journal(self.database)
        logs = Logs(self.database)
        sources = Sources(logs)
        self._reviews = Reviews(self.database, sources, look)
        self.runs = Runs(
            self.database,
            logs=logs,
            briefs=Briefs(sources, self._reviews),
            engines=self.engines,
            journal=self._journal,
            places=self._places,
        )
        self.fixes = Fixes(self.runs, self._reviews)
        self.runs.ended = self.fixes.ended
        self.projects = Projects(self.database, self.runs)
        self.versions = Versions(
            self.database, logs=logs, sources=sources, reviews=self._reviews, runs=self.runs, projects=self.projects
        )
        self.uploads = Uploads(self.database, logs=logs, runs=self.runs)
        self._opened = AsyncExitStack()
        self._open = False

    async def open(self) -> Self:
        """Open the database, pick up what a crash left, be ready for runs. Raises ConfigurationError.

        Twice is harmless: a server opens it before it serves, and its application has it opened.
        """
        if self._open:
            return self
        self._open = True
        opened = self._opened
        opened.push_async_callback(self.database.close)
        try:
            await self._open_database()
        except ConfigurationError:
            await opened.aclose()
            raise
        opened.callback(self.accounts.close)
        opened.push_async_callback(self.engines.close)
        self._journal.open()
        opened.push_async_callback(self._journal.close)
        await self.runs.open()
        await self.engines.prepare()
        opened.push_async_callback(self._reviews.close)
        opened.push_async_callback(self.fixes.close)
        opened.push_async_callback(self.runs.close)
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
            named = " Is LIVEWRIGHT_DATABASE_URL right?" if self.settings.database_url else ""
            raise ConfigurationError(f"{error}{named}") from error

    async def close(self) -> None:
        """Close the last opened first; live runs end as interrupted, their text stored. Twice is harmless."""
        await self._opened.aclose()

    async def drain(self) -> None:
        """End every live run, so that its readers go; for a server that waits for them before it closes."""
        await self.runs.close()

    def _places(self, engine: EngineName) -> int:
        return self.settings.max_runs or PLACES[engine]


def build_engines(settings: Settings) -> Engines:
    """The engines that the settings name. Raises ConfigurationError."""
    slots = settings.max_runs or PLACES[EngineName.EMBEDDED]
    embedded = Embedded(settings.home, settings.embedded_model, slots)
    engines: dict[EngineName, Engine] = {
        EngineName.OLLAMA: Ollama(settings.ollama_host, settings.model),
        EngineName.EMBEDDED: embedded,
    }
    if settings.openai_url:
        engines[EngineName.OPENAI] = OpenAiCompatible(settings.openai_url, settings.openai_key, settings.model)
    elif settings.engine is EngineChoice.OPENAI:
        raise ConfigurationError(
            "LIVEWRIGHT_ENGINE is openai: name the server in LIVEWRIGHT_OPENAI_URL, such as http://127.0.0.1:8000."
        )
    if settings.engine is EngineChoice.EMBEDDED and embedded.off:
        raise ConfigurationError(
            "LIVEWRIGHT_ENGINE is embedded, and LIVEWRIGHT_EMBEDDED_MODEL is off: set it to auto, or choose another "
            "engine."
        )
    return Engines(engines, settings.engine)
