"""What a person uploads, a zip or single files, as the text files in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import TooLarge
from core.uploads.collector import MEGABYTE, UploadCollector, UploadContents
from core.uploads.zip_reader import unzip

MAX_UPLOAD_BYTES = 10 * MEGABYTE


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One part of an upload: a zip, or a file."""

    name: str
    content: bytes


def unpack_upload(uploaded: Sequence[UploadedFile]) -> UploadContents:
    """The text files in an upload. Raises TooLarge; InvalidInput for a damaged zip or where no file can be taken."""
    if (size := sum(len(file.content) for file in uploaded)) > MAX_UPLOAD_BYTES:
        raise TooLarge(f"The upload has {size / MEGABYTE:.1f} MB: send at most {MAX_UPLOAD_BYTES // MEGABYTE} MB.")
    collector = UploadCollector()
    for file in uploaded:
        if _is_zip(file):
            unzip(file.content, collector)
        elif (path := collector.wanted_path(file.name)) and collector.fits(path, len(file.content)):
            collector.add(path, file.content)
    return collector.contents()


def _is_zip(file: UploadedFile) -> bool:
    name = file.name.rpartition("/")[2]
    # By its first bytes too, because some clients send no name; with another ending a zip is a document.
    return name.lower().endswith(".zip") or ("." not in name and file.content.startswith(b"PK\x03\x04"))
