"""Changes in place of whole files: SEARCH/REPLACE blocks and unified diffs."""

import pytest

from core.files.diffs.apply_edits import EditResult, apply_edit
from core.files.diffs.changes import FileEdit
from core.files.diffs.edits import is_edit, parse_edits

TEXT = "import os\n\n\ndef a():\n    return 1\n\n\ndef b():\n    return 2\n"
SEARCH = "<<<<<<< SEARCH\n    return 1\n=======\n    return 10\n>>>>>>> REPLACE\n"
DIFF = "--- a/app.py\n+++ b/app.py\n@@ -3,4 +3,4 @@\n \n def a():\n-    return 1\n+    return 10\n \n"


def applied(changes: str, text: str | None = TEXT) -> EditResult:
    (edit,) = parse_edits("app.py", changes)
    assert edit.path == "app.py"
    return apply_edit(text, edit)


@pytest.mark.parametrize(
    "changes",
    [
        SEARCH,
        DIFF,
        DIFF.removeprefix("--- a/app.py\n+++ b/app.py\n"),
        f"diff --git a/app.py b/app.py\nindex 1..2 100644\n{DIFF}",
        DIFF.replace("@@ -3,4 +3,4 @@", "@@ ... @@"),
        DIFF.replace("\n \n", "\n\n"),
        SEARCH.replace("    return 1\n=", "def a():  \n    return 1\t\n=").replace(
            "    return 10", "def a():\n    return 10"
        ),
        f"app.py\n{SEARCH}",
        f"# change this\n{SEARCH}",
        f"Return ten:\n\n{SEARCH}",
        f"# app.py\n# the first function\n{SEARCH}",
        SEARCH.replace("<<<<<<<", "<<<<").replace("=======", "====").replace(">>>>>>>", ">>>>"),
        SEARCH.replace("<<<<<<<", "<<<<<<").replace("=======", "========"),
        DIFF.replace("@@ -3,4 +3,4 @@\n", ""),
        " def a():\n-    return 1\n+    return 10\n",
        "-    return 1\n+    return 10\n",
        "*** Begin Patch\n*** Update File: app.py\n@@ def a():\n-    return 1\n+    return 10\n*** End Patch\n",
        "*** Update File: app.py\n def a():\n-    return 1\n+    return 10\n*** End of File\n",
    ],
)
def test_a_change_is_put_in_its_place(changes: str) -> None:
    assert is_edit("app.py", changes)
    assert applied(changes) == EditResult(TEXT.replace("return 1\n", "return 10\n"))


def test_several_changes_in_any_order() -> None:
    second = SEARCH.replace("return 1\n", "return 2\n").replace("return 10", "return 20")
    expected = TEXT.replace("return 1\n", "return 10\n").replace("return 2\n", "return 20\n")
    assert applied(SEARCH + second) == applied(second + SEARCH) == EditResult(expected)


def test_a_change_that_was_cut_is_left_out() -> None:
    assert applied(SEARCH[:-20]) == EditResult(TEXT, "The change of `app.py` is cut or holds no lines.")


def test_a_change_that_was_cut_does_not_vanish_behind_a_whole_one() -> None:
    whole, cut = parse_edits("app.py", SEARCH + SEARCH[:-20])
    assert (len(whole.changes), cut) == (1, FileEdit("app.py", ()))


def test_a_new_file_may_come_as_a_change() -> None:
    assert applied("<<<<<<< SEARCH\n=======\nx = 1\n>>>>>>> REPLACE\n", None) == EditResult("x = 1\n")
    assert applied("--- /dev/null\n+++ b/app.py\n@@ -0,0 +1,2 @@\n+x = 1\n+y = 2\n", None) == EditResult(
        "x = 1\ny = 2\n"
    )


def test_a_file_that_is_not_there_is_told() -> None:
    assert applied(SEARCH, None) == EditResult("", "`app.py` is not there to be changed.")


def test_a_file_cannot_be_removed() -> None:
    removal = "--- a/app.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-import os\n"
    assert applied(removal) == EditResult(TEXT, "`app.py` stays: a version cannot remove a file.")


def test_one_text_may_change_several_files() -> None:
    edits = parse_edits("app.py", DIFF + DIFF.replace("app.py", "b.py"))
    assert [(edit.path, len(edit.changes)) for edit in edits] == [("app.py", 1), ("b.py", 1)]
    edits = parse_edits("app.py", f"{SEARCH}\nb.py\n{SEARCH}{SEARCH}")
    assert [(edit.path, len(edit.changes)) for edit in edits] == [("app.py", 1), ("b.py", 2)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("app.py", TEXT),
        ("fix.patch", DIFF),
        ("a.md", "Title\n=======\n"),
        ("a.sql", "--- a comment\nSELECT 1\n"),
        ("a.yml", "---\na: 1\n"),
        ("app.py", ""),
        ("a.md", "- a\n+ b\n"),
        ("a.txt", "+ fast\n- dear\n"),
        ("a.yml", "- a\n- b\n"),
        ("a.py", "-1\n"),
        ("README.md", f"How to change a file:\n\n{SEARCH}"),
        ("a.py", f"a = 1\nb = 2\nc = 3\nd = 4\nTEXT = '''\n{SEARCH}'''\n"),
    ],
)
def test_a_file_is_no_change(path: str, text: str) -> None:
    assert not is_edit(path, text)
