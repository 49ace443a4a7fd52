"""The actions on a version: rename, delete, make current, compare, download."""

from collections.abc import Sequence

from nicegui import ui

from core.accounts.identity import User
from core.projects.drafts import DraftForm, DraftPlace
from core.projects.projects import MAX_NAME_LENGTH
from core.runs.state import RunInfo
from core.studio import Studio
from core.versions.diff import FileDiff
from ui.components.drafts.page_drafts import PageDrafts, draw_draft_note
from ui.components.drafts.put_away import find_draft, put_away
from ui.components.page_dialog import PageDialog
from ui.components.undo_notice import UndoNotice
from ui.components.versions.compare_dialog import CompareDialog
from ui.components.versions.version_titles import version_titles
from ui.elements import box, button, guard_action
from ui.fields import text_field


class VersionActions:
    """Runs the actions, after a dialog if one is needed. The page is told of the change as of any other."""

    def __init__(self, studio: Studio, user: User, drafts: PageDrafts, undo_notice: UndoNotice) -> None:
        self._versions = studio.versions
        self._user = user
        self._drafts = drafts
        self._undo_notice = undo_notice
        self._runs: Sequence[RunInfo] = ()
        self._compare_dialog = CompareDialog(self._compare, user.id)
        self._dialog = PageDialog()

    def set_runs(self, runs: Sequence[RunInfo]) -> None:
        """Set the runs that ``compare`` offers: those of the side in view, newest first."""
        # A live run has no end to compare with.
        self._runs = [run for run in runs if not run.is_live]

    async def restore(self, run: RunInfo) -> None:
        """Make a version its side's current one."""
        await self._versions.restore(self._user.id, run.id)

    async def download(self, run: RunInfo, *, formatted: bool) -> None:
        """Download a version's files as a zip."""
        archive = await self._versions.download(self._user.id, run.id, formatted=formatted)
        ui.download.content(archive.content, archive.name)

    async def download_project(self, project_id: int, *, formatted: bool) -> None:
        """Download both sides' current versions as one zip."""
        archive = await self._versions.download_project(self._user.id, project_id, formatted=formatted)
        ui.download.content(archive.content, archive.name)

    async def compare(self, run: RunInfo) -> None:
        """Compare a version with the one that it is based on, or with the one before it."""
        await self._compare_dialog.open(self._runs, run.parent_id, run.id)

    async def rename(self, run: RunInfo) -> None:
        """Ask for a new name, and save it."""
        place, saved = _name_place(run), {"name": run.name or ""}
        typed = await find_draft(self._drafts, place, self._undo_notice)

        async def save() -> None:
            await self._versions.rename(self._user.id, run.id, str(name_field.value or ""))
            self._dialog.close()
            await self._drafts.finish(form)

        async def cancel() -> None:
            self._dialog.close()
            await put_away(self._drafts, form, self._undo_notice, lambda: self.rename(run))

        with self._dialog.fill("Name this version"):
            with box(""):
                name = typed.get("name", saved["name"])
                name_field = text_field("Name", name, autofocus=True, maxlength=MAX_NAME_LENGTH)
                name_field.on("keydown.enter", guard_action(save))
                form = self._drafts.attach(place, {"name": name_field}, initial=saved)
            draw_draft_note(typed)
            with box("lw-dialog-actions"):
                button("Cancel", cancel)
                button("Save", save, "primary")

    def delete(self, run: RunInfo, *, is_current: bool) -> None:
        """Delete a version if the user confirms."""

        async def delete() -> None:
            await self._versions.delete(self._user.id, run.id)
            await self._drafts.discard(_name_place(run))

        place = (
            " Another version becomes the current one, if there is one with files."
            if is_current and len(self._runs) > 1
            else ""
        )
        message = f"Its text and its files go with it. This cannot be undone.{place}"
        name = version_titles(self._runs).get(run.id) or "this version"
        title = f"Delete “{name}”?"
        self._dialog.confirm_delete(title, message, delete)

    async def _compare(self, before: str, after: str) -> list[FileDiff]:
        return await self._versions.compare(self._user.id, before, after)


def _name_place(run: RunInfo) -> DraftPlace:
    return DraftPlace(DraftForm.VERSION_NAME, run.project_id, run.id)
