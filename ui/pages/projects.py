"""All projects of one person: search, open, make, delete."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from nicegui import ui

from core.accounts.accounts import User
from core.catalog import stacks
from core.catalog.stacks import Side
from core.catalog.starters import STARTERS, Starter
from core.projects.projects import Changes, Listed, Project
from core.studio import Studio
from core.text import count
from ui import display_text, session
from ui.components.page_dialog import Question
from ui.components.starter_chips import NAMES, StarterChips
from ui.components.studio.requirements import stack_choice
from ui.elements import area, box, button, field, icon, listen, patient, text
from ui.layout import frame

LIVE_SECONDS = 2.0


def register(studio: Studio, redirect: Callable[[str], object]) -> None:
    """Make / known."""

    @ui.page("/", title="Projects · Livewright")
    async def projects() -> object:
        if (identity := await session.current(studio)) is None:
            return redirect("/login")
        with frame(studio, identity.user), box("lw-main", "section"):
            await ProjectList(studio, identity.user).open()
        return None


class ProjectList:
    """The cards, and what is done with them."""

    def __init__(self, studio: Studio, user: User) -> None:
        self._studio = studio
        self._user = user
        self._live: set[int] = set()
        with box("lw-top"):
            text("Projects", tag="h1")
            box("lw-grow")
            self._search = ui.input(placeholder="Search", on_change=patient(self.draw))
            self._search.props("outlined dense debounce=250 aria-label=Search type=search").classes("lw-field")
            self._search.style("width: 260px")
            button("New project", lambda: self._new("", ""), "primary")
        self._grid = box("lw-grid")
        self._question = Question()

    async def open(self) -> None:
        """Draw all projects, and keep an eye on what is live."""
        await self.draw()
        ui.timer(LIVE_SECONDS, patient(self._refresh))

    async def draw(self) -> None:
        """Draw the projects that are looked for."""
        found = await self._studio.projects.search(self._user.id, self._search.value or "", limit=200, with_code=False)
        self._live = self._studio.runs.live_projects(self._user.id)
        self._grid.clear()
        with self._grid:
            for listed in found:
                self._card(listed)
            if self._search.value and not found:
                text("No project has this in its name or requirements.", tag="p")
            if not self._search.value:
                self._examples(first=not found)

    async def _refresh(self) -> None:
        """What is live may have changed elsewhere."""
        if self._live != self._studio.runs.live_projects(self._user.id):
            await self.draw()

    def _card(self, listed: Listed) -> None:
        project = listed.project
        with box("lw-card", "article"):
            with box("", "h2"):
                ui.link(project.name, f"/projects/{project.id}")
                if project.id in self._live:
                    text("LIVE", "lw-live")
            text(project.prompt, tag="p")
            with box("lw-meta"):
                for side in Side:
                    text(stacks.stack(project.stack_of(side), side).short, "lw-tag")
                text(self._state(listed))
                box("lw-grow")
                icon("✎", f"Edit {project.name}", lambda: self._edit(project))
                icon("✕", f"Delete {project.name}", lambda: self._delete(project))

    def _state(self, listed: Listed) -> str:
        if listed.project.id in self._live:
            return "writing now"
        when = display_text.ago(listed.project.updated_at, datetime.now(UTC))
        return f"{when} · {count(listed.runs, 'version')}" if listed.runs else when

    def _examples(self, *, first: bool) -> None:
        with box("lw-card example"), box(""):
            text("Nothing here yet. Start from an example: " if first else "Start from an example: ")
            for starter in STARTERS:
                example = text(starter.name.lower(), tag="button")
                listen(example, "click", lambda starter=starter: self._new(starter.name, starter.prompt))

    def _new(self, name: str, prompt: str) -> None:
        """Ask for what a project needs, make it, and open it."""

        async def create(made: Changes) -> None:
            project = await self._studio.projects.create(self._user.id, made.name or "", made.prompt or "", made)
            ui.navigate.to(f"/projects/{project.id}")

        self._ask("New project", "Create", create, Changes(name, prompt))

    def _edit(self, project: Project) -> None:
        """Change a project's name, requirements and stacks."""

        async def save(changes: Changes) -> None:
            await self._studio.projects.change(self._user.id, project.id, changes)
            await self.draw()

        now = Changes(project.name, project.prompt, project.backend_stack, project.frontend_stack)
        self._ask("Edit project", "Save", save, now)

    def _ask(self, title: str, done: str, act: Callable[[Changes], Awaitable[None]], start: Changes) -> None:
        """Ask for a project's values, beginning with those of ``start``, and act on them."""

        async def go() -> None:
            if not self._question.is_open:  # the second half of a double click
                return
            await act(Changes(name.value, prompt.value, back.value, front.value))
            self._question.close()

        def begin(starter: Starter) -> None:
            prompt.set_value(starter.prompt)
            if not name.value or name.value in NAMES:
                name.set_value(starter.name)

        with self._question.asked(title):
            with box(""):
                name = field("Name", start.name or "", autofocus=True)
            with box(""):
                prompt = area("What should it do?", start.prompt or "")
                StarterChips(prompt, begin, again=True)
            with box("lw-two"):
                with box(""):
                    back = stack_choice("Back end", Side.BACKEND, start.backend_stack)
                with box(""):
                    front = stack_choice("Front end", Side.FRONTEND, start.frontend_stack)
            with box("lw-actions"):
                button("Cancel", self._question.close)
                button(done, go, "primary")

    def _delete(self, project: Project) -> None:
        """Ask first: versions go with it."""

        async def delete() -> None:
            await self._studio.projects.delete(self._user.id, project.id)
            await self.draw()

        self._question.sure(
            f"Delete {project.name}?", "Its requirements and every version go with it. This cannot be undone.", delete
        )
