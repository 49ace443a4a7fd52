"""What stands around every page: the theme, the header with the engine in use, and what to do for a better one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from nicegui import ui

from core.accounts.accounts import User
from core.engines.protocol import EngineName, Health
from core.studio import Studio
from ui import session
from ui.elements import PlainText, box, guard_action, icon_button, ignore_errors, set_aria_label, set_visible, text

ENGINE_POLL_SECONDS = 2.0
ENGINE_LABELS = {
    EngineName.OLLAMA: "Ollama",
    EngineName.OPENAI: "OpenAI-compatible server",
    EngineName.EMBEDDED: "Built-in model",
}
THEMES: list[tuple[bool | None, str, str]] = [
    (None, "◐", "Theme: as the system"),
    (False, "☀", "Theme: light"),
    (True, "☾", "Theme: dark"),
]


@contextmanager
def page_layout(studio: Studio, user: User | None, title: str = "", *, full_height: bool = False) -> Iterator[None]:
    """A page: header above, content within. ``full_height`` keeps it to the window's height; ``title`` is the crumb."""
    ui.page_title(f"{title} · Livewright" if title else "Livewright")
    dark_mode = ui.dark_mode(session.saved_theme())
    with box("lw-page fixed-height" if full_height else "lw-page"):
        with box("lw-header", "header"):
            with ui.link(target="/").classes("lw-logo"):
                ui.element("img").props("src=/assets/logo.svg alt=")
                text("Livewright")
            _breadcrumb(title)
            box("lw-grow")
            if user:
                chip = EngineChip()
            _theme_button(dark_mode)
            if user:
                _account_menu(studio, user)
        if user:
            session.guard_page(studio)
            banner = EngineBanner(flat=full_height)
        yield
        if user:
            # Last: a page with a timer is sent as far as it has come at the next await.
            _watch_engine(studio, chip, banner)


def _breadcrumb(title: str) -> None:
    with box("lw-crumb"):
        if title:
            with box("up", "span"):
                ui.link("Projects", "/")
                text("\u2002/\u2002")
            text(title, tag="b")


def _theme_button(dark_mode: ui.dark_mode) -> None:
    def switch_theme() -> None:
        values = [value for value, _, _ in THEMES]
        value, symbol, label = THEMES[(values.index(session.saved_theme()) + 1) % len(THEMES)]
        session.set_theme(value)
        dark_mode.set_value(value)
        theme_button.set_text(symbol)
        set_aria_label(theme_button, label)

    _, symbol, label = next(theme for theme in THEMES if theme[0] is session.saved_theme())
    theme_button = icon_button(symbol, label, switch_theme)


def _account_menu(studio: Studio, user: User) -> None:
    with ui.button(user.username[0].upper(), color=None).props("flat no-caps").classes("lw-icon") as account_button:
        account_button.props["aria-label"] = f"Account of {user.username}"
        with ui.menu(), ui.list():
            ui.item(f"{user.username} · {user.role}").props("disable")
            ui.menu_item("Sign out", on_click=guard_action(lambda: session.sign_out(studio)))


class EngineChip(ui.element):
    """Which engine and model are in use."""

    def __init__(self) -> None:
        super().__init__("span")
        self.classes("lw-chip")
        with self:
            self._dot = box("lw-dot", "span")
            self._label = text("…")

    def show(self, engine: EngineName, health: Health) -> None:
        """Say it, with what is wrong as the tooltip."""
        ready = health.engine_ready and health.model_ready
        self._dot.classes(add="" if ready else "off", remove="off" if ready else "")
        self._label.set_text(f"{health.model or 'no model'} · {ENGINE_LABELS[engine]}")
        self.props["title"] = health.model_message if health.engine_ready else health.engine_message
        self.update()


class EngineBanner(ui.element):
    """What to do for a better model, with the progress of fetching one; hidden where there is nothing to say."""

    def __init__(self, *, flat: bool) -> None:
        super().__init__("div")
        self.classes("lw-note lw-hidden" + (" flat" if flat else ""))
        self._download_start: tuple[datetime, int] | None = None
        with self:
            self._message = text("")
            with box("lw-bar") as self._progress_bar:
                self._bar_fill = ui.element("i")
            self._progress_text: PlainText = text("", "figures")

    def show(self, health: Health) -> None:
        """Draw the engine's health, if it is worth a word."""
        has_problem = not (health.engine_ready and health.model_ready)
        message = health.model_message if health.engine_ready else health.engine_message
        banner_text = " ".join(filter(None, [message if has_problem or health.advice else "", health.advice]))
        self.classes(remove="lw-hidden warn")
        self.classes(add=" ".join(["lw-hidden"] * (not banner_text) + ["warn"] * has_problem))
        self._message.set_text(banner_text)
        self._draw_progress(health.download_progress)

    def _draw_progress(self, progress: tuple[int, int] | None) -> None:
        set_visible(self._progress_bar, progress)
        if progress is None:
            self._download_start = None
            self._progress_text.set_text("")
            return
        received, total = progress
        self._download_start = self._download_start or (datetime.now(UTC), received)
        self._bar_fill.style(f"width: {100 * received / max(total, 1):.0f}%")
        self._progress_text.set_text(
            f"{received / 1e6:,.0f} MB of {total / 1e9:.1f} GB{self._time_left(received, total)}"
        )

    def _time_left(self, received: int, total: int) -> str:
        start_time, start_bytes = self._download_start or (datetime.now(UTC), received)
        seconds = (datetime.now(UTC) - start_time).total_seconds()
        if seconds < 2 or received <= start_bytes:
            return ""
        remaining = (total - received) * seconds / (received - start_bytes)
        return f" · {remaining:.0f} s left" if remaining < 100 else f" · {remaining / 60:.0f} min left"


def _watch_engine(studio: Studio, chip: EngineChip, banner: EngineBanner) -> None:
    async def refresh() -> None:
        await session.ensure_signed_in()
        engine = await studio.engines.default_engine()
        health = await studio.engines.health(engine)
        chip.show(engine.name, health)
        banner.show(health)

    ui.timer(ENGINE_POLL_SECONDS, ignore_errors(refresh))
