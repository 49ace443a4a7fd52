"""What Ollama says about its models, in any shape."""

from typing import Any

import pytest

from core.engines.ollama.models import (
    DEFAULT_CONTEXT_LENGTH,
    LoadedModel,
    ModelDetails,
    parse_details,
    parse_loaded,
    parse_models,
)
from core.engines.protocol import EngineName, ModelInfo


def test_the_details_of_a_model() -> None:
    response = {"model_info": {"x.y": 1, "qwen2.context_length": 4096.0}, "capabilities": ["completion", "thinking"]}
    assert parse_details(response) == ModelDetails(4096, can_think=True, is_context_known=True)


@pytest.mark.parametrize(
    "response", [None, [], {}, {"model_info": [1], "capabilities": "thinking"}, {"model_info": {"a.context_length": 0}}]
)
def test_details_that_are_not_there_have_defaults(response: Any) -> None:
    assert parse_details(response) == ModelDetails(DEFAULT_CONTEXT_LENGTH, can_think=False)


def test_the_default_comes_first_under_its_own_name() -> None:
    models = [
        {"name": "b:7b", "details": {"context_length": 2048}},
        {"model": "Qwen:Latest", "size": 9, "capabilities": ["completion"]},
        {"name": "embed", "capabilities": ["embedding"]},
    ]
    assert parse_models({"models": models}, "qwen") == [
        ModelInfo("qwen", EngineName.OLLAMA, None, 9),
        ModelInfo("b:7b", EngineName.OLLAMA, 2048),
    ]


@pytest.mark.parametrize(
    "response", [None, [], {}, {"models": None}, {"models": ["x", {}, {"name": None, "size": "x"}]}]
)
def test_a_list_without_models(response: Any) -> None:
    assert parse_models(response, "m") == []


def test_whether_a_model_is_in_memory() -> None:
    response = {"models": [{"name": "Qwen:latest"}]}
    assert parse_loaded(response, "qwen") == LoadedModel(0, is_pinned=False)
    assert parse_loaded(response, "qwen:7b") is None
    odd: object
    for odd in (None, [], {"models": 7}, {"models": [7, None, {}]}):
        assert parse_loaded(odd, "qwen") is None


@pytest.mark.parametrize(
    ("expires_at", "is_pinned"),
    [("2318-11-14T00:47:16.8+01:00", True), ("2026-11-28T12:00:00Z", False), (None, False), (7, False), ("", False)],
)
def test_the_window_of_a_loaded_model_and_whether_it_stays(expires_at: Any, is_pinned: bool) -> None:
    entry = {"name": "m", "size": 0, "size_vram": 0, "context_length": 32768, "expires_at": expires_at}
    assert parse_loaded({"models": [entry]}, "m") == LoadedModel(32768, is_pinned)
