"""The blocks of an answer that belong to no file: their number in one line, which opens to all of them."""

from collections.abc import Sequence
from functools import partial

from nicegui import ui

from core.files.markdown.events import UnassignedBlock
from core.files.source_file import SourceFile
from core.runs.unassigned import block_files, unassigned_sentence
from ui.components.code.document import Document
from ui.components.review.folded_list import FoldedList, Jump, draw_entry
from ui.elements import box, button

MAX_BLOCKS = 50
"""That are listed. An answer may have thousands, each an element of the page."""
MAX_FIRST_LENGTH = 200
"""Characters of a first line that are shown."""


class UnassignedList(FoldedList):
    """Hidden if there is no such block. Pressing one shows it in the whole answer; each can be saved as a file."""

    def __init__(self, jump: Jump) -> None:
        super().__init__("lw-unassigned")
        self._jump = jump
        self._drawn: tuple[str, list[UnassignedBlock]] = ("", [])

    def show(self, blocks: Sequence[UnassignedBlock], answer: Document) -> None:
        """Draw the blocks of this answer, if they have changed."""
        drawn = (answer.id, list(blocks))
        if drawn == self._drawn:
            return
        self._drawn = drawn
        title = unassigned_sentence(len(blocks), "keep what you need as a file")
        with self.replace_entries(title, has_entries=bool(blocks)):
            for number, block in enumerate(blocks[:MAX_BLOCKS]):
                with box("lw-folded-list-row"):
                    first = block.first[:MAX_FIRST_LENGTH]
                    draw_entry(f"line {block.line}", first, partial(self._jump, answer, block.line))
                    button("Keep as a file", partial(self._save, number, answer), "small")

    def _save(self, number: int, answer: Document) -> None:
        file: SourceFile = block_files(answer.log.text, self._drawn[1])[number]
        ui.download.content(file.text, file.path)
