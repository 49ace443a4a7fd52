"""The last line of a side: the path, size and form of the file in view, and whether the run is saved."""

from datetime import UTC, datetime
from typing import Protocol

from nicegui import ui

from core.review.repairs.adjustment import summarize
from core.review.reviewed_file import ReviewedFile
from core.runs.state import RunInfo
from core.text import pluralize
from ui.components.code.document import Document
from ui.components.review.review_results import ReviewResults
from ui.display_text import format_age, format_size
from ui.elements import box, on_event, set_selected, set_visible, text


class SetFormatted(Protocol):
    """A function that shows the files formatted, or as the model wrote them."""

    def __call__(self, *, formatted: bool) -> object: ...  # noqa: D102


class StatusLine(ui.element):
    """What did not change is not sent again."""

    def __init__(self, set_formatted: SetFormatted) -> None:
        super().__init__("div")
        self.classes("lw-status-line")
        with self:
            self._path, self._language, self._lines, self._size, self._review_note = (text("") for _ in range(5))
            box("lw-grow")
            self._form_switch = box("lw-segmented-control lw-hidden").props("role=group aria-label=Form")
            with self._form_switch:
                self._form_buttons = {
                    formatted: on_event(
                        text(name, tag="button"),
                        "click",
                        lambda formatted=formatted: set_formatted(formatted=formatted),
                    )
                    for formatted, name in ((True, "Formatted"), (False, "As written"))
                }
            self._problem_note, self._saved_note = text(""), text("")

    def show(self, run: RunInfo | None, shown: Document, review_results: ReviewResults) -> None:
        """Draw the line for this document."""
        has_text = run and shown.log.length
        self._path.set_text((shown.path or "Whole answer") if has_text else "No files yet")
        self._language.set_text(shown.language if has_text else "")
        self._lines.set_text(pluralize(shown.lines, "line") if has_text else "")
        self._size.set_text(format_size(shown.log.text) if has_text else "")
        self._saved_note.set_text(saved_text(run, datetime.now(UTC)))
        self._problem_note.set_text(verdict_text(run, is_clean=review_results.is_clean))
        file = review_results.shown_file
        self._review_note.set_text(review_text(file, is_checking=review_results.is_checking))
        set_visible(self._form_switch, file and file.served.text != file.source.text)
        for formatted, element in self._form_buttons.items():
            set_selected(element, "aria-pressed", selected=formatted is review_results.formatted)


def review_text(file: ReviewedFile | None, *, is_checking: bool) -> str:
    """That the review is still running; what was put right in the file; why it is not formatted."""
    if is_checking:
        return "Checking…"
    adjusted = summarize(file.adjustments) if file else None
    reason = file.unformatted_reason if file else None
    notes = (f"Adjusted: {adjusted}" if adjusted else "", f"Not formatted: {reason}" if reason else "")
    return " · ".join(filter(None, notes))


def verdict_text(run: RunInfo | None, *, is_clean: bool) -> str:
    """What is known of a version, and no more: that it was checked without a problem, and how it ran."""
    return " · ".join(filter(None, ["Checked" if is_clean else "", (run.verdict if run else None) or ""]))


def saved_text(run: RunInfo | None, now: datetime) -> str:
    """Whether and when a run was saved."""
    if run is None:
        return ""
    if run.is_live:
        return "Not saved yet: see above" if run.error else "Saved as it comes"
    return f"Saved {format_age(run.finished_at, now)}" if run.finished_at and run.characters else ""
