"""What becomes of the errors that a running app shows: they are kept with the side that they belong to."""

from typing import Any

import pytest

from core.trial.finding import MAX_MESSAGE_LENGTH, Finding, FindingKind
from ui.pages.app_pane import MAX_PATH_LENGTH, _as_finding, _as_sentence

LONG = "x" * 5000


@pytest.mark.parametrize(
    ("fields", "finding"),
    [
        (
            {"kind": "start", "message": "no", "path": "main.py", "line": 3},
            Finding(FindingKind.START, "no", "main.py", 3),
        ),
        ({"kind": "odd", "message": 5}, Finding(FindingKind.ERROR, "5")),
        ({}, Finding(FindingKind.ERROR, "")),
        (
            {"kind": None, "message": LONG, "path": LONG, "line": "7"},
            Finding(FindingKind.ERROR, LONG[:MAX_MESSAGE_LENGTH], LONG[:MAX_PATH_LENGTH]),
        ),
    ],
)
def test_what_a_browser_tells_is_taken_as_far_as_it_makes_sense(fields: dict[str, Any], finding: Finding) -> None:
    assert _as_finding(fields) == finding


def test_a_model_is_told_the_place_too() -> None:
    assert _as_sentence({"message": "NameError: x", "path": "main.py", "line": 3}) == "NameError: x (main.py:3)"
    assert _as_sentence({"message": "GET / was answered 500"}) == "GET / was answered 500"
