"""The addresses of pages, as a visitor's browser knows this server."""

from starlette.requests import Request


def page_address(request: Request, path: str) -> str:
    """The whole address of a page; ``path`` begins with a slash."""
    prefix = request.headers.get("x-forwarded-prefix", "")
    return f"{request.url.scheme}://{request.url.netloc}{prefix}{path}"
