"""What could be had, for machines of any size."""

import pytest

from core.engines.protocol import EngineName, ModelInfo
from core.model_library.catalog import CATALOG, offers

ALL = (EngineName.OLLAMA, EngineName.EMBEDDED)
GB = 10**9


def recommended(memory: int | None, *engines: EngineName) -> list[str]:
    return [offer.model.name for offer in offers(memory, engines or ALL, ()) if offer.recommended]


@pytest.mark.parametrize(
    ("gigabytes", "name"),
    [
        (2, "qwen2.5-coder:0.5b"),
        (8, "qwen2.5-coder:7b"),
        (16, "qwen2.5-coder:14b"),
        (64, "qwen3-coder:30b"),
    ],
)
def test_the_largest_coder_model_that_fits_is_recommended(gigabytes: int, name: str) -> None:
    assert recommended(gigabytes * GB) == [name]
    for offer in offers(gigabytes * GB, ALL, ()):
        assert offer.fits is (offer.model.memory <= gigabytes * GB * 0.9)


def test_only_what_an_engine_that_answers_has_is_recommended() -> None:
    assert recommended(64 * GB, EngineName.EMBEDDED) == ["qwen2.5-coder-1.5b"]
    assert recommended(GB // 2) == []
    assert recommended(None) == []


def test_what_is_there_is_marked_by_any_of_its_names() -> None:
    present = [ModelInfo("Qwen2.5-Coder:latest", EngineName.OLLAMA), ModelInfo("qwen2.5-coder:3b", EngineName.OPENAI)]
    assert [offer.model.name for offer in offers(None, ALL, present) if offer.installed] == ["qwen2.5-coder:7b"]


def test_every_model_names_its_licence_and_figures() -> None:
    for model in CATALOG:
        assert model.licence
        assert model.billions > 0
        assert model.memory > model.size
