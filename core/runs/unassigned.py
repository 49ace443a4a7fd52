"""The blocks of a run's text that belong to no file, and how to keep them."""

from collections.abc import Sequence

from core.files.answer import block_text
from core.files.languages import extension_of
from core.files.markdown.events import UnassignedBlock
from core.files.source_file import SourceFile
from core.text import pluralize

NO_FILES = "No files in this answer"
"""Said of a whole answer in words alone, and where all of its blocks belong to no file."""


def unassigned_sentence(count: int, advice: str) -> str:
    """How many blocks belong to no file, and what to do: ``2 blocks belong to no file: …``."""
    return f"{pluralize(count, 'block')} {'belongs' if count == 1 else 'belong'} to no file: {advice}"


def block_files(text: str, blocks: Sequence[UnassignedBlock]) -> list[SourceFile]:
    """The blocks as numbered files: ``block-1.py``."""
    return [
        SourceFile(f"block-{number}{extension_of(block.language)}", block.language or "text", block_text(text, block))
        for number, block in enumerate(blocks, 1)
    ]
