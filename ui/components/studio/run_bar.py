"""What a run is doing, in one line: its status, its figures, and the buttons for what can be done next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from nicegui import ui

from core.engines.protocol import Progress, ProgressPhase
from core.runs.progress import PHASES, describe_progress, describe_start
from core.runs.state import RUN_FAILED, RunInfo, RunStatus
from core.versions.versions import CONTINUABLE_STATUSES
from ui.display_text import format_age, format_duration
from ui.elements import Action, PlainText, box, button, set_visible, text, toggle_class


@dataclass(frozen=True, slots=True)
class RunActions:
    """What the buttons do with the run in view."""

    stop: Action
    continue_run: Action
    generate_again: Action
    download: Action
    restore: Action
    fix: Action
    compare: Action


class RunBar(ui.element):
    """The bar; unchanged values are not sent again."""

    def __init__(self, actions: RunActions) -> None:
        super().__init__("div")
        self.classes("lw-run-bar")
        with self:
            self._spinner = box("lw-spinner")
            with box("lw-run-status") as self._status_box:
                self._status_text = text("")
                self._emphasis: PlainText = text("", tag="b")
            text("Not connected", "lw-run-status lw-text-warn lw-offline-only")
            with box("lw-progress") as self._progress_bar:
                self._bar_fill = ui.element("i")
            self._show_elapsed, self._show_tokens, self._show_speed = (
                _metric(unit) for unit in ("", " tokens", " tokens/s")
            )
            self._model = text("", "lw-run-model")
            box("lw-grow")
            with box("lw-run-actions"):
                self._fix_button = button("Fix", actions.fix, "small")
                self._compare_button = button("Compare", actions.compare, "small")
                self._restore_button = button("Make current", actions.restore, "small")
                self._again_button = button("Generate again", actions.generate_again, "small")
                self._continue_button = button("Continue", actions.continue_run, "small")
                self._download_button = button("Download", actions.download, "small")
                self._stop_button = button("Stop", actions.stop, "small stop")

    def show(
        self,
        run: RunInfo | None,
        active_path: str | None,
        saved_summary: str,
        *,
        is_current: bool,
        has_files: bool = True,
        thinking: str = "",
    ) -> None:
        """Draw ``run``.

        ``active_path`` is the file that it is writing, ``saved_summary`` the size of a finished one; ``is_current``
        says whether it is the side's current version, ``has_files`` whether there are any in it; ``thinking`` is the
        newest part of what the model thinks.
        """
        set_visible(self, run is not None)
        if run is None:
            return
        set_visible(self._spinner, run.is_live)
        now = datetime.now(UTC)
        sentence, emphasis = describe_status(run, active_path, saved_summary, thinking, now)
        self._status_text.set_text(sentence)
        self._emphasis.set_text(emphasis)
        toggle_class(self._status_box, "ended", not run.is_live)
        toggle_class(self._status_box, "lw-text-warn", run.error is not None)
        fraction = run.progress.fraction if run.is_live and run.progress else None
        set_visible(self._progress_bar, fraction is not None)
        self._bar_fill.style(f"width: {100 * (fraction or 0):.0f}%")
        self._show_metrics(run, now)
        self._show_buttons(run, is_current=is_current, has_files=has_files)

    def _show_buttons(self, run: RunInfo, *, is_current: bool, has_files: bool) -> None:
        set_visible(self._stop_button, run.is_live)
        set_visible(self._continue_button, run.status in CONTINUABLE_STATUSES and run.characters > 0 and not run.is_fix)
        is_empty = run.status is RunStatus.COMPLETE and not has_files
        set_visible(self._again_button, run.status in CONTINUABLE_STATUSES or is_empty)
        has_saved_text = not run.is_live and run.characters > 0
        set_visible(self._download_button, has_saved_text)
        set_visible(self._restore_button, has_saved_text and not is_current and not is_empty)
        set_visible(self._fix_button, has_saved_text and (run.problems or run.findings))
        set_visible(self._compare_button, has_saved_text and run.parent_id)

    def _show_metrics(self, run: RunInfo, now: datetime) -> None:
        self._show_elapsed(elapsed_text(run, now), describe_start(run))
        self._show_tokens(f"{run.tokens:,}" if run.tokens else "")
        self._show_speed(f"{run.tokens_per_second:.1f}" if run.tokens_per_second else "")
        self._model.set_text(run.model)


def elapsed_text(run: RunInfo, now: datetime) -> str:
    """How long a run has worked, or did: ``0:42``; empty before its start, and for an upload."""
    if run.started_at is None or run.is_by_person:
        return ""
    return format_duration(((run.finished_at or now) - run.started_at).total_seconds())


def describe_status(
    run: RunInfo, active_path: str | None, saved_summary: str, thinking: str, now: datetime
) -> tuple[str, str]:
    """The sentence for a run's status, and what follows it in bold."""
    match run.status:
        case RunStatus.QUEUED:
            return "Waiting for its turn, place ", str(run.position or "…")
        case RunStatus.LOADING:
            return describe_progress(run.progress or Progress(ProgressPhase.WAITING)), ""
        case RunStatus.RUNNING:
            if run.progress or thinking:
                return f"{PHASES[ProgressPhase.THINKING]} ", thinking
            return ("Writing ", active_path) if active_path else ("Writing", "")
        case _:
            return _describe_end(run, saved_summary, now), ""


def _describe_end(run: RunInfo, saved_summary: str, now: datetime) -> str:
    age = format_age(run.finished_at, now) if run.finished_at else ""
    match run.status:
        case RunStatus.COMPLETE:
            adjusted = f"adjusted: {run.adjusted}" if run.adjusted else None
            return " · ".join(filter(None, [f"Saved {age}", saved_summary, adjusted, run.warning]))
        case RunStatus.STOPPED:
            return f"Stopped {age}, kept · {saved_summary}"
        case RunStatus.TRUNCATED:
            return f"Cut off: {run.warning or 'the model reached its limit. Press Continue to go on'} · {saved_summary}"
        case _:
            return run.error.message if run.error else RUN_FAILED


def _metric(unit: str) -> Callable[..., None]:
    """Draw a number with its unit; the returned function shows a value, and hides both if it is empty.

    Its second argument is what the pointer finds out about the value.
    """
    with box("", "span") as container:
        number = text("", tag="b")
        text(unit)

    def show(value: str, title: str = "") -> None:
        number.set_text(value)
        set_visible(container, bool(value))
        if container.props.get("title", "") != title:
            container.props["title"] = title

    return show
