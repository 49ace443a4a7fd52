"""What an upload becomes a version with."""

import pytest

from core.catalog.stacks import Side
from core.errors import InvalidInput
from core.uploads.collector import MAX_UPLOADED_FILE_BYTES
from core.uploads.unpack import UploadedFile
from core.uploads.unpacked_version import unpack_version
from tests.support.cpu_time import cpu_limit


def test_an_upload_has_a_text_to_read_and_the_stack_that_it_fits() -> None:
    uploaded = [
        UploadedFile("main.py", b"from fastapi import FastAPI\napp = FastAPI()\n"),
        UploadedFile("a.png", b"\0"),
    ]
    version = unpack_version(uploaded, Side.BACKEND)
    assert [file.path for file in version.files] == ["main.py"]
    assert [skipped.path for skipped in version.skipped] == ["a.png"]
    assert version.suggested_stack == "fastapi"
    assert version.text.startswith("### FILE: main.py\n```python\nfrom fastapi import FastAPI\n")


@pytest.mark.parametrize("line", ["\n", " ", "\t\n", "x" * 4999 + "\n", "`" * 3 + "\n", "-----BEGIN A ", "import "])
def test_the_time_it_takes_grows_with_the_size_alone(line: str) -> None:
    content = (line * (MAX_UPLOADED_FILE_BYTES // len(line))).encode()
    sent = [UploadedFile(f"{number}{suffix}", content) for number, suffix in enumerate((".js", ".py", ".md"))]
    sent += [UploadedFile("requirements.txt", content)]
    with cpu_limit(15):
        try:
            unpack_version(sent, Side.BACKEND)
        except InvalidInput:
            return
