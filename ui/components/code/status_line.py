"""What is in view, in the last line of a side: its name, size and form, and whether it is saved."""

from datetime import UTC, datetime
from typing import Protocol

from nicegui import ui

from core.runs.state import RunInfo
from core.text import count
from ui.components.code.code_view import Document
from ui.components.code.review_results import Findings
from ui.display_text import ago, size
from ui.elements import box, listen, mark, see, text


class ShowForm(Protocol):
    """Shows the files formatted, or as the model wrote them."""

    def __call__(self, *, formatted: bool) -> object: ...  # noqa: D102


class StatusLine(ui.element):
    """Drawn anew as often as one likes: only what changed is sent."""

    def __init__(self, show_form: ShowForm) -> None:
        super().__init__("div")
        self.classes("lw-status")
        with self:
            self._path, self._language, self._lines, self._size, self._why = (text("") for _ in range(5))
            box("lw-grow")
            self._switch = box("lw-switch lw-hidden").props("role=group aria-label=Form")
            with self._switch:
                self._forms = {
                    formatted: listen(
                        text(name, tag="button"), "click", lambda formatted=formatted: show_form(formatted=formatted)
                    )
                    for formatted, name in ((True, "Formatted"), (False, "As written"))
                }
            self._clean, self._saved = text(""), text("")

    def show(self, run: RunInfo | None, shown: Document, findings: Findings) -> None:
        """Say it of this document."""
        self._path.say(shown.path or ("Whole answer" if run else ""))
        self._language.say(shown.language if run else "")
        self._lines.say(count(shown.lines, "line") if run else "")
        self._size.say(size(shown.log.text) if run else "")
        self._saved.say(_saved(run))
        self._clean.say("No problems" if findings.clean else "")
        file = findings.shown
        self._why.say(
            "Checking…" if findings.checking else f"Not formatted: {file.reason}" if file and file.reason else ""
        )
        see(self._switch, file and file.formatted not in (None, file.source.text))
        for formatted, element in self._forms.items():
            mark(element, "aria-pressed", on=formatted is findings.formatted)


def _saved(run: RunInfo | None) -> str:
    if run is None:
        return ""
    if run.live:
        return "Not saved yet: see above" if run.error else "Saved as it comes"
    return f"Saved {ago(run.finished_at, datetime.now(UTC))}" if run.finished_at and run.characters else ""
