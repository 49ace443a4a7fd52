"""What is in a run's text: its files, and what belongs to none."""

import pytest

from core.files.answer import block_text, holds_file, parse_answer, parse_files
from core.files.source_file import SourceFile


def file(path: str, text: str, *, whole: bool = True) -> SourceFile:
    return SourceFile(path, "python", text, whole)


def block(path: str, text: str) -> str:
    return f"### FILE: {path}\n```python\n{text}```\n\n"


def test_a_text_is_split_into_its_files_in_order() -> None:
    text = block("b.py", "b\n") + "and\n" + block("a.py", "a\n")
    assert parse_files(text, "main.py") == [file("b.py", "b\n"), file("a.py", "a\n")]


def test_code_alone_is_the_file_of_the_default_path() -> None:
    assert parse_files("import os\n", "main.py") == [file("main.py", "import os\n")]


def test_a_later_copy_replaces_an_earlier_one_in_its_place() -> None:
    text = block("a.py", "1\n") + block("b.py", "b\n") + block("a.py", "2\n")
    assert parse_files(text, "main.py") == [file("a.py", "2\n"), file("b.py", "b\n")]


def test_a_cut_copy_never_replaces_a_whole_one() -> None:
    assert parse_files(block("a.py", "1\n") + "### FILE: a.py\n```\n2", "main.py") == [file("a.py", "1\n")]


def test_a_file_cut_off_is_not_whole() -> None:
    assert parse_files("### FILE: a.py\n```\n2", "main.py") == [file("a.py", "2", whole=False)]


def test_files_that_differ_in_case_stay_two() -> None:
    text = block("A.py", "1\n") + block("a.py", "2\n")
    assert parse_files(text, "main.py") == [file("A.py", "1\n"), file("a-2.py", "2\n")]


@pytest.mark.parametrize("talk", ["I cannot do that, sorry.\n", "", "Sure, here it is.\n" * 3000])
def test_talk_holds_no_file(talk: str) -> None:
    assert not holds_file(talk, "main.py")
    assert holds_file(talk + block("a.py", "1\n"), "main.py")


def test_long_code_without_a_fence_is_a_file_and_long_talk_is_none() -> None:
    assert holds_file("import os\nvalue = compute(value, 42)\n" * 5_000, "main.py")
    talk = "I am sorry, but this is more than I can do for you here. " * 2_000
    assert not holds_file(talk, "main.py")
    assert holds_file(f"{talk}\n{block('a.py', '1')}", "main.py")


def test_the_text_of_a_block_is_its_lines() -> None:
    text = block("a.py", "1\n") + "\n```sh\nls \f\ncd\n```\n"
    (unassigned,) = parse_answer(text, "main.py").unassigned
    assert (text.split("\n")[unassigned.line - 1], unassigned.lines) == ("ls \f", 2)
    assert block_text(text, unassigned) == "ls \f\ncd\n"
