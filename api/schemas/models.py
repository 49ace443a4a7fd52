"""The JSON of models, of the catalogue and of pulls, as docs/contract.md defines it."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field

from api.schemas.text_fields import StorableText, described
from core.engines.protocol import PullProgress
from core.model_library.catalog import Offer
from core.model_library.library import UsableModel
from core.model_library.pulls import Pull, PullEnd

EngineParameter = Literal["ollama", "openai", "embedded"]


class ModelOut(BaseModel):
    """A model that can be used now; null stands for what its engine does not tell."""

    engine: str
    server: str | None
    name: str
    size_bytes: int | None
    parameters: str | None
    quantization: str | None
    context: int | None
    loaded: bool | None
    default: bool
    recommended: bool

    @classmethod
    def from_model(cls, model: UsableModel) -> Self:
        """The JSON of core's model."""
        info = model.info
        return cls(
            engine=info.engine,
            server=info.server,
            name=info.name,
            size_bytes=info.size,
            parameters=info.parameters,
            quantization=info.quantization,
            context=info.context,
            loaded=info.loaded,
            default=model.default,
            recommended=model.recommended,
        )


class CatalogModelOut(BaseModel):
    """A model that could be had; ``fits`` is null where the memory of this machine is not known."""

    engine: str
    name: str
    title: str
    size_bytes: int
    memory_bytes: int
    parameters: str
    quantization: str
    context: int
    licence: str
    fits: bool | None
    recommended: bool
    installed: bool

    @classmethod
    def from_offer(cls, offer: Offer) -> Self:
        """The JSON of core's offer."""
        model = offer.model
        return cls(
            engine=model.engine,
            name=model.name,
            title=model.title,
            size_bytes=model.size,
            memory_bytes=model.memory,
            parameters=model.parameters,
            quantization=model.quantization,
            context=model.context,
            licence=model.licence,
            fits=offer.fits,
            recommended=offer.recommended,
            installed=offer.installed,
        )


class NewPull(BaseModel):
    """What to fetch; ``server`` is the address of one of several, as ``GET /api/models`` names it."""

    engine: EngineParameter
    model: Annotated[StorableText, described(minLength=1, maxLength=200, format="model-name")] = Field(max_length=1000)
    server: StorableText | None = Field(None, max_length=1000, json_schema_extra={"format": "server"})


class PullOut(BaseModel):
    """A pull that was started, or joined."""

    id: str
    engine: str
    server: str | None
    model: str

    @classmethod
    def from_pull(cls, pull: Pull) -> Self:
        """The JSON of core's pull."""
        return cls(id=pull.id, engine=pull.engine, server=pull.server, model=pull.model)


class ProgressOut(BaseModel):
    """How far a pull has come, in bytes; null while that is not known."""

    status: str
    completed: int | None
    total: int | None

    @classmethod
    def from_progress(cls, progress: PullProgress) -> Self:
        """The JSON of core's progress."""
        return cls(status=progress.status, completed=progress.completed, total=progress.total)


class PullErrorOut(BaseModel):
    """How a pull has failed."""

    code: str
    message: str
    retryable: bool


def end_event(pull: Pull, end: PullEnd) -> tuple[str, PullOut | PullErrorOut]:
    """The event of a pull's end, ``complete`` or ``error``, and its data."""
    if end.error is None:
        return "complete", PullOut.from_pull(pull)
    error = end.error
    return "error", PullErrorOut(code=error.error_code, message=error.message, retryable=error.retryable)
