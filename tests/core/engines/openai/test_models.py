"""What an OpenAI-compatible server lists."""

from core.engines.openai.models import parse_models
from core.engines.protocol import EngineName, ModelInfo


def test_windows_as_vllm_and_llama_tell_them() -> None:
    entries = [
        {"id": "vllm", "max_model_len": 9},
        {"id": "llama", "meta": {"n_ctx": 4096, "n_ctx_train": 8192, "size": 7}},
        {"id": "trained", "meta": {"n_ctx_train": 8192}},
        {"id": "silent"},
    ]
    assert parse_models(entries, "llama") == [
        ModelInfo("llama", EngineName.OPENAI, 4096, 7),
        ModelInfo("vllm", EngineName.OPENAI, 9),
        ModelInfo("trained", EngineName.OPENAI, 8192),
        ModelInfo("silent", EngineName.OPENAI),
    ]


def test_entries_of_another_shape_are_left_out() -> None:
    assert parse_models([{"id": None}, 7, {}, "m", {"id": "m", "meta": 7}], "m") == [ModelInfo("m", EngineName.OPENAI)]
