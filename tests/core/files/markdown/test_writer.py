"""Files as Markdown blocks, which the parser reads back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files.answer import parse_files
from core.files.markdown.writer import format_file_block, format_files
from core.files.source_file import SourceFile


def test_a_file_is_a_path_line_and_a_fenced_block() -> None:
    assert format_file_block("a.py", "python", "x = 1\n") == "### FILE: a.py\n```python\nx = 1\n```"


def test_a_missing_last_line_end_is_added_but_an_empty_file_stays_empty() -> None:
    assert format_file_block("a.py", "python", "x") == "### FILE: a.py\n```python\nx\n```"
    assert format_file_block("a.py", "python", "") == "### FILE: a.py\n```python\n```"


@pytest.mark.parametrize(
    ("text", "fence"),
    [("```\n", "````"), ("  `````sh\n", "``````"), ("x = '```'\n", "```"), ("``\n", "```"), ("~~~~\n", "```")],
)
def test_the_fence_is_longer_than_those_inside(text: str, fence: str) -> None:
    block = format_file_block("a.md", "markdown", text)
    assert block == f"### FILE: a.md\n{fence}markdown\n{text}{fence}"


LINES = ["a\n", "```\n", "```sh\n", "  ````\n", "~~~\n", "# b\n", "\n", "a `b`\n"]


@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=20).map("".join))
def test_the_parser_reads_a_readme_back(text: str) -> None:
    assert parse_files(format_file_block("README.md", "markdown", text), "main.py") == [
        SourceFile("README.md", "markdown", text)
    ]


def test_files_are_one_text_with_each_under_its_name() -> None:
    files = [SourceFile("a.md", "markdown", "### FILE: b.py\n```\nx\n```\n"), SourceFile("b.py", "python", "b\n")]
    assert format_files(files) == (
        "### FILE: a.md\n````markdown\n### FILE: b.py\n```\nx\n```\n````\n\n### FILE: b.py\n```python\nb\n```\n"
    )
