"""What an admin may change while it runs; what is not set comes from the settings of the start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from core.accounts.audit import AuditAction, AuditLog
from core.settings import RegistrationPolicy, Settings
from data import account_commands, account_queries
from data.database import Connection, Database

REGISTRATION, DEFAULT_MODEL, DEFAULT_ENGINE = "registration", "default_model", "default_engine"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model of an engine."""

    engine: str
    model: str


@dataclass(frozen=True, slots=True)
class InstallationState:
    """What is in force; ``default_model`` is None where the engine's own choice is."""

    registration: RegistrationPolicy
    default_model: ModelChoice | None


ModelListener = Callable[[ModelChoice | None], None]
"""Called with the default model that an admin has chosen, at the start and at each change."""


class InstallationSettings:
    """Read from the database at each use, so that every process sees the same."""

    def __init__(self, database: Database, settings: Settings, audit: AuditLog) -> None:
        self._database = database
        self._initial_registration = settings.registration
        self._audit = audit
        self.model_listeners: list[ModelListener] = []

    async def open(self) -> None:
        """Tell the listeners which model was chosen."""
        self._tell((await self.current()).default_model)

    async def current(self) -> InstallationState:
        """What is in force now."""
        values = await self._database.read(account_queries.load_settings)
        stored = values.get(REGISTRATION)
        registration = RegistrationPolicy(stored) if stored in set(RegistrationPolicy) else self._initial_registration
        model, engine = values.get(DEFAULT_MODEL), values.get(DEFAULT_ENGINE)
        return InstallationState(registration, ModelChoice(engine, model) if engine and model else None)

    async def registration(self) -> RegistrationPolicy:
        """Who may make an account."""
        return (await self.current()).registration

    async def set_registration(self, policy: RegistrationPolicy | None, actor: int) -> None:
        """Open or close registration; None goes back to what it was started with."""
        await self._store({REGISTRATION: policy})
        await self._audit.record(AuditAction.SETTINGS_CHANGED, actor, f"registration {policy or 'as started'}")

    async def set_default_model(self, choice: ModelChoice | None, actor: int) -> None:
        """Have runs that name no model use this one; None leaves it to the engine."""
        model, engine = (choice.model, choice.engine) if choice else (None, None)
        await self._store({DEFAULT_MODEL: model, DEFAULT_ENGINE: engine})
        self._tell(choice)
        await self._audit.record(AuditAction.SETTINGS_CHANGED, actor, f"default model {model or 'as started'}")

    def _tell(self, choice: ModelChoice | None) -> None:
        for listener in self.model_listeners:
            listener(choice)

    async def _store(self, values: Mapping[str, str | None]) -> None:
        await self._database.write(partial(_replace_settings, values=values))


def _replace_settings(connection: Connection, values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        account_commands.replace_setting(connection, name, value)
