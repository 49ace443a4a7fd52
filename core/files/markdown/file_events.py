"""The files of a text as they open and close; the parser of the lines is built on it."""

from collections.abc import Iterator
from enum import Enum, auto

from core.errors import InvalidInput
from core.files.languages import LANGUAGE_BY_EXTENSION, is_source_name, language_of
from core.files.markdown.blocks.code_block import CodeBlock
from core.files.markdown.blocks.delimited_block import DelimitedBlock
from core.files.markdown.blocks.file_tags import FileTags
from core.files.markdown.blocks.heredoc import parse_heredoc
from core.files.markdown.events import FileClosed, FileOpened, FileText, ParserEvent, PathRejected, Prose
from core.files.markdown.first_lines import FirstLines
from core.files.markdown.path_hints import FenceInfo
from core.files.markdown.prose import ProseReader, fallback_path, is_example
from core.files.paths import UniquePaths, safe_path


class BlockRole(Enum):
    """What the content of the open block is."""

    FILE = auto()
    PROSE = auto()
    UNDECIDED = auto()  # its first lines decide


class FileEvents:
    """The state of the block that is open, and the events of its content."""

    def __init__(self, default_path: str) -> None:
        self._default_path = default_path
        self._paths = UniquePaths()
        self._has_named_file = False
        self._line_parts: list[str] = []
        self._is_line_started = False
        self._waits_for_newline = False
        self._block: CodeBlock | DelimitedBlock | None = None
        self._outer_block: CodeBlock | None = None
        self._tags = FileTags()
        self._marked_lines: list[str] = []
        self._is_fence_left_open = False
        self._role = BlockRole.PROSE
        self._fence_info = FenceInfo("", None)
        self._first_lines = FirstLines("")
        self._prose = ProseReader()
        self._has_fences = False

    def _file_text(self, block: CodeBlock | DelimitedBlock, text: str) -> FileText:
        block.note_content(text)
        return FileText(text)

    def _write_files(self, files: list[tuple[str, str]]) -> Iterator[ParserEvent]:
        self._has_fences = True
        self._fence_info = FenceInfo("", None)
        yield from map(Prose, self._prose.release(is_consumed=False))
        block = self._block
        for path, content in files:
            self._block, self._outer_block = None, block if isinstance(block, CodeBlock) else None
            yield from self._open_file(path)
            yield from self._emit_content(content)
            yield from self._close_block(is_complete=True)

    def _open_heredoc(self, line: str) -> Iterator[ParserEvent]:
        if heredoc := parse_heredoc(line):
            self._fence_info = FenceInfo("", None)
            yield from self._open_delimited(heredoc.path, DelimitedBlock(heredoc.closing, may_begin_blank=False))

    def _open_delimited(self, path: str, block: DelimitedBlock) -> Iterator[ParserEvent]:
        self._has_fences = True
        self._outer_block = self._block if isinstance(self._block, CodeBlock) else None
        self._block = block
        yield from map(Prose, self._prose.release(is_consumed=False))
        yield from self._open_file(path)

    def _open_file(self, raw_path: str) -> Iterator[ParserEvent]:
        try:
            path = safe_path(raw_path)
        except InvalidInput as error:
            self._role = BlockRole.PROSE
            yield PathRejected(raw_path, error.message)
        else:
            self._has_named_file = True
            yield self._start_file(self._paths.claim(path))

    def _start_file(self, path: str) -> FileOpened:
        tag_language = (
            self._fence_info.language if self._fence_info.language in LANGUAGE_BY_EXTENSION.values() else "text"
        )
        language = language_of(path) if is_source_name(path) else tag_language
        self._role = BlockRole.FILE
        if self._block is not None:
            self._block.set_language(language)
        return FileOpened(path, language)

    def _emit_content(self, content: str) -> Iterator[ParserEvent]:
        match self._role:
            case BlockRole.FILE if content:
                if self._block is not None:
                    self._block.note_content(content)
                yield FileText(content)
            case BlockRole.PROSE if content:
                yield Prose(content)
                if isinstance(self._block, CodeBlock):
                    yield from self._open_heredoc(content)
            case BlockRole.UNDECIDED if content and self._first_lines.append(content):
                yield from self._decide_role()
            case _:
                pass

    def _decide_role(self) -> Iterator[ParserEvent]:
        first_lines = self._first_lines
        path = first_lines.find_path(self._fence_info, self._paths)
        if path:
            yield from self._open_file(path)
        elif (
            self._has_named_file
            or is_example(first_lines.heads[0], self._fence_info)
            or parse_heredoc(first_lines.heads[-1])
        ):
            self._role = BlockRole.PROSE
            yield Prose(first_lines.opener)
        else:
            yield self._start_file(self._paths.claim_unused(fallback_path(self._fence_info, self._default_path)))
        for text in first_lines.lines:
            yield from self._emit_content(text)

    def _close_block(self, *, is_complete: bool) -> Iterator[ParserEvent]:
        if self._role is BlockRole.UNDECIDED and self._first_lines.heads and not self._first_lines.lone_path_line():
            yield from self._decide_role()
        role = self._role
        self._block, self._outer_block, self._role = self._outer_block, None, BlockRole.PROSE
        if role is BlockRole.FILE:
            yield FileClosed(is_complete)
        elif role is BlockRole.UNDECIDED:
            if path_line := self._first_lines.lone_path_line():
                yield from map(Prose, self._prose.feed_line(path_line))
            else:
                yield from map(Prose, (self._first_lines.opener, *self._first_lines.lines))
