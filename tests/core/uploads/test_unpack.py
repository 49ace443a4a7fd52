"""What is taken out of an upload: each limit, each trick of a zip, and that a run gives it back."""

import io
import stat
import struct
import time
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalog.stacks import Side, find_stack
from core.errors import InvalidInput, TooLarge
from core.files.paths import MAX_PATH_LENGTH
from core.files.source_file import SourceFile, parse_files
from core.uploads.collector import (
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_SKIPPED_SHOWN,
    MEGABYTE,
    SkippedPath,
    UploadContents,
    limit_skipped,
)
from core.uploads.stack_detection import detect_stack
from core.uploads.unpack import AMBIGUOUS_TEXT_REASON, MAX_UPLOAD_BYTES, UploadedFile, to_run_text, unpack_upload
from core.uploads.zip_reader import MAX_ENTRIES

STACK = find_stack("fastapi", Side.BACKEND)
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


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\xef\xbb\xbfa\n", "a\n"),
        ("é\n".encode("utf-16"), "é\n"),
        (b"\xfe\xff\x00a\x00\n", "a\n"),
        (b"a\r\nb\rc", "a\nb\nc\n"),
        (b"", ""),
        (b"\n", "\n"),
    ],
)
def test_text_is_read_by_its_mark_and_gets_plain_line_ends(content: bytes, text: str) -> None:
    assert unzipped({"a.txt": content})[0] == {"a.txt": text}


@pytest.mark.parametrize("content", [b"\x89PNG\0", b"a\0b", b"\xff\xfe\x00", b"caf\xe9", b"PK\x03\x04\xff"])
def test_what_is_no_text_is_skipped(content: bytes) -> None:
    found, skipped = unzipped({"a.dat": content})
    assert (found, skipped) == ({}, {"a.dat": "This is no text."})


def test_a_folder_around_everything_is_taken_off() -> None:
    files = {"app-main/a.py": "", "app-main/src/b.py": "", "app-main/.git/HEAD": "", "__MACOSX/app-main/._a.py": "x"}
    assert [file.path for file in unpack_upload([UploadedFile("x.zip", zipped(files))]).files] == ["a.py", "src/b.py"]
    two = {"one/a.py": "", "two/b.py": ""}
    assert [file.path for file in unpack_upload([UploadedFile("x.zip", zipped(two))]).files] == list(two)


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


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("node_modules/react/index.js", "node_modules/"),
        ("web/node_modules/a/b.js", "web/node_modules/"),
        (".git/config", ".git/"),
        (".venv/bin/activate", ".venv/"),
        ("dist/app.js", "dist/"),
        ("Build/app.js", "Build/"),
        ("app/__pycache__/a.txt", "app/__pycache__/"),
        ("__MACOSX/._a.py", "__MACOSX/"),
    ],
)
def test_a_folder_of_what_is_made_or_fetched_is_skipped_as_one(path: str, named: str) -> None:
    found, skipped = unzipped({path: "x", f"{named}more.js": "x"})
    assert (found, list(skipped)) == ({}, [named])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".env", "secrets"), (".env.production", "secrets"), ("server.key", "secrets"), ("cert.pem", "secrets"),
        ("id_rsa", "secrets"), (".npmrc", "secrets"), ("package-lock.json", "lock file"), ("yarn.lock", "lock file"),
        ("go.sum", "lock file"), ("jquery.min.js", "minified"), ("app.js.map", "minified"), (".DS_Store", "no code"),
        ("inner.zip", "archive inside"), ("app.jar", "archive inside"), ("logo.PNG", "no text"),
    ],
)  # fmt: skip
def test_files_that_no_model_should_see_are_skipped_by_their_name(name: str, reason: str) -> None:
    found, skipped = unzipped({f"src/{name}": "x"})
    assert found == {}
    assert reason in skipped[f"src/{name}"]


@pytest.mark.parametrize("name", [".env.example", ".gitignore", "keys.py", "package.json", "a.min.html", "lock.ts"])
def test_names_that_only_look_like_it_are_taken(name: str) -> None:
    assert unzipped({name: "x"}) == ({name: "x\n"}, {})


def test_a_private_key_and_a_minified_file_are_known_by_what_is_in_them() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\n"
    found, skipped = unzipped({"a.txt": key, "b.js": "x" * 6000, "c.csv": "1," * 4000})
    assert list(found) == ["c.csv"]
    assert "secrets" in skipped["a.txt"]
    assert "minified" in skipped["b.js"]


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


def test_names_that_differ_by_case_alone_clash_and_the_first_one_stays() -> None:
    found, skipped = unzipped({"Readme.md": "1", "README.md": "2", "readme.md/x.py": "3"})
    assert found == {"Readme.md": "1\n"}
    assert list(skipped) == ["README.md", "readme.md/x.py"]


def test_the_same_name_twice_is_taken_once() -> None:
    upload = unpack_upload([UploadedFile("a.py", b"1"), UploadedFile("a.py", b"2")])
    assert taken(upload) == {"a.py": "1\n"}
    assert upload.skipped == (SkippedPath("a.py", "It came twice, and the first one was taken."),)


def test_a_name_in_utf_8_that_the_zip_does_not_mark_is_read_all_the_same() -> None:
    packed = zipped({"main.py": "", "é.py": "x"})
    unmarked = packed.replace(b"\x14\x00\x00\x08\x08\x00", b"\x14\x00\x00\x00\x08\x00")
    assert unmarked != packed
    assert list(taken(unpack_upload([UploadedFile("a.zip", unmarked)]))) == ["main.py", "é.py"]


def test_a_file_over_its_limit_is_skipped() -> None:
    found, skipped = unzipped({"a.txt": "x\n" * (MAX_FILE_BYTES // 2), "b.txt": "x\n" * (MAX_FILE_BYTES // 2) + "y"})
    assert list(found) == ["a.txt"]
    assert skipped == {"b.txt": "It has more than 256 KB."}


def test_a_file_in_excess_of_so_many_is_skipped() -> None:
    found, skipped = unzipped({f"{number}.py": "" for number in range(MAX_FILES + 2)})
    assert len(found) == MAX_FILES - 1
    assert list(skipped) == ["299.py", "300.py", "301.py"]


def test_text_over_the_limit_in_all_is_skipped_and_what_still_fits_is_taken() -> None:
    found, skipped = unzipped({**{f"{number}.txt": "x" * 249_000 for number in range(5)}, "small.py": "x"})
    assert list(found) == ["0.txt", "1.txt", "2.txt", "3.txt", "small.py"]
    assert skipped == {"4.txt": "It would be more than 1 MB of text in all."}


def test_more_than_ten_megabytes_are_refused() -> None:
    with pytest.raises(TooLarge, match="send at most 10 MB"):
        unpack_upload(
            [
                UploadedFile("a.zip", b"x" * (MAX_UPLOAD_BYTES // 2)),
                UploadedFile("b.zip", b"x" * (MAX_UPLOAD_BYTES // 2 + 1)),
            ]
        )


def test_a_bomb_that_says_so_is_refused() -> None:
    with pytest.raises(InvalidInput, match="that is no code"):
        unpack_upload([UploadedFile("a.zip", zipped({"a.txt": b"\0" * (11 * MEGABYTE)}))])


def test_a_bomb_of_many_small_files_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(InvalidInput, match="that is no code"):
        unpack_upload(
            [UploadedFile("a.zip", zipped({f"{number}.dat": b"\0" * MAX_FILE_BYTES for number in range(300)}))]
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
    packed = zipped({f"{number}.dat": noise + b"\0" * (MAX_FILE_BYTES - len(noise)) for number in range(200)})
    with pytest.raises(InvalidInput, match="unpacks to more than 50 MB"):
        unpack_upload([UploadedFile("a.zip", packed)])


def test_too_many_entries_are_refused_before_they_are_listed() -> None:
    with pytest.raises(InvalidInput, match="20,000 entries"):
        unpack_upload([UploadedFile("a.zip", b"PK\x01\x02" * (MAX_ENTRIES + 1))])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 17, b"nonsense", zipped(GOOD)[:-30]])
def test_a_broken_zip_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(InvalidInput, match="no zip that can be read"):
        unpack_upload([UploadedFile("a.zip", content)])


def test_an_upload_without_anything_to_take_is_refused_and_says_why() -> None:
    with pytest.raises(InvalidInput, match=r"can be taken\. node_modules/: Installed"):
        unpack_upload([UploadedFile("a.zip", zipped({"node_modules/a.js": "x"}))])
    with pytest.raises(InvalidInput, match=r"can be taken\.$"):
        unpack_upload([UploadedFile("a.zip", zipped({}))])


def test_only_so_many_that_were_left_out_are_named() -> None:
    skipped = [SkippedPath(f"{number}", "") for number in range(MAX_SKIPPED_SHOWN + 5)]
    assert limit_skipped(skipped[:MAX_SKIPPED_SHOWN]) == skipped[:MAX_SKIPPED_SHOWN]
    assert limit_skipped(skipped)[-1] == SkippedPath("…", "5 more were left out for reasons like these.")


@given(st.data())
@settings(deadline=None)
def test_a_zip_that_was_tampered_with_is_read_or_refused(data: st.DataObject) -> None:
    packed = bytearray(zipped({"main.py": "a = 1\n", "src/b.py": "b = 2\n" * 20}))
    for _ in range(data.draw(st.integers(1, 8))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    with suppress(InvalidInput):
        unpack_upload([UploadedFile("a.zip", bytes(packed))])


@pytest.mark.parametrize("line", ["\n", " ", "\t\n", "x" * 4999 + "\n", "`" * 3 + "\n", "-----BEGIN A ", "import "])
def test_the_time_it_takes_grows_with_the_size_alone(line: str) -> None:
    content = (line * (MAX_FILE_BYTES // len(line))).encode()
    sent = [UploadedFile(f"{number}{suffix}", content) for number, suffix in enumerate((".js", ".py", ".md"))]
    sent += [UploadedFile("requirements.txt", content)]
    began = time.process_time()
    try:
        upload = unpack_upload(sent)
    except InvalidInput:
        return
    detect_stack(upload.files, Side.BACKEND)
    to_run_text(upload.files, STACK)
    assert time.process_time() - began < 15


NAMES = st.from_regex(r"[a-z]{1,6}", fullmatch=True)
PATHS = st.builds(
    lambda folders, name, suffix: "/".join([*folders, name]) + suffix,
    st.lists(NAMES.map(lambda name: f"{name}d"), max_size=2),
    NAMES.map(lambda name: f"{name}f"),
    st.sampled_from([".py", ".ts", ".md", ".html", ".json", ".txt", ".css"]),
)
LINES = st.lists(
    st.one_of(
        st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=30),
        st.sampled_from(["```", "````python", "~~~", "  ```js", "# app.py", "**main.py**", "</think>", "a```", ""]),
    )
).map("\n".join)


@given(st.dictionaries(PATHS, LINES, min_size=1, max_size=6))
@settings(deadline=None)
def test_what_goes_in_as_a_zip_comes_out_of_the_text_of_a_run(files: dict[str, str]) -> None:
    upload = unpack_upload([UploadedFile("a.zip", zipped({"zz.py": "", **files}))])
    assert {skipped.path for skipped in upload.skipped} == set()
    text, kept, lost = to_run_text(upload.files, STACK)
    assert parse_files(text, STACK) == kept
    plain = {path: line if line.endswith("\n") or not line else line + "\n" for path, line in files.items()}
    given_back = {file.path: file.text for file in kept} | {skipped.path: plain[skipped.path] for skipped in lost}
    assert given_back == {"zz.py": "", **plain}
    assert all("```" in plain[skipped.path] for skipped in lost), "only what looks like the text around it is lost"


def test_a_file_that_looks_like_the_text_around_it_is_left_out() -> None:
    files = [SourceFile("a.md", "markdown", "### FILE: b.py\n"), SourceFile("b.py", "python", "b\n")]
    text, kept, lost = to_run_text(files, STACK)
    assert text == "### FILE: b.py\n```python\nb\n```\n"
    assert (kept, lost) == (files[1:], [SkippedPath("a.md", AMBIGUOUS_TEXT_REASON)])


def test_a_readme_with_blocks_of_its_own_survives() -> None:
    readme = SourceFile("README.md", "markdown", "# App\n\n```sh\nnpm i\n```\n\n````md\n```\nx\n```\n````\n")
    text, kept, _ = to_run_text([readme, SourceFile("empty.py", "python", "")], STACK)
    assert [file.text for file in kept] == [readme.text, ""]
    assert parse_files(text, STACK) == kept
