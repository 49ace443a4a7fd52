"""A block while it is open: what its content is, and which lines of the text that is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from core.files.markdown.blocks.code_block import CodeBlock
from core.files.markdown.blocks.delimited_block import DelimitedBlock
from core.files.markdown.events import UnassignedBlock
from core.files.markdown.names.first_lines import FirstLines
from core.files.markdown.names.path_hints import FenceInfo


class BlockRole(Enum):
    """What the content of a block is."""

    FILE = auto()
    PROSE = auto()
    UNDECIDED = auto()  # its first lines decide
    HELD = auto()  # all of it, or the words after it, decide


@dataclass(slots=True)
class ContentLines:
    """Which lines of the text the content of a block is."""

    start: int = 0
    first: str = ""
    newlines: int = 0
    is_line_open: bool = False
    has_text: bool = False

    def note(self, content: str, line: int) -> None:
        """More content, which ends in this line of the text."""
        newlines = content.count("\n")
        is_line_open = not content.endswith("\n")
        if not self.start:
            self.start = line - newlines + (not is_line_open)
        if not self.newlines:
            self.first += content.partition("\n")[0]
        self.newlines += newlines
        self.is_line_open = is_line_open
        self.has_text = self.has_text or not content.isspace()


@dataclass(slots=True)
class OpenBlock:
    """``reader`` reads its lines; ``outer`` is the block around it; ``is_unnamed`` if the words after may name it."""

    reader: CodeBlock | DelimitedBlock
    info: FenceInfo
    first_lines: FirstLines
    outer: "OpenBlock | None" = None
    role: BlockRole = BlockRole.UNDECIDED
    content: ContentLines = field(default_factory=ContentLines)
    held: list[str] = field(default_factory=list)
    holds_calls: bool = False
    holds_tags: bool = False
    holds_file: bool = False
    is_unnamed: bool = False
    is_complete: bool = True
    lacks_newline: bool = False

    @property
    def is_new(self) -> bool:
        """Whether nothing is known of it, and no text has come."""
        return self.role is BlockRole.UNDECIDED and not self.first_lines.text_lines and not self.reader.is_waiting

    @property
    def may_hold_calls(self) -> bool:
        """Whether its next line may be a call that writes a file."""
        return self.is_new or ((self.holds_calls or self.holds_tags) and not self.reader.is_waiting)

    @property
    def place(self) -> UnassignedBlock | None:
        """Where its text stands; None where there is no text in it."""
        lines = self.content
        if not lines.has_text:
            return None
        return UnassignedBlock(lines.start, lines.newlines + lines.is_line_open, self.info.language, lines.first)

    def unassigned(self) -> Iterator[UnassignedBlock]:
        """What to say of a block that is no file; nothing where some of it is in a file, or there is no text in it."""
        if not self.holds_file:
            yield from filter(None, [self.place])
