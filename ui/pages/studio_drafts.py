"""What is typed in a studio is kept: the requirements in the project itself if they can be, all else as drafts."""

from collections.abc import Awaitable, Callable, Mapping

from core.catalog.stacks import Side
from core.projects.drafts import DraftContent, DraftForm, DraftPlace
from core.projects.projects import MAX_PROMPT_LENGTH
from ui.components.drafts.page_drafts import PageDrafts
from ui.components.sidebar.requirements import Requirements
from ui.components.studio.side_panel import SidePanel

PROMPT, INSTRUCTIONS = "prompt", "instructions"


async def keep_studio_drafts(
    drafts: PageDrafts,
    project_id: int,
    requirements: Requirements,
    panels: Mapping[Side, SidePanel],
    save: Callable[[], Awaitable[None]],
) -> None:
    """Show what was typed in the studio before, and keep what is typed from now on."""
    await _keep_requirements(drafts, DraftPlace(DraftForm.REQUIREMENTS, project_id), requirements, save)
    for side, panel in panels.items():
        place = DraftPlace(DraftForm.REFINE, project_id, side)
        if wish := (await drafts.find(place)).get(INSTRUCTIONS):
            panel.refine_field.set_value(wish)
        drafts.attach(place, {INSTRUCTIONS: panel.refine_field}, initial={INSTRUCTIONS: ""})


async def _keep_requirements(
    drafts: PageDrafts, place: DraftPlace, requirements: Requirements, save: Callable[[], Awaitable[None]]
) -> None:
    found = await drafts.find(place)
    if prompt := found.get(PROMPT):
        requirements.fields[PROMPT].set_value(prompt)
    has_draft = bool(found)

    async def store(content: DraftContent) -> None:
        nonlocal has_draft
        if len(content[PROMPT]) > MAX_PROMPT_LENGTH:
            has_draft = True
            await drafts.keep(place, {PROMPT: content[PROMPT]})
        elif not requirements.is_blank:
            await save()
            if has_draft:
                await drafts.discard(place)
                has_draft = False

    drafts.attach(place, requirements.fields, initial={}, store=store)
