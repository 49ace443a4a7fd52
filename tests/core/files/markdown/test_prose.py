"""The lines around the blocks."""

import pytest

from core.files.markdown.names.path_hints import FenceInfo
from core.files.markdown.prose import (
    ProseReader,
    fallback_path,
    is_example,
    parse_first_line,
    split_inline_fence,
)

NO_INFO = FenceInfo("", None)


def path_after(*lines: str, info: FenceInfo = NO_INFO, known: tuple[str, ...] = ()) -> str | None:
    reader = ProseReader()
    for line in lines:
        reader.feed_line(f"{line}\n")
    return reader.path_of(info, known)


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        (["### main.py"], "main.py"),
        (["### main.py", "", "It starts the app.", ""], "main.py"),
        (["main.py", "", ""], "main.py"),
        (["main.py", "is the file."], None),
        (["### main.py", "", "# Usage"], None),
        (["### main.py", "See b.py:"], "main.py"),
        (["### main.py", "### b.py"], "b.py"),
        (["### main.py", "b.py"], "b.py"),
        (["Create `main.py`:"], "main.py"),
        (["Create `main.py`:", "Then this:"], None),
        ([], None),
    ],
)
def test_the_line_that_holds_names_the_block(lines: list[str], path: str | None) -> None:
    assert path_after(*lines) == path


def test_a_sentence_about_a_known_file_names_nothing() -> None:
    assert path_after("Run `main.py`:", known=("main.py",)) is None
    assert path_after("### main.py", known=("main.py",)) == "main.py"


def test_the_fence_has_a_say() -> None:
    assert path_after("Create `main.py`:", info=FenceInfo("python", "b.py")) == "b.py"
    assert path_after("main.py", info=FenceInfo("python", "b.py")) == "main.py"
    assert path_after("Create `main.py`:", info=FenceInfo("javascript", None)) is None
    assert path_after("Create `main.py`:", info=FenceInfo("text", None)) == "main.py"


@pytest.mark.parametrize(
    ("language", "fits"), [("text", True), ("", True), ("shell", False), ("python", True), ("css", True)]
)
def test_a_shell_block_after_a_sentence_is_a_command_even_if_the_file_is_plain_text(language: str, fits: bool) -> None:
    assert path_after("Then use `requirements.txt`:", info=FenceInfo(language, None)) == (
        "requirements.txt" if fits else None
    )
    assert path_after("Then use `run.sh`:", info=FenceInfo("shell", None)) == "run.sh"


def test_a_held_line_is_prose_unless_it_names_a_block() -> None:
    reader = ProseReader()
    assert reader.feed_line("main.py\n") == []
    assert reader.feed_line("\n") == []
    assert reader.feed_line("is it.\n") == ["main.py\n", "\n", "is it.\n"]
    reader.feed_line("main.py\n")
    assert reader.release() == ["main.py\n"]
    reader.forget_hint()
    assert reader.path_of(NO_INFO, ()) is None


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("import os\nprint(1)\n", [("main.py", "import os\nprint(1)\n")]),
        ("### FILE: a.py\n1\n### FILE: b.py\n2\n", [("a.py", "1\n"), ("b.py", "2\n")]),
        ("Hello\n### FILE: a.py\nI am code\n", [("a.py", "I am code\n")]),
        ("I cannot do that.\n", []),
        ("x = 1\n", [("main.py", "x = 1\n")]),
        ("", []),
        (" \n", []),
    ],
)
def test_an_answer_without_fences_is_code_or_talk(text: str, files: list[tuple[str, str]]) -> None:
    reader = ProseReader()
    for line in text.splitlines(keepends=True):
        reader.feed_line(line)
    assert list(reader.unfenced_files("main.py")) == files


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("### FILE: a.py```py\n", ("### FILE: a.py", "```py\n")),
        ("**a.py** ```\n", ("**a.py**", "```\n")),
        ("Create `a.py`: ```\n", None),
        ("text ```\n", None),
        ("```py\n", None),
    ],
)
def test_a_path_and_a_fence_may_share_a_line(line: str, parts: tuple[str, str] | None) -> None:
    assert split_inline_fence(line) == parts


@pytest.mark.parametrize(
    ("line", "language", "path", "rest"),
    [
        ("# main.py\n", "python", "main.py", "# main.py\n"),
        ("// package.json\n", "json", "package.json", ""),
        ("# main.py\n", "css", None, "# main.py\n"),
        ("main.py\n", "python", "main.py", ""),
        ("main.py\n", "", None, "main.py\n"),
        ("main.py\n", "shell", None, "main.py\n"),
        ("# notes.txt\n", "shell", None, "# notes.txt\n"),
        ("# run.sh\n", "shell", "run.sh", "# run.sh\n"),
        ("x = 1\n", "python", None, "x = 1\n"),
    ],
)
def test_the_first_line_of_a_block_may_name_it(line: str, language: str, path: str | None, rest: str) -> None:
    assert parse_first_line(line, FenceInfo(language, None)) == (path, rest)


@pytest.mark.parametrize(
    ("line", "language", "example"),
    [
        ("npm i\n", "shell", True),
        ("├── a\n", "", True),
        ("a\n", "text", True),
        ("x\n", "python", False),
        ("x\n", "", False),
    ],
)
def test_commands_output_and_trees_are_examples(line: str, language: str, example: bool) -> None:
    assert is_example(line, FenceInfo(language, None)) is example


@pytest.mark.parametrize(
    ("language", "default", "path"),
    [
        ("python", "main.py", "main.py"),
        ("", "main.py", "main.py"),
        ("css", "index.html", "styles.css"),
        ("javascript", "index.html", "script.js"),
        ("html", "main.py", "index.html"),
        ("go", "main.py", "main.go"),
        ("brainfuck", "main.py", "main.txt"),
        ("typescript", "src/App.jsx", "src/App.jsx"),
    ],
)
def test_a_block_that_nothing_names_is_named_by_its_language(language: str, default: str, path: str) -> None:
    assert fallback_path(FenceInfo(language, None), default) == path
