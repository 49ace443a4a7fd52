"""A file of a version with what its review found, in the form that is served and as it was written."""

from dataclasses import dataclass, replace

from core.files.source_file import SourceFile
from core.review.checking.problem import Problem
from core.review.line_mapping import map_line
from core.review.repairs.adjustment import ADDED_LINES, Adjustment


@dataclass(frozen=True, slots=True)
class ReviewedFile:
    """A file in its forms: ``source`` is what the model wrote, ``repaired`` the text after mechanical repairs, if any,
    ``formatted`` what a formatter made of that, if anything.

    ``unformatted_reason`` is a sentence for people; None also where a language is never formatted. ``problems`` are
    those of the form that is served, ``raw_problems`` those of ``source``. Where ``is_too_hard``, the check was
    stopped, and there may be more. ``adjustments`` say what was put right.
    """

    source: SourceFile
    formatted: str | None = None
    unformatted_reason: str | None = None
    problems: tuple[Problem, ...] = ()
    raw_problems: tuple[Problem, ...] = ()
    is_too_hard: bool = False
    repaired: str | None = None
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def adjusted(self) -> SourceFile:
        """The file after its repairs, not formatted; byte for byte the source where there were none."""
        return self.source if self.repaired is None else replace(self.source, text=self.repaired, original=None)

    @property
    def served(self) -> SourceFile:
        """The formatted file where there is one, else the repaired one, else the source."""
        return self.adjusted if self.formatted is None else replace(self.source, text=self.formatted, original=None)

    def as_written(self) -> "ReviewedFile":
        """The file with its source as the form that is served."""
        return replace(self, formatted=None, repaired=None, adjustments=(), problems=self.raw_problems)

    def written_line(self, line: int) -> int:
        """The line of ``source`` for one of the form that is served."""
        added = [each.what for each in self.adjustments if each.kind in ADDED_LINES]
        return map_line(line, self.served.text, self.source.text, added)
