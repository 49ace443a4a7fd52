"""What a text consists of, in order."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class FileOpened:
    """The following text belongs to this file. The path is safe; the same path again is another copy of the file."""

    path: str
    language: str


@dataclass(frozen=True, slots=True)
class FileText:
    """More of the open file."""

    text: str


@dataclass(frozen=True, slots=True)
class FileClosed:
    """The open file has ended; not ``is_complete`` if the whole text ended before it did."""

    is_complete: bool


@dataclass(frozen=True, slots=True)
class Prose:
    """Text outside of files: explanations, commands, examples; without fences and lines that only name a file."""

    text: str


@dataclass(frozen=True, slots=True)
class PathRejected:
    """A block with a path that is refused; ``reason`` is a sentence. The block itself follows as prose."""

    path: str
    reason: str


ParserEvent = FileOpened | FileText | FileClosed | Prose | PathRejected


def merge_adjacent(events: Iterable[ParserEvent]) -> list[ParserEvent]:
    """The events, with texts of the same kind in a row as one."""
    merged: list[ParserEvent] = []
    for event_type, group in groupby(events, type):
        if event_type is FileText or event_type is Prose:
            merged.append(event_type("".join(event.text for event in group if isinstance(event, FileText | Prose))))
        else:
            merged.extend(group)
    return merged
