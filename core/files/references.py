"""Which file of a project a reference in another file means."""

import re
from collections.abc import Container
from posixpath import dirname, join, normpath
from urllib.parse import unquote

_REMOVED_CHARS = str.maketrans("", "", "\t\r\n")
_C0_CONTROLS_OR_SPACE = "".join(map(chr, range(0x21)))
"""What the URL standard (WHATWG, section 4.4) takes off at the beginning; the others it removes everywhere."""
_RELATIVE_PATH = re.compile(r"(?![a-zA-Z][a-zA-Z0-9+.-]*+:|//[^/?#])(?://)?(?P<path>[^?#]*+)")
"""A reference without scheme and host. ``urlsplit`` is not used, since it takes quadratic time to normalise a host."""


def resolve_reference(reference: str, path: str) -> str | None:
    """The path, from the project's root, that a relative reference in the file ``path`` leads to (RFC 3986, 5.2).

    The root itself is empty; what lies outside of the project begins with ``../``. None for a reference that names
    no file here: one with a scheme or a host, a query or a fragment alone.
    """
    reference_path = _path_of(reference)
    if not reference_path:
        return None
    base = "" if reference_path.startswith("/") else dirname(path)
    resolved = normpath(join(base, reference_path.lstrip("/")))
    return "" if resolved == "." else resolved


def find_referenced(reference: str, path: str, paths: Container[str]) -> str | None:
    """The one of ``paths`` that a reference in the file ``path`` means, as a browser resolves it; None for none.

    ``..`` above the root stays at the root. ``/`` is the project's root, or the file's own folder: a server may serve
    that folder alone.
    """
    resolved = resolve_reference(reference, path)
    if resolved is None:
        return None
    resolved = normpath(f"/{resolved}").lstrip("/")
    candidates = [resolved]
    if _path_of(reference).startswith("/"):
        candidates.append(join(dirname(path), resolved))
    return next((candidate for candidate in candidates if candidate in paths), None)


def _path_of(reference: str) -> str:
    """The path of a relative reference without query, fragment and percent-encoding; empty where it has none."""
    relative = _RELATIVE_PATH.match(reference.strip().lstrip(_C0_CONTROLS_OR_SPACE).translate(_REMOVED_CHARS))
    return unquote(relative["path"]) if relative else ""
