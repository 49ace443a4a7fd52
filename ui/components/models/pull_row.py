"""A model being fetched, or one whose fetching was stopped or has failed."""

from collections.abc import Callable

from nicegui import ui

from core.engines.protocol import PullProgress
from core.model_library.pulls import Pull
from ui.components.models.figures import fraction_of, progress_of
from ui.components.settings.rows import row
from ui.elements import Action, box, button, set_aria_label, text


class PullRow:
    """One row; ``update`` draws the progress of a live pull."""

    def __init__(
        self, pull: Pull, title: str, *, pause: Action, resume: Action, cancel: Action, shown: Callable[[str], str]
    ) -> None:
        self.pull = pull
        self._progress: PullProgress | None = None
        is_live = pull.end is None
        with row(title, shown(_say_end(pull))):
            with box("lw-progress lw-pull-progress") as self._bar:
                self._bar.props("role=progressbar aria-valuemin=0 aria-valuemax=100")
                self._bar.props["aria-label"] = f"Fetching {title}"
                self._fill = ui.element("i")
            self._figure = text("", "lw-settings-figure")
            label, action = ("Pause", pause) if is_live else ("Resume", resume)
            set_aria_label(button(label, action, "small"), f"{label} {title}")
            set_aria_label(button("Cancel", cancel, "small quiet"), f"Cancel {title}")
        self.update()

    def update(self) -> None:
        """Draw how far it has come."""
        progress = self.pull.progress
        if progress is self._progress:
            return
        self._progress = progress
        percent = f"{100 * fraction_of(progress):.0f}"
        self._bar.props["aria-valuenow"] = percent
        self._fill.style(f"width: {percent}%")
        self._figure.set_text(progress_of(progress))


def _say_end(pull: Pull) -> str:
    if pull.end is None or pull.end.error is None:
        return ""
    return "Paused. What was fetched is kept." if pull.is_paused else pull.end.error.message
