"""What stands where nothing is: at an address that no page has, and in place of a project that is not there."""

from typing import Any

from nicegui import Client, app, ui
from nicegui.page import page

from core.accounts.accounts import User
from core.studio import Studio
from ui.elements import box, text
from ui.layout import page_layout


def register(studio: Studio) -> None:
    """Answer every unknown address with a page; whoever asked for none gets what the API says of it."""

    @app.exception_handler(404)
    async def show_unknown_address(request: Any, error: Exception) -> object:
        if "text/html" not in request.headers.get("accept", ""):
            raise error
        with Client(page(""), request=request) as client:
            show_not_found(studio, None, "There is nothing at this address.")
        return client.build_response(request, client.status_code)


def show_not_found(studio: Studio, user: User | None, message: str) -> None:
    """Draw the page that says so; it answers with status 404."""
    ui.context.client.status_code = 404
    with page_layout(studio, user), box("lw-door", "section"):
        ui.page_title("Not found · Livewright")
        text(message, tag="h1")
        with box("", "p"):
            ui.link("See your projects", "/")
