"""What stands around every page: the theme, the header with the engine in use, and what to do for a better one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from nicegui import ui

from core.accounts.accounts import User
from core.engines.protocol import EngineName, Health
from core.studio import Studio
from ui import session
from ui.elements import Plain, box, guarded, icon, named, patient, see, text

ENGINE_SECONDS = 2.0
ENGINES = {
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
def frame(studio: Studio, user: User | None, title: str = "", *, full: bool = False) -> Iterator[None]:
    """A page: header above, content within. ``full`` keeps it to the window's height; ``title`` is the crumb."""
    ui.page_title(f"{title} · Livewright" if title else "Livewright")
    dark = ui.dark_mode(session.theme())
    with box("lw-page fixed-height" if full else "lw-page"):
        with box("lw-header", "header"):
            with ui.link(target="/").classes("lw-logo"):
                ui.element("img").props("src=/assets/logo.svg alt=")
                text("Livewright")
            _crumb(title)
            box("lw-grow")
            if user:
                engine = EngineChip()
            _theme_button(dark)
            if user:
                _account(studio, user)
        if user:
            session.keep(studio)
            note = EngineNote(flat=full)
        yield
        if user:
            # Last: a page with a timer is sent as far as it has come at the next await.
            _watch_engine(studio, engine, note)


def _crumb(title: str) -> None:
    with box("lw-crumb"):
        if title:
            with box("up", "span"):
                ui.link("Projects", "/")
                text("\u2002/\u2002")
            text(title, tag="b")


def _theme_button(dark: ui.dark_mode) -> None:
    def turn() -> None:
        values = [value for value, _, _ in THEMES]
        value, sign, label = THEMES[(values.index(session.theme()) + 1) % len(THEMES)]
        session.set_theme(value)
        dark.set_value(value)
        shown.set_text(sign)
        named(shown, label)

    _, sign, label = next(theme for theme in THEMES if theme[0] is session.theme())
    shown = icon(sign, label, turn)


def _account(studio: Studio, user: User) -> None:
    with ui.button(user.username[0].upper(), color=None).props("flat no-caps").classes("lw-icon") as account:
        account.props["aria-label"] = f"Account of {user.username}"
        with ui.menu(), ui.list():
            ui.item(f"{user.username} · {user.role}").props("disable")
            ui.menu_item("Sign out", on_click=guarded(lambda: session.leave(studio)))


class EngineChip(ui.element):
    """Which engine and model are in use."""

    def __init__(self) -> None:
        super().__init__("span")
        self.classes("lw-chip")
        with self:
            self._dot = box("lw-dot", "span")
            self._name = text("…")

    def show(self, engine: EngineName, health: Health) -> None:
        """Say it, with what is wrong as the tooltip."""
        ready = health.engine_ready and health.model_ready
        self._dot.classes(add="" if ready else "off", remove="off" if ready else "")
        self._name.say(f"{health.model or 'no model'} · {ENGINES[engine]}")
        self.props["title"] = health.model_message if health.engine_ready else health.engine_message
        self.update()


class EngineNote(ui.element):
    """What to do for a better model, with the progress of fetching one; hidden where there is nothing to say."""

    def __init__(self, *, flat: bool) -> None:
        super().__init__("div")
        self.classes("lw-note lw-hidden" + (" flat" if flat else ""))
        self._began: tuple[datetime, int] | None = None
        with self:
            self._sentence = text("")
            with box("lw-bar") as self._bar:
                self._filled = ui.element("i")
            self._figures: Plain = text("", "figures")

    def show(self, health: Health) -> None:
        """Draw the engine's health, if it is worth a word."""
        wrong = not (health.engine_ready and health.model_ready)
        message = health.model_message if health.engine_ready else health.engine_message
        sentence = " ".join(filter(None, [message if wrong or health.advice else "", health.advice]))
        self.classes(remove="lw-hidden warn")
        self.classes(add=" ".join(["lw-hidden"] * (not sentence) + ["warn"] * wrong))
        self._sentence.say(sentence)
        self._draw_progress(health.progress)

    def _draw_progress(self, progress: tuple[int, int] | None) -> None:
        see(self._bar, progress)
        if progress is None:
            self._began = None
            self._figures.say("")
            return
        have, total = progress
        self._began = self._began or (datetime.now(UTC), have)
        self._filled.style(f"width: {100 * have / max(total, 1):.0f}%")
        self._figures.say(f"{have / 1e6:,.0f} MB of {total / 1e9:.1f} GB{self._left(have, total)}")

    def _left(self, have: int, total: int) -> str:
        began, had = self._began or (datetime.now(UTC), have)
        seconds = (datetime.now(UTC) - began).total_seconds()
        if seconds < 2 or have <= had:
            return ""
        left = (total - have) * seconds / (have - had)
        return f" · {left:.0f} s left" if left < 100 else f" · {left / 60:.0f} min left"


def _watch_engine(studio: Studio, chip: EngineChip, note: EngineNote) -> None:
    async def look() -> None:
        await session.still_in()
        engine = await studio.engines.current()
        health = await studio.engines.health(engine)
        chip.show(engine.name, health)
        note.show(health)

    ui.timer(ENGINE_SECONDS, patient(look))
