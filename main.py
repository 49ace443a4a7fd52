"""Livewright: describe an app, press a button, and watch a local model write its code."""

import argparse
import asyncio
import logging.config
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

from uvicorn.loops.auto import auto_loop_factory

from core.catalog.stacks import DEFAULT_STACK_IDS, Side, find_stack
from core.command_line import Command, build_parser, write_files
from core.errors import ConfigurationError, LivewrightError
from core.generation.run_request import RunRequest
from core.projects.projects import ProjectUpdate
from core.runs.follow import RunEnded, StatusChanged, ThinkingChunk, follow
from core.runs.progress import describe_progress, describe_start
from core.runs.state import RunInfo
from core.runs.text_buffer import TextSlice
from core.runs.unassigned import NO_FILES, block_files, unassigned_sentence
from core.runtime.app_runtime import AppRuntime
from core.settings import Settings
from core.state_folder import StateLock
from core.studio import Studio, temporary_studio
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
    async with temporary_studio(settings) as studio:
        user = (await studio.accounts.register("terminal", os.urandom(16).hex())).user
        project = await studio.projects.create(user.id, "Terminal", options.prompt)
        await studio.projects.update(user.id, project.id, ProjectUpdate(auto_fix=options.fix))
        await _show_download(studio)
        run = await studio.runs.start(user.id, project.id, side, request)
        try:
            ended_run = await _print_run(studio, run)
        except asyncio.CancelledError:  # Ctrl+C stops the model; what it wrote is still saved
            ended_run = await studio.runs.stop(user.id, run.id)
        print()
        if options.fix:
            ended_run = run = await _print_fixes(studio, ended_run)
        files = await studio.versions.served_files(user.id, run.id)
        log = await studio.runs.open_log(user.id, run.id)
        blocks = block_files(log.text, await studio.versions.unassigned_blocks(log))
        if options.out:
            for path in write_files(options.out, [*files, *blocks] if options.keep_blocks else files):
                _print_status(f"wrote {path}")
    if not files and ended_run.status.is_success:
        _print_status(f"{NO_FILES}: say more in the requirements, or choose another model.")
    started_by, adjusted = describe_start(ended_run), log.state.adjusted
    notes = (started_by and f"Before the first text: {started_by}.", adjusted and f"Adjusted: {adjusted}.")
    for note in filter(None, (*notes, ended_run.warning)):
        _print_status(note)
    if blocks and not (options.out and options.keep_blocks):
        _print_status(unassigned_sentence(len(blocks), "keep them as files with --out FOLDER --keep-blocks"))
    _print_status(
        f"{ended_run.status.capitalize()}. {ended_run.error.message if ended_run.error else f'Files: {len(files)}'}"
    )
    return 0 if ended_run.status.is_success else 1


async def _print_run(studio: Studio, run: RunInfo) -> RunInfo:
    log = await studio.runs.open_log(run.user_id, run.id)
    told = ""
    async with aclosing(follow(log)) as events:
        async for event in events:
            match event:
                case TextSlice(text=text):
                    print(text, end="", flush=True)
                case ThinkingChunk(text=text):
                    print(text, end="", file=sys.stderr, flush=True)
                case StatusChanged(run=state) | RunEnded(run=state):
                    doing = describe_progress(state.progress) if state.progress else state.status
                    if doing != told:
                        _print_status(f"[{doing}: {state.model} · {state.engine}]")
                    told = doing
    return log.state


async def _print_fixes(studio: Studio, run: RunInfo) -> RunInfo:
    """Show the fixes that start by themselves, and what each version turned out to be; returns the best one."""
    newest = run
    while True:
        await studio.fixes.settle(await studio.runs.open_log(run.user_id, newest.id))
        following = (await studio.runs.list_runs(run.user_id, run.project_id))[0]
        if following.id == newest.id:
            break
        newest = await _print_run(studio, following)
    project = await studio.projects.get(run.user_id, run.project_id)
    best = await studio.runs.open_log(run.user_id, project.run_id_of(run.side) or newest.id)
    known = filter(None, (best.state.verdict, f"problems: {best.state.problems or 0}", newest.warning))
    _print_status(" · ".join(known))
    return best.state


async def _show_download(studio: Studio) -> None:
    """Say which model is in use and whether apps can run; draw the fetch of the built-in model until it ends."""
    engine = await studio.engines.default_engine()
    health = await engine.health()
    _print_status(" ".join(filter(None, [health.engine_message, health.model_message, health.advice])))
    if not studio.runtime.is_ready:
        _print_status(studio.runtime.state.message)
    last_percent = -1
    while health.download_progress:
        downloaded, total = health.download_progress
        percent = 100 * downloaded // max(total, 1)
        if percent != last_percent and (sys.stderr.isatty() or percent // 10 != last_percent // 10):
            _print_status(f"Getting the built-in model: {percent} % ({downloaded // 10**6:,} of {total // 10**6:,} MB)")
        last_percent = percent
        await asyncio.sleep(1)
        health = await engine.health()


async def runtime(settings: Settings, options: argparse.Namespace) -> int:
    """Build what running apps needs, or copy it from a folder, unless it is there; verify it in any case."""
    app_runtime = AppRuntime(settings.home, builds_itself=False)
    app_runtime.listeners.append(lambda state: _print_status(state.message))
    with StateLock(settings.home):
        wrong_files = await app_runtime.ensure(options.source, options.into)
    _print_status(
        f"Differs from what was built: {wrong_files[0]}." if wrong_files else "Every file is as it was built."
    )
    return 1 if wrong_files else 0


async def migrate(settings: Settings, _options: argparse.Namespace) -> None:
    """Bring the database up to date; refused while a server uses it."""
    with StateLock(settings.home):
        await Studio(settings).migrate()
    _print_status("The database is up to date.")


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


COMMANDS: Mapping[str, Command] = {it.__name__: it for it in (serve, generate, runtime, migrate, evaluate, bench)}


def _print_status(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
