"""An upload as the text files in it, with their bytes and as a text to read."""

import pytest

from core.errors import TooLarge
from core.files.source_file import SourceFile
from core.uploads.unpack import MAX_UPLOAD_BYTES, UploadedFile, unpack_upload
from tests.support.uploaded_zips import taken, zipped


def test_the_text_files_of_a_zip_are_taken_with_their_languages() -> None:
    upload = unpack_upload(
        [UploadedFile("app.zip", zipped({"main.py": "a = 1\n", "lib/é.ts": "let a\n", "LICENSE": "MIT\n"}))]
    )
    assert upload.files == (
        SourceFile("main.py", "python", "a = 1\n"),
        SourceFile("lib/é.ts", "typescript", "let a\n"),
        SourceFile("LICENSE", "text", "MIT\n"),
    )
    assert upload.skipped == ()


def test_single_files_are_taken_as_they_are_and_a_zip_beside_them() -> None:
    upload = unpack_upload(
        [
            UploadedFile("src/a.py", b"a"),
            UploadedFile("b.zip", zipped({"b.py": "b"})),
            UploadedFile("blob", zipped({"c.py": ""})),
        ]
    )
    assert taken(upload) == {"src/a.py": "a\n", "b.py": "b\n", "c.py": ""}


def test_more_than_ten_megabytes_are_refused() -> None:
    with pytest.raises(TooLarge, match="send at most 10 MB"):
        unpack_upload(
            [
                UploadedFile("a.zip", b"x" * (MAX_UPLOAD_BYTES // 2)),
                UploadedFile("b.zip", b"x" * (MAX_UPLOAD_BYTES // 2 + 1)),
            ]
        )


def test_the_bytes_of_a_file_are_kept_beside_its_text() -> None:
    [file] = unpack_upload([UploadedFile("a.py", b"\xef\xbb\xbfa\r\nb")]).files
    assert file.text == "a\nb\n"
    assert file.encoded.content == b"\xef\xbb\xbfa\r\nb"
