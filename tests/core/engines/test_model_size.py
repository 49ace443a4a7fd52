"""How large a model is."""

import pytest

from core.engines.model_size import billions_in, is_small


@pytest.mark.parametrize(
    ("name", "billions"),
    [
        ("qwen2.5-coder:1.5b", 1.5),
        ("qwen2.5-coder:0.5b-instruct-q4_K_M", 0.5),
        ("Qwen2.5-Coder-7B-Instruct", 7),
        ("smollm2:135m", 0.135),
        ("qwen2.5-coder", None),
        ("gemma4:e4b", None),
        ("gpt-oss:120b", 120),
        ("phi3.5", None),
    ],
)
def test_a_name_may_tell(name: str, billions: float | None) -> None:
    assert billions_in(name) == pytest.approx(billions) if billions else billions_in(name) is None


def test_small_is_what_is_known_to_be() -> None:
    assert [is_small(name) for name in ("a:0.5b", "a:3b", "a:7b", "a")] == [True, True, False, False]
