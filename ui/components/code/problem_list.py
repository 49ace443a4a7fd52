"""What is wrong with a version, in one line, and all of it when that is pressed."""

from collections.abc import Callable, Sequence

from nicegui import ui

from core.text import count
from ui.components.code.code_view import Document
from ui.elements import box, listen, see, text

Jump = Callable[[Document, int], object]
"""Brings a line of a document into view."""


class ProblemList(ui.element):
    """Hidden where nothing is wrong."""

    def __init__(self, jump: Jump) -> None:
        super().__init__("div")
        self.classes("lw-problems lw-hidden")
        self._jump = jump
        self._drawn: list[tuple[str, str, int]] = []
        with self:
            with box("lw-problems-title", "button").props("type=button") as title:
                self._title = text("", tag="b")
            listen(title, "click", lambda: self.classes(toggle="open"))
            self._entries = box("lw-problems-entries")

    def show(self, documents: Sequence[Document]) -> None:
        """Draw the problems of these documents, where they are news."""
        entries = [(d, problem) for d in documents for problem in d.problems]
        drawn = [(d.id, problem.message, problem.line) for d, problem in entries]
        if drawn == self._drawn:
            return
        self._drawn = drawn
        see(self, entries)
        self._title.say(count(len(entries), "problem"))
        self._entries.clear()
        with self._entries:
            for document, problem in entries:
                entry = box("", "button").props("type=button")
                listen(entry, "click", lambda d=document, line=problem.line: self._jump(d, line))
                with entry:
                    text(f"{document.path}:{problem.line}", tag="code")
                    text(problem.message)
