"""Close a form without sending it: what was typed is thrown away, and can be had back."""

from collections.abc import Awaitable, Callable

from ui.components.drafts.drafted_form import DraftedForm
from ui.components.drafts.page_drafts import PageDrafts
from ui.components.undo_notice import UndoNotice

THROWN_AWAY = "What you typed is thrown away."


async def put_away(
    drafts: PageDrafts, form: DraftedForm, undo_notice: UndoNotice, reopen: Callable[[], Awaitable[None]]
) -> None:
    """Forget the draft of a form, unless somebody wants it back: then ``reopen`` shows the form with it."""
    changes = form.changes
    await drafts.finish(form)
    if not changes:
        return

    async def take_back() -> None:
        await drafts.keep(form.place, changes)
        await reopen()

    undo_notice.offer(THROWN_AWAY, take_back)
