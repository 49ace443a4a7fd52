"""The options of the commands, and the files that they write."""

import argparse
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path

from core.accounts.identity import ROLES
from core.catalog.stacks import STACKS, Side
from core.errors import ConfigurationError
from core.files.source_file import SourceFile
from core.settings import EngineChoice, Settings

USER_ACTIONS = {
    "add": "make an account; its password is asked for, or read from a pipe",
    "password": "set a new password, asked for in the same way; it is signed out everywhere",
    "role": "make somebody an admin, or no longer",
    "disable": "keep somebody out; a running server ends their streams and pages within a second",
    "enable": "let them in again",
    "list": "show every account",
}
Command = Callable[[Settings, argparse.Namespace], Awaitable[int | None]]


def build_parser(description: str, commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """The parser; what it parses has the chosen command as ``command``, ``serve`` where none is named."""
    address_options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    address_options.add_argument("--host", help="where to listen (default: LIVEWRIGHT_HOST)")
    address_options.add_argument("--port", type=int, help="the port (default: LIVEWRIGHT_PORT)")
    parser = argparse.ArgumentParser(prog="main.py", description=description, parents=[address_options])
    parser.set_defaults(command=commands["serve"])
    added = parser.add_subparsers(title="commands", metavar=" | ".join(commands))
    added.add_parser("serve", help="serve pages and API (also without a command)", parents=[address_options])
    _add_generate_options(added.add_parser("generate", help="write one side of an app in this terminal"))
    _add_runtime_options(added.add_parser("runtime", help="build and verify what running apps needs"))
    added.add_parser("migrate", help="bring the database up to date")
    _add_user_options(added.add_parser("user", help="make, list and change accounts, also while it runs"))
    added.add_parser("backup", help="write all into one file, also while it runs").add_argument("file", type=Path)
    added.add_parser("restore", help="bring it back into an empty state folder").add_argument("file", type=Path)
    _add_evaluate_options(added.add_parser("evaluate", help="measure how good a model's apps are and print the table"))
    added.add_parser("bench", help="measure streams on this machine and print the table")
    for name, parser_of_command in added.choices.items():
        parser_of_command.set_defaults(command=commands[name])
    return parser


def write_files(folder: Path, files: Sequence[SourceFile]) -> Iterator[Path]:
    """Write the files below a folder; yields each path when it is written. Raises ConfigurationError."""
    try:
        for file in files:
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8", newline="\n")
            yield path
    except OSError as error:
        raise ConfigurationError(f"Cannot write into {folder} ({error.strerror}): choose another --out.") from error


def _add_generate_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("side", choices=[side.value for side in Side])
    parser.add_argument("prompt", help="what the app should do")
    parser.add_argument("--stack", help=f"one of {', '.join(stack.id for stack in STACKS)}")
    parser.add_argument("--model", help="a model of any engine; the default is that of the settings")
    parser.add_argument("--out", type=Path, help="the folder for the files; without it they are only shown")
    parser.add_argument(
        "--keep-blocks", action="store_true", help="also write the blocks that belong to no file into the folder"
    )
    parser.add_argument(
        "--fix", action="store_true", help="have it checked and tried, and corrected at most twice where it fails"
    )


def _add_runtime_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="source", type=Path, help="copy a built one from this folder, offline")
    parser.add_argument("--into", type=Path, help="build into this folder instead of the state folder")


def _add_user_options(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        dest="action", metavar="add | password | role | disable | enable | list", required=True
    )
    for action, help_text in USER_ACTIONS.items():
        options = actions.add_parser(action, help=help_text)
        if action != "list":
            options.add_argument("name", help="the name of the account")
        if action == "add":
            options.add_argument("--admin", action="store_true", help="with the role admin")
        if action == "role":
            options.add_argument("role", choices=ROLES)


def _add_evaluate_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--engine", choices=[choice.value for choice in EngineChoice], help="default: of the settings")
    parser.add_argument("--model", help="a model of any engine; the default is that of the settings")
    parser.add_argument("--seeds", type=_numbers, default=(1,), help="numbers with commas between them (default: 1)")
    parser.add_argument("--quick", action="store_true", help="a few of the requirements")
    parser.add_argument("--only", type=_words, help="ids of requirements, with commas between them")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results into this file")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write the answers into this file, for --replay")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="measure recorded answers again, without a model")


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))
