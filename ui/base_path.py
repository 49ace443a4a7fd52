"""Where the visitor's browser finds the product: its address, and the sub path under a reverse proxy."""

from nicegui import ui


def base_path() -> str:
    """What stands before every address in the visitor's browser, such as ``/livewright``; empty where nothing does.

    NiceGUI puts it before its own addresses, links and navigation; what is written into a page by hand needs it.
    """
    request = ui.context.client.request
    return request.headers.get("x-forwarded-prefix", "") if request else ""


def site_address() -> str:
    """Where the visitor's browser finds the product, with no slash at its end: links to hand out begin with it."""
    url = ui.context.client.request.url
    return f"{url.scheme}://{url.netloc}{base_path()}"
