"""Every character of an answer is in a file, in prose, in thinking or in markup: none vanishes, none comes twice."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.files.answer import _collect_copies, block_text, parse_answer
from core.files.markdown.events import (
    FileText,
    Markup,
    ParserEvent,
    Prose,
    TextEvent,
    Thinking,
    UnassignedBlock,
)
from core.files.markdown.parser import MarkdownParser

CASES = sorted((Path(__file__).parent / "cases").glob("*.md"))
CALL = json.dumps({"name": "write_file", "arguments": {"path": "c.py", "content": "x = 1\n"}})
LINES = [
    *("", "Some words.", "a.py", "### FILE: b.py", "### Usage", "**d.ts**", "Save this as `e.py`.", "x = 1", "  y"),
    *("```", "```python", "``` end", "~~~", "````", "```json", "   ```", "```sh", "x = 2```", "```a.py```", "`"),
    *("<think>", "</think>", "[THINK]", "hm</think>so", "<|channel|>analysis<|message|>Hm", "<|end|>"),
    *("<|channel|>final<|message|>Yes", "<|im_end|>", "Done.<|im_end|>", "<|call|>", "```</s>", "import os"),
    *('<file path="f.py">', "</file>", "<content>", "</content>", "<path>g.py</path>", "<parameter=path>", "../h.py"),
    *("<![CDATA[", "]]>", "]]></content>", "<path>", "[PYTHON]", "[/PYTHON]", "<details><summary>i.py</summary>"),
    *(
        CALL,
        f"<tool_call>{CALL}</tool_call>",
        "{",
        '  "path": "j.py",',
        '  "content": "k"',
        "}",
        "[",
        "],",
        "[TOOL_CALLS]",
    ),
    *("cat > l.py <<'EOF'", "EOF", "cat <<A > m.py", "A", "# n.py", '"""o.py"""', "<!doctype html>", "├── p"),
    *("<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE", "--- a/q.py", "+++ b/q.py", "@@ -1 +1 @@", "-x", "+x", "```diff"),
    *("<write_file>", "```xml", "<arg_key>path</arg_key>", "<arg_value>r.py</arg_value>", "<arg_key>content</arg_key>"),
    "<|channel|>commentary to=functions.write_file <|constrain|>json<|message|>{",
]
"""What an answer is made of; any of it may follow any other."""

CLOSING = re.compile("`{3}|]]>|</")


def events_of(text: str) -> list[ParserEvent]:
    parser = MarkdownParser("main.py")
    return [*parser.feed(text), *parser.close()]


def accounted(events: Sequence[ParserEvent]) -> str:
    """The texts of the events, without what is in the text at another place or not at all."""
    return "".join(
        event.text
        for event in events
        if isinstance(event, TextEvent) and not (isinstance(event, FileText) and event.is_derived)
    )


def assert_nothing_is_lost(text: str) -> None:
    events = events_of(text)
    assert Counter(accounted(events)) == Counter(text)
    for kind in (FileText, Prose, Thinking):
        assert is_subsequence(accounted([event for event in events if isinstance(event, kind)]), text)
    lines = text.split("\n")
    for block in events:
        if isinstance(block, UnassignedBlock):
            # A fence may stand at the end of the line, and a tag before it.
            assert block.first.strip() in lines[block.line - 1]
            assert block.lines > 0
            content = lines[block.line - 1 : block.line - 1 + block.lines]
            assert all(CLOSING.split(line)[0].strip() in accounted(events) for line in content)


def assert_files_are_kept(text: str) -> None:
    """Each copy of a file is in the answer's files, in its changes, or in a block that belongs to no file."""
    found = parse_answer(text, "main.py")
    kept = [file.text for file in found.files]
    others = "".join(block_text(text, block) for block in found.unassigned)
    changed = {edit.path for edit in found.edits}
    for copy in _collect_copies(events_of(text)):
        path, content = copy.file.path, copy.file.text
        if content.strip() and path not in changed and not any(content in each for each in kept):
            assert all(CLOSING.split(line)[0].strip() in others for line in content.split("\n")), (path, content)


def is_subsequence(part: str, whole: str) -> bool:
    characters: Iterator[str] = iter(whole)
    return all(character in characters for character in part)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_no_character_of_a_case_is_lost(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert_nothing_is_lost(text)
    assert_files_are_kept(text)


@settings(deadline=None)
@given(st.lists(st.one_of(st.sampled_from(LINES), st.text('ab `#{"<>\n', max_size=8)), max_size=30), st.booleans())
def test_no_character_of_any_answer_is_lost(lines: list[str], ends_open: bool) -> None:
    text = "\n".join(lines) + ("" if ends_open else "\n")
    assert_nothing_is_lost(text)
    assert_files_are_kept(text)


@settings(deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=20), st.data())
def test_any_answer_may_be_cut_anywhere(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    parser = MarkdownParser("main.py")
    events = [event for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True) for event in parser.feed(text[a:b])]
    events += parser.close()
    whole = events_of(text)
    assert [e for e in events if not isinstance(e, TextEvent)] == [e for e in whole if not isinstance(e, TextEvent)]
    for kind in (FileText, Prose, Thinking, Markup):
        assert texts(events, kind) == texts(whole, kind)


def texts(events: Sequence[ParserEvent], kind: type[TextEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, kind))
