"""What can be done with a version: name it, delete it, make it current, compare it, download it."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from core.accounts.accounts import User
from core.files.source_file import SourceFile
from core.runs.state import RunInfo
from core.studio import Studio
from ui.components.page_dialog import PageDialog
from ui.components.versions.compare_dialog import CompareDialog
from ui.display_text import describe_purpose
from ui.elements import box, button, guard_action, text_field


class VersionActions:
    """Asks where it must, does it, and has the page ``on_change`` again."""

    def __init__(self, studio: Studio, user: User, on_change: Callable[[], Awaitable[None]]) -> None:
        self._versions = studio.versions
        self._user = user
        self._on_change = on_change
        self._runs: Sequence[RunInfo] = ()
        self._compare_dialog = CompareDialog(self._load_files)
        self._dialog = PageDialog()

    def set_runs(self, runs: Sequence[RunInfo]) -> None:
        """These are the versions of the side in front, the newest first."""
        self._runs = [run for run in runs if not run.is_live]

    async def restore(self, run: RunInfo) -> None:
        """Make it the current one."""
        await self._versions.restore(self._user.id, run.id)
        await self._on_change()

    async def download(self, run: RunInfo, *, formatted: bool) -> None:
        """Its files as a zip."""
        archive = await self._versions.download(self._user.id, run.id, formatted=formatted)
        ui.download.content(archive.content, archive.name)

    async def download_project(self, project_id: int, *, formatted: bool) -> None:
        """Both sides' current versions in one zip."""
        archive = await self._versions.download_project(self._user.id, project_id, formatted=formatted)
        ui.download.content(archive.content, archive.name)

    async def compare(self, run: RunInfo) -> None:
        """Compare it with the one that it goes on from, or that came before it."""
        await self._compare_dialog.open(self._runs, run.parent_id, run.id)

    def rename(self, run: RunInfo) -> None:
        """Ask for a name, and give it."""

        async def save() -> None:
            await self._versions.rename(self._user.id, run.id, str(name_field.value or ""))
            self._dialog.close()
            await self._on_change()

        with self._dialog.fill("Name this version"):
            with box(""):
                name_field = text_field("Name", run.name or "", autofocus=True, maxlength=120)
                name_field.on("keydown.enter", guard_action(save))
            with box("lw-actions"):
                button("Cancel", self._dialog.close)
                button("Save", save, "primary")

    def delete(self, run: RunInfo) -> None:
        """Ask first."""

        async def delete() -> None:
            await self._versions.delete(self._user.id, run.id)
            await self._on_change()

        title = f"Delete “{run.name or describe_purpose(run, first=run.parent_id is None)}”?"
        self._dialog.confirm_delete(title, "Its text and its files go with it. This cannot be undone.", delete)

    async def _load_files(self, before: str, after: str) -> tuple[list[SourceFile], list[SourceFile]]:
        return await self._versions.served_pair(self._user.id, before, after)
