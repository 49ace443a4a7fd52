"""A project's files: out of a run's text, as a tree, and as a zip."""

import io
import zipfile

import pytest

from core.files.source_file import SourceFile, TreeNode, build_tree, line_count, zip_bytes


def file(path: str, text: str, *, whole: bool = True) -> SourceFile:
    return SourceFile(path, "python", text, whole)


@pytest.mark.parametrize(
    ("text", "lines"), [("", 0), ("a", 1), ("a\n", 1), ("a\nb", 2), ("\n\n", 2), ("a\x0cb\u2028", 1)]
)
def test_lines_are_counted_as_an_editor_does(text: str, lines: int) -> None:
    assert line_count(text) == lines


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
