"""The manifest, and what is not as it says."""

from pathlib import Path

import pytest

from core.runtime.errors import RuntimeBuildError
from core.runtime.manifest import MANIFEST_NAME, read_manifest, write_manifest, wrong_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "react.mjs").write_text("export {}", "utf-8")
    (tmp_path / "style.css").write_text("a{}", "utf-8")
    return tmp_path


def test_what_is_written_is_read(folder: Path) -> None:
    written = write_manifest(folder, "0123456789abcdef", {"modules": {"react": "modules/react.mjs"}})
    assert read_manifest(folder) == written
    assert list(written.files) == ["modules/react.mjs", "style.css"]
    assert written.files["style.css"].bytes == 3
    assert written.total_bytes == 12
    assert written.parts == {"modules": {"react": "modules/react.mjs"}}
    assert wrong_files(folder, written) == []


def test_files_that_are_gone_or_changed_are_named(folder: Path) -> None:
    manifest = write_manifest(folder, "id", {})
    (folder / "style.css").write_text("b{}", "utf-8")
    (folder / "modules" / "react.mjs").unlink()
    assert wrong_files(folder, manifest) == ["modules/react.mjs", "style.css"]


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"id": "x", "files": {"a": 1}}'])
def test_a_folder_without_a_manifest_that_can_be_read_has_no_runtime(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / MANIFEST_NAME).write_text(text, "utf-8")
    with pytest.raises(RuntimeBuildError, match="There is no runtime"):
        read_manifest(tmp_path)
