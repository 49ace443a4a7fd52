"""The three ways to an app that are compared: the model asked directly, and through the product, before and after."""

import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from enum import StrEnum

from core.catalog.stacks import find_stack
from core.engines.protocol import GenerationRequest, Message, Sampling, StreamEnd, TextDelta
from core.errors import EngineError
from core.files.answer import parse_files
from core.files.source_file import SourceFile
from core.generation.run_request import RunRequest
from core.projects.projects import ProjectUpdate
from core.runs.follow import follow
from core.runs.log_registry import Log
from core.studio import Studio
from tests.evaluation.case import Case

DIRECT_SENTENCE = "Give every file whole, in a code block with its path in the line before."


class Arm(StrEnum):
    """A way to an app."""

    DIRECT = "direct"
    FIRST = "product at first"
    AFTER = "product after repairs and fixes"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one arm gave: its files, its texts in order, and what they took."""

    arm: Arm
    files: tuple[SourceFile, ...]
    texts: tuple[str, ...]
    seconds: float
    tokens: int


async def answers(studio: Studio, case: Case, model: str | None, seed: int) -> AsyncIterator[Answer]:
    """The answers of the three arms, one after the other."""
    sampling = Sampling(temperature=0.2, seed=seed)
    yield await ask_directly(studio, case, model, sampling)
    async for answer in _ask_product(studio, case, model, sampling):
        yield answer


async def ask_directly(studio: Studio, case: Case, model: str | None, sampling: Sampling) -> Answer:
    """The plain requirement in one message, the stack's name, and a sentence that asks for the files."""
    engine, name = await studio.engines.choose(model)
    stack = find_stack(case.stack, case.side)
    words = f"{case.prompt}\n\nWrite it in {stack.language} with {stack.framework}. {DIRECT_SENTENCE}"
    started_at, parts, tokens = time.monotonic(), [], 0
    try:
        async with aclosing(engine.generate(GenerationRequest(name, (Message("user", words),), sampling))) as events:
            async for event in events:
                match event:
                    case TextDelta(text=text):
                        parts.append(text)
                        tokens += event.tokens
                    case StreamEnd(completion_tokens=int(counted)):
                        tokens = counted
    except EngineError:
        pass  # what came until then is the answer
    text = "".join(parts)
    files = tuple(parse_files(text, stack.default_path))
    return Answer(Arm.DIRECT, files, (text,), time.monotonic() - started_at, tokens)


async def _ask_product(studio: Studio, case: Case, model: str | None, sampling: Sampling) -> AsyncIterator[Answer]:
    user_id = (await studio.accounts.register(f"case-{time.monotonic_ns()}", "a password for one case")).user.id
    project = await studio.projects.create(user_id, case.id, case.prompt)
    await studio.projects.update(user_id, project.id, ProjectUpdate(auto_fix=True))
    started_at = time.monotonic()
    run = await studio.runs.start(
        user_id, project.id, case.side, RunRequest(stack=case.stack, model=model, sampling=sampling)
    )
    log = await studio.runs.open_log(user_id, run.id)
    await _wait(log)
    first = Answer(
        Arm.FIRST,
        tuple(await studio.versions.served_files(user_id, run.id, formatted=False)),
        (log.text,),
        time.monotonic() - started_at,
        log.state.tokens,
    )
    yield first
    logs = [log, *[each async for each in _fixes(studio, log)]]
    current = (await studio.projects.get(user_id, project.id)).run_id_of(case.side) or run.id
    files = tuple(await studio.versions.served_files(user_id, current))
    kept = next((number for number, each in enumerate(logs, 1) if each.state.id == current), 1)
    texts, tokens = tuple(each.text for each in logs[:kept]), sum(each.state.tokens for each in logs)
    yield replace(first, arm=Arm.AFTER, files=files, texts=texts, seconds=time.monotonic() - started_at, tokens=tokens)


async def _fixes(studio: Studio, log: Log) -> AsyncIterator[Log]:
    """The fixes that start by themselves, each when it has ended."""
    newest = log
    while True:
        await studio.fixes.settle(newest)
        run = (await studio.runs.list_runs(newest.state.user_id, newest.state.project_id))[0]
        if run.id == newest.state.id:
            return
        newest = await studio.runs.open_log(run.user_id, run.id)
        await _wait(newest)
        yield newest


async def _wait(log: Log) -> None:
    async with aclosing(follow(log)) as events:
        async for _ in events:
            pass
