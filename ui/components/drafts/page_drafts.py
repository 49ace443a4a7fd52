"""The drafts of one page: stored on the server, and in the tab for as long as the server does not have them."""

from collections.abc import Awaitable
from functools import partial

from nicegui import background_tasks, events, ui

from core.errors import LivewrightError
from core.projects.drafts import DraftContent, DraftPlace, Drafts
from ui.accounts import session
from ui.components.drafts.drafted_form import DraftedForm, Fields, Store
from ui.elements import text

MAX_UNSENT_FIELDS = 50
"""Of those that a tab may bring along from before it was loaded."""


class PageDrafts(ui.element, component="page_drafts.js"):
    """Draws nothing. The tab notes each key of the fields, until it is told that the text is stored here."""

    def __init__(self, drafts: Drafts, user_id: int) -> None:
        super().__init__()
        self._drafts = drafts
        self._user_id = user_id
        self._forms: dict[DraftPlace, DraftedForm] = {}
        self._known: dict[DraftPlace, DraftContent] = {}
        """What this page has read or stored itself; another tab may have stored something else since."""
        self.props["user"] = user_id
        self.on("unsent", self._take_unsent)
        self.on("resent", self._confirm, [])
        self.client.on_delete(self._flush_all)

    async def find(self, place: DraftPlace) -> DraftContent:
        """What was typed there and not sent yet; empty where nothing was."""
        if form := self._forms.pop(place, None):
            await form.flush()
        found = await self._drafts.find(self._user_id, place)
        self._known[place] = dict(found)
        return found

    def attach(
        self, place: DraftPlace, fields: Fields, *, initial: DraftContent, store: Store | None = None
    ) -> DraftedForm:
        """Keep what is typed into these fields; ``store`` takes it in place of the drafts.

        ``initial`` is what they hold when nothing was typed: then nothing is kept.
        """
        form = DraftedForm(place, fields, store or partial(self._keep, place, initial), initial, self._tell_tab)
        self._forms[place] = form
        for name, field in fields.items():
            field.props["data-draft"] = _field_key(place, name)
        return form

    async def finish(self, form: DraftedForm) -> None:
        """Forget what was typed: it has been sent, or is not wanted."""
        self._forms.pop(form.place, None)
        await form.finish(self._discard_known)

    async def keep(self, place: DraftPlace, content: DraftContent) -> None:
        """Store what is typed there. Raises NotFound, InvalidInput."""
        await self._drafts.keep(self._user_id, place, content)
        self._known[place] = dict(content)

    async def discard(self, place: DraftPlace) -> None:
        """Forget what was typed there."""
        await self._drafts.discard(self._user_id, place)

    async def _discard_known(self, place: DraftPlace) -> None:
        """Forget what was typed there in this tab, and leave what another one has stored since."""
        await self._drafts.discard(self._user_id, place, self._known.get(place, {}))
        self._known.pop(place, None)

    def _keep(self, place: DraftPlace, initial: DraftContent, content: DraftContent) -> Awaitable[None]:
        # What was not changed is left out: it may be changed elsewhere before this is sent.
        changed = {name: value for name, value in content.items() if value != initial.get(name)}
        return self.keep(place, changed) if changed else self._discard_known(place)

    def _tell_tab(self, form: DraftedForm, content: DraftContent | None = None) -> None:
        """Tell the tab what is stored, so that it forgets that; without ``content`` it forgets whatever it has."""
        if self.client.is_deleted:
            return
        for name in form.fields:
            self.run_method("forget", _field_key(form.place, name), None if content is None else content[name])

    async def _take_unsent(self, event: events.GenericEventArguments) -> None:
        """Take over what this tab noted before it was loaded and the server never got."""
        if not isinstance(event.args, dict) or not await session.ensure_signed_in():
            return
        for key, value in list(event.args.items())[:MAX_UNSENT_FIELDS]:
            place_key, _, name = str(key).partition("#")
            if place := DraftPlace.from_key(place_key):
                await self._take_text(place, name, str(value))

    async def _confirm(self) -> None:
        """Tell the tab what is stored of what it has sent once more: the word of it may have been lost, too."""
        for form in list(self._forms.values()):
            await form.flush()
            if form.is_stored:
                self._tell_tab(form, form.content)

    async def _take_text(self, place: DraftPlace, name: str, value: str) -> None:
        form = self._forms.get(place)
        if form and name in form.fields:
            form.fields[name].set_value(value)
            return
        try:
            await self.keep(place, {**await self._drafts.find(self._user_id, place), name: value})
        except LivewrightError:
            return  # it cannot be stored, or its project is gone: the tab keeps it
        self.run_method("forget", _field_key(place, name), value)

    def _flush_all(self) -> None:
        for form in self._forms.values():
            background_tasks.create(form.flush(), name="drafts of a page that was closed")


def draw_draft_note(draft: DraftContent) -> None:
    """Say in a dialog that it shows a draft, if there is one."""
    if draft:
        text("You typed this before: it is not saved yet.", "lw-draft-note", "p")


def _field_key(place: DraftPlace, name: str) -> str:
    return f"{place.key}#{name}"
