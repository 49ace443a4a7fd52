"""Draws the face of a run: in place of its code, or in a row above it."""

from collections.abc import Callable, Mapping

from nicegui import ui

from ui.components.run.faces import Face, FaceAction, Step, StepState
from ui.elements import Action, box, button, set_visible, text, toggle_class

STEP_SIGNS = {StepState.DONE: "✓", StepState.NOW: "", StepState.NEXT: "○"}


class RunFace(ui.element):
    """Hidden while there is nothing to say. ``on_fill`` is told when it takes or leaves the place of the code."""

    def __init__(self, actions: Mapping[FaceAction, Action], on_fill: Callable[[], None]) -> None:
        super().__init__("section")
        self.classes("lw-face lw-hidden")
        self.props("aria-label='About this run'")
        self._actions = actions
        self._on_fill = on_fill
        self._shown: Face | None = None

    @property
    def fills(self) -> bool:
        """Whether it stands in the place of the code."""
        return self._shown is not None and self._shown.fills

    def show(self, face: Face | None) -> None:
        """Draw it, if it is another one: what is drawn anew loses its focus."""
        if face == self._shown:
            return
        filled, self._shown = self.fills, face
        set_visible(self, face)
        self.clear()
        if face:
            toggle_class(self, "fills", face.fills)
            toggle_class(self, "warn", face.is_warning)
            with self:
                self._draw(face)
        if filled is not self.fills:
            self._on_fill()

    def _draw(self, face: Face) -> None:
        with box("lw-face-words"):
            if face.title:
                draw_with_code(face.title, "h2")
            if face.queue:
                _draw_queue(face.queue)
            if face.steps:
                _draw_steps(face.steps)
            if face.text:
                draw_with_code(face.text, "p")
        if face.actions:
            with box("lw-face-actions"):
                for number, action in enumerate(face.actions):
                    size = "" if face.fills else "small"
                    is_primary = number == 0 and action is not FaceAction.STOP_PULL
                    button(action.value, self._actions[action], f"{size} {'primary' if is_primary else ''}")


def _draw_queue(rows: tuple[str, ...]) -> None:
    with box("lw-face-queue", "ol"):
        for number, row in enumerate(rows, 1):
            with box("own" if number == len(rows) else "", "li"):
                text(f"{number}", "lw-number")
                text(row)


def _draw_steps(steps: tuple[Step, ...]) -> None:
    with box("lw-face-steps", "ol"):
        for step in steps:
            with box(step.state, "li"):
                if step.state is StepState.NOW:
                    box("lw-spinner", "span")
                else:
                    text(STEP_SIGNS[step.state], "sign").props("aria-hidden=true")
                text(step.label, "label")
                text(step.time, "time")
                if step.fraction is not None:
                    _draw_progress(step.label, step.fraction)
                if step.count:
                    text(step.count, "count")


def _draw_progress(label: str, fraction: float) -> None:
    percent = f"{100 * fraction:.0f}"
    with box("lw-progress").props("role=progressbar aria-valuemin=0 aria-valuemax=100") as progress:
        progress.props["aria-label"], progress.props["aria-valuenow"] = label, percent
        ui.element("i").style(f"width: {percent}%")


def draw_with_code(sentence: str, tag: str) -> ui.element:
    """A sentence whose parts in backticks are commands or names."""
    with box("", tag) as element:
        for number, part in enumerate(sentence.split("`")):
            if part:
                text(part, tag="code" if number % 2 else "span")
    return element
