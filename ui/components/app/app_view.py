"""The running app beside the code: both sides' versions in view, put together and run in the visitor's browser."""

import time
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nicegui import ui

from core.catalog import stacks
from core.catalog.stacks import Side, Stack
from core.runs.state import RunInfo
from core.trial.eligibility import FRAMEWORKS
from ui.base_path import base_path
from ui.components.code.document import Document
from ui.elements import guard_action, ignore_errors

MIN_RELOAD_SECONDS = 1.0
"""The least time between two loads while files come."""
BACK_END_LANGUAGES = {"fastapi": "python", "flask": "python", "express": "node"}
"""Stack of a back end that runs in a browser → what runs it there."""
SLOW_MODULES = {"fastapi": "fastapi", "flask": "flask"}
"""Stack of a back end → the Python module that it takes longest to import."""
NOTHING_YET = "The app appears here as soon as there is something to run."
SCRIPTS: list[str | Path] = [Path(__file__).with_name(name) for name in ("app_console.js", "app_icons.js")]
"""Imported by app_view.js, each by its stem."""
OpenSource = Callable[[str, int | None], None]
Findings = Callable[[list[dict[str, Any]]], Awaitable[None]]
KeepFindings = Callable[[list[dict[str, Any]], frozenset[str]], Awaitable[None]]
KeepPicture = Callable[[bytes, frozenset[str]], Awaitable[None]]
"""The second argument of both: the ids of the runs that the page has run."""
MAX_FINDINGS = 50
"""Taken from one page."""
MAX_PICTURE_URL_LENGTH = 90_000
_PICTURE_URL = "data:image/jpeg;base64,"


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A run in view, with its files as far as they have come."""

    run: RunInfo
    files: Sequence[Document]
    ended: bool

    @property
    def stack(self) -> Stack:
        """Its stack."""
        return stacks.find_stack(self.run.stack, self.run.side)

    @property
    def finished_count(self) -> int:
        """How many of its files are there as a whole."""
        return sum(1 for file in self.files if file.path and not file.is_open)


class AppView(ui.element, component="app_view.js", dependencies=SCRIPTS):
    """Shows the app of two versions; empty until the first ``show``.

    ``open_source`` is called with the path and the line of an error that was pressed; ``keep`` with what the app
    showed to be wrong, ``fix`` with the same when that is to be corrected; ``keep_picture`` with a picture of it.
    """

    def __init__(
        self,
        name: str,
        scripts: str,
        *,
        open_source: OpenSource,
        fix: Findings,
        keep: KeepFindings,
        keep_picture: KeepPicture,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._clock = clock
        self._loaded_at = 0.0
        self._props.update(
            name=name, base=base_path(), scripts=scripts, front=None, back=None, warm="", sentence="", commands="",
            runtime="", progress="", visible=False,
        )  # fmt: skip
        self.on("open-source", lambda event: open_source(str(event.args["path"]), event.args["line"]))
        self.on("fix", lambda event: guard_action(lambda: fix(_findings_of(event.args)))())
        self.on(
            "picture",
            lambda event: ignore_errors(lambda: keep_picture(_picture_of(event.args), _runs_of(event.args)))(),
        )
        self.on("findings", lambda event: ignore_errors(lambda: keep(_findings_of(event.args), _runs_of(event.args)))())

    def show(self, front: ShownVersion | None, back: ShownVersion | None, *, visible: bool) -> None:
        """Run these versions, or say why there is nothing to run; nothing runs while it is not in view."""
        front_props = self._front_props(front)
        back_props = self._back_props(back)
        sentence, commands = "", ""
        if not front_props and not back_props:
            sentence, commands = describe_nothing(front, back)
        warm = self._warm_module(back, visible=visible)
        self._update(
            front=front_props, back=back_props, sentence=sentence, commands=commands, visible=visible, warm=warm
        )

    def show_runtime(self, address: str, progress: str) -> None:
        """Tell where the runtime is served, or how far it is being made ready."""
        self._update(runtime=address, progress=progress)

    def _front_props(self, front: ShownVersion | None) -> dict[str, Any] | None:
        before: dict[str, Any] | None = self._props["front"]
        if front is None or front.stack.id not in FRAMEWORKS:
            return None
        if not front.finished_count and not (front.ended and front.run.characters):
            return before  # until there is something of the new one
        is_same_run = before is not None and before["id"].partition("?")[0] == front.run.id
        # The last load is never put off: nothing would make up for it.
        if is_same_run and not front.ended and self._clock() - self._loaded_at < MIN_RELOAD_SECONDS:
            return before  # the next ``show`` loads it
        name = f"{front.run.id}?v={front.finished_count}{'-end' if front.ended else ''}"
        if before is None or before["id"] != name:
            self._loaded_at = self._clock()
        return {
            "id": name,
            "address": f"/app-files/{name}",
            "framework": FRAMEWORKS[front.stack.id],
            "isLive": not front.ended,
        }

    def _back_props(self, back: ShownVersion | None) -> dict[str, Any] | None:
        if back is None or back.stack.id not in BACK_END_LANGUAGES:
            return None
        if not back.ended or not back.run.characters:
            before: dict[str, Any] | None = self._props["back"]
            return before  # the version before goes on running until this one is written
        return {
            "id": back.run.id,
            "address": f"/app-files/{back.run.id}",
            "language": BACK_END_LANGUAGES[back.stack.id],
            "isLive": False,
        }

    @staticmethod
    def _warm_module(back: ShownVersion | None, *, visible: bool) -> str:
        """What Python may import already: while a back end is written, so that nobody waits for it afterwards."""
        return SLOW_MODULES.get(back.stack.id, "") if back and (visible or not back.ended) else ""

    def _update(self, **props: Any) -> None:
        """Send what has changed."""
        if any(self._props.get(name) != value for name, value in props.items()):
            self._props.update(props)
            self.update()


def describe_nothing(front: ShownVersion | None, back: ShownVersion | None) -> tuple[str, str]:
    """Why no app runs: a sentence, and the commands that start it elsewhere."""
    for version in (back, front):
        if version and version.stack.id not in (*FRAMEWORKS, *BACK_END_LANGUAGES):
            stack = version.stack
            return (
                f"{stack.framework} does not run in a browser. Download the files, then in their folder:",
                stack.start,
            )
    return NOTHING_YET, ""


def side_is_runnable(run: RunInfo) -> bool:
    """Whether a run's stack can run in a browser."""
    return run.stack in (FRAMEWORKS if run.side is Side.FRONTEND else BACK_END_LANGUAGES)


def _findings_of(arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the browser sent, as far as it has the right form."""
    findings = arguments.get("findings")
    return [dict(it) for it in findings[:MAX_FINDINGS] if isinstance(it, dict)] if isinstance(findings, list) else []


def _runs_of(arguments: Mapping[str, Any]) -> frozenset[str]:
    """The runs that the browser says it has run."""
    runs = arguments.get("runs")
    return frozenset(str(run) for run in runs[: len(Side)]) if isinstance(runs, list) else frozenset()


def _picture_of(arguments: Mapping[str, Any]) -> bytes:
    """The bytes that the browser sent, whatever they are; none where it is no such URL."""
    url = arguments.get("url")
    if not isinstance(url, str) or not url.startswith(_PICTURE_URL) or len(url) > MAX_PICTURE_URL_LENGTH:
        return b""
    try:
        return b64decode(url.removeprefix(_PICTURE_URL), validate=True)
    except ValueError:
        return b""
