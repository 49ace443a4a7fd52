"""Markdown into files, as it comes: feed text in pieces of any size, get the same events.

Markdown says where a block is, the lines around it say which file it is (``core.mentions``); a block that nothing
names is a file where no other has a name, and otherwise an example. Every character is looked at a bounded number of
times. Content goes out while its line is still being written, unless it could yet become a fence.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby

from core.errors import Invalid
from core.files.languages import LANGUAGES, is_known, language_of
from core.files.markdown.code_block import Block, Fence
from core.files.markdown.path_hints import LONGEST_LINE, Tag, tag
from core.files.markdown.prose import Talk, glued_opener, is_example, named_inside, unnamed
from core.files.paths import Names, safe_path


@dataclass(frozen=True, slots=True)
class FileOpened:
    """What follows is this file's text. The path is safe; the same path again is the same file again."""

    path: str
    language: str


@dataclass(frozen=True, slots=True)
class Text:
    """More of the open file."""

    text: str


@dataclass(frozen=True, slots=True)
class FileClosed:
    """The open file is over; not ``whole`` where the text ended first."""

    whole: bool


@dataclass(frozen=True, slots=True)
class Prose:
    """Text of no file: talk, commands, examples. Lines that only name a file, and fences, are left out."""

    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A block whose path no project may have; ``reason`` is a sentence. The block itself follows as prose."""

    path: str
    reason: str


Event = FileOpened | Text | FileClosed | Prose | Refused


class _Role(Enum):
    FILE = auto()
    PROSE = auto()
    OPEN = auto()  # its first line decides


class FenceParser:
    """One text, from its first character to ``close``. ``default_path`` names what nothing else does."""

    def __init__(self, default_path: str) -> None:
        self._default = default_path
        self._names = Names()
        self._named = False
        self._parts: list[str] = []
        self._begun = False
        self._stuck = False
        self._block: Block | None = None
        self._role = _Role.PROSE
        self._tag = Tag("", None)
        self._undecided: list[str] = []
        self._spoken = Talk()
        self._fenced = False

    def feed(self, text: str) -> list[Event]:
        """The events of the next piece."""
        return _merged(self._fed(text))

    def close(self) -> list[Event]:
        """The events that were waiting for more; an open file is closed as cut."""
        return _merged(self._close())

    def _fed(self, text: str) -> Iterator[Event]:
        at = 0
        while at < len(text):
            if self._block and self._role is _Role.FILE and not self._parts and not self._begun:
                end = self._block.plain(text, at)
                if end > at:
                    yield Text(text[at:end])
                    at = end
                    continue
            end = text.find("\n", at) + 1 or len(text)
            yield from self._piece(text[at:end])
            at = end

    def _piece(self, piece: str) -> Iterator[Event]:
        self._parts.append(piece)
        if piece.endswith("\n"):
            self._stuck = False
            yield from self._line(self._unfinished())
        elif self._block is not None and self._role is _Role.FILE and not self._stuck:
            yield from self._flow(self._block)

    def _flow(self, block: Block) -> Iterator[Event]:
        part = self._unfinished()
        at = block.flowing(part, begun=self._begun)
        self._parts.append(part[at:])
        self._begun = self._begun or at > 0
        # What cannot go out now is looked at again only while it is short: time stays linear.
        self._stuck = at < len(part) and (self._begun or len(part) > LONGEST_LINE)
        if at:
            yield Text(part[:at])

    def _unfinished(self) -> str:
        line = "".join(self._parts)
        self._parts.clear()
        return line

    def _line(self, line: str) -> Iterator[Event]:
        begun, self._begun = self._begun, False
        if self._block is None:
            yield from self._talk(line)
            return
        taken = self._block.take(line, begun=begun)
        yield from self._content(taken.content)
        if taken.ended:
            yield from self._end(whole=True)
            yield from self._talk(taken.rest)

    def _close(self) -> Iterator[Event]:
        if line := self._unfinished():
            yield from self._line(line)
        if self._block is not None:
            taken = self._block.end()
            yield from self._content(taken.content)
            yield from self._end(whole=taken.ended)
        yield from map(Prose, self._spoken.release(named=False))
        if not self._fenced:
            yield from self._without_fences()

    def _talk(self, line: str) -> Iterator[Event]:
        line = self._spoken.heard(line)
        if not line:
            return
        if fence := Fence.read(line):
            yield from self._open(fence, line)
        elif glued := glued_opener(line):
            yield from map(Prose, self._spoken.remark(glued[0]))
            yield from self._talk(glued[1])
        else:
            yield from map(Prose, self._spoken.remark(line))

    def _open(self, fence: Fence, line: str) -> Iterator[Event]:
        self._fenced = True
        self._block = Block(fence)
        self._tag = tag(fence.info)
        path = self._spoken.path_of(self._tag, self._names)
        yield from map(Prose, self._spoken.release(named=path is not None))
        if path is None:
            self._role, self._undecided = _Role.OPEN, [line]
        else:
            yield from self._begin(path)

    def _begin(self, raw: str) -> Iterator[Event]:
        try:
            path = safe_path(raw)
        except Invalid as refused:
            self._role = _Role.PROSE
            yield Refused(raw, refused.message)
        else:
            self._named = True
            yield self._opened(self._names.claim(path))

    def _opened(self, path: str) -> FileOpened:
        spoken = self._tag.language if self._tag.language in LANGUAGES.values() else "text"
        language = language_of(path) if is_known(path) else spoken
        self._role = _Role.FILE
        if self._block is not None:
            self._block.markdown = language == "markdown"
        return FileOpened(path, language)

    def _content(self, content: str) -> Iterator[Event]:
        match self._role:
            case _Role.FILE if content:
                yield Text(content)
            case _Role.PROSE if content:
                yield Prose(content)
            case _Role.OPEN if content.strip():
                yield from self._decide(content)
            case _Role.OPEN:
                self._undecided.append(content)

    def _decide(self, line: str) -> Iterator[Event]:
        opener, *blank = self._undecided
        path, rest = named_inside(line, self._tag)
        if path:
            yield from self._begin(path)
        elif self._named or is_example(line, self._tag):
            self._role, rest = _Role.PROSE, opener + line
        else:
            yield self._opened(self._names.fresh(unnamed(self._tag, self._default)))
        for text in (*blank, rest):
            yield from self._content(text)

    def _end(self, *, whole: bool) -> Iterator[Event]:
        self._block = None
        if self._role is _Role.FILE:
            yield FileClosed(whole)
        elif self._role is _Role.OPEN:
            yield from map(Prose, self._undecided)

    def _without_fences(self) -> Iterator[Event]:
        for path, text in self._spoken.sections(self._default):
            yield from self._begin(path)
            yield from self._content(text)
            yield from self._end(whole=True)


def _merged(events: Iterable[Event]) -> list[Event]:
    merged: list[Event] = []
    for kind, run in groupby(events, type):
        if kind is Text or kind is Prose:
            merged.append(kind("".join(event.text for event in run if isinstance(event, Text | Prose))))
        else:
            merged.extend(run)
    return merged
