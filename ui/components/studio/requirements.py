"""What an app should do, and in which stacks: the fields of a project, kept in step with what other tabs save."""

from nicegui import ui

from core.catalog.stacks import DEFAULT_STACK, STACKS, Side
from core.catalog.starters import Starter
from core.projects.projects import Changes, Project
from ui.components.starter_chips import StarterChips
from ui.elements import Action, area, box, choice, guarded

KEEP_SECONDS = 1.0
"""What is typed is kept as often as this, so that a reload loses nothing."""


class Requirements(ui.element):
    """The fields of one project. Only what was changed here is ``changed``; the rest follows the project."""

    def __init__(self, project: Project, keep: Action) -> None:
        super().__init__("div")
        self.classes("lw-requirements")
        self._known = _values(project)
        with self:
            with box(""):
                prompt = area("What should it do?", project.prompt)
                prompt.on("blur", guarded(keep))
                prompt.on("update:model-value", guarded(keep), throttle=KEEP_SECONDS, leading_events=False)

                def choose(starter: Starter) -> object:
                    prompt.set_value(starter.prompt)
                    return keep()

                StarterChips(prompt, choose)
            with box("lw-two"):
                with box(""):
                    back = stack_choice("Back end", Side.BACKEND, project.backend_stack)
                with box(""):
                    front = stack_choice("Front end", Side.FRONTEND, project.frontend_stack)
        self._fields: list[ui.textarea | ui.select] = [prompt, back, front]

    @property
    def blank(self) -> bool:
        """Whether nothing is asked for."""
        return not self._typed()[0].strip()

    def changed(self) -> Changes | None:
        """What was changed here since the project was last read; None where nothing was."""
        pairs = zip(self._typed(), self._known, strict=True)
        prompt, back, front = (value if value != known else None for value, known in pairs)
        changes = Changes(prompt=prompt, backend_stack=back, frontend_stack=front)
        return None if changes == Changes() else changes

    def adopt(self, project: Project) -> None:
        """Take what the project is now into the fields that nobody has touched here."""
        values = _values(project)
        for line, typed, known, value in zip(self._fields, self._typed(), self._known, values, strict=True):
            if typed == known and value != known:
                line.set_value(value)
        self._known = values

    def _typed(self) -> list[str]:
        return [str(line.value or "") for line in self._fields]


def stack_choice(label: str, side: Side, value: str | None = None) -> ui.select:
    """A choice of the side's stacks."""
    options = {stack.id: stack.label for stack in STACKS if stack.side is side}
    return choice(label, options, value or DEFAULT_STACK[side])


def _values(project: Project) -> list[str]:
    return [project.prompt, project.backend_stack, project.frontend_stack]
