"""When two model names mean the same model."""

import pytest

from core.engines.model_names import is_same_model, without_latest


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("qwen", "qwen", True),
        ("qwen:latest", "qwen", True),
        ("Qwen:LATEST", " QWEN ", True),
        ("qwen:7b", "qwen", False),
        ("qwen:7b", "Qwen:7B", True),
        ("qwen-latest", "qwen", False),
        ("hub/qwen", "qwen", False),
        ("", "qwen", False),
    ],
)
def test_case_and_the_tag_latest_make_no_difference(one: str, other: str, same: bool) -> None:
    assert is_same_model(one, other) is same
    assert is_same_model(other, one) is same


def test_a_name_keeps_its_case_and_every_other_tag() -> None:
    assert [without_latest(name) for name in (" Qwen:Latest ", "Qwen:7B", "latest")] == ["Qwen", "Qwen:7B", "latest"]
