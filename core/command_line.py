"""The commands of ``main.py`` and their options."""

import argparse
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from core.catalog.stacks import STACKS, Side
from core.settings import Settings

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
    added.add_parser("bench", help="measure streams on this machine and print the table")
    for name, parser_of_command in added.choices.items():
        parser_of_command.set_defaults(command=commands[name])
    return parser


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
