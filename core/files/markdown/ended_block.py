"""The block that has ended and may still get its name from the words after it."""

from collections.abc import Generator, Iterator

from core.files.markdown.events import FileClosed, FileOpened, FileRenamed, FileText, ParserEvent, Prose
from core.files.markdown.file_paths import FilePaths
from core.files.markdown.open_block import BlockRole, OpenBlock
from core.files.markdown.unnamed_blocks import looks_like_file, name_after


class EndedBlock:
    """Waits for the next line with text; ``paths`` are those of the files of the text."""

    def __init__(self, paths: FilePaths) -> None:
        self._paths = paths
        self._block: OpenBlock | None = None
        self._blank_lines: list[str] = []

    @property
    def is_awaiting_name(self) -> bool:
        """Whether the next words may name a block."""
        return self._block is not None

    def await_name(self, block: OpenBlock) -> None:
        """The block has ended, and nothing has named it."""
        self._block = block

    def hold_blank(self, line: str) -> None:
        """A blank line between the block and the words that may name it."""
        self._blank_lines.append(line)

    def settle(self, line: str) -> Generator[ParserEvent, None, bool]:
        """The next line with text; empty if the whole text has ended. Returns whether it names the block."""
        block, self._block = self._block, None
        if block is None:
            return False
        content = "".join(block.held)
        path = name_after(line, content, block.info, self._paths.known) if line else None
        named = self._paths.claim(path, block.info) if path else None
        if block.role is BlockRole.HELD:
            yield from self._settle_held(block, content, named if isinstance(named, FileOpened) else None)
        elif isinstance(named, FileOpened):
            yield FileRenamed(named.path, named.language)
        yield from map(Prose, self._blank_lines)
        self._blank_lines.clear()
        return path is not None

    def _settle_held(self, block: OpenBlock, content: str, named: FileOpened | None) -> Iterator[ParserEvent]:
        if named is None and looks_like_file(content, block.info):
            named = self._paths.claim_unnamed(block.info)
        if named is None:
            yield Prose(content)
            yield from block.unassigned()
            return
        yield from (named, FileText(content))
        if block.lacks_newline:
            yield FileText("\n", is_derived=True)
        yield FileClosed(block.is_complete)
