"""Where the first project begins: one large field, and examples. A press is enough to watch code being written."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import ui

from core.catalog.stacks import DEFAULT_STACK_IDS, Side, find_stack
from core.catalog.starters import STARTERS, Starter
from core.projects.drafts import DraftForm, DraftPlace
from core.projects.names import excerpt, name_from_prompt
from core.projects.projects import ProjectUpdate
from ui.components.drafts.page_drafts import PageDrafts
from ui.components.project_fields import saved_values, with_draft
from ui.components.sidebar.requirements import stack_select
from ui.elements import Action, box, button, guard_action, icon_button, menu_item, on_event, text

PLACE = DraftPlace(DraftForm.NEW_PROJECT, subject="first")
PLACEHOLDER = (
    "A slow-reading book club: members propose a book, vote once a month, and read twenty pages a week together…"
)
MAX_EXAMPLE_LENGTH = 84
GENERATE_SCRIPT = """(event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  emit();
}"""

Begin = Callable[[Side, ProjectUpdate], Awaitable[None]]
"""Makes a project of these values, has this side of it written, and shows that."""


class PromptBox(ui.element):
    """Drawn for somebody who has no project yet, or has begun one here. ``open_dialog`` asks for a name and all else
    first."""

    def __init__(self, drafts: PageDrafts, begin: Begin, open_dialog: Action) -> None:
        super().__init__("div")
        self.classes("lw-first-visit")
        self._drafts = drafts
        self._begin = begin
        with self:
            with box("lw-hero"):
                text("What shall we build?", tag="h1")
                text("A model writes it before your eyes, line by line.", tag="p")
                with box("lw-prompt-box"):
                    self._draw_field()
                    with box("lw-prompt-actions"):
                        self._draw_stacks()
                        box("lw-grow")
                        button("New project", open_dialog, "quiet")
                        self._draw_generate()
            self._draw_examples()

    async def keep_draft(self) -> None:
        """Show what was typed here before, and keep what is typed from now on."""
        initial = saved_values(ProjectUpdate("", ""))
        del initial["name"]
        for name, value in with_draft(initial, await self._drafts.find(PLACE)).items():
            self._fields[name].set_value(value)
        self._form = self._drafts.attach(PLACE, self._fields, initial=initial)

    @property
    def typed(self) -> ProjectUpdate | None:
        """What is asked for here, with its stacks; None where nothing is."""
        content = self._form.content
        if not content["prompt"].strip():
            return None
        return ProjectUpdate("", content["prompt"], content["backend_stack"], content["frontend_stack"])

    async def finish(self) -> None:
        """Forget what was typed here: a project was made of it."""
        await self._drafts.finish(self._form)

    def _draw_field(self) -> None:
        self._prompt = ui.textarea(placeholder=PLACEHOLDER).props("borderless autofocus rows=4").classes("lw-field")
        self._prompt.props["aria-label"] = "What shall we build?"
        start = guard_action(lambda: self._generate(Side.BACKEND))
        self._prompt.on("keydown", start, [], js_handler=GENERATE_SCRIPT)

    def _draw_stacks(self) -> None:
        """The stacks in a few words, which open to the choice."""
        with box("lw-prompt-stacks", "button").props("type=button aria-haspopup=dialog"):
            text("Stacks: ", "lw-visually-hidden")
            self._stack_text = text("")
            text("▾").props("aria-hidden=true")
            with ui.menu().props("aria-label=Stacks"), box("lw-stack-menu"):
                selects = {}
                for side, label in ((Side.BACKEND, "Backend"), (Side.FRONTEND, "Frontend")):
                    with box(""):
                        selects[f"{side}_stack"] = stack_select(label, side)
                    selects[f"{side}_stack"].on_value_change(self._draw_stack_text)
        self._fields: dict[str, ui.input | ui.textarea | ui.select] = {"prompt": self._prompt, **selects}
        self._draw_stack_text()

    def _draw_stack_text(self) -> None:
        labels = [find_stack(str(self._fields[f"{side}_stack"].value), side).label for side in Side]
        self._stack_text.set_text(" + ".join(labels))

    def _draw_generate(self) -> None:
        with box("lw-split-button"):
            button("Generate Backend (Live)", partial(self._generate, Side.BACKEND), "primary")
            with icon_button("▾", "Begin with the other side").classes("lw-btn primary"), ui.menu():
                menu_item("Generate Frontend (Live)", partial(self._generate, Side.FRONTEND))

    async def _generate(self, side: Side) -> None:
        typed = self._form.content
        values = ProjectUpdate(
            name_from_prompt(typed["prompt"]), typed["prompt"], typed["backend_stack"], typed["frontend_stack"]
        )
        await self._begin(side, values)
        await self.finish()

    def _draw_examples(self) -> None:
        with box("lw-examples", "section"):
            text("Or start from an example", tag="h2")
            with box("lw-example-grid"):
                for starter in STARTERS:
                    self._draw_example(starter)

    def _draw_example(self, starter: Starter) -> None:
        back_end, front_end = (DEFAULT_STACK_IDS[side] for side in Side)
        values = ProjectUpdate(starter.name, starter.prompt, back_end, front_end)
        with box("lw-example-card", "button").props("type=button") as card:
            text(starter.name, tag="b")
            text(excerpt(starter.prompt.partition(". ")[2], MAX_EXAMPLE_LENGTH))
            text(f"Begins with the {starter.side.capitalize()}", tag="small")
        card.props["title"] = starter.prompt
        on_event(card, "click", lambda: self._begin(starter.side, values))
