"""The pages: draw what core says. ``register`` puts them, with their theme, on NiceGUI's application."""

from collections.abc import Callable
from pathlib import Path

from nicegui import app, ui

from core.errors import LivewrightError
from core.studio import Studio
from ui.elements import box, text
from ui.pages import login, not_found, preview, projects, studio

ASSETS_DIR = Path(__file__).parent / "assets"
SHARED_SCRIPTS = ("copy.js", "problem_marks.js")
"""Imported by components' own scripts, which NiceGUI serves under addresses of its own."""

RedirectFactory = Callable[[str], object]
"""Makes an HTTP redirect to an address; given from outside, for the class is of a framework with no place here."""


def _show_page_error(error: Exception) -> None:
    """A page that cannot be drawn now says why, if there is a sentence for it."""
    is_known = isinstance(error, LivewrightError)
    with box("lw-door"):
        text("This page cannot be shown now", tag="h1")
        text(str(error) if is_known else "Something went wrong inside the server: its log says what.", tag="p")
        ui.link("Try again", "/")


def register(installation: Studio, redirect: RedirectFactory, html_response: preview.HtmlResponseFactory) -> None:
    """Make every page of this installation known to NiceGUI."""
    for script in SHARED_SCRIPTS:
        app.add_static_file(local_file=ASSETS_DIR.parent / "components" / "code" / script, url_path=f"/assets/{script}")
    app.add_static_files("/assets", ASSETS_DIR)
    ui.add_head_html('<link rel="stylesheet" href="/assets/livewright.css">', shared=True)
    app.on_page_exception(_show_page_error)
    login.register(installation, redirect)
    projects.register(installation, redirect)
    studio.register(installation, redirect)
    preview.register(installation, html_response)
    not_found.register(installation)
