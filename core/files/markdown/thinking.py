"""What a model thinks before its answer, where it comes in the text: between tags, or in a channel of its own."""

import re
from dataclasses import dataclass

from core.files.markdown.blocks.fence import Fence
from core.files.markdown.names.path_hints import HintForm, find_path_hint, is_file_marker

_TAG = (
    r"(?:\w++:)?(?i:think(?:ing)?|thoughts?|reasoning|reflection|scratchpad|antThinking|analysis|chain_of_thought"
    r"|(?:inner|internal)_(?:monologue|thoughts?))"
)
_START = re.compile(
    rf"^\s*+(?:<{_TAG}(?:\s[^<>]*+)?+>|\[THINK(?:ING)?\]|\u25c1think\u25b7|<\|begin_of_thought\|>|<\|channel>thought\b"
    r"|(?P<channel>(?:<\|start\|>assistant)?+<\|channel\|>(?:analysis|commentary)[^<]*+<\|message\|>))"
)
_ANSWER_CHANNEL = (
    r"(?:<\|end\|>)?+(?:<\|start\|>assistant)?+<\|channel\|>final[^<]*+(?:<\|constrain\|>\w++)?+<\|message\|>"
)
_END = re.compile(
    rf"</{_TAG}>|\[/THINK(?:ING)?\]|\u25c1/think\u25b7|<\|end_of_thought\|>|<channel\|>|{_ANSWER_CHANNEL}"
)
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
        self._has_held_file = False

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
        return SplitLine(self._think(line), "", "")

    def _think(self, line: str) -> str:
        """The lines that are surely thinking, up to this one: not those from the first file on."""
        if self._has_held_file or is_file_marker(line):
            self._has_held_file = True
        elif self._held_lines and line.strip():
            # A name was held: a file begins with it, if its fence follows.
            self._has_held_file = Fence.parse(line) is not None
        if self._has_held_file or (self._held_lines and not line.strip()):
            self._held_lines.append(line)
            return ""
        lines, self._held_lines = "".join((*self._held_lines, line)), []
        if _names_file(line):
            self._held_lines = [line]
            return lines.removesuffix(line)
        return lines

    def close(self) -> list[str]:
        """The text has ended: the lines from the first file on, if the thinking never did. They hold no thinking."""
        self._is_closed = True
        lines, self._held_lines = self._held_lines, []
        self._has_held_file = self.is_thinking = False
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
        self._has_held_file = False
        return SplitLine(thinking, "", rest)


def _names_file(line: str) -> bool:
    hint = find_path_hint(line)
    return hint is not None and hint.form is not HintForm.INLINE
