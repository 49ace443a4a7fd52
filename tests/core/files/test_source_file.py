import io
import subprocess
import zipfile
from pathlib import Path

import pytest

from core.catalog.stacks import Side, find_stack
from core.files.source_file import SourceFile, TreeNode, build_tree, git_diff, line_count, parse_files, zip_bytes

FASTAPI = find_stack("fastapi", Side.BACKEND)


def file(path: str, text: str, *, whole: bool = True) -> SourceFile:
    return SourceFile(path, "python", text, whole)


def block(path: str, text: str) -> str:
    return f"### FILE: {path}\n```python\n{text}```\n\n"


def test_a_text_is_split_into_its_files_in_order() -> None:
    text = block("b.py", "b\n") + "and\n" + block("a.py", "a\n")
    assert parse_files(text, FASTAPI) == [file("b.py", "b\n"), file("a.py", "a\n")]


def test_code_alone_is_the_stacks_own_file() -> None:
    assert parse_files("import os\n", FASTAPI) == [file("main.py", "import os\n")]


def test_a_later_copy_replaces_an_earlier_one_in_its_place() -> None:
    text = block("a.py", "1\n") + block("b.py", "b\n") + block("a.py", "2\n")
    assert parse_files(text, FASTAPI) == [file("a.py", "2\n"), file("b.py", "b\n")]


def test_a_cut_copy_never_replaces_a_whole_one() -> None:
    assert parse_files(block("a.py", "1\n") + "### FILE: a.py\n```\n2", FASTAPI) == [file("a.py", "1\n")]


def test_a_file_cut_off_is_not_whole() -> None:
    assert parse_files("### FILE: a.py\n```\n2", FASTAPI) == [file("a.py", "2", whole=False)]


def test_files_that_differ_in_case_stay_two() -> None:
    text = block("A.py", "1\n") + block("a.py", "2\n")
    assert parse_files(text, FASTAPI) == [file("A.py", "1\n"), file("a-2.py", "2\n")]


@pytest.mark.parametrize(
    ("text", "lines"), [("", 0), ("a", 1), ("a\n", 1), ("a\nb", 2), ("\n\n", 2), ("a\x0cb\u2028", 1)]
)
def test_lines_are_counted_as_an_editor_does(text: str, lines: int) -> None:
    assert line_count(text) == lines


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


def test_git_applies_the_difference(tmp_path: Path) -> None:
    before = [file("a.py", "1\n2\x0c2\n3"), file("gone.py", "x\n"), file("same name.py", "s\n")]
    after = [file("a.py", "1\n4\n3\n"), file("src/new \u00e9.py", "n"), file("same name.py", "t\n")]
    for old in before:
        (tmp_path / old.path).write_text(old.text, encoding="utf-8", newline="")
    patch = git_diff(before, after).encode()
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch, check=True, timeout=10)
    left = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*.py")}
    assert left == {new.path: new.text.encode() for new in after}


def unpacked(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_zip_holds_the_files_in_every_script() -> None:
    assert unpacked(zip_bytes([file("src/\u00e4\u65e5\u672c.py", "\u00e9\n")])) == {
        "src/\u00e4\u65e5\u672c.py": "\u00e9\n"
    }


def test_the_same_files_give_the_same_bytes() -> None:
    assert zip_bytes([file("a.py", "1")]) == zip_bytes([file("a.py", "1")])


def test_a_zip_never_holds_two_files_of_one_name() -> None:
    assert list(unpacked(zip_bytes([file("a.py", "1"), file("A.py", "2")]))) == ["a.py", "A-2.py"]


def test_a_tree_nests_folders_as_they_first_came() -> None:
    assert build_tree(["src/b.py", "a.py", "src/x/c.py"]) == [
        TreeNode(
            "src", "src", (TreeNode("b.py", "src/b.py"), TreeNode("x", "src/x", (TreeNode("c.py", "src/x/c.py"),)))
        ),
        TreeNode("a.py", "a.py"),
    ]
