"""Every run is a version: its files, what differs from another, the runs that go on from it. None is overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from core import files, prompts, stacks
from core.errors import Conflict, NotFound
from core.files import SourceFile
from core.large import computed
from core.projects import Projects
from core.run import RunInfo, RunKind, RunStatus
from core.runlog import RunLog
from core.runs import Order, Runs
from core.stacks import Side
from core.text import check_storable

CUT = frozenset({RunStatus.TRUNCATED, RunStatus.STOPPED, RunStatus.INTERRUPTED, RunStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip, and the name to save it under."""

    name: str
    content: bytes


class Versions:
    """What can be done with runs once they have text."""

    def __init__(self, runs: Runs, projects: Projects) -> None:
        self._runs = runs
        self._projects = projects

    async def files(self, user_id: int, run_id: str) -> list[SourceFile]:
        """The files in a run; a refined version has its parent's files beneath its own. Raises NotFound."""
        return await self.files_of(await self._runs.log(user_id, run_id))

    async def files_of(self, log: RunLog[RunInfo]) -> list[SourceFile]:
        """The same for a reader that has the run's log, although its project may be deleted by now."""
        layers = [(layer.text, layer.state.stack, layer.state.side) for layer in await self._layers(log)]
        return await computed(sum(len(text) for text, *_ in layers), lambda: _laid(layers))

    async def file(self, user_id: int, run_id: str, path: str) -> SourceFile:
        """One file of a run. Raises NotFound."""
        for file in await self.files(user_id, run_id):
            if file.path == path:
                return file
        raise NotFound("There is no such file in this run.")

    async def diff(self, user_id: int, before: str, after: str) -> str:
        """What changed from one version to another, as a unified diff. Raises NotFound."""
        old, new = await self.files(user_id, before), await self.files(user_id, after)
        return await computed(_size([*old, *new]), lambda: files.diff(old, new))

    async def download(self, user_id: int, run_id: str) -> Archive:
        """A run's files as a zip. Raises NotFound."""
        run = (await self._runs.log(user_id, run_id)).state
        project = await self._projects.get(user_id, run.project_id)
        return await _packed(f"{project.name}-{run.side}.zip", await self.files(user_id, run_id))

    async def download_project(self, user_id: int, project_id: int) -> Archive:
        """Both sides' current versions in one zip, each in its folder, with how to start them. Raises NotFound."""
        project = await self._projects.get(user_id, project_id)
        found: list[SourceFile] = []
        starts: list[str] = []
        for side in Side:
            if run_id := project.run_of(side):
                run = (await self._runs.log(user_id, run_id)).state
                found += _below(side, await self.files(user_id, run_id))
                starts.append(_how_to_start(run))
        readme = f"# {project.name}\n\n{project.prompt.strip()}\n\n" + "\n".join(starts)
        found.insert(0, SourceFile("README.md", "markdown", readme))
        return await _packed(f"{project.name}.zip", found)

    async def go_on(self, user_id: int, run_id: str) -> RunInfo:
        """A new run that goes on where this one was cut, beginning with its text. Raises NotFound, Conflict."""
        log = await self._runs.log(user_id, run_id)
        if log.state.status not in CUT:
            raise Conflict("Only a run that was cut can be continued: this one is still live or has finished.")
        text = log.text
        messages = prompts.continue_from(await self._asked(log), text)
        order = Order(instructions=log.state.instructions, kind=RunKind.CONTINUE, messages=messages, prefix=text)
        return await self._start(log.state, order)

    async def refine(self, user_id: int, run_id: str, instructions: str) -> RunInfo:
        """A new run that changes this version by the instruction. Raises NotFound, Conflict, Invalid."""
        check_storable("instructions", instructions)
        log = await self._ended(user_id, run_id, "refined")
        messages = await self._refinement(log, instructions)
        return await self._start(log.state, Order(instructions=instructions, kind=RunKind.REFINE, messages=messages))

    async def restore(self, user_id: int, run_id: str) -> RunInfo:
        """Make this version the side's current one. Raises NotFound, Conflict."""
        log = await self._ended(user_id, run_id, "restored")
        await self._runs.make_current(log.state)
        return log.state

    async def _ended(self, user_id: int, run_id: str, done: str) -> RunLog[RunInfo]:
        log = await self._runs.log(user_id, run_id)
        if log.state.live or not log.length:
            raise Conflict(f"Only a version that has ended and has text can be {done}.")
        return log

    async def _start(self, parent: RunInfo, order: Order) -> RunInfo:
        """Start a run that goes on from ``parent``, with its model where that is still to be had."""
        order = replace(order, parent=parent, stack=parent.stack, sampling=parent.sampling)
        return await self._runs.start(parent.user_id, parent.project_id, parent.side, order)

    async def _asked(self, log: RunLog[RunInfo]) -> prompts.Messages:
        """The messages that a run was started with, or its first ancestor where it goes on from one."""
        while log.state.kind is RunKind.CONTINUE and (parent := await self._parent(log.state)):
            log = parent
        run = log.state
        if run.kind is RunKind.REFINE and (parent := await self._parent(run)):
            return await self._refinement(parent, run.instructions or "")
        return prompts.generate(stacks.stack(run.stack, run.side), run.prompt, run.instructions)

    async def _refinement(self, log: RunLog[RunInfo], instructions: str) -> prompts.Messages:
        run = log.state
        return prompts.refine(stacks.stack(run.stack, run.side), run.prompt, await self.files_of(log), instructions)

    async def _layers(self, log: RunLog[RunInfo]) -> Sequence[RunLog[RunInfo]]:
        """The runs whose files lie one above the other in this one, the newest first.

        What a run refines lies beneath it; what a run goes on from is in its own text already.
        """
        layers = [log]
        while parent := await self._parent(log.state):
            if log.state.kind is RunKind.REFINE:
                layers.append(parent)
            log = parent
        return layers

    async def _parent(self, run: RunInfo) -> RunLog[RunInfo] | None:
        try:
            return await self._runs.log(run.user_id, run.parent_id) if run.parent_id else None
        except NotFound:  # deleted with its project
            return None


@lru_cache(maxsize=32)
def _split(text: str, stack: str, side: Side) -> tuple[SourceFile, ...]:
    """Kept for the latest texts: a page and every reader at a run's end ask for the same files."""
    return tuple(files.split(text, stacks.stack(stack, side)))


def _laid(layers: Sequence[tuple[str, str, Side]]) -> list[SourceFile]:
    found: list[SourceFile] = []
    for layer in reversed(layers):
        found = _overlaid(found, _split(*layer))
    return found


def _overlaid(below: Sequence[SourceFile], above: Sequence[SourceFile]) -> list[SourceFile]:
    """The files of both; where a path is in both, the upper one, unless only the lower one is whole."""
    found = {file.path: file for file in below}
    for file in above:
        if file.whole or file.path not in found or not found[file.path].whole:
            found[file.path] = file
    return list(found.values())


async def _packed(name: str, found: Sequence[SourceFile]) -> Archive:
    return Archive(name, await computed(_size(found), lambda: files.zip_bytes(found)))


def _size(found: Sequence[SourceFile]) -> int:
    return sum(len(file.text) for file in found)


def _below(side: Side, found: Sequence[SourceFile]) -> list[SourceFile]:
    return [replace(file, path=f"{side}/{file.path}") for file in found]


def _how_to_start(run: RunInfo) -> str:
    stack = stacks.stack(run.stack, run.side)
    return f"## {run.side.capitalize()}: {stack.label}\n\n```sh\ncd {run.side}\n{stack.start}\n```\n"
