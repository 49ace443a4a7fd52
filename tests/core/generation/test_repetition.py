"""A model that repeats itself is noticed; code that repeats itself for a reason is not."""

import json
from pathlib import Path

import pytest

from core.generation.repetition import MAX_COUNTED_LINES, RepetitionDetector
from tests.support.cpu_time import cpu_limit

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*.json"))


def block(path: str, text: str) -> str:
    return f"### FILE: {path}\n```python\n{text}```\n\n"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_real_answers_do_not_repeat_themselves(path: Path) -> None:
    assert RepetitionDetector().feed(json.loads(path.read_text(encoding="utf-8"))["text"]) is None


HONEST = {
    "css": "".join(f".a{i} {{\n  color: red;\n  margin: 0;\n}}\n\n" for i in range(300)),
    "blank lines": "x\n" + "\n" * 90,
    "closing braces": "}\n" * 60,
    "cells of a board": '<div class="cell"></div>\n' * 81,
    "rows of a table": "<tr>\n  <td></td>\n  <td></td>\n</tr>\n" * 30,
    "cells that are alike": "  null,\n" * 64,
    "items that are alike": "- wall\n" * 40,
    "rows of numbers": "    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],\n" * 24,
    "different items": "".join(f'{{\n  "id": {i},\n  "name": "n"\n}},\n' for i in range(200)),
    "getters": "".join(f"def get_{i}(self):\n    return self.{i}\n\n" for i in range(100)),
    "two files of one content": block("a/__init__.py", "x\n") + block("b/__init__.py", "x\n"),
    "a file written again, changed": block("a.py", "x\n") + block("a.py", "y\n"),
    "a file shown and cut": block("a.py", "x\n") + "### FILE: a.py\n```\nx\n",
}


@pytest.mark.parametrize("text", HONEST.values(), ids=HONEST.keys())
def test_honest_repetition_passes(text: str) -> None:
    assert RepetitionDetector().feed(text) is None


def test_the_same_file_again_is_a_repetition() -> None:
    text = block("a.py", "x = 1\n") + block("b.py", "y\n")
    assert RepetitionDetector().feed(text + text) == "The model wrote a.py again and again."


def test_a_file_that_comes_for_the_fourth_time_is_a_repetition() -> None:
    assert RepetitionDetector().feed("".join(block("a.py", f"x = {i}\n") for i in range(4))) is not None


def test_a_line_twenty_times_in_a_row_is_a_repetition() -> None:
    detector = RepetitionDetector()
    assert detector.feed("import os\n" * 19) is None
    assert detector.feed("import os\n") == "The model wrote the same line again and again."


def test_a_block_of_lines_that_cycles_is_a_repetition() -> None:
    block_text = "def a():\n    pass\n\n"
    assert RepetitionDetector().feed(block_text * 25) == "The model wrote the same 3 lines again and again."


def test_endless_braces_and_markup_are_a_repetition() -> None:
    assert RepetitionDetector().feed("}\n" * 500) is not None
    assert RepetitionDetector().feed("<tr>\n<td></td>\n</tr>\n" * 200) is not None


def test_the_reason_stays() -> None:
    detector = RepetitionDetector()
    reason = detector.feed("import os\n" * 20)
    assert detector.feed("x") == reason


def test_cutting_the_text_makes_no_difference() -> None:
    detector = RepetitionDetector()
    assert [detector.feed(sign) for sign in "import os\n" * 20][-2:] == [
        None,
        "The model wrote the same line again and again.",
    ]


def test_a_long_text_takes_linear_time() -> None:
    detector = RepetitionDetector()
    with cpu_limit(4):
        for i in range(20_000):
            detector.feed(f"x = {i}\n")


@pytest.mark.parametrize("size", [2, 15, 20, 40])
def test_a_block_is_noticed_with_the_last_line_that_makes_it_a_repetition(size: int) -> None:
    times = max(60 // size, 4)
    block_text = "".join(f"call_{i}()\n" for i in range(size)) * times
    for honest in range(20):
        detector = RepetitionDetector()
        assert detector.feed("".join(f"y = {i}\n" for i in range(honest)) + block_text[:-1]) is None
        assert detector.feed("\n") == f"The model wrote the same {size} lines again and again."


@pytest.mark.parametrize(
    "before",
    ["\n\n", "0,\n" * 125, "<tr>\n<td>\n" * 80],
    ids=["a doubled blank", "uninformative lines", "uninformative blocks"],
)
def test_other_lines_that_repeated_before_delay_nothing(before: str) -> None:
    known = "".join(f"call_{i}()\n" for i in range(30))
    detector = RepetitionDetector()
    assert detector.feed(known * 2 + before + "# the same once more\n" * 19) is None
    assert detector.feed("# the same once more\n") == "The model wrote the same line again and again."
    detector = RepetitionDetector()
    assert detector.feed(known * 2 + before + "# one\n# two\n" * 29 + "# one\n") is None
    assert detector.feed("# two\n") == "The model wrote the same 2 lines again and again."


@pytest.mark.parametrize("lines_before", range(4 * MAX_COUNTED_LINES - 60, 4 * MAX_COUNTED_LINES + 20, 13))
def test_a_repetition_is_noticed_while_old_lines_are_dropped(lines_before: int) -> None:
    detector = RepetitionDetector()
    block_text = [f"call_{i}()\n" for i in range(20)] * 4
    texts = [*(f"x = {i}\n" for i in range(lines_before)), *block_text]
    assert [detector.feed(text) for text in texts[:-1]] == [None] * (len(texts) - 1)
    assert detector.feed(texts[-1]) == "The model wrote the same 20 lines again and again."
