"""The command palette: commands, files, versions and lines of files in one list, chosen by typing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from nicegui import events, ui

from core.text import pluralize
from core.versions.text_search import MAX_FOUND_LINES, MAX_QUERY_LENGTH, SearchResult
from ui.components.commands.command import COMMANDS, PALETTE_MODES, Command
from ui.components.commands.shortcuts import KEYS_SCRIPT
from ui.elements import Action, guard_action

MAX_PALETTE_LINES = 6
"""Lines that are shown where all else is shown, too."""
KEPT_SEARCHES = 3
"""Before the last one, whose lines may still be chosen."""
INFO = {info.command: info for info in COMMANDS}


class SearchTexts(Protocol):
    """Looks for a text in others."""

    async def __call__(self, texts: Sequence[str], query: str, *, match_case: bool) -> SearchResult:
        """Look for the query."""


class ItemKind(StrEnum):
    """What an entry leads to."""

    FILE = "file"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class PaletteItem:
    """An entry, and what choosing it does."""

    kind: ItemKind
    label: str
    detail: str
    choose: Action


@dataclass(frozen=True, slots=True)
class SearchedFile:
    """A file in which lines are looked for; ``title`` names it with its side, ``name`` alone."""

    title: str
    name: str
    text: str
    show_line: Callable[[int], object]


@dataclass(frozen=True, slots=True)
class PaletteSource:
    """Where the palette has its entries from: asked when it opens, and at each search."""

    commands: Callable[[], Sequence[Command]]
    items: Callable[[], Sequence[PaletteItem]]
    files: Callable[[], Sequence[SearchedFile]]
    search: SearchTexts


class Palette(ui.element, component="palette.js", dependencies=KEYS_SCRIPT):
    """Opened in the browser, by the commands of PALETTE_MODES. The newest search alone is answered."""

    def __init__(self, source: PaletteSource) -> None:
        super().__init__()
        self._source = source
        self._items: Sequence[PaletteItem] = ()
        # By the search that found them: what is chosen may be of one before, whose lines are still in view.
        self._found: dict[int, list[Callable[[], object]]] = {}
        self._wanted: tuple[int, str, bool, bool] | None = None
        self.props["modes"] = sorted(PALETTE_MODES)
        self.on("opened", self._open, [])
        self.on("search", self._request_search)
        self.on("choose", self._choose_item)
        self.on("choose-line", self._choose_line)
        self._search = guard_action(self._search_wanted)

    def _open(self) -> None:
        self._items = self._source.items()
        self._found = {}
        commands = [each for each in self._source.commands() if each is not Command.PALETTE]
        entries = [{"kind": item.kind.value, "label": item.label, "detail": item.detail} for item in self._items]
        self.run_method("setItems", [*entries, *(_command_entry(command) for command in commands)])

    async def _request_search(self, event: events.GenericEventArguments) -> None:
        query = str(event.args.get("query", ""))[:MAX_QUERY_LENGTH]
        search = int(event.args.get("search", 0))
        self._wanted = search, query, event.args.get("matchCase") is True, event.args.get("mode") == Command.FIND
        await self._search()

    async def _search_wanted(self) -> None:
        """Search, and again if something else is wanted by then."""
        while self._wanted:
            (search, query, match_case, is_whole), self._wanted = self._wanted, None
            files = self._source.files()
            result = await self._source.search([file.text for file in files], query, match_case=match_case)
            lines = result.lines if is_whole else result.lines[:MAX_PALETTE_LINES]
            choices: list[Callable[[], object]] = [_show(files[found.text_index], found.line) for found in lines]
            self._found = {**dict([*self._found.items()][-KEPT_SEARCHES:]), search: choices}
            rows = [
                {
                    "title": files[found.text_index].title,
                    "name": files[found.text_index].name,
                    "line": found.line,
                    "parts": found.parts,
                }
                for found in lines
            ]
            self.run_method("setFound", search, rows, _describe(result) if is_whole else "")

    async def _choose_item(self, event: events.GenericEventArguments) -> None:
        await self._choose([item.choose for item in self._items], event.args)

    async def _choose_line(self, event: events.GenericEventArguments) -> None:
        await self._choose(self._found.get(event.args.get("search"), []), event.args.get("place"))

    @staticmethod
    async def _choose(choices: Sequence[Action], place: Any) -> None:
        if isinstance(place, int) and 0 <= place < len(choices):
            await guard_action(choices[place])()


def _command_entry(command: Command) -> dict[str, Any]:
    info = INFO[command]
    keys = {"keys": info.keys[0]} if info.keys else {}
    return {"kind": "command", "label": info.label, "detail": "", "command": command.value, **keys}


def _show(file: SearchedFile, line: int) -> Callable[[], object]:
    return lambda: file.show_line(line)


def _describe(result: SearchResult) -> str:
    count, files = len(result.lines), len({found.text_index for found in result.lines})
    if not count:
        return "No file has this text."
    if result.is_cut:
        return f"The first {MAX_FOUND_LINES} lines with it: type more to find fewer."
    return f"{pluralize(count, 'line')} in {pluralize(files, 'file')}"
