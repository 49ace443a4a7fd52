"""What a run is doing, in one line: each status has its face, with figures that do not jump and the way on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from nicegui import ui

from core.runs.state import RunInfo, RunStatus
from core.text import count
from core.versions.versions import CUT
from ui.display_text import ago, clock
from ui.elements import Action, Plain, box, button, see, text


@dataclass(frozen=True, slots=True)
class Ways:
    """What a person can do with the run in view."""

    stop: Action
    go_on: Action
    again: Action
    download: Action
    restore: Action
    fix: Action
    compare: Action


class RunBar(ui.element):
    """Drawn anew as often as one likes: only what changed is sent."""

    def __init__(self, ways: Ways) -> None:
        super().__init__("div")
        self.classes("lw-runbar")
        with self:
            self._spin = box("lw-spin")
            with box("what") as self._what_box:
                self._what = text("")
                self._name: Plain = text("", tag="b")
            with box("lw-bar") as self._bar:
                self._filled = ui.element("i")
            self._elapsed, self._tokens, self._speed = (_figure(unit) for unit in ("", " tokens", " tokens/s"))
            self._model = text("", "model")
            box("lw-grow")
            with box("lw-ways"):
                self._fix = button("Fix", ways.fix, "small")
                self._compare = button("Compare", ways.compare, "small")
                self._restore = button("Make current", ways.restore, "small")
                self._again = button("Generate again", ways.again, "small")
                self._go_on = button("Continue", ways.go_on, "small")
                self._download = button("Download", ways.download, "small")
                self._stop = button("Stop", ways.stop, "small stop")

    def show(self, run: RunInfo | None, writing: str | None, saved: str, *, current: bool, thought: str = "") -> None:
        """Draw ``run`` as it is; ``writing`` is the file it is in, ``saved`` what a finished one amounts to.

        ``current`` says whether it is the side's current version, ``thought`` what a model says to itself before it
        writes.
        """
        see(self, run is not None)
        if run is None:
            return
        see(self._spin, run.live)
        sentence, name = _sentence(run, writing, saved, thought)
        self._what.say(sentence)
        self._name.say(name)
        self._what_box.classes(replace="what" + " wrap" * (not run.live) + " lw-bad" * (run.error is not None))
        fraction = run.progress.fraction if run.live and run.progress else None
        see(self._bar, fraction is not None)
        self._filled.style(f"width: {100 * (fraction or 0):.0f}%")
        self._figures(run)
        see(self._stop, run.live)
        see(self._go_on, run.status in CUT and run.characters > 0 and not run.fixes)
        see(self._again, run.status in CUT)
        kept = not run.live and run.characters > 0
        see(self._download, kept)
        see(self._restore, kept and not current)
        see(self._fix, kept and run.problems)
        see(self._compare, kept and run.parent_id)

    def _figures(self, run: RunInfo) -> None:
        seconds = ((run.finished_at or datetime.now(UTC)) - run.started_at).total_seconds() if run.started_at else None
        self._elapsed(clock(seconds) if seconds is not None and not run.uploaded else "")
        self._tokens(f"{run.tokens:,}" if run.tokens else "")
        self._speed(f"{run.tokens_per_second:.1f}" if run.tokens_per_second else "")
        self._model.say(run.model)


def _sentence(run: RunInfo, writing: str | None, saved: str, thought: str) -> tuple[str, str]:
    """What to say, and what of it to stress."""
    match run.status:
        case RunStatus.QUEUED:
            return "Waiting for its turn, place ", str(run.position or "…")
        case RunStatus.LOADING:
            said = run.progress.message if run.progress else "waiting for the model"
            return said[:1].upper() + said[1:], ""
        case RunStatus.RUNNING:
            if run.progress:
                return "Thinking", thought
            return ("Writing ", writing) if writing else ("Writing", "")
        case _:
            return _end(run, saved), ""


def _end(run: RunInfo, saved: str) -> str:
    when = ago(run.finished_at, datetime.now(UTC)) if run.finished_at else ""
    match run.status:
        case RunStatus.COMPLETE:
            return f"Saved {when} · {saved}{f' · {run.warning}' if run.warning else ''}"
        case RunStatus.STOPPED:
            return f"Stopped {when}, kept · {saved}"
        case RunStatus.TRUNCATED:
            return f"Cut off: {run.warning or 'the model reached its limit. Press Continue to go on'} · {saved}"
        case _:
            return run.error.message if run.error else "The run failed: generate again."


def _figure(unit: str) -> Callable[[str], None]:
    """A number with its unit; gone where there is none."""
    with box("", "span") as whole:
        number = text("", tag="b")
        text(unit)

    def show(value: str) -> None:
        number.say(value)
        see(whole, bool(value))

    return show


def amount(files: int, lines: int) -> str:
    """``4 files · 212 lines``."""
    return f"{count(files, 'file')} · {count(lines, 'line')}"
