"""The keys of a page: what hears them, and the list of all that there are."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from nicegui import events, ui

from ui.components.commands.command import BROWSER_COMMANDS, COMMANDS, HEARD_ELSEWHERE, PALETTE_MODES, Command
from ui.elements import Action, guard_action

KEYS_SCRIPT: list[str | Path] = [Path(__file__).with_name("command_keys.js")]
"""Imported by shortcuts.js and palette.js as ``command_keys``."""
SHOW_KEYS = "() => document.dispatchEvent(new CustomEvent('livewright-command', { detail: 'keys' }))"
"""A script that shows the list of keys of the page."""


class Shortcuts(ui.element, component="shortcuts.js", dependencies=KEYS_SCRIPT):
    """Keys without Ctrl, or all, can be switched off in their list; the browser remembers it.

    Escape stops nothing: it closes what is on top.
    """

    def __init__(self, actions: Mapping[Command, Action]) -> None:
        super().__init__()
        self._actions: dict[Command, Callable[[], Any]] = {}
        self._available: Callable[[], Collection[Command]] = lambda: self._actions
        self._heard_elsewhere: frozenset[Command] = frozenset({Command.CLOSE, Command.KEYS})
        self.on("command", self._run)
        self.add(actions)

    def add(self, actions: Mapping[Command, Action]) -> None:
        """Hear the keys of these, too."""
        self._actions |= {command: guard_action(action) for command, action in actions.items()}
        self._update()

    def add_studio(self, actions: Mapping[Command, Action], available: Callable[[], Collection[Command]]) -> None:
        """Hear the keys of a studio with its palette; ``available`` gives what of it makes sense now."""
        self._available = lambda: {*self._actions} - {*actions} | {*available()}
        self._heard_elsewhere |= HEARD_ELSEWHERE | PALETTE_MODES | BROWSER_COMMANDS
        self.add(actions)

    def commands(self) -> list[Command]:
        """What can be run now, in the order of the table."""
        available = {*self._available(), Command.KEYS}
        return [info.command for info in COMMANDS if info.command in available]

    def _update(self) -> None:
        self.props["commands"] = [
            {
                "name": info.command.value,
                "label": info.label,
                "group": info.group.value,
                "keys": info.keys,
                "isElsewhere": info.command in HEARD_ELSEWHERE,
            }
            for info in COMMANDS
            if info.command in self._actions or info.command in self._heard_elsewhere
        ]

    async def _run(self, event: events.GenericEventArguments) -> None:
        name = event.args
        if name in set(Command) and (command := Command(name)) in self._actions and command in self._available():
            await self._actions[command]()
