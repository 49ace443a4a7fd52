"""One fenced block, line by line."""

import pytest

from core.files.answer import parse_files
from core.files.markdown.blocks.code_block import CodeBlock
from core.files.markdown.blocks.fence import Fence
from core.files.markdown.blocks.line_result import LineResult
from tests.support.answers import assert_cuts_make_no_difference


@pytest.mark.parametrize("line", ["``\n", "x ```\n", "``` a`b\n", "~~\n", "", " " * 500 + "```\n"])
def test_other_lines_are_no_fences(line: str) -> None:
    assert Fence.parse(line) is None


@pytest.mark.parametrize(
    ("opening", "closing", "closes"),
    [
        ("```py", "```", True),
        ("```py", "`````", True),
        ("````", "```", False),
        ("```", "~~~", False),
        ("```", "```py", False),
        ("```", "   ```", True),
        ("```", "    ```", False),
        ("```", "\t```", False),
        (" ```", "\t```", True),
        ("  ```", "\t```", True),
    ],
)
def test_a_block_ends_at_a_fence_as_long_and_little_further_in(opening: str, closing: str, closes: bool) -> None:
    first, second = Fence.parse(opening), Fence.parse(closing)
    assert first is not None
    assert second is not None
    assert first.is_closed_by(second) is closes


def block(*, fence: str = "```", is_markdown: bool = False) -> CodeBlock:
    opening = Fence.parse(fence)
    assert opening is not None
    return CodeBlock(opening, is_markdown=is_markdown)


def test_lines_are_content_up_to_the_closing_fence() -> None:
    opened = block()
    assert opened.feed_line("a\n") == LineResult("a\n")
    assert opened.feed_line("    ```\n") == LineResult("    ```\n")
    assert opened.feed_line("```\n") == LineResult(is_closed=True, markup="```\n")


def test_a_file_marker_ends_the_block_and_is_left_over() -> None:
    assert block().feed_line("### FILE: b.py\n") == LineResult(is_closed=True, rest="### FILE: b.py\n")
    assert block().feed_line("``` ### FILE: b.py\n") == LineResult(
        is_closed=True, rest="### FILE: b.py\n", markup="``` "
    )


def test_a_fence_at_the_end_of_a_line_of_code_closes_if_nothing_contradicts() -> None:
    opened = block()
    assert opened.feed_line("a```\n") == LineResult("a")
    assert opened.feed_line("\n") == LineResult("\n", is_closed=True, rest="\n", markup="```\n", is_newline_added=True)
    opened = block()
    opened.feed_line("a```\n")
    assert opened.feed_line("b\n") == LineResult("```\nb\n")
    opened = block()
    opened.feed_line("a```")
    assert opened.close() == LineResult("\n", is_closed=True, markup="```", is_newline_added=True)


def test_blocks_inside_a_markdown_file_belong_to_it() -> None:
    opened = block(is_markdown=True)
    for line in ("```sh\n", "make\n", "```\n", "text\n"):
        assert opened.feed_line(line) == LineResult(line)
    assert opened.feed_line("```\n") == LineResult()
    assert opened.feed_line("\n") == LineResult(is_closed=True, rest="\n", markup="```\n")


def test_an_indented_block_loses_as_much_of_its_lines() -> None:
    opened = block(fence="  ```")
    assert [opened.feed_line(line).content for line in ("  a\n", "    b\n", " c\n", "d\n")] == [
        "a\n",
        "  b\n",
        "c\n",
        "d\n",
    ]


def test_a_block_that_the_text_leaves_open_is_not_closed() -> None:
    opened = block()
    opened.feed_line("a\n")
    assert opened.close() == LineResult()


@pytest.mark.parametrize(
    ("partial", "is_started", "length"),
    [
        ("abc", False, 3),
        ("a`b", False, 1),
        ("  abc", False, 5),
        ("", False, 0),
        ("  ", False, 0),
        ("`", False, 0),
        ("#", False, 0),
        ("~", False, 0),
        ("#", True, 1),
        ("~`", True, 1),
    ],
)
def test_of_an_unfinished_line_only_certain_content_goes_out(partial: str, is_started: bool, length: int) -> None:
    assert block().streamable_length(partial, is_started=is_started) == length
    assert block(fence=" ```").streamable_length(partial, is_started=is_started) == 0


@pytest.mark.parametrize(
    ("text", "end"),
    [("a\nb\n", 4), ("a\nb", 2), ("a\n```\n", 2), ("a\nb`\n", 2), ("# a\n", 4), ("a\n### FILE: b\n", 2)],
)
def test_whole_lines_of_content_are_skipped_at_once(text: str, end: int) -> None:
    assert block().skip_content(text, 0) == end


TEMPLATE = "const md = `# Hi\n{fence}\nnpm i\n```\n\nText\n`;\nlog(md);\n"
HOLDING_FENCES = {
    "a.js": TEMPLATE.format(fence="```sh"),
    "a.ts": TEMPLATE.format(fence="```"),
    "b.jsx": "const a = `${b.map(c => `<li>don't\n```js\nx\n```\n</li>`).join('')}`;\n",
    "c.js": "const quote = /[`'\"]/;\nlet a;\n",
    "d.js": "const t = `\n### FILE: x.py\nhi\n`;\nlet z;\n",
    "e.tsx": "/* Written as\n### FILE: x.py\n*/\nlet z;\n",
    "a.go": "package main\n\nvar md = `\n```sh\nls\n```\n`\n\nfunc main() {}\n",
    "A.java": 'class A {\n  String s = """\n```sh\nls\n```\n""";\n}\n',
    "a.rs": 'const S: &str = r#"\n```\nls\n```\n"#;\nfn main() { let c = \'"\'; }\n',
    "a.sh": "cat > README.md <<'EOF'\n# Hi\n```sh\nls\n```\n\n## More\n```sh\nls\n```\nEOF\necho 1\n",
}


@pytest.mark.parametrize(("path", "text"), HOLDING_FENCES.items(), ids=HOLDING_FENCES.keys())
def test_a_fence_or_a_marker_in_a_string_of_several_lines_is_text(path: str, text: str) -> None:
    answer = f"**{path}**\n```{path.rpartition('.')[2]}\n{text}```\n\nThe end.\n\n**z.py**\n```python\nx\n```\n"
    assert [(file.path, file.text) for file in parse_files(answer, "main.py")] == [(path, text), ("z.py", "x\n")]
    assert_cuts_make_no_difference(answer)


@pytest.mark.parametrize("text", ["const a = `\nb\n", "// don't `\nlet a = b / c; let d = `e\n"])
def test_a_string_that_never_ends_does_not_take_the_words_after_the_block(text: str) -> None:
    answer = f"**a.js**\n```js\n{text}```\n\nRun it with `node a.js`.\n"
    assert [(file.path, file.text) for file in parse_files(answer, "main.py")] == [("a.js", text)]


MARKED_README = {
    "sentence": ("```markdown\n", "# T\n\n### FILE: x.py\nis how to mark.\n", "```\n"),
    "two of them": ("```md\n", "# T\n### FILE: x.py\n### FILE: y.py\n\nEnd.\n", "```\n"),
    "longer fence": ("````markdown\n", "# T\n\n### FILE: x.py\n```python\nx\n```\n", "````\n"),
    "at the end": ("```markdown\n", "# T\n### FILE: x.py", ""),
}


@pytest.mark.parametrize(("opening", "text", "closing"), MARKED_README.values(), ids=MARKED_README.keys())
def test_a_marker_in_a_markdown_file_without_a_file_is_text(opening: str, text: str, closing: str) -> None:
    answer = f"### FILE: README.md\n{opening}{text}{closing}"
    assert [(file.path, file.text) for file in parse_files(answer, "main.py")] == [("README.md", text)]
    assert_cuts_make_no_difference(answer)


def test_a_marker_and_a_fence_end_a_markdown_file_that_was_not_closed() -> None:
    answer = "### FILE: README.md\n```markdown\n# T\n\n### FILE: x.py\n\n```python\nx\n```\n"
    assert [(file.path, file.text) for file in parse_files(answer, "main.py")] == [
        ("README.md", "# T\n\n"),
        ("x.py", "x\n"),
    ]
    assert_cuts_make_no_difference(answer)


@pytest.mark.parametrize("indent", ["\t", "    ", "  \t"])
def test_the_indentation_of_a_block_goes_and_that_of_its_code_stays(indent: str) -> None:
    answer = f"1. **a.py**\n\n{indent}```python\n{indent}if x:\n{indent}\ty = 1\n\n{indent}\t  z\n{indent}```\n"
    assert [file.text for file in parse_files(answer, "main.py")] == ["if x:\n\ty = 1\n\n\t  z\n"]
    assert_cuts_make_no_difference(answer)


@pytest.mark.parametrize(("opening", "closing"), [("~~~", "```"), ("```", "~~~"), ("~~~~", "```")])
@pytest.mark.parametrize("between", ["\n", "\nThen this one.\n\n", ""])
def test_a_block_may_be_closed_by_other_signs(opening: str, closing: str, between: str) -> None:
    answer = f"**a.py**\n{opening}python\nx = 1\n{closing}\n{between}**b.py**\n{opening}python\ny\n{closing}\n"
    assert [(file.path, file.text) for file in parse_files(answer, "main.py")] == [("a.py", "x = 1\n"), ("b.py", "y\n")]
    assert_cuts_make_no_difference(answer)


@pytest.mark.parametrize(
    "title", ["### b.py", "**b.py**", "**`b.py`**\n", "## 2. b.py\n", "# b.py", "**File: b.py**", "### `b.py`:"]
)
def test_a_title_and_a_fence_end_a_block_that_was_not_closed(title: str) -> None:
    answer = f"**a.py**\n```python\n# c.py\nx = 1\n{title}\n```python\ny\n```\n"
    assert [(file.path, file.text) for file in parse_files(answer, "main.py")] == [
        ("a.py", "# c.py\nx = 1\n"),
        ("b.py", "y\n"),
    ]
    assert_cuts_make_no_difference(answer)


@pytest.mark.parametrize("path", ["a.py", "a.txt", "a.md", "a.mdx"])
def test_a_title_without_a_fence_or_in_a_text_is_content(path: str) -> None:
    text = "x = '''\n## b.py\n```python\ny\n```\n'''\n" if path == "a.py" else "## b.py\n\nSays y.\n"
    answer = f"**{path}**\n````\n{text}# c.py\n````\n"
    assert [(file.path, file.text) for file in parse_files(answer, "main.py")] == [(path, f"{text}# c.py\n")]
    assert_cuts_make_no_difference(answer)
