"""Files of a version changed by hand in the code view, and saved as a version of their own."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nicegui import events

from core.errors import BadRequest
from core.versions.file_changes import FileChanges
from ui.components.code.code_view import CodeView
from ui.components.code.document import Document
from ui.elements import guard_action

SaveEdits = Callable[[str, FileChanges], Awaitable[None]]
"""Saves changed files of a run, given by its id, as a new version."""


class HandEditing:
    """What is changed and not saved is the browser's to keep; it is dropped there when it is saved.

    ``is_possible`` says whether the files in view can be changed, ``has_unsaved`` whether some are, and not saved.
    """

    def __init__(self, view: CodeView, save: SaveEdits, show: Callable[[Document], None]) -> None:
        self._view = view
        self._save = save
        self._show = show
        self.is_possible = False
        self.has_unsaved = False
        self._is_mounted = False
        view.on("resync", self._begin)
        view.on("edited", self._note_unsaved)
        view.on("save", lambda event: guard_action(lambda: self._save_changes(event.args))())
        view.on("open-path", self._open)

    def update(self) -> None:
        """Allow it once all files of the run in view are there."""
        is_possible = self._view.ended and bool(self._view.files)
        if is_possible is not self.is_possible:
            self.is_possible = is_possible
            self._send()

    def _begin(self) -> None:
        """Tell it the browser, which has just mounted the view, and hears nothing before."""
        self._is_mounted = True
        self._send()

    def _send(self) -> None:
        if self._is_mounted:
            self._view.run_method("setEditable", self.is_possible)

    async def _save_changes(self, arguments: Mapping[str, Any]) -> None:
        run_id, changes = str(arguments.get("run")), _changes_of(arguments.get("files"))
        await self._save(run_id, changes)
        self._view.run_method("dropEdits", run_id)

    def _note_unsaved(self, event: events.GenericEventArguments) -> None:
        self.has_unsaved = bool(event.args)

    def _open(self, event: events.GenericEventArguments) -> None:
        if document := next((file for file in self._view.files if file.path == event.args), None):
            self._show(document)


def _changes_of(sent: object) -> FileChanges:
    """What the browser sent. Raises BadRequest where that is no texts by paths."""
    if not isinstance(sent, dict) or not all(text is None or isinstance(text, str) for text in sent.values()):
        raise BadRequest("The changed files did not arrive: try again.")
    return {str(path): text for path, text in sent.items()}
