"""Zips to upload, and what is taken out of them."""

import io
import zipfile
from collections.abc import Mapping

from core.uploads.collector import UploadContents
from core.uploads.unpack import UploadedFile, unpack_upload

GOOD = {"main.py": "a = 1\n"}


def zipped(files: Mapping[str, str | bytes], **entry: int) -> bytes:
    """A zip of these files; ``entry`` sets fields of all entries but the first, which stays good."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(files.items()):
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.compress_type = zipfile.ZIP_DEFLATED
            if number:
                for field, value in entry.items():
                    setattr(info, field, value)
            archive.writestr(info, content)
    return packed.getvalue()


def taken(upload: UploadContents) -> dict[str, str]:
    return {file.path: file.text for file in upload.files}


def unzipped(files: Mapping[str, str | bytes], **entry: int) -> tuple[dict[str, str], dict[str, str]]:
    """The files that were taken and those that were skipped, of a zip with one good file more."""
    upload = unpack_upload([UploadedFile("app.zip", zipped({**GOOD, **files}, **entry))])
    found = taken(upload)
    assert found.pop("main.py") == "a = 1\n"
    return found, {skipped.path: skipped.reason for skipped in upload.skipped}
