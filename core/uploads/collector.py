"""Where the files of an upload gather, within the limits; whatever is not taken is named with the reason."""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import InvalidInput
from core.files.languages import language_of
from core.files.paths import MAX_PATH_LENGTH, UniquePaths, safe_path
from core.files.source_file import SourceFile
from core.uploads.ignore_rules import BINARY_REASON, find_ignored_folder, name_ignore_reason, text_ignore_reason

MEGABYTE = 1_000_000
MAX_FILE_BYTES = 256_000
MAX_TEXT_BYTES = MEGABYTE
MAX_FILES = 300
MAX_UNPACKED_BYTES = 50 * MEGABYTE
"""Bytes that are unpacked in all: more than what is taken, for what proves to be no text was read, too."""
MAX_SKIPPED_SHOWN = 200
"""How many of those that were left out are named."""


@dataclass(frozen=True, slots=True)
class SkippedPath:
    """A file or folder that was not taken, and the sentence that says why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class UploadContents:
    """The files that were taken, line ends ``\\n``, each with one at its end; and what was not taken."""

    files: tuple[SourceFile, ...]
    skipped: tuple[SkippedPath, ...]


class UploadCollector:
    """Where the files gather, within the limits."""

    def __init__(self) -> None:
        self._files: list[SourceFile] = []
        self._skipped: dict[str, str] = {}
        self._paths = UniquePaths()
        self._text_bytes = 0
        self._unpacked_bytes = 0

    def skip(self, path: str, reason: str) -> None:
        """Leave a file or folder out."""
        display_path = "".join(char if char.isprintable() else "?" for char in path[:MAX_PATH_LENGTH])
        self._skipped.setdefault(display_path, reason)

    def wanted_path(self, raw_path: str) -> str | None:
        """The safe path of a file that is wanted by its name; None where it is skipped."""
        posix_path = raw_path.replace("\\", "/")
        if ignored := find_ignored_folder(posix_path):
            self.skip(*ignored)
            return None
        try:
            path = safe_path(raw_path)
        except InvalidInput as error:
            self.skip(raw_path, error.message)
            return None
        if reason := name_ignore_reason(path):
            self.skip(raw_path, reason)
            return None
        return path

    def fits(self, path: str, size: int) -> bool:
        """Whether so many bytes more would be taken; else the file is skipped."""
        reason = None
        if size > MAX_FILE_BYTES:
            reason = f"It has more than {MAX_FILE_BYTES // 1000} KB."
        elif len(self._files) >= MAX_FILES:
            reason = f"There are {MAX_FILES} files already, and no more are taken."
        elif self._text_bytes + size > MAX_TEXT_BYTES:
            reason = f"It would be more than {MAX_TEXT_BYTES // MEGABYTE} MB of text in all."
        if reason:
            self.skip(path, reason)
        return reason is None

    def count_unpacked(self, size: int) -> None:
        """So many bytes were unpacked. Raises InvalidInput where it becomes too much."""
        self._unpacked_bytes += size
        if self._unpacked_bytes > MAX_UNPACKED_BYTES:
            raise InvalidInput.for_field(
                "file", f"The zip unpacks to more than {MAX_UNPACKED_BYTES // MEGABYTE} MB: send only the code."
            )

    def add(self, path: str, content: bytes) -> None:
        """Take a file if it is text that is wanted, and nothing else has its name."""
        text = _decode_text(content)
        reason = BINARY_REASON if text is None else text_ignore_reason(path, text) or self._find_name_clash(path)
        if text is None or reason:
            self.skip(path, reason or BINARY_REASON)
            return
        self._text_bytes += max(len(content), len(text.encode()))
        self._files.append(SourceFile(path, language_of(path), text))

    def contents(self) -> UploadContents:
        """All that was taken. Raises InvalidInput where that is nothing."""
        skipped = [SkippedPath(path, reason) for path, reason in self._skipped.items()]
        if not self._files:
            first = f" {skipped[0].path}: {skipped[0].reason}" if skipped else ""
            raise InvalidInput.for_field("file", f"There is no file in this that can be taken.{first}")
        return UploadContents(tuple(self._files), tuple(skipped))

    def _find_name_clash(self, path: str) -> str | None:
        if path in self._paths:
            return "It came twice, and the first one was taken."
        if self._paths.claim(path) != path:
            return "Another file has this name on systems that take capitals and small letters for the same."
        return None


def limit_skipped(skipped: Sequence[SkippedPath]) -> list[SkippedPath]:
    """The first of them, and how many more there are."""
    if len(skipped) <= MAX_SKIPPED_SHOWN:
        return list(skipped)
    more = len(skipped) - MAX_SKIPPED_SHOWN
    return [*skipped[:MAX_SKIPPED_SHOWN], SkippedPath("…", f"{more:,} more were left out for reasons like these.")]


def _decode_text(content: bytes) -> str | None:
    """The text, by UTF-8 or by the mark that it begins with; None where it is none."""
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        return None
    if "\0" in text:
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text + "\n" if text and not text.endswith("\n") else text
