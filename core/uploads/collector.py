"""Where the files of an upload gather, within the limits; whatever is not taken is named with the reason."""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import Invalid
from core.files.languages import language_of
from core.files.paths import LONGEST_PATH, Names, safe_path
from core.files.source_file import SourceFile
from core.uploads.ignore_rules import BINARY, unwanted_folder, unwanted_name, unwanted_text

MEGABYTE = 1_000_000
LARGEST_FILE = 256_000
LARGEST_TEXT = MEGABYTE
MOST_FILES = 300
MOST_READ = 50 * MEGABYTE
"""Bytes that are unpacked in all: more than what is taken, for what proves to be no text was read, too."""
MOST_NAMED = 200
"""How many of those that were left out are named."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was not taken, and the sentence that says why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Upload:
    """The files that were taken, line ends ``\\n``, each with one at its end; and what was not taken."""

    files: tuple[SourceFile, ...]
    skipped: tuple[Skipped, ...]


class Crate:
    """Where the files gather, within the limits."""

    def __init__(self) -> None:
        self._files: list[SourceFile] = []
        self._skipped: dict[str, str] = {}
        self._names = Names()
        self._size = 0
        self._read = 0

    def skip(self, path: str, reason: str) -> None:
        """Leave a file or folder out."""
        shown = "".join(sign if sign.isprintable() else "?" for sign in path[:LONGEST_PATH])
        self._skipped.setdefault(shown, reason)

    def path_of(self, raw: str) -> str | None:
        """The safe path of a file that is wanted by its name; None where it is skipped."""
        posix = raw.replace("\\", "/")
        if folder := unwanted_folder(posix):
            self.skip(*folder)
            return None
        try:
            path = safe_path(raw)
        except Invalid as refused:
            self.skip(raw, refused.message)
            return None
        if reason := unwanted_name(path):
            self.skip(raw, reason)
            return None
        return path

    def has_room(self, path: str, size: int) -> bool:
        """Whether so many bytes more would be taken; else the file is skipped."""
        reason = None
        if size > LARGEST_FILE:
            reason = f"It has more than {LARGEST_FILE // 1000} KB."
        elif len(self._files) >= MOST_FILES:
            reason = f"There are {MOST_FILES} files already, and no more are taken."
        elif self._size + size > LARGEST_TEXT:
            reason = f"It would be more than {LARGEST_TEXT // MEGABYTE} MB of text in all."
        if reason:
            self.skip(path, reason)
        return reason is None

    def count(self, size: int) -> None:
        """So many bytes were unpacked. Raises Invalid where it becomes too much."""
        self._read += size
        if self._read > MOST_READ:
            raise Invalid.of("file", f"The zip unpacks to more than {MOST_READ // MEGABYTE} MB: send only the code.")

    def take(self, path: str, content: bytes) -> None:
        """Take a file if it is text that is wanted, and nothing else has its name."""
        text = _decoded(content)
        reason = BINARY if text is None else unwanted_text(path, text) or self._clash(path)
        if text is None or reason:
            self.skip(path, reason or BINARY)
            return
        self._size += max(len(content), len(text.encode()))
        self._files.append(SourceFile(path, language_of(path), text))

    def upload(self) -> Upload:
        """All that was taken. Raises Invalid where that is nothing."""
        skipped = [Skipped(path, reason) for path, reason in self._skipped.items()]
        if not self._files:
            first = f" {skipped[0].path}: {skipped[0].reason}" if skipped else ""
            raise Invalid.of("file", f"There is no file in this that can be taken.{first}")
        return Upload(tuple(self._files), tuple(skipped))

    def _clash(self, path: str) -> str | None:
        if path in self._names:
            return "It came twice, and the first one was taken."
        if self._names.claim(path) != path:
            return "Another file has this name on systems that take capitals and small letters for the same."
        return None


def named(skipped: Sequence[Skipped]) -> list[Skipped]:
    """The first of them, and how many more there are."""
    if len(skipped) <= MOST_NAMED:
        return list(skipped)
    more = len(skipped) - MOST_NAMED
    return [*skipped[:MOST_NAMED], Skipped("…", f"{more:,} more were left out for reasons like these.")]


def _decoded(content: bytes) -> str | None:
    """The text, by UTF-8 or by the mark that it begins with; None where it is none."""
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        return None
    if "\0" in text:
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text + "\n" if text and not text.endswith("\n") else text
