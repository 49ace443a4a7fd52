"""Paths from models and uploads, made safe to write below any folder on any system.

A path with an obvious harmless reading gets it (``/src/a.py`` is ``src/a.py``); others are refused. The names that
Windows reserves and the characters that it forbids are those of "Naming Files, Paths, and Namespaces" (Win32).
"""

import re
import unicodedata
from pathlib import PurePosixPath

from core.errors import InvalidInput

MAX_NAME_LENGTH = 100
MAX_PATH_LENGTH = 240
MAX_RAW_LENGTH = 4 * MAX_PATH_LENGTH
"""Characters before normalisation, which makes one of at most four, and takes quadratic time for marks in a row."""

RESERVED_NAME = re.compile(r"^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
FORBIDDEN_CHARS = re.compile(r'[<>:"|?*]')
ROOT_PREFIX = re.compile(r"^(?:[A-Za-z]:(?=/))?(?:~?/+)*")


def safe_path(raw: str) -> str:
    """``raw`` as a relative path with ``/``. Raises InvalidInput with the reason where there is no harmless reading."""
    raw = raw.strip()
    _refuse_if(len(raw) > MAX_RAW_LENGTH, f"is longer than {MAX_PATH_LENGTH} characters")
    text = unicodedata.normalize("NFC", raw)
    _refuse_if(any(unicodedata.category(char).startswith("C") for char in text), "holds control characters")
    path = "/".join(map(_safe_segment, _resolve_segments(ROOT_PREFIX.sub("", text.replace("\\", "/")))))
    _refuse_if(not path, "is empty")
    _refuse_if(text.endswith(("/", "\\")), "names a folder")
    _refuse_if(len(path) > MAX_PATH_LENGTH, f"is longer than {MAX_PATH_LENGTH} characters")
    return path


class UniquePaths:
    """The paths of one project. One that would collide with another on some system gets a number.

    Paths collide if they differ in case alone, or if one is a file where the other needs a folder.
    """

    def __init__(self) -> None:
        self._claimed: dict[str, str] = {}
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._last_file_numbers: dict[str, int] = {}
        self._last_folder_numbers: dict[str, int] = {}

    def __contains__(self, path: object) -> bool:
        return path in self._claimed

    def claim(self, path: str) -> str:
        """The name for ``path``: always the same for the same path."""
        if path not in self._claimed:
            self._claimed[path] = self._make_unique(path)
        return self._claimed[path]

    def claim_unused(self, path: str) -> str:
        """A name that no other file has: ``path`` itself where it is free."""
        unused = self._make_unique(path)
        self._claimed.setdefault(unused, unused)
        return unused

    def _make_unique(self, path: str) -> str:
        *folders, name = path.split("/")
        parent = ""
        for folder in folders:
            parent = _avoid(parent + folder, self._last_folder_numbers, self._files) + "/"
            self._folders.add(parent[:-1].casefold())
        unique = _avoid(parent + name, self._last_file_numbers, self._files, self._folders)
        self._files.add(unique.casefold())
        return unique


def _avoid(path: str, last_numbers: dict[str, int], *taken: set[str]) -> str:
    """The path with the first number that none of ``taken`` has; where it is free itself, without a number.

    ``taken`` only grows, so the search goes on where it ended the last time: a name that comes a thousand times does
    not make a thousand searches from the beginning.
    """
    key = path.casefold()
    number = last_numbers.get(key, 1)
    candidate = _add_number(path, number)
    while any(candidate.casefold() in paths for paths in taken):
        number += 1
        candidate = _add_number(path, number)
    last_numbers[key] = number
    return candidate


def _resolve_segments(path: str) -> list[str]:
    names: list[str] = []
    for name in path.split("/"):
        if name == "..":
            _refuse_if(not names, "leads out of the project")
            names.pop()
        elif name not in ("", "."):
            names.append(name)
    return names


def _safe_segment(name: str) -> str:
    safe = FORBIDDEN_CHARS.sub("_", name).rstrip(". ").lstrip() or "_"
    safe = "_" if safe == "~" else RESERVED_NAME.sub(r"\1_\2", safe)
    _refuse_if(safe.casefold() == ".git", "lies in the folder of Git")
    _refuse_if(len(safe) > MAX_NAME_LENGTH, f"has a name longer than {MAX_NAME_LENGTH} characters")
    return safe


def _refuse_if(condition: bool, reason: str) -> None:
    if condition:
        raise InvalidInput.for_field("path", f"The path {reason}.")


def _add_number(path: str, number: int) -> str:
    if number == 1:
        return path
    pure_path = PurePosixPath(path)
    return str(pure_path.with_name(f"{pure_path.stem}-{number}{pure_path.suffix}"))
