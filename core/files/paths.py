"""Paths that a model or an upload names, made safe to write below any folder on any system.

What has an obvious harmless reading gets it (``/src/a.py`` is ``src/a.py``); what has none is refused. The names
that Windows reserves, and the characters it forbids, are those of "Naming Files, Paths, and Namespaces" (Win32).
"""

import re
import unicodedata
from pathlib import PurePosixPath

from core.errors import Invalid

LONGEST_NAME = 100
LONGEST_PATH = 240

RESERVED = re.compile(r"^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
FORBIDDEN = re.compile(r'[<>:"|?*]')
ROOT = re.compile(r"^(?:[A-Za-z]:(?=/))?(?:~?/+)*")


def safe_path(raw: str) -> str:
    """``raw`` as a relative path with ``/``; raises Invalid with the reason where there is no harmless reading."""
    text = unicodedata.normalize("NFC", raw.strip())
    _refuse_if(any(unicodedata.category(sign).startswith("C") for sign in text), "holds control characters")
    path = "/".join(map(_safe_name, _names(ROOT.sub("", text.replace("\\", "/")))))
    _refuse_if(not path, "is empty")
    _refuse_if(text.endswith(("/", "\\")), "names a folder")
    _refuse_if(len(path) > LONGEST_PATH, f"is longer than {LONGEST_PATH} characters")
    return path


class Names:
    """The paths of one project, each claimed once: what would be another file's twin on some system gets a number.

    Twins are paths that differ in case alone, and a file where there is a folder of its name.
    """

    def __init__(self) -> None:
        self._given: dict[str, str] = {}
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def __contains__(self, path: object) -> bool:
        return path in self._given

    def claim(self, path: str) -> str:
        """The name for ``path``; the same for the same path, however often it comes."""
        if path not in self._given:
            self._given[path] = self._free(path)
        return self._given[path]

    def fresh(self, path: str) -> str:
        """A name that no other file has, ``path`` itself where that is free."""
        free = self._free(path)
        self._given.setdefault(free, free)
        return free

    def _free(self, path: str) -> str:
        *folders, name = path.split("/")
        above = ""
        for folder in folders:
            above = self._unlike(above + folder, self._files) + "/"
            self._folders.add(above[:-1].casefold())
        free = self._unlike(above + name, self._files, self._folders)
        self._files.add(free.casefold())
        return free

    def _unlike(self, path: str, *taken: set[str]) -> str:
        number = 1
        free = path
        while any(free.casefold() in paths for paths in taken):
            number += 1
            free = _numbered(path, number)
        return free


def _names(path: str) -> list[str]:
    names: list[str] = []
    for name in path.split("/"):
        if name == "..":
            _refuse_if(not names, "leads out of the project")
            names.pop()
        elif name not in ("", "."):
            names.append(name)
    return names


def _safe_name(name: str) -> str:
    safe = FORBIDDEN.sub("_", name).rstrip(". ").lstrip() or "_"
    safe = "_" if safe == "~" else RESERVED.sub(r"\1_\2", safe)
    _refuse_if(safe.casefold() == ".git", "lies in the folder of Git")
    _refuse_if(len(safe) > LONGEST_NAME, f"has a name longer than {LONGEST_NAME} characters")
    return safe


def _refuse_if(wrong: bool, reason: str) -> None:
    if wrong:
        raise Invalid.of("path", f"The path {reason}.")


def _numbered(path: str, number: int) -> str:
    whole = PurePosixPath(path)
    return str(whole.with_name(f"{whole.stem}-{number}{whole.suffix}"))
