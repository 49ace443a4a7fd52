"""What a run is doing, in one row that never changes its height: its status, its figures, and what can be done next."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from nicegui import ui

from core.runs.progress import describe_start
from core.runs.state import RunInfo
from ui.components.run.run_actions import MAX_OUTLINED, RunAction, actions_of, fix_label
from ui.components.run.run_status import StatusWords, describe_status, elapsed_text
from ui.components.sign import Sign
from ui.elements import Action, box, button, icon_button, menu_item, set_visible, text, toggle_class

BAR_ORDER = (
    RunAction.GENERATE_AGAIN,
    RunAction.RESTORE,
    RunAction.COMPARE,
    RunAction.DOWNLOAD,
    RunAction.FIX,
    RunAction.CONTINUE,
    RunAction.STOP,
)
"""From left to right, so that the primary one is at the right."""
FOCUS_SCRIPT = """setTimeout(() => {
  const panel = getHtmlElement(%d)?.parentElement;
  if (document.activeElement !== document.body) return;
  panel?.querySelector('.lw-face .primary, .lw-run-bar .primary')?.focus({ preventScroll: true });
}, 60)"""
"""After the page has drawn the end: the button that was pressed last may be gone, and its focus with it."""


class RunBar(ui.element):
    """The bar, with those of its buttons that there are ``actions`` for; unchanged values are not sent again."""

    def __init__(self, actions: Mapping[RunAction, Action]) -> None:
        super().__init__("div")
        self.classes("lw-run-bar")
        self._actions = actions
        self._run: RunInfo | None = None
        self._offered: tuple[RunAction, ...] = ()
        with self:
            self._spinner = box("lw-spinner")
            self._sign = Sign()
            with box("lw-run-status") as self._status_box:
                self._before, self._bold, self._after = text(""), text("", tag="b"), text("", "detail")
            text("Not connected", "lw-run-status lw-text-warn lw-offline-only")
            self._show_elapsed, self._show_tokens, self._show_speed = (
                _metric(unit) for unit in ("", " tokens", " tokens/s")
            )
            box("lw-grow")
            with box("lw-run-actions"):
                self._buttons = {action: self._draw_button(action) for action in BAR_ORDER if action in actions}
                self._menu_button = icon_button("⋮", "More for this version", self._open_menu)

    def show_empty(self, stack: str) -> None:
        """Say that nothing is written for this side yet, and in which stack it would be."""
        self._show_words(StatusWords("Not written yet", after=stack, sign="none"), "")
        for show_figure in (self._show_elapsed, self._show_tokens, self._show_speed):
            show_figure("")
        self._show_actions(None, ())

    def show(
        self,
        run: RunInfo,
        active_path: str | None,
        summary: str,
        *,
        is_current: bool,
        has_files: bool = True,
        thinking: str = "",
        has_face: bool = False,
    ) -> None:
        """Draw ``run``.

        ``active_path`` is the file that it is writing, ``summary`` the size of a finished one; ``is_current`` says
        whether it is the side's current version, ``has_files`` whether there are any in it; ``thinking`` is the newest
        part of what the model thinks. Where it ``has_face`` with a primary action, the bar has none.
        """
        words = describe_status(run, active_path, summary, thinking, has_files=has_files)
        self._show_words(words, f"Written by {run.model}" if run.model else "")
        now = datetime.now(UTC)
        self._show_elapsed(elapsed_text(run, now), describe_start(run))
        self._show_tokens(f"{run.tokens:,}" if run.tokens else "")
        self._show_speed(f"{run.tokens_per_second:.1f}" if run.tokens_per_second else "")
        offered = actions_of(run, is_current=is_current, has_files=has_files)
        self._show_actions(run, tuple(each for each in offered if each in self._actions), has_face=has_face)

    def _show_words(self, words: StatusWords, title: str) -> None:
        set_visible(self._spinner, not words.sign)
        self._sign.show(words.sign or "none")
        toggle_class(self._status_box, "lw-text-warn", words.sign == "warn")
        for element, content in ((self._before, words.before), (self._bold, words.bold), (self._after, words.after)):
            element.set_text(content)
        if self._status_box.props.get("title", "") != title:
            self._status_box.props["title"] = title

    def _show_actions(self, run: RunInfo | None, actions: tuple[RunAction, ...], *, has_face: bool = False) -> None:
        shown = () if has_face else actions[: 1 + MAX_OUTLINED]
        before, self._run, self._offered = self._run, run, actions if has_face else actions[1:]
        has_ended = run and before and before.id == run.id and before.is_live and not run.is_live
        for action, element in self._buttons.items():
            set_visible(element, action in shown)
            is_primary = action in shown[:1] and action is not RunAction.STOP
            toggle_class(element, "primary", is_primary)
            toggle_class(element, "outlined", not is_primary and action is not RunAction.STOP)
        if run and RunAction.FIX in shown:
            self._buttons[RunAction.FIX].set_text(fix_label(run))
        set_visible(self._menu_button, self._offered)
        if has_ended and not self.client.is_deleted:
            self.client.run_javascript(FOCUS_SCRIPT % self.id)

    def _draw_button(self, action: RunAction) -> ui.button:
        variant = "small stop" if action is RunAction.STOP else "small"
        return button(action.value, self._actions[action], variant)

    def _open_menu(self) -> None:
        """All but the primary action: on a phone the bar has no room for the others."""
        run = self._run
        with self._menu_button, ui.menu().props("no-parent-event") as menu:
            for action in self._offered:
                label = fix_label(run) if run and action is RunAction.FIX else action.value
                menu_item(label, self._actions[action])
        menu.on("hide", menu.delete)
        menu.open()


def _metric(unit: str) -> Callable[..., None]:
    """Draw a number with its unit; the returned function shows a value, and hides both if it is empty.

    Its second argument is what the pointer finds out about the value.
    """
    with box("lw-run-figure", "span") as container:
        number = text("", tag="b")
        text(unit)

    def show(value: str, title: str = "") -> None:
        number.set_text(value)
        set_visible(container, bool(value))
        if container.props.get("title", "") != title:
            container.props["title"] = title

    return show
