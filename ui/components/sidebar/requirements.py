"""The fields of a project: what its app should do, and in which stacks. They follow what other tabs save."""

from collections.abc import Mapping

from nicegui import ui

from core.catalog.stacks import DEFAULT_STACK_IDS, STACKS, Side
from core.catalog.starters import Starter
from core.projects.project import Project
from core.projects.projects import ProjectUpdate
from ui.components.starter_chips import StarterChips
from ui.elements import box
from ui.fields import select_field, text_area


class Requirements(ui.element):
    """The fields of one project. Those changed here are ``pending_changes``; the others follow the project."""

    def __init__(self, project: Project) -> None:
        super().__init__("div")
        self.classes("lw-requirements")
        self._saved_values = _project_values(project)
        with self:
            with box(""):
                prompt = text_area("What should it do?", project.prompt)

                def use_starter(starter: Starter) -> None:
                    prompt.set_value(starter.prompt)

                StarterChips(prompt, use_starter)
            with box("lw-two-columns"):
                with box(""):
                    backend_select = stack_select("Back end", Side.BACKEND, project.backend_stack)
                with box(""):
                    frontend_select = stack_select("Front end", Side.FRONTEND, project.frontend_stack)
        self.fields: Mapping[str, ui.textarea | ui.select] = {
            "prompt": prompt,
            "backend_stack": backend_select,
            "frontend_stack": frontend_select,
        }

    @property
    def is_blank(self) -> bool:
        """Whether the prompt is empty."""
        return not self._current_values()[0].strip()

    def focus(self) -> None:
        """Put the caret into the prompt."""
        self.fields["prompt"].run_method("focus")

    def pending_changes(self) -> ProjectUpdate | None:
        """The fields that were changed here since the project was last read; None if none was."""
        pairs = zip(self._current_values(), self._saved_values, strict=True)
        prompt, backend_stack, frontend_stack = (value if value != saved else None for value, saved in pairs)
        changes = ProjectUpdate(prompt=prompt, backend_stack=backend_stack, frontend_stack=frontend_stack)
        return None if changes == ProjectUpdate() else changes

    def set_project(self, project: Project) -> None:
        """Show the project in the fields that were not changed here."""
        values = _project_values(project)
        for element, typed, saved, value in zip(
            self.fields.values(), self._current_values(), self._saved_values, values, strict=True
        ):
            # What another tab saves must not take away a word that is being typed here.
            if typed == saved and value != saved:
                element.set_value(value)
        self._saved_values = values

    def _current_values(self) -> list[str]:
        return [str(element.value or "") for element in self.fields.values()]


def stack_select(label: str, side: Side, value: str | None = None) -> ui.select:
    """A choice of the side's stacks; the default one if ``value`` is None."""
    options = {stack.id: stack.label for stack in STACKS if stack.side is side}
    return select_field(label, options, value or DEFAULT_STACK_IDS[side])


def _project_values(project: Project) -> list[str]:
    return [project.prompt, project.backend_stack, project.frontend_stack]
