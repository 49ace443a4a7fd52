"""What reads the answer of a model as it comes takes time in proportion to it: all of this runs on the event loop."""

import re
from collections.abc import Callable

import pytest

from core.engines.continuation import MAX_OVERLAP_LENGTH, Splice
from core.files.answer import parse_files
from core.files.diffs.apply_edits import apply_edit
from core.files.diffs.edits import is_edit, parse_edits
from core.files.markdown.names.info_strings import parse_info_string
from core.files.markdown.names.path_hints import comment_path, find_path_hint
from core.files.markdown.parser import MarkdownParser
from core.files.markdown.prose import split_inline_fence
from core.files.markdown.writer import format_file_block
from core.generation.repetition import INFORMATIVE_LINE, SEVERAL_WORDS, RepetitionDetector
from core.runs.log import RunLog
from core.text import TextNormalizer
from core.wire import NdjsonDecoder, SseDecoder
from tests.support.hostile_content.growth import assert_linear
from tests.support.hostile_content.texts import (
    FENCE_TEXTS,
    GAP_TEXTS,
    GENERAL_TEXTS,
    NOTATION_TEXTS,
    PATH_LINE_TEXTS,
    HostileText,
)

WHOLE = 1_000_000_000
"""Characters of a piece that holds all of the text."""


def _pieces(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def _parse(size: int) -> Callable[[str], object]:
    def parse(text: str) -> None:
        parser = MarkdownParser("index.html")
        for piece in _pieces(text, size):
            parser.feed(piece)
        parser.close()

    return parse


def _detect_repetition(size: int) -> Callable[[str], object]:
    def detect(text: str) -> None:
        detector = RepetitionDetector()
        for piece in _pieces(text, size):
            if detector.feed(piece):  # the run is stopped
                return

    return detect


def _normalize(size: int) -> Callable[[str], object]:
    def normalize(text: str) -> str:
        normalizer = TextNormalizer()
        return "".join([*map(normalizer.feed, _pieces(text, size)), normalizer.close()])

    return normalize


def _decode(decoder: type[NdjsonDecoder | SseDecoder], size: int) -> Callable[[str], object]:
    def decode(text: str) -> None:
        content, opened = text.encode(), decoder()
        for start in range(0, len(content), size):
            list(opened.feed(content[start : start + size]))

    return decode


def _log(text: str) -> None:
    log: RunLog[None] = RunLog(None)
    offset = thinking_offset = 0
    for piece in _pieces(text, 7):
        log.append(piece)
        log.append_thinking(piece)
        if log.length % 3:
            offset = log.read(offset).end
            thinking_offset = log.thinking.read(thinking_offset).end
    for late in range(0, log.length, 1000):
        log.read(late, 1000)


def _read_path_lines(text: str) -> None:
    for line in text.split("\n"):
        find_path_hint(line)
        comment_path(line)
        split_inline_fence(line)
        parse_info_string(line[:400])


def _splice(text: str) -> None:
    splice = Splice(f"### FILE: a.py\n```\n{text[: 2 * MAX_OVERLAP_LENGTH]}")
    for piece in _pieces(text, 1000):
        splice.feed(piece)
    splice.close()


@pytest.mark.parametrize(("size", "length"), [(WHOLE, 8_000), (7, 4_000), (1, 2_000)])
def test_the_parser_takes_time_in_proportion_to_the_answer(size: int, length: int) -> None:
    lines = (*PATH_LINE_TEXTS, *NOTATION_TEXTS) if size == WHOLE else ()
    assert_linear(_parse(size), (*GENERAL_TEXTS[:: 1 if size > 1 else 3], *FENCE_TEXTS, *lines), length=length)


@pytest.mark.parametrize(("size", "length"), [(WHOLE, 8_000), (7, 4_000)])
def test_repetition_is_detected_in_linear_time(size: int, length: int) -> None:
    assert_linear(_detect_repetition(size), (*GENERAL_TEXTS, *FENCE_TEXTS), length=length)


def test_lines_that_may_name_a_file_are_read_in_linear_time() -> None:
    assert_linear(_read_path_lines, (*GENERAL_TEXTS, *PATH_LINE_TEXTS), length=8_000)


def test_files_are_found_in_a_whole_answer_in_linear_time() -> None:
    assert_linear(lambda text: parse_files(text, "index.html"), (*FENCE_TEXTS, *NOTATION_TEXTS), length=8_000)


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(_normalize(WHOLE), id="normalizer"),
        pytest.param(_normalize(7), id="normalizer by pieces"),
        pytest.param(_decode(NdjsonDecoder, WHOLE), id="ndjson"),
        pytest.param(_decode(NdjsonDecoder, 7), id="ndjson by pieces"),
        pytest.param(_decode(SseDecoder, WHOLE), id="sse"),
        pytest.param(_decode(SseDecoder, 7), id="sse by pieces"),
        pytest.param(lambda text: format_file_block("a.py", "python", text), id="writer"),
    ],
)
def test_the_way_of_the_text_takes_linear_time(function: Callable[[str], object]) -> None:
    assert_linear(function, GENERAL_TEXTS)


def test_a_continuation_is_joined_in_linear_time() -> None:
    assert_linear(_splice, GENERAL_TEXTS, length=20 * MAX_OVERLAP_LENGTH)


def test_a_log_is_written_and_read_in_linear_time() -> None:
    assert_linear(_log, [HostileText("emoji", "😀")])


@pytest.mark.parametrize("pattern", [SEVERAL_WORDS, INFORMATIVE_LINE])
def test_repeated_lines_are_judged_in_linear_time(pattern: re.Pattern[str]) -> None:
    assert_linear(pattern.search, (*GENERAL_TEXTS, *GAP_TEXTS))


EDIT_TEXTS = (
    HostileText("changes in order", "<<<<<<< SEARCH\nx\n=======\nx\n>>>>>>> REPLACE\n"),
    HostileText("changes of what is missing", "<<<<<<< SEARCH\ny\n=======\nx\n>>>>>>> REPLACE\n"),
    HostileText("openings", "<<<<<<< SEARCH\n"),
    HostileText("hunks", "@@ -1 +1 @@\n-x\n+x\n"),
    HostileText("files", "--- a/x\n+++ b/x\n"),
    HostileText("one long search", "x\n", prefix="<<<<<<< SEARCH\n", suffix="=======\n>>>>>>> REPLACE\n"),
)


def _apply_edits(text: str) -> None:
    is_edit("a.py", text)
    for edit in parse_edits("a.py", text):
        apply_edit("x\n" * (len(text) // 2), edit)


def test_changes_take_time_in_proportion_to_them_and_the_file() -> None:
    assert_linear(_apply_edits, (*EDIT_TEXTS, *GENERAL_TEXTS[::5]), length=8_000)
