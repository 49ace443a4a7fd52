"""The files in a run's text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a project. ``whole`` is False where the text ended before the file did."""

    path: str
    language: str
    text: str
    whole: bool = True
