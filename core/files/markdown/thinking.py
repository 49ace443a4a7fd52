"""What a model thinks before its answer, where it comes in the text: between tags, or in a channel of its own."""

import re

from core.files.markdown.path_hints import is_file_marker

_START = re.compile(
    r"^\s*+(?:<think(?:ing)?>|<thought>|\[THINK\]|<\|begin_of_thought\|>"
    r"|(?P<channel>(?:<\|start\|>assistant)?+<\|channel\|>(?:analysis|commentary)[^<]*+<\|message\|>))"
)
_ANSWER_CHANNEL = (
    r"(?:<\|end\|>)?+(?:<\|start\|>assistant)?+<\|channel\|>final[^<]*+(?:<\|constrain\|>\w++)?+<\|message\|>"
)
_END = re.compile(rf"</think(?:ing)?>|</thought>|\[/THINK\]|<\|end_of_thought\|>|{_ANSWER_CHANNEL}")
_CHANNEL_END = re.compile(rf"{_ANSWER_CHANNEL}|<\|end\|>")


class ThinkingFilter:
    """Takes the thinking out, line by line."""

    def __init__(self) -> None:
        self._is_thinking = False
        self._is_channel = False
        self._unclosed: list[str] = []

    def strip(self, line: str) -> str:
        """The line without what is thought."""
        start = None if self._is_thinking else _START.match(line)
        if start:
            self._is_thinking, self._is_channel = True, start["channel"] is not None
        # The end counts without a beginning, too: that may stand in the model's prompt template.
        end = (_CHANNEL_END if self._is_channel else _END).search(line)
        if end:
            self._is_thinking = self._is_channel = False
            self._unclosed.clear()
            return line[end.end() :].lstrip()
        if self._is_thinking:
            self._unclosed.append(line)
        return "" if self._is_thinking else line

    def close(self) -> list[str]:
        """The text has ended: the lines from the first file on, if the thinking never did."""
        lines, self._unclosed = self._unclosed, []
        self._is_thinking = False
        start = next((number for number, line in enumerate(lines) if is_file_marker(line)), len(lines))
        return lines[start:]
