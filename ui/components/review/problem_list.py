"""The problems of a version: their number in one line, which opens to all of them."""

from collections.abc import Callable, Sequence

from nicegui import ui

from core.text import pluralize
from ui.components.code.document import Document
from ui.elements import box, on_event, set_visible, text

Jump = Callable[[Document, int], object]
"""Shows a line (from 1) of a document."""


class ProblemList(ui.element):
    """Hidden if there is no problem. Pressing a problem jumps to its line."""

    def __init__(self, jump: Jump) -> None:
        super().__init__("div")
        self.classes("lw-problem-list lw-hidden")
        self._jump = jump
        self._drawn_problems: list[tuple[str, str, int]] = []
        with self:
            with box("lw-problem-list-title", "button").props("type=button") as title:
                self._title = text("", tag="b")
            on_event(title, "click", lambda: self.classes(toggle="open"))
            self._entry_list = box("lw-problem-list-entries")

    def show(self, documents: Sequence[Document]) -> None:
        """Draw the problems of these documents, if they have changed."""
        entries = [(d, problem) for d in documents for problem in d.problems]
        drawn = [(d.id, problem.message, problem.line) for d, problem in entries]
        if drawn == self._drawn_problems:
            return
        self._drawn_problems = drawn
        set_visible(self, entries)
        self._title.set_text(pluralize(len(entries), "problem"))
        self._entry_list.clear()
        with self._entry_list:
            for document, problem in entries:
                entry = box("", "button").props("type=button")
                on_event(entry, "click", lambda d=document, line=problem.line: self._jump(d, line))
                with entry:
                    text(f"{document.path}:{problem.line}", tag="code")
                    text(problem.message)
