"""Several copies of one file in an answer: the last whole one is the file, and no other is lost without a word."""

import pytest

from core.files.answer import block_text, parse_answer
from tests.support.answers import assert_cuts_make_no_difference

CODE = "".join(f"value_{number} = {number}\n" for number in range(20))
MORE = "more = 1\n"
SHOW = "ui();\n" * 4
NEWER = CODE.replace("value_7 = 7", "value_7 = 70")


def block(text: str, info: str = "python") -> str:
    return f"```{info}\n{text}```\n"


def parsed(answer: str) -> tuple[dict[str, str], list[str]]:
    """The files, and the texts of the blocks that belong to none; where the answer is cut makes no difference."""
    assert_cuts_make_no_difference(answer)
    found = parse_answer(answer, "main.py")
    return {file.path: file.text for file in found.files}, [block_text(answer, each) for each in found.unassigned]


@pytest.mark.parametrize(
    ("excerpt", "info"),
    [
        ("value_3 = 30\n", "python"),
        ("value_0 = 0\n# ... the rest stays\nvalue_99 = 99\nvalue_98 = 1\nvalue_97 = 1\n", "python"),
        ("".join(CODE.splitlines(keepends=True)[4:9]), "python"),
        ("python app.py --reload\n", "bash"),
        ("Running on http://127.0.0.1:8000\n", "text"),
        ('{"id": 1}\n', "json"),
    ],
)
def test_a_part_of_a_file_its_output_and_its_command_replace_nothing(excerpt: str, info: str) -> None:
    answer = f"### app.py\n{block(CODE)}\n**app.py** (line 3):\n{block(excerpt, info)}"
    assert parsed(answer) == ({"app.py": CODE}, [excerpt])


def test_a_new_version_replaces_the_one_before_which_is_told() -> None:
    answer = f"**app.py**\n{block(CODE)}\nNow with a fix:\n\n**app.py**\n{block(NEWER)}"
    assert parsed(answer) == ({"app.py": NEWER}, [CODE])


def test_the_same_text_again_is_no_news() -> None:
    answer = f"**app.py**\n{block(CODE)}\nOnce more:\n\n**app.py**\n{block(CODE)}"
    assert parsed(answer) == ({"app.py": CODE}, [])


def test_files_of_one_name_in_two_folders_that_only_headings_tell_are_both_kept() -> None:
    other = "const express = require('express');\nconst app = express();\napp.listen(3000);\napp.use(x);\n"
    answer = f"## Backend\n\n### index.js\n{block(other, 'js')}\n## Frontend\n\n### index.js\n{block(SHOW, 'js')}"
    files, others = parsed(answer)
    assert sorted([*files.values(), *others]) == sorted([other, SHOW])


@pytest.mark.parametrize("first", ["(part 1)", "(Part 1 of 2)", ""])
@pytest.mark.parametrize("second", ["(part 2)", "(continued)", "\u2013 Teil 2", "(Part 2 of 2)"])
def test_the_parts_of_a_file_are_one_file(first: str, second: str) -> None:
    answer = f"**app.py** {first}\n{block(CODE)}\n**app.py** {second}\n{block(MORE)}"
    assert parsed(answer) == ({"app.py": CODE + MORE}, [])


def test_a_cut_copy_is_told_beside_the_whole_one() -> None:
    answer = f"**app.py**\n{block(CODE)}\n**app.py**\n```python\nvalue_0 = 0\nval"
    files, others = parsed(answer)
    assert files == {"app.py": CODE}
    assert others == ["value_0 = 0\nval\n"]


def test_a_copy_without_a_fence_that_another_replaces_is_told_by_its_lines() -> None:
    answer = "### FILE: b.py\na = 1\nb = 2\nc = 3\nd = 4\n\n### FILE: b.py\nx = 1\ny = 2\nz = 3\n"
    files, others = parsed(answer)
    assert files == {"b.py": "x = 1\ny = 2\nz = 3\n"}
    assert others == ["a = 1\nb = 2\nc = 3\nd = 4\n\n"]


def test_an_empty_file_is_filled_by_the_next_copy() -> None:
    assert parsed(f"**app.py**\n{block('')}\n**app.py**\n{block(CODE)}") == ({"app.py": CODE}, [])


def test_captions_below_name_what_they_stand_below() -> None:
    css = "body { margin: 0; }\n"
    files, others = parsed(f"{block(CODE)}*main.py*\n\n{block(css, 'css')}*style.css*\n")
    assert (files, others) == ({"main.py": CODE, "style.css": css}, [])


def test_a_refused_path_leaves_a_block() -> None:
    call = '{"name": "write_file", "arguments": {"path": "../x.py", "content": "x = 1"}}\n'
    assert parsed(call) == ({}, [call])
    assert parsed("### FILE: ../b.py\nb = 1\nc = 2\n") == ({}, ["b = 1\nc = 2\n"])


@pytest.mark.parametrize(
    "refusal",
    [
        "Извините, я не могу этого сделать.",
        "对不起\uff0c我不能这样做。",
        "申し訳ありませんが、できません。",
        "sorry, i can't do that",
        "**Sorry**, that is not possible.",
        "No.",
        "1. What database do you use?\n2. Which port?",
        "Étant donné la demande, je ne peux pas.",
        "Ich kann das leider nicht; frage anders.",
        "Sure, here it is:\n\n### FILE: main.py",
    ],
)
def test_words_alone_are_no_file(refusal: str) -> None:
    assert parsed(f"{refusal}\n")[0] == {}


@pytest.mark.parametrize(
    "code",
    ["import os\n", "x = 1\n", "print(1)\n", "FROM alpine\n", "<p>hi</p>\n", "SELECT 1\n", "[tool]\na = 1\n", "a();\n"],
)
def test_code_alone_is_a_file(code: str) -> None:
    assert parsed(code)[0] == {"main.py": code}
