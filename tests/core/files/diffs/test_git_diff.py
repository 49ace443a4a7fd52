"""The unified diff of two sets of files."""

import subprocess
from difflib import unified_diff
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from core.files.diffs.git_diff import git_diff
from core.files.source_file import SourceFile
from tests.support.cpu_time import cpu_limit


def file(path: str, text: str) -> SourceFile:
    return SourceFile(path, "python", text)


def test_equal_versions_have_no_difference() -> None:
    assert git_diff([file("a.py", "1\n")], [file("a.py", "1\n")]) == ""


def test_a_change_is_a_unified_diff() -> None:
    assert git_diff([file("a.py", "1\n2\n")], [file("a.py", "1\n3\n")]) == (
        "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n 1\n-2\n+3\n"
    )


def test_a_missing_last_line_end_is_marked() -> None:
    assert git_diff([file("a.py", "1")], [file("a.py", "1\n")]).endswith("-1\n\\ No newline at end of file\n+1\n")


def test_a_new_file_comes_from_nothing() -> None:
    assert "--- /dev/null\n+++ b/a.py\n@@ -0,0 +1 @@\n+1\n" in git_diff([], [file("a.py", "1\n")])


def test_a_deleted_file_goes_to_nothing() -> None:
    assert "--- a/a.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n" in git_diff([file("a.py", "1\n")], [])


def test_an_empty_file_has_no_hunk() -> None:
    assert git_diff([], [file("a.py", "")]) == "diff --git a/a.py b/a.py\nnew file mode 100644\n"


EDITS = st.lists(st.sampled_from(["keep", "remove", "add", "replace"]), max_size=40)


@given(EDITS, st.booleans())
def test_the_format_is_that_of_difflib(edits: list[str], ends_in_line_feed: bool) -> None:
    """Every line is unique, so that both matchers must find the same changes."""
    before = [f"old {number}" for number, edit in enumerate(edits) if edit != "add"]
    after = [
        f"old {number}" if edit == "keep" else f"new {number}" for number, edit in enumerate(edits) if edit != "remove"
    ]
    end = "\n" if ends_in_line_feed else ""
    made = git_diff([file("a", "\n".join(before) + end)], [file("a", "\n".join(after) + end)])
    expected = "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in unified_diff(
            ("\n".join(before) + end).splitlines(keepends=True),
            ("\n".join(after) + end).splitlines(keepends=True),
            "a/a",
            "b/a",
        )
    )
    assert made == (f"diff --git a/a b/a\n{expected}" if expected else "")


def test_git_applies_the_difference(tmp_path: Path) -> None:
    before = [file("a.py", "1\n2\x0c2\n3"), file("gone.py", "x\n"), file("same name.py", "s\n")]
    after = [file("a.py", "1\n4\n3\n"), file("src/new \u00e9.py", "n"), file("same name.py", "t\n")]
    for old in before:
        (tmp_path / old.path).write_text(old.text, encoding="utf-8", newline="")
    patch = git_diff(before, after).encode()
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch, check=True, timeout=10)
    left = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*.py")}
    assert left == {new.path: new.text.encode() for new in after}


def test_two_large_files_of_few_kinds_of_lines_take_no_longer_than_others() -> None:
    before = "".join(f"{number * 7 % 102}\n" for number in range(80_000))
    after = "".join(f"{number * 5 % 102}\n" for number in range(80_000))
    with cpu_limit(3):
        made = git_diff([file("a.py", before)], [file("a.py", after)])
    assert made.count("\n-") > 70_000
