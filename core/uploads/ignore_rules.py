"""Which files of an upload are left out, by folder, name or content, and the sentence that says why."""

import re
from pathlib import PurePosixPath

_INSTALLED_REASON = "Installed packages are left out: a package manager fetches them again."
_CACHE_REASON = "A cache is left out: the program that made it makes it anew."
_BUILD_OUTPUT_REASON = "Built files are left out: they are made from the sources again."
_VCS_REASON = "The history of a version control is left out."
_SYSTEM_FILE_REASON = "A system or an editor keeps this for itself: it is no code."
_LOCK_FILE_REASON = "A lock file is left out: a package manager writes it again."
_SECRET_REASON = "This may hold secrets, so it is left out: no model is shown them."  # noqa: S105 - a sentence about them
_MINIFIED_REASON = "A minified file is left out: nobody can read it."
_ARCHIVE_REASON = "An archive inside is left out: only a zip that is sent itself is unpacked."
BINARY_REASON = "This is no text."

IGNORED_FOLDERS = {
    **dict.fromkeys(("__macosx", ".idea", ".vs"), _SYSTEM_FILE_REASON),
    **dict.fromkeys((".git", ".hg", ".svn"), _VCS_REASON),
    **dict.fromkeys(("node_modules", "bower_components", ".venv", "venv", "site-packages"), _INSTALLED_REASON),
    **dict.fromkeys(("__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox", ".gradle"), _CACHE_REASON),
    **dict.fromkeys((".next", ".nuxt", ".svelte-kit", ".angular", ".cache", ".parcel-cache", ".turbo"), _CACHE_REASON),
    **dict.fromkeys(("dist", "build", "target"), _BUILD_OUTPUT_REASON),
}
"""At any depth; names in lower case."""

_IGNORED_NAMES = {
    **dict.fromkeys((".ds_store", "thumbs.db", "desktop.ini"), _SYSTEM_FILE_REASON),
    **dict.fromkeys(
        ("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "bun.lockb", "go.sum"), _LOCK_FILE_REASON
    ),
    **dict.fromkeys((".env", ".envrc", ".npmrc", ".pypirc", ".netrc", ".htpasswd", ".pgpass"), _SECRET_REASON),
    **dict.fromkeys(("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "credentials.json"), _SECRET_REASON),
}
_IGNORED_SUFFIXES = {
    ".lock": _LOCK_FILE_REASON,
    ".map": _MINIFIED_REASON,
    **dict.fromkeys((".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ppk"), _SECRET_REASON),
    **dict.fromkeys(
        (".zip", ".jar", ".war", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".whl"), _ARCHIVE_REASON
    ),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".ico", ".bmp", ".pdf", ".psd"), BINARY_REASON),
    **dict.fromkeys(
        (".mp3", ".mp4", ".wav", ".ogg", ".mov", ".webm", ".woff", ".woff2", ".ttf", ".otf"), BINARY_REASON
    ),
    **dict.fromkeys((".exe", ".dll", ".so", ".dylib", ".class", ".pyc", ".o", ".a", ".db", ".sqlite3"), BINARY_REASON),
    **dict.fromkeys((".docx", ".xlsx", ".pptx", ".odt", ".ods", ".sqlite", ".bin", ".wasm", ".eot"), BINARY_REASON),
}
_MINIFIED_NAME = re.compile(r"[.-]min\.(?:js|mjs|cjs|css)$")
_ENV_FILE = re.compile(r"^\.env\.(?!(?:example|sample|template|dist)$)")
_PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----")
MAX_HANDWRITTEN_LINE_LENGTH = 5000
"""Characters; a longer line of script or style was written by a program."""
# Not of data or markup, where long lines are usual.
_MINIFIABLE_SUFFIXES = frozenset({".js", ".mjs", ".cjs", ".css"})


def find_ignored_folder(path: str) -> tuple[str, str] | None:
    """The outermost ignored folder on this path, with a ``/`` at its end, and the reason."""
    prefix = ""
    for folder in path.split("/")[:-1]:
        prefix += f"{folder}/"
        if reason := IGNORED_FOLDERS.get(folder.casefold()):
            return prefix, reason
    return None


def name_ignore_reason(path: str) -> str | None:
    """Why a file of this name is left out; None where it is not."""
    name = PurePosixPath(path).name.lower()
    if _ENV_FILE.match(name):
        return _SECRET_REASON
    if _MINIFIED_NAME.search(name):
        return _MINIFIED_REASON
    return _IGNORED_NAMES.get(name) or _IGNORED_SUFFIXES.get(PurePosixPath(name).suffix)


def text_ignore_reason(path: str, text: str) -> str | None:
    """Why a file with this text is left out; None where it is not."""
    # Looked for in every file: keys also lie in scripts and settings.
    if _PRIVATE_KEY.search(text):
        return _SECRET_REASON
    is_minifiable = PurePosixPath(path).suffix.lower() in _MINIFIABLE_SUFFIXES
    return _MINIFIED_REASON if is_minifiable and max(map(len, text.split("\n"))) > MAX_HANDWRITTEN_LINE_LENGTH else None
