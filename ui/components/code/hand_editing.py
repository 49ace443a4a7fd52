"""Files of a version changed by hand in the code view, and saved as a version of their own."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from nicegui import events

from core.errors import BadRequest, TooLarge
from core.versions.file_changes import FileChanges
from ui.components.code.code_view import CodeView
from ui.components.code.document import Document
from ui.elements import guard_action

MAX_SENT_LENGTH = 4 * 1024 * 1024
"""Characters of all changed files, with their paths, that can be saved at once."""

SaveEdits = Callable[[str, FileChanges, Collection[str]], Awaitable[None]]
"""Saves changed files of a run, given by its id, as a new version; those of the paths given last are new."""


@dataclass(frozen=True, slots=True)
class EditActions:
    """Who edits, by the id of their account, and how it is saved."""

    account_id: int
    save: SaveEdits


class SentChanges:
    """Changed files as they come from the browser: in parts, for a socket takes no message of many files."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[str] | None] = {}
        self._new_paths: set[str] = set()
        self._length = 0
        self._count = 0

    def add(self, part: object) -> None:
        """Take the next piece of a file's text, or None, which removes the file. What is no part is noticed at last."""
        match part:
            case {"path": str(path), "text": str() | None as text, "isNew": bool(is_new), "index": self._count}:
                self._count += 1
                self._length += len(path) + len(text or "")
                if self._length > MAX_SENT_LENGTH:
                    return
                if text is None:
                    self._pieces[path] = None
                else:
                    self._pieces[path] = [*(self._pieces.get(path) or ()), text]
                if is_new:
                    self._new_paths.add(path)

    def take(self, count: object) -> tuple[FileChanges, Collection[str]]:
        """The changes that came in this many parts, and which of the paths are new. Raises BadRequest, TooLarge."""
        if count != self._count:
            raise BadRequest("The changed files did not arrive: try again.")
        if self._length > MAX_SENT_LENGTH:
            raise TooLarge(f"The changed files have over {MAX_SENT_LENGTH:,} characters: save fewer of them at once.")
        changes = {path: None if pieces is None else "".join(pieces) for path, pieces in self._pieces.items()}
        return changes, frozenset(self._new_paths)


class HandEditing:
    """What is changed and not saved is the browser's to keep; it is dropped there when it is saved.

    ``is_possible`` says whether the files in view can be changed, ``has_unsaved`` whether some are, and not saved.
    """

    def __init__(self, view: CodeView, actions: EditActions, show: Callable[[Document], None]) -> None:
        self._view = view
        self._save = actions.save
        self._show = show
        self.is_possible = False
        self.has_unsaved = False
        self._paths: list[str] = []
        self._is_mounted = False
        self._sent = SentChanges()
        self._wanted: tuple[str, SentChanges, object] = "", self._sent, 0
        self._is_saved = False
        self._save_wanted = guard_action(self._save_changes)
        view.props["account"] = actions.account_id  # what one has typed is not shown to another in the same browser
        view.on("resync", self._begin)
        view.on("edited", self._note_unsaved)
        view.on("save-part", self._take_part)
        view.on("save", self._end_parts)
        view.on("open-path", self._open)

    def update(self, *, is_checking: bool) -> None:
        """Allow it once all files of the run in view are there, and as they are served: not while they are checked."""
        is_possible = self._view.ended and bool(self._view.files) and not is_checking
        paths = [file.path for file in self._view.files if file.path] if is_possible else []
        if (is_possible, paths) != (self.is_possible, self._paths):
            self.is_possible, self._paths = is_possible, paths
            self._send()

    def _begin(self) -> None:
        """Tell it the browser, which has just mounted the view, and hears nothing before."""
        self._is_mounted = True
        self._send()

    def _send(self) -> None:
        if self._is_mounted:
            self._view.run_method("setEditable", self.is_possible, self._paths)

    def _take_part(self, event: events.GenericEventArguments) -> None:
        if event.args.get("index") == 0:
            self._sent = SentChanges()
        self._sent.add(event.args)

    async def _end_parts(self, event: events.GenericEventArguments) -> None:
        """Save what has come, and tell the browser, which saves nothing else until then."""
        run_id = str(event.args.get("run"))
        self._is_saved = False
        self._wanted = run_id, self._sent, event.args.get("count")
        await self._save_wanted()
        self._view.run_method("endSave", run_id, self._is_saved)

    async def _save_changes(self) -> None:
        run_id, sent, count = self._wanted
        self._sent = SentChanges()
        await self._save(run_id, *sent.take(count))
        self._is_saved = True

    def _note_unsaved(self, event: events.GenericEventArguments) -> None:
        self.has_unsaved = bool(event.args)

    def _open(self, event: events.GenericEventArguments) -> None:
        if document := next((file for file in self._view.files if file.path == event.args), None):
            self._show(document)
