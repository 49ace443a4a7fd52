"""Calls of tools as models write them: with mistakes, in the quotes of Python, behind words."""

import pytest

from core.files.answer import parse_answer, parse_files
from core.files.markdown.blocks.call_values import WrittenFile, files_in
from core.files.markdown.blocks.tool_calls import is_call_header, split_call_in_line
from tests.support.answers import assert_cuts_make_no_difference

CALLS = {
    "trailing commas": '{"name": "write_file", "arguments": {"path": "a.py", "content": "x = \'\\\\d\'\\n",},}\n',
    "trailing commas on lines": '{\n"path": "a.py",\n"content": "x = \'\\\\d\'\\n",\n}\n',
    "unknown escape": '{"name": "write_file", "arguments": {"path": "a.py", "content": "x = \'\\d\'\\n"}}\n',
    "single quotes": "{'name': 'write_file', 'arguments': {'path': 'a.py', 'content': \"x = '\\\\d'\\n\"}}\n",
    "a list in single quotes": "[{'path': 'a.py', 'content': 'x = \\'\\\\d\\'\\n'}]\n",
    "triple quotes": '{"name": "write_file", "arguments": {"path": "a.py", "content": """\nx = \'\\d\'\n"""}}\n',
    "words before": 'Now: {"name": "write_file", "arguments": {"path": "a.py", "content": "x = \'\\\\d\'\\n"}}\n',
    "words before a tag": 'Now. <tool_call>{"path": "a.py", "content": "x = \'\\\\d\'\\n"}</tool_call>\n',
    "by path": '{"a.py": "x = \'\\\\d\'\\n"}\n',
    "files by path": '{"files": {"a.py": "x = \'\\\\d\'\\n"}, "note": "Done."}\n',
    "by path in a fence": '```json\n{\n  "a.py": "x = \'\\\\d\'\\n"\n}\n```\n',
    "content first": "<function=write_file>\n<parameter=content>\nx = '\\d'\n</parameter>\n<parameter=path>\na.py\n"
    "</parameter>\n</function>\n",
    "content first, invoke": '<invoke name="write_file">\n<parameter name="content">x = \'\\d\'\n</parameter>\n'
    '<parameter name="path">a.py</parameter>\n</invoke>\n',
}


@pytest.mark.parametrize("text", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("before", ["", "### FILE: z.py\n```python\nz\n```\n\n"])
def test_a_call_with_mistakes_writes_its_file(before: str, text: str) -> None:
    answer = parse_answer(before + text, "main.py")
    assert [(file.path, file.text) for file in answer.files][-1] == ("a.py", "x = '\\d'\n")
    assert len(answer.files) == 1 + bool(before)
    assert answer.unassigned == ()
    assert_cuts_make_no_difference(before + text)


def test_two_calls_with_the_content_first() -> None:
    call = "<function=create_file>\n<parameter=text>\n{0}\n</parameter>\n<parameter=path>{0}.py</parameter></function>"
    text = call.format("a") + call.format("b")
    assert [(file.path, file.text) for file in parse_files(text, "main.py")] == [("a.py", "a\n"), ("b.py", "b\n")]
    assert_cuts_make_no_difference(text)


@pytest.mark.parametrize(
    "value", ['{"a.py": "starts it", "b.py": "helps"}', '{"a.py": "x\\n", "b": "y"}', "{'a': 'b'}", '{"a": "\\d"}']
)
def test_data_is_no_call(value: str) -> None:
    assert files_in(value) == ()
    text = f"### FILE: z.py\n```python\nz\n```\n\nIt is {value}\n\n{value}\n"
    assert [file.path for file in parse_files(text, "main.py")] == ["z.py"]
    assert_cuts_make_no_difference(text)


def test_the_files_of_a_value_are_in_its_order() -> None:
    value = '[{"path": "a.py", "content": "x"}, {"args": {"path": "b.py", "content": ""}}]'
    assert files_in(value) == (WrittenFile("a.py", "x"), WrittenFile("b.py", ""))


def test_words_and_a_call_on_one_line() -> None:
    assert split_call_in_line('I do: {"name": "a"}\n') == ("I do: ", '{"name": "a"}\n')
    assert split_call_in_line('{"name": "a"}\n') is None
    assert is_call_header("[TOOL_CALLS]\n")
