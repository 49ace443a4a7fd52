"""Livewright: describe an app, press a button, and watch a local model write its code."""

import argparse
import asyncio
import logging.config
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from uvicorn.loops.auto import auto_loop_factory

from core.command_line.backups import backup, restore
from core.command_line.generate import generate
from core.command_line.output import print_status, show_download
from core.command_line.parser import Command, build_parser
from core.command_line.users import user
from core.errors import ConfigurationError, LivewrightError
from core.runtime.app_runtime import AppRuntime
from core.settings import Settings
from core.state_folder import StateLock
from core.studio import Studio
from core.workers.pools import close_workers, warm_up_workers

RECONNECT_TIMEOUT = 30.0  # how long a page may be away, or its browser busy, before it must load anew


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code. What is wrong is said in one sentence on stderr."""
    options = build_parser(__doc__ or "", COMMANDS).parse_args(arguments)
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
        print_status(f"livewright: {error}")
        return 1
    except KeyboardInterrupt:
        return 130


async def _run_command(settings: Settings, options: argparse.Namespace) -> int | None:
    try:
        code: int | None = await options.command(settings, options)
        return code
    finally:
        await close_workers()


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
            print_status(f"Livewright is at {url} (Ctrl+C stops it)")
            await asyncio.gather(
                warm_up_workers(),
                show_download(studio),
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


async def runtime(settings: Settings, options: argparse.Namespace) -> int:
    """Build what running apps needs, or copy it from a folder, unless it is there; verify it in any case."""
    app_runtime = AppRuntime(settings.home, builds_itself=False)
    app_runtime.listeners.append(lambda state: print_status(state.message))
    with StateLock(settings.home):
        wrong_files = await app_runtime.ensure(options.source, options.into)
    print_status(f"Differs from what was built: {wrong_files[0]}." if wrong_files else "Every file is as it was built.")
    return 1 if wrong_files else 0


async def migrate(settings: Settings, _options: argparse.Namespace) -> None:
    """Bring the database up to date; refused while a server uses it."""
    with StateLock(settings.home):
        await Studio(settings).migrate()
    print_status("The database is up to date.")


async def evaluate(settings: Settings, options: argparse.Namespace) -> None:
    """Measure how good a model's apps are, asked directly and through the product."""
    _require_tests("The evaluation is")
    from tests.evaluation import evaluation  # noqa: PLC0415 - an image is without the tests

    await evaluation.evaluate(settings, options)


async def bench(_settings: Settings, _options: argparse.Namespace) -> int:
    """Run the benchmarks, which start servers of their own."""
    _require_tests("The benchmarks are")
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.benchmarks", cwd=Path(__file__).parent)
    return await process.wait()


def _require_tests(what: str) -> None:
    if not (Path(__file__).parent / "tests").is_dir():
        raise ConfigurationError(f"{what} part of the repository, not of the image: run this in a clone.")


COMMANDS: Mapping[str, Command] = {
    it.__name__: it for it in (serve, generate, runtime, migrate, user, backup, restore, evaluate, bench)
}


if __name__ == "__main__":
    sys.exit(main())
