"""Paths of blocks as models write them."""

import pytest

from core.files.markdown.names.path_hints import (
    MAX_PATH_LINE_LENGTH,
    HintForm,
    PathHint,
    comment_path,
    find_path_hint,
    is_file_marker,
    looks_like_path,
)


@pytest.mark.parametrize(
    ("line", "path", "form"),
    [
        ("### FILE: src/main.py", "src/main.py", HintForm.HEADING),
        ("## 2. `main.py`", "main.py", HintForm.HEADING),
        ("**main.py**", "main.py", HintForm.HEADING),
        ("**`main.py`** (new)", "main.py", HintForm.HEADING),
        ("Filename: main.py", "main.py", HintForm.HEADING),
        ("### FILE: my notes.md", "my notes.md", HintForm.HEADING),
        ("### FILE: LICENSE", "LICENSE", HintForm.HEADING),
        ("main.py", "main.py", HintForm.LINE),
        ("> main.py:", "main.py", HintForm.LINE),
        ("- `main.py`", "main.py", HintForm.LINE),
        ("1. main.py", "main.py", HintForm.LINE),
        ('"main.py"', "main.py", HintForm.LINE),
        ("--- main.py ---", "main.py", HintForm.LINE),
        ("Dockerfile", "Dockerfile", HintForm.LINE),
        ("## The app: main.py", "main.py", HintForm.INLINE),
        ("Create `main.py`:", "main.py", HintForm.INLINE),
        ("Save it as **main.py**.", "main.py", HintForm.INLINE),
    ],
)
def test_a_line_of_prose_may_name_the_next_block(line: str, path: str, form: HintForm) -> None:
    assert find_path_hint(f" {line}\n") == PathHint(path, form)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Here is the code:",
        "Create main.py and b.py:",
        "Create `main.py` and `b.py`:",
        "Run main.py now",
        "This is written in Node.js.",
        "Use **Node.js**:",
        "x" * MAX_PATH_LINE_LENGTH + ".py",
    ],
)
def test_other_lines_name_none(line: str) -> None:
    assert find_path_hint(line) is None


@pytest.mark.parametrize(
    ("line", "marks"),
    [
        *(("### FILE: a.py", True), ("# FILE: a.py", True), ("###FILE: a.py", True), ("### FILE:a.py", True)),
        *(("### FILE:", False), ("### file: a.py", False), (" ### FILE: a.py", False), ("### FILES: a", False)),
        (f"### FILE: {'a' * MAX_PATH_LINE_LENGTH}", False),
    ],
)
def test_only_the_line_that_was_asked_for_ends_an_open_block(line: str, marks: bool) -> None:
    assert is_file_marker(line) is marks


@pytest.mark.parametrize(
    ("line", "path"),
    [
        *(
            ("# main.py\n", "main.py"),
            ("// src/a.ts\n", "src/a.ts"),
            ("/* a.css */\n", "a.css"),
            ("-- a.sql\n", "a.sql"),
        ),
        *(("<!-- a.html -->\n", "a.html"), ("# file: a.py\n", "a.py"), ("; a.ini\n", "a.ini")),
        *(("# the main.py\n", None), ("main.py\n", None), ("# main\n", None), ("# main.py is it\n", None)),
    ],
)
def test_a_comment_that_is_only_a_path_names_it(line: str, path: str | None) -> None:
    assert comment_path(line) == path


@pytest.mark.parametrize(
    "word",
    ["a.py", "src/a.ts", "src\\a.ts", "C:\\a.py", "Dockerfile", ".env", "[id].tsx", "a/b.unknown", "next.config.js"],
)
def test_a_word_looks_like_a_path_by_extension_name_or_folder(word: str) -> None:
    assert looks_like_path(word)


@pytest.mark.parametrize(
    "word", ["a", "a.b", "e.g.", "Node.js", "vue.js", "ASP.NET", "and/or", "a b.py", "<a>.py", "1.2"]
)
def test_other_words_do_not(word: str) -> None:
    assert not looks_like_path(word)
