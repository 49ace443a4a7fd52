"""Answers of unexpected shape: every file comes out, however the text is cut."""

import json
from pathlib import Path

import pytest

from core.files.answer import parse_files
from tests.support.answers import assert_cuts_make_no_difference

CASES = sorted((Path(__file__).parent / "cases").glob("*.md"))
SECOND = "### FILE: main.py\n```python\nx = 1\n```\n\n"


def read_case(path: Path) -> tuple[str, str, dict[str, str]]:
    expected = path.with_suffix(".expected.txt").read_text(encoding="utf-8")
    default_path = expected.partition("\n")[0].removeprefix("default path: ")
    files = json.loads(expected[expected.index("{") : expected.rindex("}") + 1])
    return path.read_text(encoding="utf-8"), default_path, files


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_an_answer_gives_exactly_its_files(path: Path) -> None:
    text, default_path, files = read_case(path)
    parsed = parse_files(text, default_path)
    assert [(file.path, file.text) for file in parsed] == list(files.items())
    assert all(file.is_complete for file in parsed)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_an_answer_may_be_cut_anywhere(path: Path) -> None:
    assert_cuts_make_no_difference(read_case(path)[0])


NAMINGS = {
    "sentence": "Now the helpers go into **util.py**\n```python\ny\n```\n",
    "german label": "Datei: util.py\n```python\ny\n```\n",
    "japanese label": "ファイル名\uff1a`util.py`\n```python\ny\n```\n",
    "french label": "**Fichier :** `util.py`\n```python\ny\n```\n",
    "table": "| File | `util.py` |\n|---|---|\n```python\ny\n```\n",
    "summary lines": "<details>\n<summary>\nutil.py\n</summary>\n\n```python\ny\n```\n</details>\n",
    "quotes": "“util.py”\uff1a\n```python\ny\n```\n",
    "name in a block": "```\nutil.py\n```\n```python\ny\n```\n",
    "closing language": "### FILE: util.py\n```python\ny\n```python\n\nDone.\n",
    "closing word": "### FILE: util.py\n```python\ny\n``` end\n",
    "token": "### FILE: util.py\n```python\ny\n```</s>\n",
    "wide token": "### FILE: util.py\n```python\ny\n```<\uff5cend▁of▁sentence\uff5c>",
    "marker in a fence": "```python\n### FILE: util.py\ny\n```\n",
}


@pytest.mark.parametrize("text", NAMINGS.values(), ids=NAMINGS.keys())
def test_a_second_file_is_found_by_its_name(text: str) -> None:
    assert [(file.path, file.text) for file in parse_files(SECOND + text, "main.py")] == [
        ("main.py", "x = 1\n"),
        ("util.py", "y\n"),
    ]
    assert_cuts_make_no_difference(SECOND + text)


@pytest.mark.parametrize("first_line", ["# util.py: helpers", '"""util.py - helpers."""', '"""\nutil.py\n"""'])
def test_a_comment_or_docstring_names_its_file(first_line: str) -> None:
    text = f"{SECOND}```python\n{first_line}\ny\n```\n"
    assert [(file.path, file.text) for file in parse_files(text, "main.py")][1:] == [("util.py", f"{first_line}\ny\n")]
    assert_cuts_make_no_difference(text)


def test_a_part_of_a_known_file_with_a_description_does_not_replace_it() -> None:
    text = f"{SECOND}```python\n# main.py - add this\ny\n```\n"
    assert [file.text for file in parse_files(text, "main.py")] == ["x = 1\n"]


CODE = "x = 1\ny = 2\n"
ARGUMENTS = {"path": "util.py", "content": CODE}
CALL = json.dumps({"name": "write_file", "arguments": ARGUMENTS})
TONGUES = {
    "create file": f"<create_file>\n<file_path>util.py</file_path>\n<content>\n{CODE}</content>\n</create_file>\n",
    "file name attribute": f'Here:\n\n<file name="util.py">\n{CODE}</file>\n',
    "two parameters on a line": f"<parameter=path>util.py</parameter>\n<parameter=content>\n{CODE}</parameter>\n",
    "named parameters": f'<invoke name="write_file">\n<parameter name="path">util.py</parameter>\n'
    f'<parameter name="content">{CODE}</parameter>\n</invoke>\n',
    "heredoc in prose": f"cat <<EOF > util.py\n{CODE}EOF\n",
    "tee": f"```sh\ntee util.py <<-'END'\n{CODE}END\n```\n",
    "thoughts in brackets": f"[THINK]\n### FILE: a.py\n```\nz\n```\n[/THINK]\n### FILE: util.py\n```\n{CODE}```\n",
    "channel": f"<|channel|>analysis<|message|>I think.<|end|>\n### FILE: util.py\n```\n{CODE}```\n",
    "call": f"<tool_call>\n{CALL}\n</tool_call>\n",
    "call on one line": f"I write it.\n<tool_call>{CALL}</tool_call>",
    "call in a fence": f"```json\n{CALL}\n```\n",
    "calls in a list": f"[TOOL_CALLS] [{CALL}]\n",
    "call with text arguments": json.dumps({"function": {"name": "write_file", "arguments": json.dumps(ARGUMENTS)}}),
    "unfenced in a fence": f"```\n### FILE: util.py\n{CODE}```\n",
}


@pytest.mark.parametrize("text", TONGUES.values(), ids=TONGUES.keys())
def test_a_file_in_another_notation_comes_out(text: str) -> None:
    assert [(file.path, file.text, file.is_complete) for file in parse_files(text, "main.py")] == [
        ("util.py", CODE, True)
    ]
    assert_cuts_make_no_difference(text)


def test_several_unfenced_files_share_one_fence() -> None:
    text = f"```\n### FILE: a.py\n{CODE}### FILE: b.py\n{CODE}```\nDone.\n"
    assert [(file.path, file.text) for file in parse_files(text, "main.py")] == [("a.py", CODE), ("b.py", CODE)]
    assert_cuts_make_no_difference(text)
