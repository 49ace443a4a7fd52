"""The manifest of a built runtime: which files it has, and which name means which file."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.runtime.errors import RuntimeBuildError

MANIFEST_NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of the runtime."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a built runtime holds; ``parts`` is all that pages need to know, in the form of the JSON file."""

    id: str
    files: Mapping[str, FileEntry]
    parts: Mapping[str, Any]

    @property
    def total_bytes(self) -> int:
        """The size of all files."""
        return sum(entry.bytes for entry in self.files.values())


def write_manifest(folder: Path, id: str, parts: Mapping[str, Any]) -> Manifest:  # noqa: A002  its name in the file
    """Write the manifest of all files below ``folder``."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST_NAME)
    files = {path.relative_to(folder).as_posix(): FileEntry(_sha256(path), path.stat().st_size) for path in paths}
    entries = {path: {"sha256": entry.sha256, "bytes": entry.bytes} for path, entry in files.items()}
    text = json.dumps({"id": id, **parts, "files": entries}, indent=1)
    (folder / MANIFEST_NAME).write_text(text, "utf-8")
    return Manifest(id, files, parts)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a runtime. Raises RuntimeBuildError where there is none that can be read."""
    try:
        content = json.loads((folder / MANIFEST_NAME).read_text("utf-8"))
        files = {path: FileEntry(it["sha256"], it["bytes"]) for path, it in content.pop("files").items()}
        return Manifest(content.pop("id"), files, content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RuntimeBuildError(f"There is no runtime in {folder}.") from error


def wrong_files(folder: Path, manifest: Manifest) -> list[str]:
    """The files that are missing or differ from the manifest, by their hash."""
    return [path for path, entry in manifest.files.items() if not _is_right(folder / path, entry)]


def _is_right(path: Path, entry: FileEntry) -> bool:
    try:
        return path.stat().st_size == entry.bytes and _sha256(path) == entry.sha256
    except OSError:
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
