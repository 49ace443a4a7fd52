"""What a model thinks before its answer, where it comes in the text: between tags, or in a channel of its own."""

import re
from dataclasses import dataclass

from core.files.markdown.path_hints import is_file_marker

_TAG = r"(?:\w++:)?(?:think(?:ing)?|thoughts?|reasoning|reflection|scratchpad|antThinking)"
_START = re.compile(
    rf"^\s*+(?:<{_TAG}>|\[THINK\]|<\|begin_of_thought\|>|<\|channel>thought\b"
    r"|(?P<channel>(?:<\|start\|>assistant)?+<\|channel\|>(?:analysis|commentary)[^<]*+<\|message\|>))"
)
_ANSWER_CHANNEL = (
    r"(?:<\|end\|>)?+(?:<\|start\|>assistant)?+<\|channel\|>final[^<]*+(?:<\|constrain\|>\w++)?+<\|message\|>"
)
_END = re.compile(rf"</{_TAG}>|\[/THINK\]|<\|end_of_thought\|>|<channel\|>|{_ANSWER_CHANNEL}")
_CHANNEL_END = re.compile(rf"{_ANSWER_CHANNEL}|<\|end\|>")


@dataclass(frozen=True, slots=True)
class SplitLine:
    """A line of an answer: what is thought, the mark alone of a channel without thoughts, and what is said."""

    thinking: str
    markup: str
    rest: str


class ThinkingFilter:
    """Takes the thinking out, line by line."""

    def __init__(self) -> None:
        self.is_thinking = False
        self._is_channel = False
        self._is_closed = False
        self._held_lines: list[str] = []

    def split(self, line: str) -> SplitLine:
        """The parts of the next line. Lines from the first file on wait until the thinking has ended."""
        if self._is_closed:
            return SplitLine("", "", line)
        start = None if self.is_thinking else _START.match(line)
        if start:
            self.is_thinking, self._is_channel = True, start["channel"] is not None
        # The end counts without a beginning, too: that may stand in the model's prompt template.
        end = (_CHANNEL_END if self._is_channel else _END).search(line)
        if end:
            return self._end_thinking(line, end)
        if not self.is_thinking:
            return SplitLine("", "", line)
        if self._held_lines or is_file_marker(line):
            self._held_lines.append(line)
            return SplitLine("", "", "")
        return SplitLine(line, "", "")

    def close(self) -> list[str]:
        """The text has ended: the lines from the first file on, if the thinking never did. They hold no thinking."""
        self._is_closed = True
        lines, self._held_lines = self._held_lines, []
        self.is_thinking = False
        return lines

    def _end_thinking(self, line: str, end: re.Match[str]) -> SplitLine:
        rest = line[end.end() :].lstrip()
        head = line[: len(line) - len(rest)]
        was_thinking, self.is_thinking = self.is_thinking, False
        self._is_channel = False
        if not was_thinking and not line[: end.start()].strip():
            return SplitLine("", head, rest)
        thinking = "".join((*self._held_lines, head))
        self._held_lines.clear()
        return SplitLine(thinking, "", rest)
