"""A zip may be damaged or hostile: each trick is refused or costs no more than an honest zip."""

import stat
import struct
import zipfile
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.uploads.collector import MAX_UPLOADED_FILE_BYTES, MEGABYTE
from core.uploads.unpack import UploadedFile, unpack_upload
from core.uploads.zip_reader import MAX_ZIP_ENTRIES
from tests.support.uploaded_zips import GOOD, taken, unzipped, zipped


def test_a_folder_around_everything_is_taken_off() -> None:
    files = {"app-main/a.py": "", "app-main/src/b.py": "", "app-main/.git/HEAD": "", "__MACOSX/app-main/._a.py": "x"}
    assert [file.path for file in unpack_upload([UploadedFile("x.zip", zipped(files))]).files] == ["a.py", "src/b.py"]
    two = {"one/a.py": "", "two/b.py": ""}
    assert [file.path for file in unpack_upload([UploadedFile("x.zip", zipped(two))]).files] == list(two)


def test_what_is_left_out_is_known_by_its_path_in_the_project() -> None:
    files = {"app/.git/HEAD": "", "app/logo.png": "", "app/a.py": "", "app\\x.pdf": "", "__MACOSX/app/._a.py": "x"}
    upload = unpack_upload([UploadedFile("x.zip", zipped(files))])
    assert set(upload.left_out) == {".git/", "logo.png", "x.pdf", "__MACOSX/"}
    flat = unpack_upload([UploadedFile("x.zip", zipped({"a.py": "", "app/logo.png": ""}))])
    assert flat.left_out == ("app/logo.png",)


@pytest.mark.parametrize(
    ("mode", "reason"),
    [(stat.S_IFLNK, "A link is not followed."), (stat.S_IFCHR, "no ordinary"), (stat.S_IFIFO, "no ordinary")],
)
def test_links_and_devices_are_skipped(mode: int, reason: str) -> None:
    found, skipped = unzipped({"link.py": "/etc/passwd"}, external_attr=(mode | 0o777) << 16)
    assert found == {}
    assert reason in skipped["link.py"]


def test_an_encrypted_entry_is_skipped() -> None:
    packed = zipped({"main.py": "a = 1\n", "b.py": "x"})
    at = packed.rindex(b"PK\x01\x02")
    locked = packed[: at + 8] + struct.pack("<H", 1) + packed[at + 10 :]
    upload = unpack_upload([UploadedFile("a.zip", locked)])
    assert list(taken(upload)) == ["main.py"]
    assert "without a password" in upload.skipped[0].reason


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_entry_packed_by_something_rare_is_skipped(method: int) -> None:
    found, skipped = unzipped({"b.py": "x"}, compress_type=method)
    assert found == {}
    assert "deflate" in skipped["b.py"]


def test_a_name_in_utf_8_that_the_zip_does_not_mark_is_read_all_the_same() -> None:
    packed = zipped({"main.py": "", "é.py": "x"})
    unmarked = packed.replace(b"\x14\x00\x00\x08\x08\x00", b"\x14\x00\x00\x00\x08\x00")
    assert unmarked != packed
    assert list(taken(unpack_upload([UploadedFile("a.zip", unmarked)]))) == ["main.py", "é.py"]


def test_a_bomb_that_says_so_is_refused() -> None:
    with pytest.raises(InvalidInput, match="that is no code"):
        unpack_upload([UploadedFile("a.zip", zipped({"a.txt": b"\0" * (11 * MEGABYTE)}))])


def test_a_bomb_of_many_small_files_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(InvalidInput, match="that is no code"):
        unpack_upload(
            [UploadedFile("a.zip", zipped({f"{number}.dat": b"\0" * MAX_UPLOADED_FILE_BYTES for number in range(300)}))]
        )


def test_an_entry_that_lies_about_its_size_is_damaged_and_costs_no_memory() -> None:
    packed = bytearray(zipped({"main.py": "a = 1\n", "b.txt": b"x" * (30 * MEGABYTE)}))
    at = packed.rindex(b"PK\x01\x02")
    packed[at + 24 : at + 28] = struct.pack("<I", 100)
    upload = unpack_upload([UploadedFile("a.zip", bytes(packed))])
    assert list(taken(upload)) == ["main.py"]
    assert "damaged" in upload.skipped[0].reason


def test_no_more_is_unpacked_than_a_bound() -> None:
    noise = b"".join(sha256(bytes([number])).digest() for number in range(188))
    packed = zipped({f"{number}.dat": noise + b"\0" * (MAX_UPLOADED_FILE_BYTES - len(noise)) for number in range(200)})
    with pytest.raises(InvalidInput, match="unpacks to more than 50 MB"):
        unpack_upload([UploadedFile("a.zip", packed)])


def test_too_many_entries_are_refused_before_they_are_listed() -> None:
    with pytest.raises(InvalidInput, match="20,000 entries"):
        unpack_upload([UploadedFile("a.zip", b"PK\x01\x02" * (MAX_ZIP_ENTRIES + 1))])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 17, b"nonsense", zipped(GOOD)[:-30]])
def test_a_broken_zip_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(InvalidInput, match="no zip that can be read"):
        unpack_upload([UploadedFile("a.zip", content)])


@given(st.data())
@settings(deadline=None)
def test_a_zip_that_was_tampered_with_is_read_or_refused(data: st.DataObject) -> None:
    packed = bytearray(zipped({"main.py": "a = 1\n", "src/b.py": "b = 2\n" * 20}))
    for _ in range(data.draw(st.integers(1, 8))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    with suppress(InvalidInput):
        unpack_upload([UploadedFile("a.zip", bytes(packed))])
