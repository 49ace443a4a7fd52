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

from core.catalog.stacks import DEFAULT_STACK_IDS, STACKS, Side, find_stack
from core.errors import ConfigurationError, LivewrightError
from core.files.source_file import SourceFile
from core.generation.run_request import RunRequest
from core.runs.follow import RunEnded, StatusChanged, ThinkingChunk, follow
from core.runs.state import RunInfo
from core.runs.text_buffer import TextSlice
from core.runs.unassigned import NO_FILES, block_files, unassigned_sentence
from core.settings import RegistrationPolicy, Settings
from core.state_folder import StateLock
from core.studio import Studio
from core.workers.pools import close_workers, warm_up_workers

RECONNECT_TIMEOUT = 30.0  # how long a page may be away, or its browser busy, before it must load anew


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code. What is wrong is said in one sentence on stderr."""
    options = _build_parser().parse_args(arguments)
    overrides = {
        name: value for name in ("host", "port", "model") if (value := getattr(options, name, None)) is not None
    }
    try:
        if options.command is not generate:  # whose files are the person's own
            os.umask(0o077)  # what is written into the state folder is for this user alone
        settings = Settings.load(**overrides).prepare()
        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:  # uvloop, where there is one
            return runner.run(_run_command(settings, options)) or 0
    except LivewrightError as error:
        _print_status(f"livewright: {error}")
        return 1
    except KeyboardInterrupt:
        return 130


async def _run_command(settings: Settings, options: argparse.Namespace) -> int | None:
    try:
        code: int | None = await options.command(settings, options)
        return code
    finally:
        await close_workers()


def _build_parser() -> argparse.ArgumentParser:
    address_options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    address_options.add_argument("--host", help="where to listen (default: LIVEWRIGHT_HOST)")
    address_options.add_argument("--port", type=int, help="the port (default: LIVEWRIGHT_PORT)")
    parser = argparse.ArgumentParser(prog="main.py", description=__doc__, parents=[address_options])
    parser.set_defaults(command=serve)
    commands = parser.add_subparsers(title="commands", metavar="serve | generate | migrate | bench")
    serve_parser = commands.add_parser(
        "serve", help="serve pages and API (also without a command)", parents=[address_options]
    )
    serve_parser.set_defaults(command=serve)
    generate_parser = commands.add_parser("generate", help="write one side of an app in this terminal")
    generate_parser.add_argument("side", choices=[side.value for side in Side])
    generate_parser.add_argument("prompt", help="what the app should do")
    generate_parser.add_argument("--stack", help=f"one of {', '.join(stack.id for stack in STACKS)}")
    generate_parser.add_argument("--model", help="a model of any engine; the default is that of the settings")
    generate_parser.add_argument("--out", type=Path, help="the folder for the files; without it they are only shown")
    generate_parser.add_argument(
        "--keep-blocks", action="store_true", help="also write the blocks that belong to no file into the folder"
    )
    generate_parser.set_defaults(command=generate)
    commands.add_parser("migrate", help="bring the database up to date").set_defaults(command=migrate)
    commands.add_parser("bench", help="measure streams on this machine and print the table").set_defaults(command=bench)
    return parser


async def serve(settings: Settings, _options: argparse.Namespace) -> int:
    """Serve the pages and the API until a signal says to stop."""
    from api.garbage_collection import collect_when_quiet  # noqa: PLC0415
    from api.logging_config import LOGGING_CONFIG  # noqa: PLC0415 - takes a second to import, which only a server needs
    from api.server import Server, open_listen_socket  # noqa: PLC0415

    logging.config.dictConfig(LOGGING_CONFIG)
    with StateLock(settings.home) as lock:
        listen_socket = open_listen_socket(settings)
        studio = Studio(settings)
        app = _build_app(settings, studio)
        await studio.open()  # before the server starts, which would turn its error into a stack trace

        async def on_started(url: str) -> None:
            lock.describe(url)
            _print_status(f"Livewright is at {url} (Ctrl+C stops it)")
            await asyncio.gather(
                warm_up_workers(),
                _show_download(studio),
                collect_when_quiet(lambda: bool(studio.runs.count_by_status())),
            )

        server = Server(app, settings, listen_socket, on_started, studio.drain)
        await server.serve([listen_socket])
    return 0 if server.started else 1


def _build_app(settings: Settings, studio: Studio) -> Any:
    # NiceGUI reads this when it is imported: its sessions belong into the state folder.
    os.environ["NICEGUI_STORAGE_PATH"] = str(settings.home / "sessions")
    from nicegui import ui  # noqa: PLC0415

    import ui as pages  # noqa: PLC0415
    from api import create_api  # noqa: PLC0415

    app = create_api(studio)
    pages.register(studio)
    ui.run_with(
        app,
        title="Livewright",
        favicon=pages.ASSETS_DIR / "logo.svg",
        dark=None,
        language="en-US",
        tailwind=False,
        reconnect_timeout=RECONNECT_TIMEOUT,
        show_welcome_message=False,
    )
    return app


async def generate(settings: Settings, options: argparse.Namespace) -> int:
    """Write one side in the terminal, over the same core as the server: a project in a database that is thrown away."""
    logging.disable(logging.WARNING)  # the run itself holds what a person should know
    side = Side(options.side)
    request = RunRequest(stack=find_stack(options.stack or DEFAULT_STACK_IDS[side], side).id, model=options.model)
    async with _temporary_studio(settings) as studio:
        user = (await studio.accounts.register("terminal", os.urandom(16).hex())).user
        project = await studio.projects.create(user.id, "Terminal", options.prompt)
        await _show_download(studio)
        run = await studio.runs.start(user.id, project.id, side, request)
        try:
            ended_run = await _print_run(studio, run)
        except asyncio.CancelledError:  # Ctrl+C stops the model; what it wrote is still saved
            ended_run = await studio.runs.stop(user.id, run.id)
        print()
        files = await studio.versions.served_files(user.id, run.id)
        log = await studio.runs.open_log(user.id, run.id)
        blocks = block_files(log.text, await studio.versions.unassigned_blocks(log))
        if options.out:
            _write_files(options.out, [*files, *blocks] if options.keep_blocks else files)
    if not files and ended_run.status.is_success:
        _print_status(f"{NO_FILES}: say more in the requirements, or choose another model.")
    if ended_run.warning:
        _print_status(ended_run.warning)
    if blocks and not (options.out and options.keep_blocks):
        _print_status(unassigned_sentence(len(blocks), "keep them as files with --out FOLDER --keep-blocks"))
    _print_status(
        f"{ended_run.status.capitalize()}. {ended_run.error.message if ended_run.error else f'Files: {len(files)}'}"
    )
    return 0 if ended_run.status.is_success else 1


@asynccontextmanager
async def _temporary_studio(settings: Settings) -> AsyncIterator[Studio]:
    with TemporaryDirectory(prefix="livewright-") as folder:
        overrides = {
            "database_url": f"sqlite+aiosqlite:///{folder}/terminal.db",
            "registration": RegistrationPolicy.OPEN,
        }
        studio = await Studio(settings.model_copy(update=overrides)).open()
        try:
            yield studio
        finally:
            await studio.close()


async def _print_run(studio: Studio, run: RunInfo) -> RunInfo:
    log = await studio.runs.open_log(run.user_id, run.id)
    async with aclosing(follow(log)) as events:
        async for event in events:
            match event:
                case TextSlice(text=text):
                    print(text, end="", flush=True)
                case ThinkingChunk(text=text):
                    print(text, end="", file=sys.stderr, flush=True)
                case StatusChanged(run=state) | RunEnded(run=state):
                    _print_status(f"[{state.status}: {state.model} · {state.engine}]")
    return log.state


def _write_files(folder: Path, files: Sequence[SourceFile]) -> None:
    try:
        for file in files:
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8", newline="\n")
            _print_status(f"wrote {path}")
    except OSError as error:
        raise ConfigurationError(f"Cannot write into {folder} ({error.strerror}): choose another --out.") from error


async def _show_download(studio: Studio) -> None:
    """Say which model is in use and what to do for a better one; draw the fetch of the built-in one until it ends."""
    engine = await studio.engines.default_engine()
    health = await engine.health()
    _print_status(" ".join(filter(None, [health.engine_message, health.model_message, health.advice])))
    last_percent = -1
    while health.download_progress:
        downloaded, total = health.download_progress
        percent = 100 * downloaded // max(total, 1)
        if percent != last_percent and (sys.stderr.isatty() or percent // 10 != last_percent // 10):
            _print_status(f"Getting the built-in model: {percent} % ({downloaded // 10**6:,} of {total // 10**6:,} MB)")
        last_percent = percent
        await asyncio.sleep(1)
        health = await engine.health()


async def migrate(settings: Settings, _options: argparse.Namespace) -> int:
    """Bring the database up to date; refused while a server uses it."""
    with StateLock(settings.home):
        await Studio(settings).migrate()
    _print_status("The database is up to date.")
    return 0


async def bench(_settings: Settings, _options: argparse.Namespace) -> int:
    """Run the benchmarks, which start servers of their own."""
    if not (Path(__file__).parent / "tests").is_dir():
        raise ConfigurationError("The benchmarks are part of the repository, not of the image: run this in a clone.")
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.benchmarks", cwd=Path(__file__).parent)
    return await process.wait()


def _print_status(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
