"""Bring your own code: a dialog that takes a zip or files, and lists what was left out and why."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from nicegui import events, ui

from core.catalog import stacks
from core.catalog.stacks import Side
from core.text import pluralize
from core.uploads.unpack import MAX_UPLOAD_BYTES, UploadedFile
from core.uploads.uploads import UploadResult
from ui.elements import PlainText, box, button, guard_action, notify_error, on_event, set_selected, set_visible, text

AddUpload = Callable[[Side, Sequence[UploadedFile]], Awaitable[UploadResult]]

UPLOAD_TITLE = "Bring your own code"
TOO_LARGE_MESSAGE = "These are more than 10 MB: send the code alone, without what is built or installed."
UPLOAD_FAILED_MESSAGE = "The upload did not arrive: is it larger than 10 MB, or is the connection gone? Try again."
SIDE_LABELS = {Side.BACKEND: "Back end", Side.FRONTEND: "Front end"}


class UploadDialog(ui.dialog):
    """One dialog for both sides; an upload becomes the current version of the side that is chosen in it."""

    def __init__(self, add_upload: AddUpload) -> None:
        super().__init__()
        self.props["aria-label"] = UPLOAD_TITLE
        self._add_upload = add_upload
        self._side = Side.BACKEND
        with self, box("lw-dialog"):
            text(UPLOAD_TITLE, tag="h2")
            with box("lw-upload-step") as self._form:
                self._draw_form()
            with box("lw-upload-step lw-hidden").props("role=status") as self._report:
                pass

    def open_for(self, side: Side) -> None:
        """Open it for this side."""
        self._select_side(side)
        self._show_step(is_done=False)
        self._uploader.reset()
        self.open()

    def _draw_form(self) -> None:
        text("A zip of a project, or its files. Generate then extends it, and Refine changes it.", tag="p")
        with box("lw-segmented-control lw-upload-sides").props("role=group"):
            self._side_buttons = {side: self._side_button(side) for side in Side}
        self._uploader = ui.upload(
            multiple=True,
            auto_upload=True,
            max_total_size=MAX_UPLOAD_BYTES,
            on_begin_upload=lambda: self._set_waiting(waiting=True),
            on_multi_upload=lambda sent: guard_action(partial(self._on_upload, sent))(),
            on_rejected=lambda: notify_error(TOO_LARGE_MESSAGE),
        ).classes("lw-drop-zone")
        self._uploader.props("flat")
        self._uploader.on("failed", self._on_failed, [])
        with self._uploader.add_slot("list"), box("lw-drop-zone-content"):
            self._spinner = box("lw-spinner lw-hidden")
            self._drop_label: PlainText = text("Drop a zip or files here", tag="b")
            choose_button = ui.button("Choose files", color=None).props("no-caps unelevated").classes("lw-btn small")
            choose_button.on("click", js_handler=f"() => getElement({self._uploader.id}).$refs.qRef.pickFiles()")
            text("At most 10 MB as a zip, 300 files and 1 MB of text.")
        with box("lw-dialog-actions"):
            button("Cancel", self.close)

    def _side_button(self, side: Side) -> ui.element:
        with box("", "button").props("type=button") as element:
            text(SIDE_LABELS[side])
        on_event(element, "click", lambda: self._select_side(side))
        return element

    def _select_side(self, side: Side) -> None:
        self._side = side
        for each, element in self._side_buttons.items():
            set_selected(element, "aria-pressed", selected=each is side)

    def _set_waiting(self, *, waiting: bool) -> None:
        set_visible(self._spinner, waiting)
        self._drop_label.set_text("Reading the files…" if waiting else "Drop a zip or files here")

    def _on_failed(self) -> None:
        self._set_waiting(waiting=False)
        self._uploader.reset()
        notify_error(UPLOAD_FAILED_MESSAGE)

    async def _on_upload(self, event: events.MultiUploadEventArguments) -> None:
        try:
            result = await self._add_upload(
                self._side, [UploadedFile(file.name, await file.read()) for file in event.files]
            )
        finally:
            self._set_waiting(waiting=False)
            self._uploader.reset()
        self._draw_report(result)

    def _draw_report(self, result: UploadResult) -> None:
        side = SIDE_LABELS[result.run.side]
        self._report.clear()
        with self._report:
            taken = f"{pluralize(result.file_count, 'file')} taken"
            text(f"{taken}: the current version of the {side.lower()} now.", "lw-upload-result", "p")
            if stack := result.suggested_stack:
                label = stacks.find_stack(stack, result.run.side).label
                text(f"The stack is {label}, as the files say. Another can be chosen beside the code.", tag="p")
            if result.skipped:
                text(f"Left out: {len(result.skipped)}", "lw-label")
                with box("lw-skipped-files", "ul"):
                    for skipped in result.skipped:
                        with box("", "li"):
                            text(skipped.path, tag="code")
                            text(skipped.reason)
            with box("lw-dialog-actions"):
                button("Done", self.close, "primary")
        self._show_step(is_done=True)

    def _show_step(self, *, is_done: bool) -> None:
        set_visible(self._form, not is_done)
        set_visible(self._report, is_done)
