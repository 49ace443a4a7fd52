"""The pages, drawn from what core says. ``register`` adds them and their stylesheet to NiceGUI's application."""

from pathlib import Path

from nicegui import app, ui

from core.errors import LivewrightError
from core.studio import Studio
from ui import stylesheet
from ui.accounts import session
from ui.elements import text
from ui.layout import centered_card
from ui.pages import app as app_pages
from ui.pages import login, not_found, project_picture, projects, settings, shared, studio

ASSETS_DIR = Path(__file__).parent / "assets"


def register(installation: Studio) -> None:
    """Add every page of this installation to NiceGUI's application."""
    stylesheet.register()
    app.add_static_files("/assets", ASSETS_DIR)
    app.on_page_exception(_show_page_error)
    session.install(installation.settings)
    login.register(installation)
    projects.register(installation)
    project_picture.register(installation)
    studio.register(installation)
    app_pages.register(installation)
    settings.register(installation)
    shared.register(installation)
    not_found.register(installation)


def _show_page_error(error: Exception) -> None:
    """Replace a page that cannot be drawn by the reason, as far as the public may know it."""
    is_known = isinstance(error, LivewrightError)
    stylesheet.add_to_page()
    with centered_card("This page cannot be shown now"):
        text(str(error) if is_known else "Something went wrong inside the server: its log says what.", tag="p")
        ui.link("Try again", "/")
