"""The page of status 404: for an unknown address, and for a project that does not exist."""

from typing import Any

from nicegui import Client, app, ui
from nicegui.page import page

from core.accounts.identity import User
from core.errors import ADDRESS_NOT_FOUND
from core.studio import Studio
from ui.elements import box
from ui.layout import centered_card, page_layout


def register(studio: Studio) -> None:
    """Answer an unknown address with this page; a client that does not accept HTML gets the API's error."""

    @app.exception_handler(404)
    async def show_unknown_address(request: Any, error: Exception) -> object:
        if "text/html" not in request.headers.get("accept", ""):
            raise error
        with Client(page(""), request=request) as client:
            show_not_found(studio, None, ADDRESS_NOT_FOUND)
        return client.build_response(request, client.status_code)


def show_not_found(studio: Studio, user: User | None, message: str) -> None:
    """Draw the page, and answer with status 404."""
    ui.context.client.status_code = 404
    with page_layout(studio, user), centered_card(message):
        ui.page_title("Not found · Livewright")
        with box("", "p"):
            ui.link("See your projects", "/")
