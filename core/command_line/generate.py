"""``main.py generate``: one side of an app in the terminal."""

import argparse
import asyncio
import logging
import os
import sys
from contextlib import aclosing

from core.catalog.stacks import DEFAULT_STACK_IDS, Side, find_stack
from core.command_line.output import print_status, show_download
from core.command_line.parser import write_files
from core.generation.run_request import RunRequest
from core.projects.projects import ProjectUpdate
from core.runs.follow import RunEnded, StatusChanged, ThinkingChunk, follow
from core.runs.progress import describe_progress, describe_start
from core.runs.state import RunInfo
from core.runs.text_buffer import TextSlice
from core.runs.unassigned import NO_FILES, block_files, unassigned_sentence
from core.settings import Settings
from core.studio import Studio, temporary_studio


async def generate(settings: Settings, options: argparse.Namespace) -> int:
    """Write one side in the terminal, over the same core as the server: a project in a database that is thrown away."""
    logging.disable(logging.WARNING)  # the run itself holds what a person should know
    side = Side(options.side)
    request = RunRequest(stack=find_stack(options.stack or DEFAULT_STACK_IDS[side], side).id, model=options.model)
    async with temporary_studio(settings) as studio:
        user = (await studio.accounts.register("terminal", os.urandom(16).hex())).user
        project = await studio.projects.create(user.id, "Terminal", options.prompt)
        await studio.projects.update(user.id, project.id, ProjectUpdate(auto_fix=options.fix))
        await show_download(studio)
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
                print_status(f"wrote {path}")
    if not files and ended_run.status.is_success:
        print_status(f"{NO_FILES}: say more in the requirements, or choose another model.")
    started_by, adjusted = describe_start(ended_run), log.state.adjusted
    notes = (started_by and f"Before the first text: {started_by}.", adjusted and f"Adjusted: {adjusted}.")
    for note in filter(None, (*notes, ended_run.warning)):
        print_status(note)
    if blocks and not (options.out and options.keep_blocks):
        print_status(unassigned_sentence(len(blocks), "keep them as files with --out FOLDER --keep-blocks"))
    print_status(
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
                        print_status(f"[{doing}: {state.model} · {state.engine}]")
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
    print_status(" · ".join(known))
    return best.state
