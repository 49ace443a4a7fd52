"""Collects the files of an upload within the limits, and says of every other file why it was left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.errors import InvalidInput
from core.files.languages import language_of
from core.files.paths import MAX_PATH_LENGTH, UniquePaths, safe_path
from core.files.source_file import SourceFile
from core.files.text_encoding import EncodedText, detect_encoding, has_control_bytes
from core.uploads.ignore_rules import BINARY_REASON, find_ignored_folder, name_ignore_reason, text_ignore_reason

MEGABYTE = 1_000_000
MAX_UPLOADED_FILE_BYTES = 256_000
MAX_UPLOADED_TEXT_BYTES = MEGABYTE
MAX_UPLOADED_FILES = 300
MAX_UNPACKED_BYTES = 50 * MEGABYTE
"""Bytes unpacked in all; above ``MAX_UPLOADED_TEXT_BYTES``, since a file is read before it proves to be no text."""
MAX_SKIPPED_SHOWN = 200
ENCODING_REASON = "Its characters are in no encoding that is known here: save it as UTF-8."


@dataclass(frozen=True, slots=True)
class SkippedPath:
    """A file or folder that was left out, and a sentence that says why. Folders end in ``/``."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class UploadContents:
    """The files that were taken, each with its original bytes, and the paths that were left out.

    ``left_out`` are these as paths of the project: a top folder that was cut off is not in them.
    """

    files: tuple[SourceFile, ...]
    skipped: tuple[SkippedPath, ...]
    left_out: tuple[str, ...]


class UploadCollector:
    """Takes one file after the other. The limits are those at the top of this module."""

    def __init__(self) -> None:
        self._files: list[SourceFile] = []
        self._skipped: dict[str, str] = {}
        self._top_folders: set[str] = set()
        self._paths = UniquePaths()
        self._text_bytes = 0
        self._unpacked_bytes = 0

    def skip(self, path: str, reason: str) -> None:
        """Leave a file or folder out. The first reason for a path stays."""
        # It is shown on a page: no control characters, and no endless name.
        display_path = "".join(char if char.isprintable() else "?" for char in path[:MAX_PATH_LENGTH])
        self._skipped.setdefault(display_path, reason)

    def cut_off(self, folder: str) -> None:
        """Take note that the paths of files below ``folder``, which ends in ``/``, are given without it."""
        self._top_folders.add(folder)

    def wanted_path(self, raw_path: str) -> str | None:
        """The safe path of a file; None where its folder, path or name rules it out, and it is skipped."""
        # Some programs on Windows write backslashes into a zip.
        posix_path = raw_path.replace("\\", "/")
        # The folder first: it is listed once as skipped, and not each file in it.
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
        """Whether a file of ``size`` bytes is within the limits; if not, it is skipped."""
        reason = None
        if size > MAX_UPLOADED_FILE_BYTES:
            reason = f"It has more than {MAX_UPLOADED_FILE_BYTES // 1000} KB."
        elif len(self._files) >= MAX_UPLOADED_FILES:
            reason = f"There are {MAX_UPLOADED_FILES} files already, and no more are taken."
        elif self._text_bytes + size > MAX_UPLOADED_TEXT_BYTES:
            reason = f"It would be more than {MAX_UPLOADED_TEXT_BYTES // MEGABYTE} MB of text in all."
        if reason:
            self.skip(path, reason)
        return reason is None

    def count_unpacked(self, size: int) -> None:
        """Count bytes that were unpacked. Raises InvalidInput above ``MAX_UNPACKED_BYTES``."""
        self._unpacked_bytes += size
        if self._unpacked_bytes > MAX_UNPACKED_BYTES:
            raise InvalidInput.for_field(
                "file", f"The zip unpacks to more than {MAX_UNPACKED_BYTES // MEGABYTE} MB: send only the code."
            )

    def add(self, path: str, content: bytes) -> None:
        """Take a file; it is skipped if it is not text, or not wanted, or its path is taken."""
        encoding = detect_encoding(content)
        if encoding is None:
            self.skip(path, BINARY_REASON if has_control_bytes(content) else ENCODING_REASON)
            return
        original = EncodedText(content, encoding)
        text = original.text
        if reason := text_ignore_reason(path, text) or self._find_name_clash(path):
            self.skip(path, reason)
            return
        # The larger of both: a text may be longer in UTF-8, in which models and clients get it.
        self._text_bytes += max(len(content), len(text.encode()))
        self._files.append(SourceFile(path, language_of(path), text, original=original))

    def contents(self) -> UploadContents:
        """What was collected. Raises InvalidInput where no file was taken."""
        skipped = [SkippedPath(path, reason) for path, reason in self._skipped.items()]
        if not self._files:
            first = f" {skipped[0].path}: {skipped[0].reason}" if skipped else ""
            raise InvalidInput.for_field("file", f"There is no file in this that can be taken.{first}")
        return UploadContents(tuple(self._files), tuple(skipped), tuple(self._left_out_paths()))

    def _left_out_paths(self) -> Iterator[str]:
        for skipped in self._skipped:
            path = skipped.replace("\\", "/").lstrip("/")
            # In what order a zip names its files is not known: one may be left out before the top folder is.
            folder = next((folder for folder in self._top_folders if path.startswith(folder)), "")
            if rest := path.removeprefix(folder):
                yield rest

    def _find_name_clash(self, path: str) -> str | None:
        if path in self._paths:
            return "It came twice, and the first one was taken."
        if self._paths.claim(path) != path:
            return "Another file has this name on systems that take capitals and small letters for the same."
        return None


def limit_skipped(skipped: Sequence[SkippedPath]) -> list[SkippedPath]:
    """The first ``MAX_SKIPPED_SHOWN``, and an entry that says how many more there are."""
    if len(skipped) <= MAX_SKIPPED_SHOWN:
        return list(skipped)
    more = len(skipped) - MAX_SKIPPED_SHOWN
    return [*skipped[:MAX_SKIPPED_SHOWN], SkippedPath("…", f"{more:,} more were left out for reasons like these.")]
