"""The page of models: this machine, what is there, and what could be had."""

import asyncio
import shutil

from core.engines.embedded.cpu_cores import usable_cores
from core.model_library.machine_memory import usable_memory
from core.studio import Studio
from core.text import pluralize
from ui.accounts import session
from ui.components.models.offered_models import OfferedModels
from ui.components.models.usable_models import UsableModels
from ui.components.page_dialog import PageDialog
from ui.display_text import format_bytes
from ui.elements import box, text


class ModelsOverview:
    """``draw`` asks the engines, and shows what they have."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._latest_drawing = 0
        dialog = PageDialog()
        with box("") as self._root:
            with box("lw-machine"):
                self._machine = text("", tag="b")
                self._disk = text("")
            self._usable = UsableModels(studio, dialog, self.draw)
            self._offered = OfferedModels(studio.models.pulls, self.draw)

    async def draw(self) -> None:
        """Draw everything as it is now."""
        # Within what stays: the row whose button was pressed may have been drawn anew meanwhile.
        with self._root:
            await session.page_admin()
            await self._draw()

    async def _draw(self) -> None:
        self._latest_drawing = drawing = self._latest_drawing + 1
        library, states = self._studio.models, self._offered.states
        models, offers = await asyncio.gather(library.models(), library.catalog())
        memory = await asyncio.to_thread(usable_memory)
        disk = await asyncio.to_thread(shutil.disk_usage, self._studio.settings.home)
        cores = pluralize(await asyncio.to_thread(usable_cores), "core")
        if drawing != self._latest_drawing:
            return  # a later one knows more, and may have been faster
        self._machine.set_text(f"{cores}, {format_bytes(memory)} memory" if memory else cores)
        self._disk.set_text(f"{format_bytes(disk.free)} disk free")
        self._usable.show(models)
        self._offered.show(offers, memory, states)
