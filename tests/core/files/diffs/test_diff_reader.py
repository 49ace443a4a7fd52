"""Diffs and patches: which file they change, and what a version cannot do."""

import pytest

from core.files.answer import parse_answer
from core.files.diffs.changes import Change, FileEdit
from core.files.diffs.diff_reader import header_path, path_of_patch
from core.files.diffs.edits import is_edit, parse_edits
from tests.support.answers import assert_cuts_make_no_difference

PATCH = (
    "*** Begin Patch\n*** Update File: app.py\n@@ def a():\n-x\n+y\n*** Add File: bin/run\n+z\n+w\n"
    "*** Delete File: c.py\n*** End Patch\n"
)
PATCHED = [
    FileEdit("app.py", (Change(("x\n",), ("y\n",)),)),
    FileEdit("bin/run", (Change((), ("z\n", "w\n")),)),
    FileEdit("c.py", (), "`c.py` stays: a version cannot remove a file."),
]


@pytest.mark.parametrize(
    "answer",
    [
        PATCH,
        f"I change it:\n\n{PATCH}\nDone.\n",
        f"```\n{PATCH}```\n",
        f"```patch\n{PATCH}```\nDone.\n",
        f"**app.py**\n```diff\n{PATCH}```\n",
        PATCH.removeprefix("*** Begin Patch\n"),
        PATCH.removesuffix("*** End Patch\n"),
    ],
)
def test_a_patch_changes_its_files(answer: str) -> None:
    parsed = parse_answer(answer, "main.py")
    assert (parsed.files, list(parsed.edits), parsed.unassigned) == ((), PATCHED, ())
    assert_cuts_make_no_difference(answer)


@pytest.mark.parametrize("path", ["bin/run", "my app.py", "src/my app/main.py", "Makefile"])
@pytest.mark.parametrize("head", ["", "diff --git a/{0} b/{0}\nindex 1..2\n"])
def test_a_diff_may_change_a_file_of_any_name(path: str, head: str) -> None:
    diff = f"{head}--- a/{{0}}\n+++ b/{{0}}\n@@ -1 +1 @@\n-x\n+y\n".format(path)
    parsed = parse_answer(f"Change it:\n\n```diff\n{diff}```\n", "main.py")
    assert list(parsed.edits) == [FileEdit(path, (Change(("x\n",), ("y\n",)),))]
    assert parsed.unassigned == ()


@pytest.mark.parametrize(
    ("diff", "what"),
    [
        ("diff --git a/b.py b/a.py\nsimilarity index 100%\nrename from b.py\nrename to a.py\n", "rename a file"),
        (
            "diff --git a/b.py b/a.py\nrename from b.py\nrename to a.py\n--- b.py\n+++ a.py\n-x\n+y\n",
            "rename a file",
        ),
        ("*** Begin Patch\n*** Update File: a.py\n*** Move to: b.py\n@@\n-x\n+y\n*** End Patch\n", "rename a file"),
        ("diff --git a/a.py b/a.py\ndeleted file mode 100644\nindex 1..0\n", "remove a file"),
        ("diff --git a/a.py b/a.py\nBinary files a/a.py and b/a.py differ\n", "change binary files"),
    ],
)
def test_what_a_version_cannot_do_is_refused_with_a_reason(diff: str, what: str) -> None:
    assert is_edit("a.py", diff)
    assert parse_edits("a.py", diff) == [FileEdit("a.py", (), f"`a.py` stays: a version cannot {what}.")]
    answer = parse_answer(f"```diff\n{diff}```\n", "main.py")
    assert [edit.refusal is None for edit in answer.edits] == [False]


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("+++ b/src/a.py\t2026-01-01 10:00:00\n", "src/a.py"),
        ("--- a.py 2026-01-01 10:00\n", "a.py"),
        ('+++ "b/a b.py"\n', None),
        ("--- original\n", None),
        ("+++ /dev/null\n", None),
        ("diff --git a/x y.py b/x y.py\n", "x y.py"),
        ("diff --git a/x.py b/y.py\n", "y.py"),
    ],
)
def test_a_header_has_a_path(line: str, path: str | None) -> None:
    assert header_path(line) == path


def test_a_part_of_a_patch_has_a_path() -> None:
    assert path_of_patch("*** Update File: a b.py \n") == "a b.py"
    assert path_of_patch("*** a.py\n") is None
