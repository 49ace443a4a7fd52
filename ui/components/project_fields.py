"""The fields of a project's values in a dialog."""

from nicegui import ui

from core.catalog.stacks import DEFAULT_STACK_IDS, STACKS, Side
from core.catalog.starters import Starter
from core.projects.drafts import DraftContent
from core.projects.projects import ProjectUpdate
from ui.components.sidebar.requirements import stack_select
from ui.components.starter_chips import STARTER_NAMES, StarterChips
from ui.elements import box
from ui.fields import text_area, text_field


class ProjectFields:
    """Drawn where it is made, with these values."""

    def __init__(self, values: DraftContent) -> None:
        with box(""):
            self._name = text_field("Name", values["name"], autofocus=True)
        with box(""):
            self._prompt = text_area("What should it do?", values["prompt"])
            StarterChips(self._prompt, self._use_starter, allow_change=True)
        with box("lw-two-columns"):
            with box(""):
                self._backend = stack_select("Back end", Side.BACKEND, values["backend_stack"])
            with box(""):
                self._frontend = stack_select("Front end", Side.FRONTEND, values["frontend_stack"])

    @property
    def fields(self) -> dict[str, ui.input | ui.textarea | ui.select]:
        """The fields by the names of their values."""
        return {
            "name": self._name,
            "prompt": self._prompt,
            "backend_stack": self._backend,
            "frontend_stack": self._frontend,
        }

    @property
    def values(self) -> ProjectUpdate:
        """What they hold now."""
        return ProjectUpdate(self._name.value, self._prompt.value, self._backend.value, self._frontend.value)

    def _use_starter(self, starter: Starter) -> None:
        self._prompt.set_value(starter.prompt)
        if not self._name.value or self._name.value in STARTER_NAMES:
            self._name.set_value(starter.name)


def saved_values(project: ProjectUpdate) -> dict[str, str]:
    """What the fields hold of a project for which nothing was typed; without a stack it is the default one."""
    return {
        "name": project.name or "",
        "prompt": project.prompt or "",
        "backend_stack": project.backend_stack or DEFAULT_STACK_IDS[Side.BACKEND],
        "frontend_stack": project.frontend_stack or DEFAULT_STACK_IDS[Side.FRONTEND],
    }


def with_draft(saved: DraftContent, draft: DraftContent) -> dict[str, str]:
    """The saved values, and what was typed in place of some of them. A draft is older than the list of stacks."""
    stack_ids = {f"{side}_stack": {stack.id for stack in STACKS if stack.side is side} for side in Side}
    return {
        name: draft[name] if name in draft and draft[name] in stack_ids.get(name, {draft[name]}) else value
        for name, value in saved.items()
    }
