"""What the browser's tab tells of a project's runs while one looks at another: by its title, its icon, and a notice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from nicegui import ui

from core.runs.state import RunInfo, RunStatus
from ui.base_path import base_path
from ui.components import NOTICES_SCRIPT
from ui.components.run.run_status import ENDS, elapsed_text

GOOD_ENDS = frozenset({RunStatus.COMPLETE, RunStatus.STOPPED})


@dataclass(frozen=True, slots=True)
class TabWords:
    """``state`` is ``queued``, ``running``, ``done``, ``failed`` or nothing; ``sentence`` tells of a run's end."""

    title: str
    state: str = ""
    sentence: str = ""


class TabStatus(ui.element, component="tab_status.js", dependencies=[NOTICES_SCRIPT]):
    """Draws nothing on the page. A run that ends is told of once, where the browser may and the tab is not in view."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._live_ids: set[str] = set()
        self._ended: RunInfo | None = None
        self.props["base"] = base_path()

    def show(self, runs: Iterable[RunInfo], now: datetime) -> None:
        """Tell of these runs, which are those in view; an unchanged state is not sent again."""
        runs = list(runs)
        ended = [run for run in runs if run.id in self._live_ids and not run.is_live]
        self._ended = ended[-1] if ended else self._ended
        self._live_ids = {run.id for run in runs if run.is_live}
        words = tab_words(self._name, runs, self._ended, now)
        changed = {"title": words.title, "state": words.state, "sentence": words.sentence}
        if any(self.props.get(name) != value for name, value in changed.items()):
            self.props.update(changed)


def tab_words(name: str, runs: Iterable[RunInfo], ended: RunInfo | None, now: datetime) -> TabWords:
    """What to tell: of a run that is written, else of one that waits, else of the one that ended here last."""
    live = [run for run in runs if run.is_live]
    if writing := [run for run in live if run.status is not RunStatus.QUEUED]:
        return TabWords(f"{elapsed_text(writing[0], now) or '…'} {name}", "running")
    if live:
        return TabWords(f"Waiting · {name}", "queued")
    if ended is None:
        return TabWords(name)
    is_good = ended.status in GOOD_ENDS
    sentence = f"{ended.side.capitalize()} of {name}: {ENDS[ended.status].lower()}"
    return TabWords(f"{'✓' if is_good else '⚠'} {name}", "done" if is_good else "failed", sentence)
