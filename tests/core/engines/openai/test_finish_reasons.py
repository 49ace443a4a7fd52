"""Why an answer ended, in the words of many servers."""

from typing import Any

import pytest

from core.engines.openai.errors import ERROR_MESSAGES
from core.engines.openai.finish_reasons import (
    CUT_ANSWER,
    ERROR_KINDS,
    WHOLE_ANSWER,
    parse_finish_reason,
    unknown_reason_warning,
)


@pytest.mark.parametrize(
    ("value", "reason"), [(None, ""), ("", ""), (False, ""), (0, ""), (" STOP ", "stop"), (7, "7"), (["a"], "['a']")]
)
def test_a_reason_of_any_shape(value: Any, reason: str) -> None:
    assert parse_finish_reason(value) == reason


def test_each_reason_means_one_thing_and_each_error_has_its_sentence() -> None:
    assert not WHOLE_ANSWER & CUT_ANSWER
    assert not ERROR_KINDS.keys() & (WHOLE_ANSWER | CUT_ANSWER)
    assert set(ERROR_KINDS.values()) <= ERROR_MESSAGES.keys()


def test_a_reason_that_is_not_known_is_told_and_shortened() -> None:
    assert unknown_reason_warning("stop") is None
    assert "did not say" in (unknown_reason_warning("") or "")
    assert len(unknown_reason_warning("x" * 10_000) or "") < 200
