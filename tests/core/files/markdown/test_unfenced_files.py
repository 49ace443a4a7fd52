"""Answers without fences."""

import pytest

from core.files.answer import parse_answer
from core.files.markdown.unfenced_files import split_unfenced_files
from tests.support.answers import assert_cuts_make_no_difference

RULE = "=" * 40
TITLES = [
    ("FILE: {}\n", ""),
    ("BEGIN FILE {}\n", "END FILE {}\n"),
    ("--- BEGIN FILE: {} ---\n", "--- END FILE: {} ---\n"),
    ("=== {} ===\n", ""),
    ("====== `{}` ======\n", ""),
    (f"{RULE}\nFile: {{}}\n{RULE}\n", ""),
    ("@@FILE {}\n", ""),
    ("### File: {}\n", ""),
    ("## Filename: `{}`\n\n", ""),
]


@pytest.mark.parametrize(("title", "end"), TITLES)
@pytest.mark.parametrize("before", ["", "Here they are.\n\n"])
def test_each_title_begins_a_file(before: str, title: str, end: str) -> None:
    files = [("main.py", "import os\n\nprint(os.name)\n"), ("src/b.py", "def b():\n    return 1\n")]
    text = before + "\n".join(f"{title.format(path)}{code}{end.format(path)}" for path, code in files)
    answer = parse_answer(text, "main.py")
    assert [(file.path, file.text) for file in answer.files] == files
    assert_cuts_make_no_difference(text)


@pytest.mark.parametrize("text", ["File: a.py\nimport os\n", "=== Title ===\nx\n=== Other ===\ny\n", "a\nb\n", ""])
def test_other_lines_begin_none(text: str) -> None:
    assert list(split_unfenced_files(text.splitlines(keepends=True))) == []


def test_words_about_two_files_are_no_files() -> None:
    answer = parse_answer("FILE: a.py\nIt starts the program.\n\nFILE: b.py\nIt holds the rest.\n", "main.py")
    assert answer.files == ()
