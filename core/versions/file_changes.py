"""Files changed by hand, applied in a worker process: so this imports no more than it needs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.errors import Conflict, InvalidInput, NotFound, TooLarge
from core.files.languages import language_of
from core.files.markdown.writer import format_files
from core.files.paths import UniquePaths, safe_path
from core.files.source_file import SourceFile
from core.files.text_encoding import EncodedText
from core.text import check_storable

MAX_FILES = 1_000
"""Of a version that was changed by hand."""
MAX_FILE_LENGTH = 1_000_000
"""Characters of one file."""

FileChanges = Mapping[str, str | None]
"""The new text of each file by its path; None removes the file."""


@dataclass(frozen=True, slots=True)
class EditedFiles:
    """The files after the changes; ``text`` is the run's text."""

    files: tuple[SourceFile, ...]
    text: str


def apply_changes(files: Sequence[SourceFile], changes: FileChanges, new_paths: Collection[str] = ()) -> EditedFiles:
    """The files after the changes, with the text that shows them; those of ``new_paths`` replace none.

    Raises NotFound, Conflict, InvalidInput, TooLarge.
    """
    by_path = {file.path: file for file in files}
    before = dict(by_path)
    # What is removed first: another file may take its name.
    for raw_path, text in sorted(changes.items(), key=lambda change: change[1] is not None):
        path = raw_path if raw_path in by_path else _checked_path(raw_path)
        if raw_path in new_paths and path in by_path:
            raise Conflict(f"There is a file {path} already: choose another name.")
        if text is not None:
            by_path[path] = _changed_file(by_path, path, text)
        elif by_path.pop(path, None) is None:
            raise NotFound(f"There is no file {path} to remove.")
    if by_path == before:
        raise Conflict("Nothing is different: change, add or remove a file.")
    if not by_path:
        raise Conflict("A version needs a file: keep at least one.")
    if len(by_path) > MAX_FILES:
        raise TooLarge(f"This would be {len(by_path):,} files: a version may have {MAX_FILES:,}.")
    edited = tuple(by_path.values())
    return EditedFiles(edited, format_files(edited))


def _checked_path(raw_path: str) -> str:
    try:
        return safe_path(raw_path)
    except InvalidInput as error:
        raise InvalidInput.for_field("files", error.message) from None


def _changed_file(by_path: Mapping[str, SourceFile], path: str, text: str) -> SourceFile:
    if len(text) > MAX_FILE_LENGTH:
        raise TooLarge(f"{path} has {len(text):,} characters: a file may have {MAX_FILE_LENGTH:,}.")
    check_storable("files", text)
    original = EncodedText(text.encode())
    if path not in by_path:
        _check_free(by_path, path)
    elif by_path[path].text == original.text:
        return by_path[path]
    return SourceFile(path, language_of(path), original.text, original=original)


def _check_free(by_path: Mapping[str, SourceFile], path: str) -> None:
    paths = UniquePaths()
    for taken in by_path:
        paths.claim(taken)
    # Two names that some system takes for one would lose a file there.
    if paths.claim_unused(path) != path:
        raise Conflict(f"{path} would collide with another file: choose another name.")
