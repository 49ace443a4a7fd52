"""What every page has around its content: the theme, the header with the engine in use, and the engine's banner."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from nicegui import ui

from core.accounts.identity import User
from core.engines.protocol import EngineName, Health
from core.studio import Studio
from ui import stylesheet
from ui.accounts import session
from ui.base_path import base_path
from ui.components.commands.command import Command
from ui.components.commands.shortcuts import SHOW_KEYS, Shortcuts
from ui.components.connection_notice import ConnectionNotice
from ui.components.keyboard_focus import KeyboardFocus
from ui.display_text import format_time_left
from ui.elements import (
    Action,
    PlainText,
    box,
    guard_action,
    icon_button,
    ignore_errors,
    set_aria_label,
    set_visible,
    text,
    toggle_class,
)
from ui.theme import PageTheme, Theme

ENGINE_POLL_SECONDS = 2.0
CONTENT_ID = "content"
"""Where the link that skips the header leads to."""
ENGINE_LABELS = {
    EngineName.OLLAMA: "Ollama",
    EngineName.OPENAI: "OpenAI-compatible server",
    EngineName.EMBEDDED: "Built-in model",
}
THEMES: list[tuple[Theme, str, str]] = [
    (None, "◐", "Theme: as the system"),
    (False, "☀", "Theme: light"),
    (True, "☾", "Theme: dark"),
]
"""NiceGUI's value for dark mode, the symbol on the button, and its label."""


EVERYWHERE: dict[Command, Action] = {
    Command.NEW_PROJECT: lambda: ui.navigate.to("/?new=1"),
    Command.SETTINGS: lambda: ui.navigate.to("/settings"),
    Command.PROJECTS: lambda: ui.navigate.to("/"),
}
"""What the keys do on every page."""


@dataclass(frozen=True, slots=True)
class PageFrame:
    """What a page can use of what is around it."""

    theme: PageTheme
    shortcuts: Shortcuts


@contextmanager
def page_layout(
    studio: Studio, user: User | None, title: str = "", *, full_height: bool = False
) -> Iterator[PageFrame]:
    """A page: header above, content within. ``full_height`` limits it to the window; ``title`` goes into the header."""
    stylesheet.add_to_page()
    ui.page_title(f"{title} · Livewright" if title else "Livewright")
    theme = PageTheme()
    with box("lw-page fixed-height" if full_height else "lw-page"):
        text("Skip to the content", "lw-skip-link", "a").props(f"href=#{CONTENT_ID}")
        with box("lw-header", "header"):
            logo()
            _breadcrumb(title, "h1" if full_height else "b")
            box("lw-grow")
            if user:
                chip = EngineChip()
            box("lw-header-actions")
            theme_button(theme)
            if user:
                _account_menu(studio, user)
        ConnectionNotice(keeps_text=user is not None)
        KeyboardFocus()
        if user:
            session.guard_page(studio)
            banner = EngineBanner(flat=full_height)
        box("").props(f"id={CONTENT_ID} tabindex=-1")
        yield PageFrame(theme, Shortcuts(EVERYWHERE if user else {}))
        if user:
            # Last: NiceGUI sends a page that has a timer at the next await, as far as it is built by then.
            _watch_engine(studio, chip, banner)


@contextmanager
def centered_card(title: str) -> Iterator[None]:
    """A card in the middle of the page, with a title: sign-in, and pages that only say something."""
    with box("lw-centered-card", "section"):
        text(title, tag="h1")
        yield


def logo() -> None:
    """The product's mark and name, which lead to the projects."""
    with ui.link(target="/").classes("lw-logo").props("aria-label=Livewright"):
        image = ui.element("img").props(f"src={base_path()}/assets/logo.svg")
        image.props["alt"] = ""  # the link has a name
        text("Livewright")


def _breadcrumb(title: str, tag: str) -> None:
    with box("lw-breadcrumb"):
        if title:
            with box("parent", "span"):
                ui.link("Projects", "/")
                text("\u2002/\u2002")
            text(title, tag=tag)


def theme_button(theme: PageTheme) -> None:
    """The button that goes through the themes."""
    values = [value for value, _, _ in THEMES]

    def show(value: Theme) -> None:
        _, symbol, label = THEMES[values.index(value)]
        element.set_text(symbol)
        set_aria_label(element, label)

    element = icon_button("", "", lambda: theme.choose(values[(values.index(theme.value) + 1) % len(values)]))
    show(theme.value)
    theme.listeners.append(show)


def _account_menu(studio: Studio, user: User) -> None:
    with ui.button(user.username[0].upper(), color=None).props("flat no-caps").classes("lw-icon-btn") as account_button:
        account_button.props["aria-label"] = f"Account of {user.username}"
        with ui.menu(), ui.list():
            ui.item(f"{user.username} · {user.role}").props("disable")
            ui.menu_item("Settings", on_click=lambda: ui.navigate.to("/settings"))
            ui.menu_item("Keys").on("click", js_handler=SHOW_KEYS)
            ui.menu_item("Sign out", on_click=guard_action(lambda: session.sign_out(studio)))


class EngineChip(ui.element):
    """The model and engine in use, in the header."""

    def __init__(self) -> None:
        super().__init__("span")
        self.classes("lw-engine-chip")
        with self:
            self._dot = box("lw-status-dot", "span")
            self._label = text("…")

    def show(self, engine: EngineName, health: Health) -> None:
        """Draw the engine's health; its message is the tooltip."""
        toggle_class(self._dot, "not-ready", not _is_ready(health))
        self._label.set_text(f"{health.model or 'no model'} · {ENGINE_LABELS[engine]}")
        if self.props.get("title") != (message := _message_of(health)):
            self.props["title"] = message


class EngineBanner(ui.element):
    """What is wrong with the engine or would improve it, and the progress of a download; hidden if there is nothing."""

    def __init__(self, *, flat: bool) -> None:
        super().__init__("div")
        self.classes("lw-banner lw-hidden")
        toggle_class(self, "flat", flat)
        self._download_start: tuple[datetime, int] | None = None
        """When the first progress was seen, and how many bytes there were then."""
        with self:
            self._message = text("")
            with box("lw-progress") as self._progress_bar:
                self._bar_fill = ui.element("i")
            self._progress_text: PlainText = text("", "lw-banner-figures")

    def show(self, health: Health) -> None:
        """Draw the engine's health."""
        has_problem = not _is_ready(health)
        message = _message_of(health) if has_problem or health.advice else ""
        banner_text = " ".join(filter(None, [message, health.advice]))
        set_visible(self, banner_text)
        toggle_class(self, "warn", has_problem)
        self._message.set_text(banner_text)
        self._draw_progress(health.download_progress)

    def _draw_progress(self, progress: tuple[int, int] | None) -> None:
        set_visible(self._progress_bar, progress)
        if progress is None:
            self._download_start = None
            self._progress_text.set_text("")
            return
        received, total = progress
        now = datetime.now(UTC)
        self._download_start = self._download_start or (now, received)
        start_time, start_bytes = self._download_start
        seconds = (now - start_time).total_seconds()
        time_left = format_time_left(received - start_bytes, seconds, total - received)
        self._bar_fill.style(f"width: {100 * received / max(total, 1):.0f}%")
        self._progress_text.set_text(f"{received / 1e6:,.0f} MB of {total / 1e9:.1f} GB{time_left}")


def _is_ready(health: Health) -> bool:
    return health.engine_ready and health.model_ready


def _message_of(health: Health) -> str:
    return health.model_message if health.engine_ready else health.engine_message


def _watch_engine(studio: Studio, chip: EngineChip, banner: EngineBanner) -> None:
    async def refresh() -> None:
        engine = await studio.engines.default_engine()
        health = await studio.engines.health(engine)
        chip.show(engine.name, health)
        banner.show(health)

    # Polled, because engines are other programs, which tell nobody that they have come or gone.
    ui.timer(ENGINE_POLL_SECONDS, ignore_errors(refresh))
