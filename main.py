"""Livewright: describe an app, press a button, and watch a local model write its code."""

import argparse
import asyncio
import logging.config
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from uvicorn.loops.auto import auto_loop_factory

from core.catalog.stacks import DEFAULT_STACK, STACKS, Side, stack
from core.errors import ConfigurationError, DatabaseUnavailable, LivewrightError
from core.files.source_file import SourceFile
from core.generation.runs import Order
from core.runs.follow import Ended, Status, follow
from core.runs.log import Slice
from core.runs.state import RunInfo
from core.settings import Registration, Settings
from core.studio import Studio

RECONNECT_SECONDS = 30.0  # how long a page may be away, or its browser busy, before it must load anew


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code. What is wrong is said in one sentence on stderr."""
    options = _parser().parse_args(arguments)
    given = {name: value for name in ("host", "port", "model") if (value := getattr(options, name, None)) is not None}
    try:
        settings = Settings.load(**given).prepare()
        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:  # uvloop, where there is one
            return runner.run(options.command(settings, options)) or 0
    except (LivewrightError, DatabaseUnavailable) as error:
        _say(f"livewright: {error}")
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    address = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    address.add_argument("--host", help="where to listen (default: LIVEWRIGHT_HOST)")
    address.add_argument("--port", type=int, help="the port (default: LIVEWRIGHT_PORT)")
    parser = argparse.ArgumentParser(prog="main.py", description=__doc__, parents=[address])
    parser.set_defaults(command=serve)
    commands = parser.add_subparsers(title="commands", metavar="serve | generate | migrate | bench")
    serving = commands.add_parser("serve", help="serve pages and API (also without a command)", parents=[address])
    serving.set_defaults(command=serve)
    writing = commands.add_parser("generate", help="write one side of an app in this terminal")
    writing.add_argument("side", choices=[side.value for side in Side])
    writing.add_argument("prompt", help="what the app should do")
    writing.add_argument("--stack", help=f"one of {', '.join(stack.id for stack in STACKS)}")
    writing.add_argument("--model", help="a model of any engine; the default is that of the settings")
    writing.add_argument("--out", type=Path, help="the folder for the files; without it they are only shown")
    writing.set_defaults(command=generate)
    commands.add_parser("migrate", help="bring the database up to date").set_defaults(command=migrate)
    commands.add_parser("bench", help="measure streams on this machine and print the table").set_defaults(command=bench)
    return parser


async def serve(settings: Settings, _options: argparse.Namespace) -> int:
    """Serve the pages and the API until a signal says to stop."""
    from api.logging_config import LOGGING  # noqa: PLC0415 - takes a second to import, which only a server needs
    from api.server import Server, listen  # noqa: PLC0415

    logging.config.dictConfig(LOGGING)
    listening = listen(settings)
    studio = Studio(settings)
    app = _application(settings, studio)
    await studio.open()  # before the server, which would turn a sentence into a stack trace

    async def welcome(url: str) -> None:
        _say(f"Livewright is at {url} (Ctrl+C stops it)")
        await _show_fetch(studio)

    server = Server(app, listening, welcome, studio.drain)
    await server.serve([listening])
    return 0 if server.started else 1


def _application(settings: Settings, studio: Studio) -> Any:
    # NiceGUI reads this when it is imported: its sessions belong into the state folder.
    os.environ["NICEGUI_STORAGE_PATH"] = str(settings.home / "sessions")
    from fastapi.responses import HTMLResponse, RedirectResponse  # noqa: PLC0415
    from nicegui import ui  # noqa: PLC0415

    import ui as pages  # noqa: PLC0415
    from api import create_api  # noqa: PLC0415

    app = create_api(studio)
    pages.register(studio, RedirectResponse, HTMLResponse)
    ui.run_with(
        app,
        title="Livewright",
        favicon=pages.ASSETS / "logo.svg",
        dark=None,
        language="en-US",
        tailwind=False,
        reconnect_timeout=RECONNECT_SECONDS,
        storage_secret=settings.secret,
        session_middleware_kwargs={"same_site": "lax", "session_cookie": "livewright"},
        show_welcome_message=False,
    )
    return app


async def generate(settings: Settings, options: argparse.Namespace) -> int:
    """Write one side in the terminal, over the same core as the server: a project in a database that is thrown away."""
    logging.disable(logging.WARNING)  # what a person should know of a run is in the run
    side = Side(options.side)
    order = Order(stack=stack(options.stack or DEFAULT_STACK[side], side).id, model=options.model)
    async with _terminal(settings) as studio:
        user = (await studio.accounts.register("terminal", os.urandom(16).hex())).user
        project = await studio.projects.create(user.id, "Terminal", options.prompt)
        await _show_fetch(studio)
        run = await studio.runs.start(user.id, project.id, side, order)
        try:
            end = await _watched(studio, run)
        except asyncio.CancelledError:  # Ctrl+C stops the model, not the saving of what it wrote
            end = await studio.runs.stop(user.id, run.id)
        print()
        files = await studio.versions.served(user.id, run.id)
        if options.out:
            _write(options.out, files)
    _say(f"{end.status.capitalize()}. {end.error.message if end.error else f'Files: {len(files)}'}")
    return 0 if end.status.good else 1


@asynccontextmanager
async def _terminal(settings: Settings) -> AsyncIterator[Studio]:
    with TemporaryDirectory(prefix="livewright-") as folder:
        changes = {"database_url": f"sqlite+aiosqlite:///{folder}/terminal.db", "registration": Registration.OPEN}
        studio = await Studio(settings.model_copy(update=changes)).open()
        try:
            yield studio
        finally:
            await studio.close()


async def _watched(studio: Studio, run: RunInfo) -> RunInfo:
    log = await studio.runs.log(run.user_id, run.id)
    async with aclosing(follow(log)) as happenings:
        async for happening in happenings:
            match happening:
                case Slice(text=text):
                    print(text, end="", flush=True)
                case Status(run=state) | Ended(run=state):
                    _say(f"[{state.status}: {state.model} · {state.engine}]")
    return log.state


def _write(folder: Path, files: Sequence[SourceFile]) -> None:
    try:
        for file in files:
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8", newline="\n")
            _say(f"wrote {path}")
    except OSError as error:
        raise ConfigurationError(f"Cannot write into {folder} ({error.strerror}): choose another --out.") from error


async def _show_fetch(studio: Studio) -> None:
    """Say which model is in use and what to do for a better one; draw the fetch of the built-in one until it ends."""
    engine = await studio.engines.current()
    health = await engine.health()
    _say(" ".join(filter(None, [health.engine_message, health.model_message, health.advice])))
    shown = -1
    while health.progress:
        have, total = health.progress
        percent = 100 * have // max(total, 1)
        if percent != shown and (sys.stderr.isatty() or percent // 10 != shown // 10):
            _say(f"Getting the built-in model: {percent} % ({have // 10**6:,} of {total // 10**6:,} MB)")
        shown = percent
        await asyncio.sleep(1)
        health = await engine.health()


async def migrate(settings: Settings, _options: argparse.Namespace) -> int:
    """Bring the database up to date."""
    await Studio(settings).migrate()
    _say("The database is up to date.")
    return 0


async def bench(_settings: Settings, _options: argparse.Namespace) -> int:
    """Run the benchmarks, which start servers of their own."""
    if not (Path(__file__).parent / "tests").is_dir():
        raise ConfigurationError("The benchmarks are part of the repository, not of the image: run this in a clone.")
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.benchmarks", cwd=Path(__file__).parent)
    return await process.wait()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
