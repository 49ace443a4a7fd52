"""A model's figures in a reader's words. Pure."""

from core.engines.protocol import EngineName, ModelInfo, PullProgress
from core.model_library.catalog import CATALOG, CatalogModel, Offer
from ui.display_text import format_bytes

ENGINE_PLACES = {
    EngineName.OLLAMA: "Ollama",
    EngineName.OPENAI: "OpenAI-compatible server",
    EngineName.EMBEDDED: "built in",
}


def title_of(info: ModelInfo) -> str:
    """The plain name of a model of the catalogue, else its own."""
    entry = next((entry for entry in CATALOG if entry.engine is info.engine and entry.is_named(info.name)), None)
    return entry.title if entry else info.name


def details_of(info: ModelInfo, *, names_server: bool) -> str:
    """Where it is, and all that is known of it, but its size; the server, where there are several."""
    place = ENGINE_PLACES.get(info.engine, info.engine)
    return " · ".join(
        filter(
            None,
            (
                info.name if title_of(info) != info.name else "",
                f"{place} at {info.server}" if names_server and info.server else place,
                info.parameters,
                info.quantization,
                f"window of {info.context:,} tokens" if info.context else "",
            ),
        )
    )


def needs_of(offer: Offer, memory: int | None) -> str:
    """What a model of the catalogue needs, and under which licence it comes."""
    model = offer.model
    needed = f"needs {format_bytes(model.memory)} of memory"
    if offer.fits is False and memory:
        return f"{needed}, {format_bytes(memory)} are there · {model.licence}"
    return f"{_place(model)} · {needed} · {model.licence}"


def progress_of(progress: PullProgress) -> str:
    """``1.6 of 4.7 GB``; what happens where the sizes are not known."""
    if not progress.total:
        return progress.status.capitalize()
    return f"{format_bytes(progress.completed or 0)} of {format_bytes(progress.total)}"


def fraction_of(progress: PullProgress) -> float:
    """The part that is there, from 0 to 1."""
    return min((progress.completed or 0) / progress.total, 1.0) if progress.total else 0.0


def _place(model: CatalogModel) -> str:
    return f"{ENGINE_PLACES.get(model.engine, model.engine).capitalize()}, {model.name}"
