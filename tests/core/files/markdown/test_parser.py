import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files.markdown.events import (
    FileClosed,
    FileOpened,
    FileText,
    Markup,
    ParserEvent,
    PathRejected,
    Prose,
    TextEvent,
    UnassignedBlock,
)
from core.files.markdown.parser import MarkdownParser
from tests.support.cpu_time import cpu_limit

SAMPLES = sorted((Path(__file__).parents[3] / "samples").glob("*.json"))
CODE = "print(1)\nx = 2\n"
README = "# App\n\n```bash\nnpm i\n```\n\nThen:\n\n```\nnpm start\n```\n\nEnd.\n"


def sample(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def merged(events: Sequence[ParserEvent]) -> list[object]:
    result: list[object] = []
    for kind, run in groupby(events, type):
        if issubclass(kind, TextEvent):
            result.append((kind, "".join(event.text for event in run if isinstance(event, TextEvent))))
        else:
            result.extend(run)
    return result


def parsed(pieces: Sequence[str], default: str = "main.py") -> list[object]:
    parser = MarkdownParser(default)
    return merged([*(event for piece in pieces for event in parser.feed(piece)), *parser.close()])


def files(text: str, default: str = "main.py") -> list[tuple[str, str, bool]]:
    found: list[tuple[str, str, bool]] = []
    path, content = "", ""
    parser = MarkdownParser(default)
    for event in [*parser.feed(text), *parser.close()]:
        match event:
            case FileOpened():
                path, content = event.path, ""
            case FileText(more):
                content += more
            case FileClosed(whole):
                found.append((path, content, whole))
            case _:
                pass
    return found


def prose(text: str) -> str:
    parser = MarkdownParser("main.py")
    events = [*parser.feed(text), *parser.close()]
    return "".join(event.text for event in events if isinstance(event, Prose))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_real_answer_gives_exactly_its_files(path: Path) -> None:
    answer = sample(path)
    assert files(answer["text"]) == [(name, text, True) for name, text in answer["files"].items()]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_real_answer_may_be_cut_anywhere(path: Path) -> None:
    answer = sample(path)
    text = answer["text"]
    whole = parsed([text])
    assert parsed(answer["pieces"]) == whole
    assert parsed(list(text)) == whole
    for at in range(0, len(text), 7):
        assert parsed([text[:at], text[at:]]) == whole


SHAPES = {
    "file heading": "### FILE: main.py\n```python\n%s```\n",
    "other heading": "# main.py\n```\n%s```",
    "numbered heading": "### 1. `main.py`\n```\n%s```",
    "heading with a remark": "### `main.py` - entry point\n```python\n%s```",
    "heading with brackets": "### FILE: main.py (updated)\n```\n%s```",
    "bare": "main.py\n```python\n%s```\n",
    "bold": "**main.py**\n```python\n%s```",
    "backticks": "`main.py`\n```python\n%s```",
    "quotes": '"main.py"\n```python\n%s```',
    "colon": "main.py:\n```python\n%s```",
    "backticks and colon": "`main.py`:\n\n```\n%s```",
    "bold and colon": "**main.py:**\n```\n%s```",
    "bold backticks": "**`main.py`**\n```\n%s```",
    "label": "Filename: main.py\n```\n%s```",
    "bold label": "**File:** `main.py`\n```\n%s```",
    "list item": "1. **main.py**:\n```\n%s```",
    "sentence": "Create a file called `main.py`:\n\n```python\n%s```",
    "blank lines": "main.py\n\n\n```python\n%s```",
    "a paragraph between": "### main.py\nThis is the app.\n\n```python\n%s```",
    "heading around": "### Backend (`main.py`)\n```python\n%s```",
    "heading with a label of its own": "#### The app: main.py\n\n```python\n%s```",
    "sentence with a full stop": "Save it as **main.py**.\n```python\n%s```",
    "rule around": "--- main.py ---\n```python\n%s```",
    "comment before": "// main.py\n```python\n%s```",
    "link": "[main.py](main.py)\n```python\n%s```",
    "symbol": "\U0001f4c4 main.py\n```python\n%s```",
    "running it": "### FILE: main.py\n```\n%s```\n\n### Running main.py\n\n```\npython main.py\n```\n",
    "running it in a shell": "### FILE: main.py\n```\n%s```\n\n### Running main.py\n\n```bash\npython main.py\n```\n",
    "title": "```python title=main.py\n%s```",
    "quoted title": '```python title="main.py"\n%s```',
    "filename": "```py filename=main.py\n%s```",
    "info path": "```main.py\n%s```",
    "info path after language": "```python main.py\n%s```",
    "info path after colon": "```python:main.py\n%s```",
    "braces": "```{path=main.py}\n%s```",
    "language and braces": "```python {path=main.py}\n%s```",
    "first line": "```python\nmain.py\n%s```",
    "glued opener": "### FILE: main.py```python\n%s```",
    "spaced glued opener": "**main.py** ```python\n%s```",
    "tildes": "main.py\n~~~python\n%s~~~",
    "long fence": "main.py\n````python\n%s````",
    "dot": "### FILE: ./main.py\n```\n%s```",
    "absolute": "### FILE: /main.py\n```\n%s```",
    "windows": "### FILE: .\\main.py\n```\n%s```",
    "drive": "### FILE: C:\\main.py\n```\n%s```",
    "trailing blanks": "main.py\n```python   \n%s```   \n",
    "no fence": "%s",
    "no fence below a heading": "### FILE: main.py\n%s",
    "no name": "Sure:\n```python\n%s```\nDone.",
    "thoughts before": "<think>\n### FILE: x.py\n```\nfoo\n```\n</think>\n### FILE: main.py\n```\n%s```",
    "wrapped in markdown": "```markdown\n### FILE: main.py\n```python\n%s```\n```\n",
    "after a tree": "Structure:\n```\n├── main.py\n└── b.py\n```\n\n### main.py\n```python\n%s```",
    "after a list": "- main.py\n- requirements.txt\n\nHere:\n\n**main.py**\n```python\n%s```",
    "commands after": "### FILE: main.py\n```\n%s```\n\nRun:\n```bash\npip install\n```\n",
    "command on the file after": "### FILE: main.py\n```\n%s```\n\nRun `main.py`:\n```\npython main.py\n```\n",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_every_shape_of_path_and_fence_gives_the_file(shape: str) -> None:
    default = "main.py" if "main.py" not in shape else "other.py"
    assert files(shape.replace("%s", CODE), default) == [("main.py", CODE, True)]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_every_shape_may_be_cut_anywhere(shape: str) -> None:
    text = shape.replace("%s", CODE)
    whole = parsed([text])
    for at in range(len(text)):
        assert parsed([text[:at], text[at:]]) == whole


PARTS = [
    *"ab`~# \n",
    "```",
    "~~~",
    "````",
    "\n",
    "\n```\n",
    "```python\n",
    "### FILE: a.py",
    "README.md\n```markdown\n",
]
PARTS += [
    "**b.ts**\n",
    "<think>",
    "</think>",
    "# c.py\n",
    "`d.py`:",
    "  ",
    "é├",
    "x = 1\n",
    "../x.py\n",
    "```ts:e.ts\n",
]


@given(st.lists(st.sampled_from(PARTS), max_size=40), st.data())
def test_where_the_text_is_cut_makes_no_difference(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert parsed(pieces) == parsed([text])


@given(st.text(alphabet="ab {}();\n\t=", max_size=300))
def test_content_between_fences_comes_out_as_it_went_in(content: str) -> None:
    assert files(f"### FILE: a.py\n```python\n{content}\n```\n") == [("a.py", f"{content}\n", True)]


@given(st.lists(st.sampled_from(PARTS), max_size=40))
def test_files_open_and_close_in_turn(parts: list[str]) -> None:
    is_open = False
    for event in parsed(["".join(parts)]):
        match event:
            case FileOpened():
                assert not is_open
                is_open = True
            case FileClosed():
                assert is_open
                is_open = False
            case _:
                pass
    assert not is_open


def test_content_goes_out_before_its_line_is_over() -> None:
    parser = MarkdownParser("main.py")
    parser.feed("### FILE: a.py\n```python\n")
    assert parser.feed("impo") == [FileText("impo")]


def test_a_readme_keeps_the_blocks_inside() -> None:
    text = f"### FILE: README.md\n```markdown\n{README}```\n\n### FILE: a.py\n```\na\n```\n"
    assert files(text) == [("README.md", README, True), ("a.py", "a\n", True)]


def test_a_longer_fence_keeps_shorter_ones_inside() -> None:
    assert files(f"### FILE: README.md\n````markdown\n{README}````\n") == [("README.md", README, True)]


def test_an_indented_block_loses_its_indentation() -> None:
    assert files("1. main.py\n   ```python\n   if x:\n     y\n   ```\n") == [("main.py", "if x:\n  y\n", True)]


def test_a_fence_in_an_indented_string_is_content() -> None:
    code = 'doc = """\n    ```\n    x\n    ```\n"""\n'
    assert files(f"### FILE: a.py\n```python\n{code}```") == [("a.py", code, True)]


def test_an_unclosed_last_block_is_not_whole() -> None:
    assert files("### FILE: a.py\n```python\nx = 1\ny =") == [("a.py", "x = 1\ny =", False)]


def test_a_block_that_was_never_closed_ends_at_the_next_file() -> None:
    text = f"### FILE: a.py\n```\n{CODE}### FILE: b.py\n```\nb\n```\n"
    assert files(text) == [("a.py", CODE, True), ("b.py", "b\n", True)]


def test_a_closing_fence_may_be_glued_to_code() -> None:
    text = "### FILE: a.py\n```\nx = 2```\n\n### FILE: b.py\n```\nb```"
    assert files(text) == [("a.py", "x = 2\n", True), ("b.py", "b\n", True)]


def test_a_closing_fence_may_be_glued_to_the_next_heading() -> None:
    text = "### FILE: a.py\n```\na\n```### FILE: b.py\n```\nb\n```"
    assert files(text) == [("a.py", "a\n", True), ("b.py", "b\n", True)]


def test_the_comment_that_names_a_file_stays_in_it() -> None:
    assert files("```python\n# main.py\nx = 1\n```") == [("main.py", "# main.py\nx = 1\n", True)]


def test_the_comment_that_names_a_json_file_goes() -> None:
    assert files("```json\n// package.json\n{}\n```") == [("package.json", "{}\n", True)]


def test_blocks_without_any_name_are_named_by_language() -> None:
    text = "```html\n<p>\n```\n```css\na{}\n```\n```js\n1\n```\n```js\n2\n```\n"
    assert [path for path, _, _ in files(text, "index.html")] == [
        "index.html",
        "styles.css",
        "script.js",
        "script-2.js",
    ]


def test_commands_after_the_files_are_prose() -> None:
    assert "npm start" in prose("### FILE: a.js\n```js\na\n```\n\n```sh\nnpm start\n```\n")


def test_a_path_line_without_a_block_is_prose() -> None:
    assert prose("main.py\nis the file.\n```python\nx\n```") == "main.py\nis the file.\n"


def test_prose_around_files_is_kept() -> None:
    assert prose("Here:\n\n### FILE: a.py\n```\na\n```\nDone.") == "Here:\n\nDone."


@pytest.mark.parametrize("text", ["I'm sorry, I can't do that.", "Sure, here", "", "\n\n", "<think>\nx = 1;\n"])
def test_talk_alone_is_no_file(text: str) -> None:
    assert files(text) == []


def test_the_same_path_twice_is_the_same_file_twice() -> None:
    text = "### FILE: a.py\n```\n1\n```\n### FILE: a.py\n```\n2\n```\n"
    assert [path for path, _, _ in files(text)] == ["a.py", "a.py"]


def test_a_path_that_differs_in_case_alone_gets_a_number() -> None:
    text = "### FILE: A.py\n```\n1\n```\n### FILE: a.py\n```\n2\n```\n"
    assert [path for path, _, _ in files(text)] == ["A.py", "a-2.py"]


def test_a_refused_path_says_why_and_its_block_is_prose() -> None:
    parser = MarkdownParser("main.py")
    events = [*parser.feed("### FILE: ../../x.py\n```\nx\n```\n"), *parser.close()]
    assert events == [
        Markup("### FILE: ../../x.py\n```\n"),
        PathRejected("../../x.py", "The path leads out of the project."),
        Prose("x\n"),
        Markup("```\n"),
        UnassignedBlock(3, 1, "", "x"),
    ]


def test_the_language_follows_the_path_and_else_the_tag() -> None:
    parser = MarkdownParser("main.py")
    events = parser.feed("a/b.tsx\n```\nx\n```\nsrc/main.rust\n```rust\nx\n```\n")
    assert [event.language for event in events if isinstance(event, FileOpened)] == ["tsx", "rust"]


@pytest.mark.parametrize("line", ["`", " ", "a`", "#", "**a", "x", "```", "<think>"])
@pytest.mark.parametrize("opening", ["", "### FILE: a.py\n```\n", "```python\n"])
def test_a_huge_line_takes_linear_time(opening: str, line: str) -> None:
    parser = MarkdownParser("main.py")
    with cpu_limit(2):
        parser.feed(opening)
        for _ in range(20_000):
            parser.feed(line)
        parser.close()
