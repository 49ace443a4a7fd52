"""Which files of an upload are taken: safe paths, limits, no two of one name, text alone."""

import pytest

from core.errors import InvalidInput
from core.files.paths import MAX_PATH_LENGTH
from core.uploads.collector import (
    ENCODING_REASON,
    MAX_SKIPPED_SHOWN,
    MAX_UPLOADED_FILE_BYTES,
    MAX_UPLOADED_FILES,
    SkippedPath,
    limit_skipped,
)
from core.uploads.unpack import UploadedFile, unpack_upload
from tests.support.uploaded_zips import taken, unzipped, zipped


@pytest.mark.parametrize("content", [b"\x89PNG\0", b"a\0b", b"\xff\xfe\x00", b"PK\x03\x04\xff"])
def test_what_is_no_text_is_skipped(content: bytes) -> None:
    found, skipped = unzipped({"a.dat": content})
    assert (found, skipped) == ({}, {"a.dat": "This is no text."})


def test_text_in_an_unknown_encoding_is_skipped_with_what_to_do() -> None:
    broken_utf_8 = "“Ahoj”, světe\n".encode() + b"\xe2\n"
    assert unzipped({"a.txt": broken_utf_8}) == ({}, {"a.txt": ENCODING_REASON})


@pytest.mark.parametrize(
    ("path", "safe"),
    [
        ("/etc/passwd", "etc/passwd"),
        ("C:\\work\\a.py", "work/a.py"),
        ("C:/code/a.py", "code/a.py"),
        ("\\\\server\\share\\a.py", "server/share/a.py"),
        ("src/../a.py", "a.py"),
        ("aux.py", "aux_.py"),
        ("src\\a.py", "src/a.py"),
    ],
)
def test_a_path_with_a_harmless_reading_gets_it(path: str, safe: str) -> None:
    assert unzipped({path: "x"})[0] == {safe: "x\n"}


@pytest.mark.parametrize("path", ["../a.py", "a/../../b.py", "..\\a.py", "x" * 120 + ".py", "/".join("abcd" * 40)])
def test_a_path_without_one_is_skipped_with_the_reason(path: str) -> None:
    found, skipped = unzipped({path: "x"})
    assert found == {}
    assert skipped[path[:MAX_PATH_LENGTH]].startswith("The path ")


def test_control_signs_in_a_name_are_neither_taken_nor_shown() -> None:
    assert unzipped({"a\x1b[31m.py": "x"}) == ({}, {"a?[31m.py": "The path holds control characters."})


def test_names_that_differ_by_case_alone_clash_and_the_first_one_stays() -> None:
    found, skipped = unzipped({"Readme.md": "1", "README.md": "2", "readme.md/x.py": "3"})
    assert found == {"Readme.md": "1\n"}
    assert list(skipped) == ["README.md", "readme.md/x.py"]


def test_the_same_name_twice_is_taken_once() -> None:
    upload = unpack_upload([UploadedFile("a.py", b"1"), UploadedFile("a.py", b"2")])
    assert taken(upload) == {"a.py": "1\n"}
    assert upload.skipped == (SkippedPath("a.py", "It came twice, and the first one was taken."),)


def test_a_file_over_its_limit_is_skipped() -> None:
    found, skipped = unzipped(
        {"a.txt": "x\n" * (MAX_UPLOADED_FILE_BYTES // 2), "b.txt": "x\n" * (MAX_UPLOADED_FILE_BYTES // 2) + "y"}
    )
    assert list(found) == ["a.txt"]
    assert skipped == {"b.txt": "It has more than 256 KB."}


def test_a_file_in_excess_of_so_many_is_skipped() -> None:
    found, skipped = unzipped({f"{number}.py": "" for number in range(MAX_UPLOADED_FILES + 2)})
    assert len(found) == MAX_UPLOADED_FILES - 1
    assert list(skipped) == ["299.py", "300.py", "301.py"]


def test_text_over_the_limit_in_all_is_skipped_and_what_still_fits_is_taken() -> None:
    found, skipped = unzipped({**{f"{number}.txt": "x" * 249_000 for number in range(5)}, "small.py": "x"})
    assert list(found) == ["0.txt", "1.txt", "2.txt", "3.txt", "small.py"]
    assert skipped == {"4.txt": "It would be more than 1 MB of text in all."}


def test_an_upload_without_anything_to_take_is_refused_and_says_why() -> None:
    with pytest.raises(InvalidInput, match=r"can be taken\. node_modules/: Installed"):
        unpack_upload([UploadedFile("a.zip", zipped({"node_modules/a.js": "x"}))])
    with pytest.raises(InvalidInput, match=r"can be taken\.$"):
        unpack_upload([UploadedFile("a.zip", zipped({}))])


def test_only_so_many_that_were_left_out_are_named() -> None:
    skipped = [SkippedPath(f"{number}", "") for number in range(MAX_SKIPPED_SHOWN + 5)]
    assert limit_skipped(skipped[:MAX_SKIPPED_SHOWN]) == skipped[:MAX_SKIPPED_SHOWN]
    assert limit_skipped(skipped)[-1] == SkippedPath("…", "5 more were left out for reasons like these.")
