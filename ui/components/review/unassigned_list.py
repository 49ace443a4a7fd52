"""The blocks of an answer that belong to no file: their number in one line, which opens to all of them."""

from collections.abc import Callable, Sequence
from functools import partial

from nicegui import ui

from core.files.markdown.events import UnassignedBlock
from core.files.source_file import SourceFile
from core.runs.unassigned import block_files, unassigned_sentence
from ui.components.code.document import Document
from ui.elements import box, button, on_event, set_visible, text

MAX_BLOCKS = 50
"""That are listed. An answer may have thousands, each an element of the page."""
MAX_FIRST_LENGTH = 200
"""Characters of a first line that are shown."""

Jump = Callable[[Document, int], object]
"""Shows a line (from 1) of a document."""


class UnassignedList(ui.element):
    """Hidden if there is no such block. Pressing one shows it in the whole answer; each can be saved as a file."""

    def __init__(self, jump: Jump) -> None:
        super().__init__("div")
        self.classes("lw-unassigned-list lw-hidden")
        self._jump = jump
        self._drawn: tuple[str, list[UnassignedBlock]] = ("", [])
        with self:
            with box("lw-unassigned-list-title", "button").props("type=button") as title:
                self._title = text("", tag="b")
            on_event(title, "click", lambda: self.classes(toggle="open"))
            self._entry_list = box("lw-unassigned-list-entries")

    def show(self, blocks: Sequence[UnassignedBlock], answer: Document) -> None:
        """Draw the blocks of this answer, if they have changed."""
        drawn = (answer.id, list(blocks))
        if drawn == self._drawn:
            return
        self._drawn = drawn
        set_visible(self, blocks)
        self._title.set_text(unassigned_sentence(len(blocks), "keep what you need as a file"))
        self._entry_list.clear()
        with self._entry_list:
            for number, block in enumerate(blocks[:MAX_BLOCKS]):
                self._draw_block(number, block, answer)

    def _draw_block(self, number: int, block: UnassignedBlock, answer: Document) -> None:
        with box("lw-unassigned-block"):
            entry = box("lw-unassigned-first", "button").props("type=button")
            on_event(entry, "click", partial(self._jump, answer, block.line))
            with entry:
                text(f"line {block.line}", tag="code")
                text(block.first[:MAX_FIRST_LENGTH])
            button("Keep as a file", partial(self._save, number, answer), "small")

    def _save(self, number: int, answer: Document) -> None:
        file: SourceFile = block_files(answer.log.text, self._drawn[1])[number]
        ui.download.content(file.text, file.path)
