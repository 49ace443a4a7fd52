"""The dialogs of the list of projects: one with the values of a new or an old project, one to delete it."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import ui

from core.accounts.identity import User
from core.projects.drafts import DraftForm, DraftPlace
from core.projects.project import Project
from core.projects.projects import ProjectUpdate
from core.studio import Studio
from ui.components.drafts.page_drafts import PageDrafts, draw_draft_note
from ui.components.drafts.put_away import find_draft, put_away
from ui.components.page_dialog import PageDialog
from ui.components.project_fields import ProjectFields, saved_values, with_draft
from ui.components.undo_notice import UndoNotice
from ui.elements import box, button

Submit = Callable[[ProjectUpdate], Awaitable[str | None]]
"""Takes the values, and returns the address to go to then, if any."""


class ProjectDialog:
    """Asks, and does it. The list is told of the change as of any other."""

    def __init__(self, studio: Studio, user: User, drafts: PageDrafts, undo_notice: UndoNotice) -> None:
        self._studio = studio
        self._user = user
        self._drafts = drafts
        self._undo_notice = undo_notice
        self._dialog = PageDialog()

    async def create(self, begun: ProjectUpdate | None, finish_begun: Callable[[], Awaitable[None]]) -> None:
        """Ask for a project's values, create it, and open its studio.

        Starts from what was ``begun`` elsewhere, unless other requirements were typed here before; ``finish_begun`` is
        called when a project was made of it.
        """
        place = DraftPlace(DraftForm.NEW_PROJECT)
        takes_over = begun is not None and "prompt" not in await find_draft(self._drafts, place, self._undo_notice)

        async def create(values: ProjectUpdate) -> str:
            project = await self._studio.projects.create(self._user.id, values.name or "", values.prompt or "", values)
            if takes_over:
                await finish_begun()
            return f"/projects/{project.id}"

        saved = begun if begun and takes_over else ProjectUpdate("", "")
        await self._open("New project", "Create", create, saved, place)

    async def edit(self, project: Project) -> None:
        """Ask for new values of a project, and save them."""

        async def save(changes: ProjectUpdate) -> None:
            await self._studio.projects.update(self._user.id, project.id, changes)

        current = ProjectUpdate(project.name, project.prompt, project.backend_stack, project.frontend_stack)
        await self._open("Edit project", "Save", save, current, DraftPlace(DraftForm.EDIT_PROJECT, project.id))

    def delete(self, project: Project) -> None:
        """Delete a project if the user confirms."""

        async def delete() -> None:
            await self._studio.projects.delete(self._user.id, project.id)

        self._dialog.confirm_delete(
            f"Delete {project.name}?", "Its requirements and every version go with it. This cannot be undone.", delete
        )

    async def _open(
        self, title: str, submit_label: str, on_submit: Submit, saved: ProjectUpdate, place: DraftPlace
    ) -> None:
        """Ask for a project's values, starting from ``saved``, or from what was typed before."""
        initial = saved_values(saved)
        draft = await find_draft(self._drafts, place, self._undo_notice)

        async def submit() -> None:
            if not self._dialog.is_open:  # the second half of a double click
                return
            path = await on_submit(project_fields.values)
            self._dialog.close()
            await self._drafts.finish(form)
            if path:
                ui.navigate.to(path)

        async def cancel() -> None:
            self._dialog.close()
            reopen = partial(self._open, title, submit_label, on_submit, saved, place)
            await put_away(self._drafts, form, self._undo_notice, reopen)

        with self._dialog.fill(title):
            project_fields = ProjectFields(with_draft(initial, draft))
            form = self._drafts.attach(place, project_fields.fields, initial=initial)
            draw_draft_note(draft)
            with box("lw-dialog-actions"):
                button("Cancel", cancel)
                button(submit_label, submit, "primary")
