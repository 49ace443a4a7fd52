"""What a text consists of, in order. Each character of the text is in one event, but for those ``FileText`` names."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby


@dataclass(frozen=True, slots=True)
class UnassignedBlock:
    """The block that has ended belongs to no file; its text came as prose, or as a file that another one replaces.

    ``line`` is the first line of its content in the text, from 1; ``lines`` counts them; ``first`` is that line.
    """

    line: int
    lines: int
    language: str
    first: str


@dataclass(frozen=True, slots=True)
class FileOpened:
    """The following text belongs to this file. The path is safe; the same path again is another copy of the file.

    With ``continues`` it is the next part of the copy before.
    """

    path: str
    language: str
    continues: bool = False


@dataclass(frozen=True, slots=True)
class FileText:
    """More of the open file.

    ``is_derived``: its characters are not in the text at this place, or another event has them: a line end that was
    missing, the content of a call that was decoded, an answer of nothing but code.
    """

    text: str
    is_derived: bool = False


@dataclass(frozen=True, slots=True)
class FileClosed:
    """The open file has ended; not ``is_complete`` if the whole text ended before it did.

    ``block`` is where its text stands, for a copy that another one replaces; None where it has none.
    """

    is_complete: bool
    block: UnassignedBlock | None = None


@dataclass(frozen=True, slots=True)
class FileRenamed:
    """The file that was closed last, which nothing had named: the words after it do."""

    path: str
    language: str


@dataclass(frozen=True, slots=True)
class Prose:
    """Text outside of files: explanations, commands, examples."""

    text: str


@dataclass(frozen=True, slots=True)
class Markup:
    """Text that says where a file is and how it is called: fences, tags, calls, lines that only name a file."""

    text: str


@dataclass(frozen=True, slots=True)
class Thinking:
    """What the model thinks before its answer, where it comes in the text, with its marks."""

    text: str


@dataclass(frozen=True, slots=True)
class PathRejected:
    """A block with a path that is refused; ``reason`` is a sentence. The block itself follows as prose."""

    path: str
    reason: str


TextEvent = FileText | Prose | Markup | Thinking
ParserEvent = FileOpened | FileClosed | FileRenamed | PathRejected | UnassignedBlock | TextEvent


def merge_adjacent(events: Iterable[ParserEvent]) -> list[ParserEvent]:
    """The events, with texts of the same kind in a row as one."""
    merged: list[ParserEvent] = []
    for _, group in groupby(events, _kind_of):
        first, *others = group
        texts = [event.text for event in others if isinstance(event, TextEvent)]
        if isinstance(first, TextEvent):
            merged.append(replace(first, text="".join((first.text, *texts))) if texts else first)
        else:
            merged.extend((first, *others))
    return merged


def _kind_of(event: ParserEvent) -> tuple[type[ParserEvent], bool]:
    return type(event), isinstance(event, FileText) and event.is_derived
