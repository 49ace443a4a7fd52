"""What is thought before an answer, line by line."""

import pytest

from core.files.answer import parse_files
from core.files.markdown.thinking import SplitLine, ThinkingFilter
from tests.support.answers import assert_cuts_make_no_difference


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (["<think>a\n", "b\n", "c</think> d\n", "e\n"], ["", "", "d\n", "e\n"]),
        (["  <thinking>\n", "</thinking>\n", "a\n"], ["", "", "a\n"]),
        (["a\n", "b</think>c\n"], ["a\n", "c\n"]),
        (["a <think>\n", "b\n"], ["a <think>\n", "b\n"]),
    ],
)
def test_what_a_model_thinks_is_left_out(lines: list[str], left: list[str]) -> None:
    thinking = ThinkingFilter()
    assert [thinking.split(line).rest for line in lines] == left


def test_lines_from_the_first_file_on_wait_for_the_end_of_the_thinking() -> None:
    thinking = ThinkingFilter()
    assert thinking.split("<think>a\n") == SplitLine("<think>a\n", "", "")
    assert thinking.split("### FILE: a.py\n") == SplitLine("", "", "")
    assert thinking.split("b\n") == SplitLine("", "", "")
    assert thinking.split("</think>c\n") == SplitLine("### FILE: a.py\nb\n</think>", "", "c\n")
    assert thinking.close() == []


def test_a_thinking_that_never_ends_gives_back_its_files() -> None:
    thinking = ThinkingFilter()
    for line in ("<think>a\n", "### FILE: a.py\n", "b\n"):
        thinking.split(line)
    assert thinking.close() == ["### FILE: a.py\n", "b\n"]


def test_the_mark_of_an_answer_without_thoughts_is_no_thinking() -> None:
    assert ThinkingFilter().split("<|channel|>final<|message|>Hi\n") == SplitLine(
        "", "<|channel|>final<|message|>", "Hi\n"
    )


TAGS = [
    ("<think>", "</think>"),
    ("<THINK>", "</THINK>"),
    ("<Thinking>", "</Thinking>"),
    ("<analysis>", "</analysis>"),
    ("<inner_monologue>", "</inner_monologue>"),
    ('<thinking mode="deep">', "</thinking>"),
    ("[THINKING]", "[/THINKING]"),
    ("\u25c1think\u25b7", "\u25c1/think\u25b7"),
]
DRAFT = "Hm.\n\n**z.py**\n\n```python\nz\n```\n"


@pytest.mark.parametrize(("start", "end"), TAGS)
def test_a_file_in_what_is_thought_is_none(start: str, end: str) -> None:
    answer = f"{start}\n{DRAFT}{end}\n**a.py**\n```python\nx\n```\n"
    assert [(file.path, file.text) for file in parse_files(answer, "main.py")] == [("a.py", "x\n")]
    assert_cuts_make_no_difference(answer)


@pytest.mark.parametrize("title", ["**a.py**", "### app.py", "a.py:\n", "File: a.py", "### FILE: a.py"])
@pytest.mark.parametrize("start", [start for start, _ in TAGS])
def test_the_files_of_a_thinking_without_an_end_are_those_of_the_answer(start: str, title: str) -> None:
    answer = f"{start}\nI write a.py:\n\n**a.py** is first.\n\n{title}\n```python\nx\n```\n\nDone.\n"
    assert [file.text for file in parse_files(answer, "main.py")] == ["x\n"]
    assert_cuts_make_no_difference(answer)
