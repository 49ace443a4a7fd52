"""What a person brings along, a zip or single files, as the text files in it that a model can go on from."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.catalog.stacks import Stack
from core.errors import TooLarge
from core.files.source_file import SourceFile, parse_files
from core.prompts.messages import format_file_block
from core.uploads.collector import MEGABYTE, SkippedPath, UploadCollector, UploadContents
from core.uploads.zip_reader import unzip

MAX_UPLOAD_BYTES = 10 * MEGABYTE

AMBIGUOUS_TEXT_REASON = (
    "Its text cannot be told from the text around it: give it a plain name, and take lines like `### FILE:` out."
)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """What came under a name: a zip, or a file as it is."""

    name: str
    content: bytes


def unpack_upload(uploaded: Sequence[UploadedFile]) -> UploadContents:
    """The text files in what was sent. Raises TooLarge, and InvalidInput for a spoilt zip or where there is none."""
    if (size := sum(len(file.content) for file in uploaded)) > MAX_UPLOAD_BYTES:
        raise TooLarge(f"The upload has {size / MEGABYTE:.1f} MB: send at most {MAX_UPLOAD_BYTES // MEGABYTE} MB.")
    collector = UploadCollector()
    for file in uploaded:
        if _is_zip(file):
            unzip(file.content, collector)
        elif (path := collector.wanted_path(file.name)) and collector.fits(path, len(file.content)):
            collector.add(path, file.content)
    return collector.contents()


def to_run_text(files: Sequence[SourceFile], stack: Stack) -> tuple[str, list[SourceFile], list[SkippedPath]]:
    """The files as the text of a run, those that the text gives back exactly, and those that it does not."""
    exact = [file for file in files if parse_files(_to_markdown(file), stack) == [file]]
    text = "\n\n".join(map(_to_markdown, exact)) + "\n"
    if exact and parse_files(text, stack) != exact:
        raise AssertionError("files that survive alone survive side by side")
    return text, exact, [SkippedPath(file.path, AMBIGUOUS_TEXT_REASON) for file in files if file not in exact]


def _to_markdown(file: SourceFile) -> str:
    return format_file_block(file.path, file.language, file.text)


def _is_zip(file: UploadedFile) -> bool:
    name = file.name.rpartition("/")[2]
    return name.lower().endswith(".zip") or ("." not in name and file.content.startswith(b"PK\x03\x04"))
