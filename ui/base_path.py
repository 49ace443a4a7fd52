"""The sub path of a page's address, where a reverse proxy serves the product under one."""

from nicegui import ui


def base_path() -> str:
    """What stands before every address in the visitor's browser, such as ``/livewright``; empty where nothing does.

    NiceGUI puts it before its own addresses, links and navigation; what is written into a page by hand needs it.
    """
    request = ui.context.client.request
    return request.headers.get("x-forwarded-prefix", "") if request else ""
