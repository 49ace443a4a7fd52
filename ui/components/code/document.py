"""What a code view shows: one file of a run, or its whole answer."""

from dataclasses import dataclass
from typing import Any, Self

from core.files.source_file import SourceFile, line_count
from core.review.checking.problem import Problem
from core.runs.log import RunLog
from core.versions.diff import ChangeType


@dataclass(eq=False, slots=True)
class Document:
    """A text that may still grow; ``path`` is None for the whole answer.

    ``sent_length`` counts the code points that the browser has. ``splice_offset`` is where the text of a continuing
    run begins. ``change_type`` compares the file with the version before.
    """

    id: str
    path: str | None
    language: str
    log: RunLog[Any]
    sent_length: int = 0
    is_open: bool = True
    splice_offset: int | None = None
    problems: tuple[Problem, ...] = ()
    change_type: ChangeType = ChangeType.UNCHANGED
    _counted: tuple[int, int] = (0, 0)

    @classmethod
    def from_file(cls, run_id: str, file: SourceFile, problems: tuple[Problem, ...]) -> Self:
        """A finished file, formatted or as written."""
        log: RunLog[Any] = RunLog(None, file.text, closed=True)
        form_id = f"{len(file.text)}-{hash(file.text)}"  # each form of a file is a document of its own
        return cls(f"{run_id}/{file.path}/{form_id}", file.path, file.language, log, is_open=False, problems=problems)

    @property
    def lines(self) -> int:
        """The number of its lines; the text is read only where it has grown."""
        length, count = self._counted
        if length != self.log.length:
            count = line_count(self.log.text)
            self._counted = self.log.length, count
        return count


def map_offset(offset: int, text: str, formatted: str) -> int:
    """The offset in ``formatted`` that has as many non-blank characters before it as ``offset`` has in ``text``."""
    remaining = sum(not char.isspace() for char in text[:offset])
    for position, char in enumerate(formatted):
        if remaining == 0:
            return position
        remaining -= not char.isspace()
    return len(formatted)
