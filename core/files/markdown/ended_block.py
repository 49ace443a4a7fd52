"""The block that has ended and may still get its name from the words after it."""

from collections.abc import Generator, Iterator

from core.files.markdown.events import FileClosed, FileOpened, FileRenamed, FileText, ParserEvent, Prose
from core.files.markdown.names.file_paths import FilePaths
from core.files.markdown.names.path_hints import HintForm, find_path_hint
from core.files.markdown.names.unnamed_blocks import looks_like_file, name_after
from core.files.markdown.open_block import BlockRole, OpenBlock
from core.files.markdown.prose import fits_language


class EndedBlock:
    """Waits for the next line with text; ``paths`` are those of the files of the text."""

    def __init__(self, paths: FilePaths) -> None:
        self._paths = paths
        self._block: OpenBlock | None = None
        self._blank_lines: list[str] = []
        self._caption: str | None = None  # the file's path, if nothing but the end of the text follows

    @property
    def is_awaiting_name(self) -> bool:
        """Whether the next words may name a block."""
        return self._block is not None and self._caption is None

    def await_name(self, block: OpenBlock) -> None:
        """The block has ended, and nothing has named it."""
        self._block, self._caption = block, None

    def forget_caption(self) -> None:
        """A block opens, which the line after the last one may have named as well."""
        if self._caption is not None:
            self._block = self._caption = None

    def hold_blank(self, line: str) -> None:
        """A blank line between the block and the words that may name it."""
        self._blank_lines.append(line)

    def settle(self, line: str) -> Generator[ParserEvent, None, bool]:
        """The next line with text; empty if the whole text has ended. Returns whether it names the block."""
        if line and self._block and (caption := _caption(line, self._block)):
            self._caption = caption
            return False
        block, self._block = self._block, None
        if block is None:
            return False
        content = "".join(block.held)
        path = name_after(line, content, block.info, self._paths.known) if line else self._caption
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
        yield FileClosed(block.is_complete, block.place)


def _caption(line: str, block: OpenBlock) -> str | None:
    """The path of which a line consists, below a block that was taken for a file and has no name."""
    hint = find_path_hint(line) if block.role is BlockRole.FILE else None
    is_alone = hint is not None and hint.form is not HintForm.INLINE and not line.startswith("#")
    return hint.path if hint and is_alone and fits_language(block.info, hint.path) else None
