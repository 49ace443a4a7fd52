"""The models that could be had: the memory that each needs, and which is the best for a machine. No I/O.

Sizes of Ollama's models are about those of its library's default format, Q4_K_M. The embedded engine only has what is
checked by a hash.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from core.engines.model_names import is_same_model
from core.engines.model_size import billions_in
from core.engines.protocol import EngineName, ModelInfo

CONTEXT_TOKENS = 16_384
"""The window that the memory is reckoned for: requirements, and an answer with all files of an app."""
RUNTIME_BYTES = 400_000_000
"""What the program itself and its buffers take."""
USABLE_PART = 0.9
"""Of a machine's memory: the rest is the system's."""
APACHE, QWEN_RESEARCH = "Apache-2.0", "Qwen Research (not for commercial use)"


@dataclass(frozen=True, slots=True)
class CatalogModel:
    """A model that could be had; ``bytes_per_token`` is what a token of the window takes, ``alias`` another name."""

    engine: EngineName
    name: str
    title: str
    parameters: str
    size: int
    context: int
    bytes_per_token: int
    licence: str = APACHE
    quantization: str = "Q4_K_M"
    is_coder: bool = True
    alias: str | None = None

    @property
    def memory(self) -> int:
        """The bytes of memory that it needs."""
        return self.size + CONTEXT_TOKENS * self.bytes_per_token + RUNTIME_BYTES

    @property
    def billions(self) -> float:
        """How many parameters it has."""
        return billions_in(self.parameters) or 0

    def is_named(self, name: str) -> bool:
        """Whether an engine's name of a model stands for this one."""
        return any(is_same_model(name, own) for own in (self.name, self.alias) if own)


_OLLAMA, _EMBEDDED = EngineName.OLLAMA, EngineName.EMBEDDED
_QWEN = "Qwen2.5-Coder"
CATALOG = (
    CatalogModel(_OLLAMA, "qwen2.5-coder:0.5b", f"{_QWEN} 0.5B", "0.5B", 398_000_000, 32_768, 12_288),
    CatalogModel(_OLLAMA, "qwen2.5-coder:1.5b", f"{_QWEN} 1.5B", "1.5B", 986_000_000, 32_768, 28_672),
    CatalogModel(_OLLAMA, "qwen2.5-coder:3b", f"{_QWEN} 3B", "3.1B", 1_900_000_000, 32_768, 36_864, QWEN_RESEARCH),
    CatalogModel(
        _OLLAMA, "qwen2.5-coder:7b", f"{_QWEN} 7B", "7.6B", 4_700_000_000, 32_768, 57_344, alias="qwen2.5-coder"
    ),
    CatalogModel(_OLLAMA, "qwen2.5-coder:14b", f"{_QWEN} 14B", "14.8B", 9_000_000_000, 32_768, 196_608),
    CatalogModel(_OLLAMA, "devstral:24b", "Devstral 24B", "23.6B", 14_000_000_000, 131_072, 163_840),
    CatalogModel(_OLLAMA, "qwen3-coder:30b", "Qwen3-Coder 30B", "30.5B", 19_000_000_000, 262_144, 98_304),
    CatalogModel(_EMBEDDED, "qwen2.5-coder-1.5b", f"{_QWEN} 1.5B", "1.5B", 1_117_320_768, 32_768, 28_672),
    CatalogModel(
        _EMBEDDED, "smollm2", "SmolLM2 135M", "135M", 98_362_432, 8_192, 23_040, quantization="Q4_1", is_coder=False
    ),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A model of the catalogue for this machine; ``fits`` is None where its memory is not known."""

    model: CatalogModel
    fits: bool | None
    recommended: bool
    installed: bool


def offers(memory: int | None, engines: Iterable[EngineName], installed: Iterable[ModelInfo]) -> list[Offer]:
    """The catalogue for a machine with so many bytes of memory.

    Recommended is the largest coder model that fits, of the ``engines`` that answer, else of all.
    """
    ready, present = set(engines), list(installed)
    fitting = [model for model in CATALOG if model.is_coder and _fits(model, memory)]
    best = max([each for each in fitting if each.engine in ready] or fitting, key=lambda it: it.billions, default=None)
    return [
        Offer(
            model,
            _fits(model, memory),
            model is best,
            any(each.engine is model.engine and model.is_named(each.name) for each in present),
        )
        for model in CATALOG
    ]


def _fits(model: CatalogModel, memory: int | None) -> bool | None:
    return None if memory is None else model.memory <= memory * USABLE_PART
