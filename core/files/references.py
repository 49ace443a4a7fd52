"""Which file of a project a reference in another file means."""

from collections.abc import Container
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit


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
    try:
        parts = urlsplit(reference.strip())
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc else unquote(parts.path)
