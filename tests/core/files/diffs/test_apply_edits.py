"""Changes put into the text of a file."""

from core.files.diffs.apply_edits import EditResult, apply_edit
from core.files.diffs.edits import parse_edits

TEXT = "import os\n\n\ndef a():\n    return 1\n\n\ndef b():\n    return 2\n"
SEARCH = "<<<<<<< SEARCH\n    return 1\n=======\n    return 10\n>>>>>>> REPLACE\n"


def applied(changes: str, text: str | None = TEXT) -> EditResult:
    (edit,) = parse_edits("app.py", changes)
    return apply_edit(text, edit)


def test_equal_lines_are_changed_one_after_the_other() -> None:
    assert applied(SEARCH * 2, "    return 1\n    return 1\n") == EditResult("    return 10\n    return 10\n")


def test_lines_that_are_not_there_are_told() -> None:
    other = SEARCH.replace("return 1\n", "return 3\n")
    assert applied(other) == EditResult(TEXT, "1 change of `app.py` left out: its lines are not there.")
    assert applied(SEARCH + other * 2) == EditResult(
        TEXT.replace("return 1\n", "return 10\n"), "2 changes of `app.py` left out: their lines are not there."
    )


def test_a_part_of_a_line_is_no_line() -> None:
    assert applied(SEARCH.replace("    return 1\n=", "return 1\n=")).refusal is not None
