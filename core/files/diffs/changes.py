"""What changes a file in place of its whole text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """Lines to look for, and those to put in their place, each with its line end."""

    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileEdit:
    """The changes of one file, in order; ``refusal`` is a sentence where they cannot be made, whatever it holds."""

    path: str
    changes: tuple[Change, ...]
    refusal: str | None = None
