"""What the keys and the command palette do in a studio, and what of it makes sense at a time."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Protocol

from core.accounts.identity import User
from core.catalog.stacks import Side
from core.runs.state import RunInfo
from core.studio import Studio
from core.versions.text_search import SearchResult, search_in_worker
from ui.components.code.document import Document
from ui.components.commands.command import BROWSER_COMMANDS, PALETTE_MODES, Command
from ui.components.commands.palette import ItemKind, Palette, PaletteItem, PaletteSource, SearchedFile
from ui.components.commands.shortcuts import Shortcuts
from ui.components.run.run_actions import RunAction
from ui.components.studio.side_panel import SidePanel
from ui.components.studio.side_tabs import ViewMode
from ui.components.versions.version_titles import version_titles
from ui.elements import Action
from ui.pages.studio_commands import StudioCommands

RUN_COMMANDS = {
    Command.CONTINUE: RunAction.CONTINUE,
    Command.FIX: RunAction.FIX,
    Command.COMPARE: RunAction.COMPARE,
    Command.DOWNLOAD: RunAction.DOWNLOAD,
}
"""Each is done with the run in view, if that can be."""


class CommandedStudio(Protocol):
    """What the commands need of a studio's page."""

    panels: dict[Side, SidePanel]
    runs: list[RunInfo]

    @property
    def side(self) -> Side:
        """The side in view."""

    @property
    def can_choose_mode(self) -> bool:
        """Whether there is anything to look at."""

    def select_side(self, side: Side) -> None:
        """Show a side in place of the other."""

    def set_view_mode(self, mode: ViewMode) -> None:
        """Look at the studio in this way."""

    async def show_run(self, side: Side, run_id: str) -> None:
        """Show this run of a side."""


class StudioPalette:
    """Adds a studio's commands to the keys of its page, and a palette with them, the files and the versions."""

    def __init__(
        self,
        studio: Studio,
        user: User,
        page: CommandedStudio,
        commands: StudioCommands,
        *,
        shortcuts: Shortcuts,
        more: Mapping[Command, Action],
    ) -> None:
        self._studio = studio
        self._user = user
        self._page = page
        self._commands = commands
        shortcuts.add_studio({**self._own_actions(), **more}, lambda: {*self._available(), *more})
        Palette(PaletteSource(shortcuts.commands, self._items, self._searched_files, self._search))

    def _own_actions(self) -> dict[Command, Action]:
        page = self._page
        sides = {Command.BACKEND: Side.BACKEND, Command.FRONTEND: Side.FRONTEND}
        modes = {Command.CODE: ViewMode.CODE, Command.SPLIT: ViewMode.SPLIT, Command.APP: ViewMode.APP}
        return {
            **{command: partial(page.select_side, side) for command, side in sides.items()},
            **{command: partial(page.set_view_mode, mode) for command, mode in modes.items()},
            **{command: partial(self._run, action) for command, action in RUN_COMMANDS.items()},
            Command.GENERATE: lambda: self._commands.generate(page.side),
            Command.GENERATE_BACKEND: lambda: self._commands.generate(Side.BACKEND),
            Command.GENERATE_FRONTEND: lambda: self._commands.generate(Side.FRONTEND),
            Command.STOP: self._commands.stop,
            Command.REFINE: lambda: page.panels[page.side].refine_field.run_method("focus"),
        }

    def _run(self, action: RunAction) -> object:
        return self._commands.panel_actions(self._page.side).run[action]()

    def _available(self) -> Iterable[Command]:
        page = self._page
        panel = page.panels[page.side]
        is_live = {side: bool(panel.run and panel.run.is_live) for side, panel in page.panels.items()}
        possible = panel.possible_actions
        conditions = {
            Command.GENERATE: not is_live[page.side],
            Command.GENERATE_BACKEND: not is_live[Side.BACKEND],
            Command.GENERATE_FRONTEND: not is_live[Side.FRONTEND],
            Command.STOP: is_live[page.side],
            Command.REFINE: panel.run,
            Command.BACKEND: True,
            Command.FRONTEND: True,
            **dict.fromkeys((Command.CODE, Command.SPLIT, Command.APP), page.can_choose_mode),
            **dict.fromkeys(PALETTE_MODES | BROWSER_COMMANDS, True),
            Command.EDIT: panel.hand_editing.is_possible,
            **{command: action in possible for command, action in RUN_COMMANDS.items()},
        }
        return [command for command, is_possible in conditions.items() if is_possible]

    def _items(self) -> list[PaletteItem]:
        return [*self._files(), *self._versions()]

    def _files(self) -> list[PaletteItem]:
        return [
            PaletteItem(ItemKind.FILE, document.path or "", self._name_of(side), partial(self._show, side, document, 1))
            for side in self._sides()
            for document in self._page.panels[side].documents
            if document.path
        ]

    def _versions(self) -> list[PaletteItem]:
        items = []
        for side in self._sides():
            runs = [run for run in self._page.runs if run.side is side]
            titles = version_titles(runs)
            items += [
                PaletteItem(
                    ItemKind.VERSION,
                    titles[run.id],
                    f"{side.capitalize()} v{len(runs) - index}",
                    partial(self._page.show_run, side, run.id),
                )
                for index, run in enumerate(runs)
            ]
        return items

    def _searched_files(self) -> list[SearchedFile]:
        return [
            SearchedFile(
                f"{side.capitalize()} · {document.path or 'whole answer'}",
                (document.path or "answer").rpartition("/")[2],
                document.log.text,
                partial(self._show, side, document),
            )
            for side in self._sides()
            for document in self._page.panels[side].documents
        ]

    async def _search(self, texts: Sequence[str], query: str, *, match_case: bool) -> SearchResult:
        return await search_in_worker(texts, query, match_case=match_case, user_id=self._user.id)

    def _sides(self) -> tuple[Side, ...]:
        """Both, the one in view first."""
        return self._page.side, next(side for side in Side if side is not self._page.side)

    def _name_of(self, side: Side) -> str:
        run = self._page.panels[side].run
        ids = [each.id for each in self._page.runs if each.side is side]
        number = len(ids) - ids.index(run.id) if run and run.id in ids else len(ids) + 1
        return f"{side.capitalize()} v{number}"

    def _show(self, side: Side, document: Document, line: int) -> None:
        self._page.select_side(side)
        self._page.panels[side].jump_to_line(document, line)
