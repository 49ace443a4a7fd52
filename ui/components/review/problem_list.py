"""The problems of a version: their number in one line, which opens to all of them."""

from collections.abc import Sequence
from functools import partial

from core.text import pluralize
from ui.components.code.document import Document
from ui.components.review.folded_list import FoldedList, Jump, draw_entry


class ProblemList(FoldedList):
    """Hidden if there is no problem. Pressing a problem jumps to its line."""

    def __init__(self, jump: Jump) -> None:
        super().__init__("lw-problems")
        self._jump = jump
        self._drawn_problems: list[tuple[str, str, int]] = []

    def show(self, documents: Sequence[Document]) -> None:
        """Draw the problems of these documents, if they have changed."""
        problems = [(d, problem) for d in documents for problem in d.problems]
        drawn = [(d.id, problem.message, problem.line) for d, problem in problems]
        if drawn == self._drawn_problems:
            return
        self._drawn_problems = drawn
        with self.replace_entries(pluralize(len(problems), "problem"), has_entries=bool(problems)):
            for document, problem in problems:
                place = f"{document.path}:{problem.line}"
                draw_entry(place, problem.message, partial(self._jump, document, problem.line))
