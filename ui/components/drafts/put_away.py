"""Close a form without sending it: what was typed is thrown away, and can be had back."""

from collections.abc import Awaitable, Callable
from functools import partial

from core.projects.drafts import DraftContent, DraftPlace
from ui.components.drafts.drafted_form import DraftedForm
from ui.components.drafts.page_drafts import PageDrafts
from ui.components.undo_notice import UndoNotice

THROWN_AWAY = "What you typed is thrown away."


async def put_away(
    drafts: PageDrafts, form: DraftedForm, undo_notice: UndoNotice, reopen: Callable[[], Awaitable[None]]
) -> None:
    """Forget the draft of a form, unless somebody wants it back: then ``reopen`` shows the form with it.

    The draft stays stored for as long as that is offered: a reload meanwhile loses nothing.
    """
    if not form.changes:
        await drafts.finish(form)
        return
    # First: whoever opens the form again at once withdraws it.
    await undo_notice.offer(THROWN_AWAY, reopen, settle=partial(drafts.finish, form), subject=form.place)
    await form.flush()


async def find_draft(drafts: PageDrafts, place: DraftPlace, undo_notice: UndoNotice) -> DraftContent:
    """What was typed there and neither sent nor thrown away. What still could be had back no longer can: the form is
    opened anew, and what is typed into it now must not be replaced."""
    await undo_notice.withdraw(place)
    return await drafts.find(place)
