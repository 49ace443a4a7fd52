"""The models that can be used now: their figures, which is the default, and what can be done with each."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from core.engines.protocol import EngineName
from core.model_library.library import UsableModel
from core.studio import Studio
from ui.accounts import session
from ui.components.models.figures import details_of, title_of
from ui.components.page_dialog import PageDialog
from ui.components.settings.rows import row, section
from ui.display_text import format_bytes
from ui.elements import box, button, icon_button, menu_item, set_aria_label, text


class UsableModels:
    """``show`` draws them; ``changed`` is called when one was removed, or made the default."""

    def __init__(self, studio: Studio, dialog: PageDialog, changed: Callable[[], Awaitable[None]]) -> None:
        self._studio = studio
        self._dialog = dialog
        self._changed = changed
        with section("Ready to use"):
            self._rows = box("lw-settings-rows")

    def show(self, models: Sequence[UsableModel]) -> None:
        """Draw these."""
        self._rows.clear()
        with self._rows:
            servers = {(model.info.engine, model.info.server) for model in models}
            for model in models:
                engine = model.info.engine
                self._draw(model, names_server=sum(engine is each for each, _ in servers) > 1)
            if not models:
                with row("No model yet", "Pull one of those below, or start your server of models."):
                    pass

    def _draw(self, model: UsableModel, *, names_server: bool) -> None:
        info, title = model.info, title_of(model.info)
        tag, kind = ("default", "accent") if model.default else ("best fit", "ok") if model.recommended else ("", "")
        with row(title, details_of(info, names_server=names_server), tag, kind):
            if info.loaded:
                text("in memory", "lw-settings-figure")
            text(format_bytes(info.size) if info.size else "", "lw-settings-figure lw-model-size")
            if not model.default:
                set_aria_label(
                    button("Make default", lambda: self._make_default(model), "small"), f"Make default: {title}"
                )
            if info.engine is not EngineName.OPENAI:
                with icon_button("⋮", f"Actions for {title}", lambda: None), ui.menu():
                    menu_item("Delete…", lambda: self._confirm_delete(model))

    async def _make_default(self, model: UsableModel) -> None:
        admin = await session.page_admin()
        await self._studio.set_default_model(model.info.name, admin.user.id, model.info.engine)
        await self._changed()

    def _confirm_delete(self, model: UsableModel) -> None:
        info = model.info

        async def delete() -> None:
            admin = await session.page_admin()
            await self._studio.models.remove(info.engine, info.name, admin.user.id, info.server)
            await self._changed()

        size = f"{format_bytes(info.size)} become free. " if info.size else ""
        message = f"{size}Whoever wants it again has to fetch it again."
        self._dialog.confirm_delete(f"Delete {title_of(info)}?", message, delete)
