"""The table of commands, each with its keys: what hears keys, lists them and offers commands reads it. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class CommandGroup(StrEnum):
    """Where a command stands in the list of keys; each value is its heading."""

    EVERYWHERE = "Everywhere"
    RUN = "Run"
    LOOK = "Look"
    CODE = "Code"


class Command(StrEnum):
    """Something that can be done on a page."""

    PALETTE = "palette"
    NEW_PROJECT = "new-project"
    KEYS = "keys"
    SETTINGS = "settings"
    PROJECTS = "projects"
    CLOSE = "close"
    GENERATE = "generate"
    STOP = "stop"
    REFINE = "refine"
    CONTINUE = "continue"
    FIX = "fix"
    GENERATE_BACKEND = "generate-backend"
    GENERATE_FRONTEND = "generate-frontend"
    BACKEND = "backend"
    FRONTEND = "frontend"
    CODE = "code"
    SPLIT = "split"
    APP = "app"
    SIDEBAR = "sidebar"
    FIND = "find"
    GO_TO_FILE = "files"
    NEWEST = "newest"
    EDIT = "edit"
    COMPARE = "compare"
    DOWNLOAD = "download"
    DOWNLOAD_PROJECT = "download-project"
    UPLOAD = "upload"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class CommandInfo:
    """A command as people see it.

    ``keys`` are all that run it, the first of them listed: ``mod`` is Ctrl, or Command on a Mac; a space separates keys
    that are pressed one after the other. Without any it is in the palette alone.
    """

    command: Command
    label: str
    group: CommandGroup
    keys: tuple[str, ...] = ()


COMMANDS = (
    CommandInfo(Command.PALETTE, "Search or run a command", CommandGroup.EVERYWHERE, ("mod+k", "mod+shift+p")),
    CommandInfo(Command.NEW_PROJECT, "New project", CommandGroup.EVERYWHERE, ("n",)),
    CommandInfo(Command.KEYS, "List of keys", CommandGroup.EVERYWHERE, ("?",)),
    CommandInfo(Command.SETTINGS, "Settings", CommandGroup.EVERYWHERE, ("g s",)),
    CommandInfo(Command.PROJECTS, "Projects", CommandGroup.EVERYWHERE, ("g p",)),
    CommandInfo(Command.CLOSE, "Close what is on top", CommandGroup.EVERYWHERE, ("escape",)),
    CommandInfo(Command.GENERATE, "Generate this side", CommandGroup.RUN, ("mod+enter",)),
    CommandInfo(Command.STOP, "Stop the run", CommandGroup.RUN, ("mod+.",)),
    CommandInfo(Command.REFINE, "Ask for a change", CommandGroup.RUN, ("/",)),
    CommandInfo(Command.CONTINUE, "Continue", CommandGroup.RUN, ("c",)),
    CommandInfo(Command.FIX, "Fix what was found", CommandGroup.RUN, ("m",)),
    CommandInfo(Command.GENERATE_BACKEND, "Generate Backend (Live)", CommandGroup.RUN),
    CommandInfo(Command.GENERATE_FRONTEND, "Generate Frontend (Live)", CommandGroup.RUN),
    CommandInfo(Command.BACKEND, "Backend", CommandGroup.LOOK, ("1",)),
    CommandInfo(Command.FRONTEND, "Frontend", CommandGroup.LOOK, ("2",)),
    CommandInfo(Command.CODE, "Code", CommandGroup.LOOK, ("3",)),
    CommandInfo(Command.SPLIT, "Code and app", CommandGroup.LOOK, ("4",)),
    CommandInfo(Command.APP, "App", CommandGroup.LOOK, ("5",)),
    CommandInfo(Command.SIDEBAR, "Side panel", CommandGroup.LOOK, ("[",)),
    CommandInfo(Command.FIND, "Find in all files", CommandGroup.CODE, ("mod+shift+f", "mod+f")),
    CommandInfo(Command.GO_TO_FILE, "Go to a file", CommandGroup.CODE, ("mod+p",)),
    CommandInfo(Command.NEWEST, "Jump to the newest line", CommandGroup.CODE, ("end",)),
    CommandInfo(Command.EDIT, "Edit by hand", CommandGroup.CODE, ("e",)),
    CommandInfo(Command.COMPARE, "Compare versions", CommandGroup.CODE, ("d",)),
    CommandInfo(Command.DOWNLOAD, "Download this version", CommandGroup.CODE),
    CommandInfo(Command.DOWNLOAD_PROJECT, "Download project", CommandGroup.CODE),
    CommandInfo(Command.UPLOAD, "Bring your own code…", CommandGroup.CODE),
    CommandInfo(Command.SHARE, "Share…", CommandGroup.EVERYWHERE),
)
"""In the order in which they are listed."""
BROWSER_COMMANDS = frozenset({Command.SIDEBAR, Command.EDIT})
"""Done in the browser, by the edge of the pane and by the code."""
PALETTE_MODES = frozenset({Command.PALETTE, Command.FIND, Command.GO_TO_FILE})
"""These open the palette in the browser."""
HEARD_ELSEWHERE = frozenset({Command.CLOSE, Command.NEWEST})
"""Keys of the browser, and of the code where it has the focus: they are listed, and cannot be switched off."""
