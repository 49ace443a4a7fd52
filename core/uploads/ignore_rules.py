"""What of an upload is no code to go on from: by its folder, its name, or what is in it; each with its sentence."""

import re
from pathlib import PurePosixPath

_INSTALLED = "Installed packages are left out: a package manager fetches them again."
_CACHE = "A cache is left out: the program that made it makes it anew."
_BUILT = "Built files are left out: they are made from the sources again."
_HISTORY = "The history of a version control is left out."
_SYSTEM = "A system or an editor keeps this for itself: it is no code."
_LOCK = "A lock file is left out: a package manager writes it again."
_SECRET = "This may hold secrets, so it is left out: no model is shown them."  # noqa: S105 - a sentence about them
_MINIFIED = "A minified file is left out: nobody can read it."
_ARCHIVE = "An archive inside is left out: only a zip that is sent itself is unpacked."
BINARY = "This is no text."

FOLDERS = {
    **dict.fromkeys(("__macosx", ".idea", ".vs"), _SYSTEM),
    **dict.fromkeys((".git", ".hg", ".svn"), _HISTORY),
    **dict.fromkeys(("node_modules", "bower_components", ".venv", "venv", "site-packages"), _INSTALLED),
    **dict.fromkeys(("__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox", ".gradle"), _CACHE),
    **dict.fromkeys((".next", ".nuxt", ".svelte-kit", ".angular", ".cache", ".parcel-cache", ".turbo"), _CACHE),
    **dict.fromkeys(("dist", "build", "target"), _BUILT),
}
"""Folders at any depth, in lower case."""

_NAMES = {
    **dict.fromkeys((".ds_store", "thumbs.db", "desktop.ini"), _SYSTEM),
    **dict.fromkeys(("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "bun.lockb", "go.sum"), _LOCK),
    **dict.fromkeys((".env", ".envrc", ".npmrc", ".pypirc", ".netrc", ".htpasswd", ".pgpass"), _SECRET),
    **dict.fromkeys(("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "credentials.json"), _SECRET),
}
_SUFFIXES = {
    ".lock": _LOCK,
    ".map": _MINIFIED,
    **dict.fromkeys((".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ppk"), _SECRET),
    **dict.fromkeys((".zip", ".jar", ".war", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".whl"), _ARCHIVE),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".ico", ".bmp", ".pdf", ".psd"), BINARY),
    **dict.fromkeys((".mp3", ".mp4", ".wav", ".ogg", ".mov", ".webm", ".woff", ".woff2", ".ttf", ".otf"), BINARY),
    **dict.fromkeys((".exe", ".dll", ".so", ".dylib", ".class", ".pyc", ".o", ".a", ".db", ".sqlite3"), BINARY),
    **dict.fromkeys((".docx", ".xlsx", ".pptx", ".odt", ".ods", ".sqlite", ".bin", ".wasm", ".eot"), BINARY),
}
_MINIFIED_NAME = re.compile(r"[.-]min\.(?:js|mjs|cjs|css)$")
_ENVIRONMENT = re.compile(r"^\.env\.(?!(?:example|sample|template|dist)$)")
_PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----")
LONGEST_LINE = 5000
"""Characters of a line of script or style that a person may have written."""
_MINIFIABLE = frozenset({".js", ".mjs", ".cjs", ".css"})


def unwanted_folder(path: str) -> tuple[str, str] | None:
    """The outermost folder on this path that is left out, with a ``/`` at its end, and why."""
    above = ""
    for folder in path.split("/")[:-1]:
        above += f"{folder}/"
        if reason := FOLDERS.get(folder.casefold()):
            return above, reason
    return None


def unwanted_name(path: str) -> str | None:
    """Why a file of this name is left out."""
    name = PurePosixPath(path).name.lower()
    if _ENVIRONMENT.match(name):
        return _SECRET
    if _MINIFIED_NAME.search(name):
        return _MINIFIED
    return _NAMES.get(name) or _SUFFIXES.get(PurePosixPath(name).suffix)


def unwanted_text(path: str, text: str) -> str | None:
    """Why a file that holds this is left out."""
    if _PRIVATE_KEY.search(text):
        return _SECRET
    minifiable = PurePosixPath(path).suffix.lower() in _MINIFIABLE
    return _MINIFIED if minifiable and max(map(len, text.split("\n"))) > LONGEST_LINE else None
