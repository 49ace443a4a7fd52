"""Files between tags: which closing tag is the end, and what stands around the text without being part of it."""

import pytest

from core.files.answer import parse_files
from tests.support.answers import assert_cuts_make_no_difference

PYTHON = 'PAGE = """\n<content>\nhi\n</content>\n"""\n'
ENDS = {
    "a string": ("a.py", 's = "</file>"\nt = "<file>"\n'),
    "a long string": ("a.py", 't = """\n</file>\n"""\n'),
    "an indented string": ("a.js", "const t = `\n</file>\n  and more`\n"),
    "an element on one line": ("a.xml", "<files>\n  <file>x</file>\n</files>\n"),
    "elements": ("a.xml", "<files>\n  <file>\n    <file a='b'>\n    </file>\n  </file>\n</files>\n"),
    "an empty element": ("a.xml", "<files>\n<file/>\n</files>\n"),
    "a sentence": ("a.txt", "The tag\n</file>\nis the end.\n"),
}


@pytest.mark.parametrize(("path", "text"), ENDS.values(), ids=ENDS.keys())
@pytest.mark.parametrize("after", ["", "\nIt works.\n", "Now `b.py`:\n", '<file path="c.py">\ny\n</file>\n', "```\n"])
def test_a_closing_tag_in_the_text_of_a_file_is_no_end(path: str, text: str, after: str) -> None:
    answer = f'<file path="{path}">\n{text}</file>\n{after}'
    first, *_ = parse_files(answer, "main.py")
    assert (first.path, first.text, first.is_complete) == (path, text, True)
    assert_cuts_make_no_difference(answer)


@pytest.mark.parametrize("frame", ["write_file", "create_file", "tool_call"])
def test_a_tag_of_the_content_in_the_content(frame: str) -> None:
    answer = f"<{frame}>\n<path>a.py</path>\n<content>\n{PYTHON}</content>\n</{frame}>\n\nDone.\n"
    assert [(file.path, file.text) for file in parse_files(answer, "main.py")] == [("a.py", PYTHON)]
    assert_cuts_make_no_difference(answer)


def test_a_tag_that_only_opens_in_the_text_does_not_hide_the_end() -> None:
    text = 'PAGE = """\n<content>\n"""\n'
    answer = f"<write_file>\n<path>a.py</path>\n<content>\n{text}</content>\n</write_file>\n\nDone.\n"
    assert [(file.path, file.text) for file in parse_files(answer, "main.py")] == [("a.py", text)]
    assert_cuts_make_no_difference(answer)


@pytest.mark.parametrize(
    "inner",
    [
        "<content>\nx = 1\n</content>",
        "<file_text>x = 1</file_text>",
        "<content><![CDATA[\nx = 1\n]]></content>",
        "<contents>\n```python\nx = 1\n```\n</contents>",
    ],
)
@pytest.mark.parametrize("newline", ["", "\n"])
def test_a_content_in_a_tag_with_a_path_is_undressed(inner: str, newline: str) -> None:
    answer = "".join(
        f'<create_file path="{path}">{newline}{inner}{newline}</create_file>\n' for path in ("a.py", "b.py")
    )
    assert [(file.path, file.text) for file in parse_files(answer, "main.py")] == [
        ("a.py", "x = 1\n"),
        ("b.py", "x = 1\n"),
    ]
    assert_cuts_make_no_difference(answer)


def test_the_content_element_of_an_xml_file_is_its_own() -> None:
    answer = '<file path="a.xml">\n<content>\n  x\n</content>\n</file>\n'
    assert [file.text for file in parse_files(answer, "main.py")] == ["<content>\n  x\n</content>\n"]
