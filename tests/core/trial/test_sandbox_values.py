"""What an app may have forged."""

from core.trial.finding import MAX_MESSAGE_LENGTH, Finding, FindingKind
from core.trial.sandbox_values import MAX_PATH_LENGTH, finding_from_sandbox, storable


def test_what_has_another_form_is_left_out() -> None:
    error = {"message": ["x"], "path": 3, "line": "7"}
    assert finding_from_sandbox(error, FindingKind.START) == Finding(FindingKind.START, "['x']")
    long = finding_from_sandbox({"message": "m" * 9999, "path": "p" * 9999, "line": 7}, FindingKind.ERROR)
    assert (len(long.message), len(long.path or ""), long.line) == (MAX_MESSAGE_LENGTH, MAX_PATH_LENGTH, 7)


def test_what_no_database_takes_is_replaced() -> None:
    assert storable("a\0b\ud800", 10) == "a\ufffdb?"
    assert storable("abc", 2) == "ab"
