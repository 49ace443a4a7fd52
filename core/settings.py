"""Settings: read once, from the environment or a ``.env`` file; docs/contract.md lists them."""

import os
import re
import secrets
import stat
import tempfile
from contextlib import suppress
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AliasChoices, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.errors import ConfigurationError

MIN_SECRET_BYTES = 32
LOOPBACK = ("127.0.0.0/8", "::1")
Network = IPv4Network | IPv6Network


class EngineChoice(StrEnum):
    """Which engine runs use unless they choose."""

    AUTO = "auto"
    OLLAMA = "ollama"
    OPENAI = "openai"
    EMBEDDED = "embedded"


class RuntimePolicy(StrEnum):
    """Whether what running apps needs is built by itself."""

    AUTO = "auto"
    OFF = "off"


class TryPolicy(StrEnum):
    """Whether a finished back end is tried by itself."""

    ON = "on"
    OFF = "off"


class RegistrationPolicy(StrEnum):
    """Who may make an account."""

    OPEN = "open"
    CLOSED = "closed"


class Settings(BaseSettings):
    """Every setting with a working default; ``load`` is the way to get one."""

    model_config = SettingsConfigDict(
        # An empty variable counts as unset, since container files pass all of them; and a .env may serve others too.
        env_prefix="LIVEWRIGHT_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    home: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    secret: str | None = None
    database_url: str | None = None
    engine: EngineChoice = EngineChoice.AUTO
    model: str = "qwen2.5-coder"
    ollama_host: str = Field("http://127.0.0.1:11434", validation_alias=AliasChoices("OLLAMA_HOST", "ollama_host"))
    ollama_api_key: str | None = Field(None, validation_alias=AliasChoices("OLLAMA_API_KEY", "ollama_api_key"))
    ollama_keep_alive: str = Field(
        "", pattern=r"^(?:-?\d+(?:ns|us|ms|s|m|h)?)?$", description="such as 30m, 0 or -1 for ever"
    )
    openai_url: str | None = None
    openai_key: str | None = None
    embedded_model: str = "auto"
    max_runs: int | None = Field(None, ge=1, le=1000)
    registration: RegistrationPolicy = RegistrationPolicy.OPEN
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    root_path: str = ""
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = LOOPBACK
    runtime: RuntimePolicy = RuntimePolicy.AUTO
    try_: TryPolicy = Field(TryPolicy.ON, validation_alias=AliasChoices("LIVEWRIGHT_TRY", "try_"))
    password_rounds: int = Field(12, ge=4, le=16, description="bcrypt's cost: each step doubles the time of a sign-in")

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: Any) -> Any:
        """Split comma-separated origins, and drop a trailing slash, with which an origin would never match."""
        if isinstance(value, str):
            return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
        return value

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_networks(cls, value: Any) -> Any:
        """Split comma-separated addresses and networks, and refuse what is neither."""
        if isinstance(value, str):
            value = tuple(part.strip() for part in value.split(",") if part.strip())
        try:
            for network in value:
                ip_network(network)
        except ValueError:
            raise ValueError("addresses and networks such as 10.0.0.1 or 10.0.0.0/8, separated by commas") from None
        return value

    @field_validator("root_path")
    @classmethod
    def _check_root_path(cls, value: str) -> str:
        path = value.strip().rstrip("/")
        if path and not re.fullmatch(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+", path):
            raise ValueError("a path such as /livewright")
        return path

    @field_validator("host")
    @classmethod
    def _strip_brackets(cls, value: str) -> str:
        """``[::1]``, as in an address of the web, means ``::1``."""
        return value[1:-1] if value.startswith("[") and value.endswith("]") else value

    @field_validator("secret")
    @classmethod
    def _check_secret_length(cls, value: str | None) -> str | None:
        if value is not None and len(value.encode()) < MIN_SECRET_BYTES:
            raise ValueError(f"at least {MIN_SECRET_BYTES} bytes")
        return value

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """Read the settings; ``overrides`` win over the environment.

        Raises ConfigurationError with a sentence that names each wrong variable, never its value.
        """
        try:
            return cls(**overrides)
        except ValidationError as error:
            invalid_variables = ", ".join(f"{_variable_name(str(e['loc'][0]))} ({e['msg']})" for e in error.errors())
            raise ConfigurationError(f"Correct these settings and start again: {invalid_variables}.") from None

    def prepare(self) -> Self:
        """Make the state folder (mode 0700) and the secret in it (0600); returns settings with the secret filled in."""
        secret_file = self.home / "secret"
        try:
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            for path in (self.home.resolve(), *self.home.glob("*"), *self.home.glob("sessions/*")):
                _restrict_permissions(path)
            if self.secret is None and not secret_file.exists():
                _write_once(secret_file, secrets.token_hex(MIN_SECRET_BYTES))
            # Tried, not read from the mode: a read-only mount and a full disk do not show in it.
            _check_writable(self.home)
            secret = self.secret or secret_file.read_text("ascii").strip()
        except OSError as error:
            raise ConfigurationError(
                f"The state folder {self.home} cannot be used ({error.strerror}): "
                "make it writable or name another one in LIVEWRIGHT_HOME."
            ) from error
        except UnicodeDecodeError:
            secret = ""
        if len(secret.encode()) < MIN_SECRET_BYTES:
            raise ConfigurationError(f"The file 'secret' in {self.home} is spoilt: remove it to get a new one.")
        return self.model_copy(update={"secret": secret})

    @property
    def trusted_networks(self) -> tuple[Network, ...]:
        """The networks of the proxies whose ``X-Forwarded-*`` headers count."""
        return tuple(ip_network(network) for network in self.trusted_proxies)

    @property
    def sqlalchemy_url(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.home / 'livewright.db').absolute()}"


def _variable_name(field: str) -> str:
    return field if field.isupper() else f"LIVEWRIGHT_{field.upper()}"


def _write_once(path: Path, text: str) -> None:
    """Write a file atomically with mode 0600, unless another process has written it first."""
    file_descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    temporary_file = Path(name)
    try:
        with os.fdopen(file_descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file_descriptor)
        _link_or_rename(temporary_file, path)
    finally:
        temporary_file.unlink(missing_ok=True)


def _link_or_rename(temporary_file: Path, path: Path) -> None:
    """Put the file in place by a link, which never replaces one; by renaming where links are not supported."""
    try:
        path.hardlink_to(temporary_file)
    except FileExistsError:
        pass
    except OSError:
        temporary_file.rename(path)


def _restrict_permissions(path: Path) -> None:
    """Close an existing folder or file of ours to others, because keys lie in it; leave another user's alone."""
    mode = path.lstat().st_mode
    if os.name != "posix" or stat.S_ISLNK(mode) or path.lstat().st_uid != os.geteuid():
        return
    if mode & 0o077:
        with suppress(OSError):
            path.chmod(stat.S_IMODE(mode) & ~0o077)


def _check_writable(folder: Path) -> None:
    probe = folder / ".writable"
    probe.touch(mode=0o600)
    probe.unlink()
