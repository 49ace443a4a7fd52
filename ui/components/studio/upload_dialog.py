"""Bring your own code: a dialog that takes a zip or files, and says what became of each."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from nicegui import events, ui

from core.catalog import stacks
from core.catalog.stacks import Side
from core.text import count
from core.uploads.unpack import LARGEST_UPLOAD, Sent
from core.uploads.uploads import Brought
from ui.elements import Plain, box, button, complain, guarded, listen, see, text

Add = Callable[[Side, Sequence[Sent]], Awaitable[Brought]]

TOO_MUCH = "These are more than 10 MB: send the code alone, without what is built or installed."
FAILED = "The upload did not arrive: is it larger than 10 MB, or is the connection gone? Try again."
NAMES = {Side.BACKEND: "Back end", Side.FRONTEND: "Front end"}


class BringCode(ui.dialog):
    """One dialog for both sides; what is sent becomes the current version of the one that is chosen in it."""

    def __init__(self, add: Add) -> None:
        super().__init__()
        self._add = add
        self._side = Side.BACKEND
        with self, box("lw-dialog"):
            text("Bring your own code", tag="h2")
            with box("lw-bring") as self._asking:
                self._draw_asking()
            with box("lw-bring lw-hidden").props("role=status") as self._told:
                pass

    def ask(self, side: Side) -> None:
        """Open it for this side."""
        self._choose(side)
        self._show(told=False)
        self._uploader.reset()
        self.open()

    def _draw_asking(self) -> None:
        text("A zip of a project, or its files. Generate then extends it, and Refine changes it.", tag="p")
        with box("lw-switch lw-sides").props("role=group"):
            self._sides = {side: self._side_button(side) for side in Side}
        self._uploader = ui.upload(
            multiple=True,
            auto_upload=True,
            max_total_size=LARGEST_UPLOAD,
            on_begin_upload=lambda: self._wait(waiting=True),
            on_multi_upload=lambda sent: guarded(partial(self._take, sent))(),
            on_rejected=lambda: complain(TOO_MUCH),
        ).classes("lw-drop")
        self._uploader.props("flat")
        self._uploader.on("failed", self._failed, [])
        with self._uploader.add_slot("list"), box("lw-drop-inside"):
            self._spin = box("lw-spin lw-hidden")
            self._said: Plain = text("Drop a zip or files here", tag="b")
            pick = ui.button("Choose files", color=None).props("no-caps unelevated").classes("lw-btn small")
            pick.on("click", js_handler=f"() => getElement({self._uploader.id}).$refs.qRef.pickFiles()")
            text("At most 10 MB as a zip, 300 files and 1 MB of text.")
        with box("lw-actions"):
            button("Cancel", self.close)

    def _side_button(self, side: Side) -> ui.element:
        with box("", "button").props("type=button") as chosen:
            text(NAMES[side])
        listen(chosen, "click", lambda: self._choose(side))
        return chosen

    def _choose(self, side: Side) -> None:
        self._side = side
        for each, chosen in self._sides.items():
            chosen.classes(replace="on" if each is side else "")
            chosen.props(f"aria-pressed={str(each is side).lower()}")

    def _wait(self, *, waiting: bool) -> None:
        see(self._spin, waiting)
        self._said.say("Reading the files…" if waiting else "Drop a zip or files here")

    def _failed(self) -> None:
        self._wait(waiting=False)
        self._uploader.reset()
        complain(FAILED)

    async def _take(self, sent: events.MultiUploadEventArguments) -> None:
        try:
            brought = await self._add(self._side, [Sent(file.name, await file.read()) for file in sent.files])
        finally:
            self._wait(waiting=False)
            self._uploader.reset()
        self._tell(brought)

    def _tell(self, brought: Brought) -> None:
        side = NAMES[brought.run.side]
        self._told.clear()
        with self._told:
            taken = f"{count(brought.files, 'file')} taken"
            text(f"{taken}: the current version of the {side.lower()} now.", "lw-taken", "p")
            if stack := brought.suggested_stack:
                label = stacks.stack(stack, brought.run.side).label
                text(f"The stack is {label}, as the files say. Another can be chosen beside the code.", tag="p")
            if brought.skipped:
                text(f"Left out: {len(brought.skipped)}", "lw-label")
                with box("lw-skipped", "ul"):
                    for skipped in brought.skipped:
                        with box("", "li"):
                            text(skipped.path, tag="code")
                            text(skipped.reason)
            with box("lw-actions"):
                button("Done", self.close, "primary")
        self._show(told=True)

    def _show(self, *, told: bool) -> None:
        see(self._asking, not told)
        see(self._told, told)
