"""What an upload becomes a version with, found in a worker process: so this imports no more than it needs."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.catalog.stacks import Side
from core.files.markdown.writer import format_files
from core.files.source_file import SourceFile
from core.uploads.collector import SkippedPath, limit_skipped
from core.uploads.stack_detection import detect_stack
from core.uploads.unpack import UploadedFile, unpack_upload


@dataclass(frozen=True, slots=True)
class UnpackedVersion:
    """What an upload holds; ``text`` is the run's text."""

    files: tuple[SourceFile, ...]
    skipped: tuple[SkippedPath, ...]
    left_out: tuple[str, ...]
    suggested_stack: str | None
    text: str


def unpack_version(uploaded: Sequence[UploadedFile], side: Side) -> UnpackedVersion:
    """The files of an upload with what follows from them; takes seconds of CPU for a large one.

    Raises TooLarge and InvalidInput, as ``unpack_upload`` does.
    """
    contents = unpack_upload(uploaded)
    return UnpackedVersion(
        contents.files,
        tuple(limit_skipped(contents.skipped)),
        contents.left_out,
        detect_stack(contents.files, side),
        format_files(contents.files),
    )
