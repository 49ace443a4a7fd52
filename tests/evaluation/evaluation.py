"""How good are the apps of a model, asked directly and through the product: `uv run main.py evaluate`."""

import argparse
import json
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from core.errors import ConfigurationError
from core.settings import EngineChoice, Settings
from core.studio import Studio, temporary_studio
from tests.evaluation.arms import Answer, answers
from tests.evaluation.case import Case
from tests.evaluation.measures import measure
from tests.evaluation.recording import load_recording, recorded_answer, to_recording
from tests.evaluation.requirements.front_ends import FRONT_ENDS
from tests.evaluation.requirements.loose_back_ends import LOOSE_BACK_ENDS
from tests.evaluation.requirements.precise_back_ends import PRECISE_BACK_ENDS
from tests.evaluation.table import Row, table

CASES: tuple[Case, ...] = (*PRECISE_BACK_ENDS, *LOOSE_BACK_ENDS, *FRONT_ENDS)


def choose_cases(only: Sequence[str] | None = None, *, is_quick: bool = False) -> list[Case]:
    """The requirements that the options ask for."""
    chosen = [case for case in CASES if case.is_quick or not is_quick]
    return [case for case in chosen if not only or case.id in only]


async def evaluate(settings: Settings, options: argparse.Namespace) -> None:
    """Measure, print the table, and write what the options ask for. Raises ConfigurationError."""
    cases = choose_cases(options.only, is_quick=options.quick)
    if not cases:
        raise ConfigurationError(f"No such requirement: choose of {', '.join(case.id for case in CASES)}.")
    if options.engine:
        settings = settings.model_copy(update={"engine": EngineChoice(options.engine)})
    rows = await _measure_all(settings, options, cases)
    print(table(rows))
    if options.json:
        _write_json(options.json, [row.to_json() for row in rows])


async def _measure_all(settings: Settings, options: argparse.Namespace, cases: Sequence[Case]) -> list[Row]:
    rows: list[Row] = []
    recorded: list[dict[str, object]] = []
    async with temporary_studio(settings) as studio:
        if not studio.runtime.is_ready:
            raise ConfigurationError("What runs back ends is not built yet: `uv run main.py runtime` builds it.")
        async for case, seed, answer in _all_answers(studio, options, cases):
            measured = await measure(case, answer.files, studio.runtime)
            rows.append(Row(case.id, case.stack, case.style, seed, answer.arm, measured, answer.seconds, answer.tokens))
            recorded.append(to_recording(case, seed, answer))
            print(json.dumps(rows[-1].to_json()), file=sys.stderr, flush=True)
            # After each: an evaluation takes hours, and may be stopped.
            if options.record:
                _write_json(options.record, recorded)
    if not rows:
        raise ConfigurationError(f"{options.replay} has no answer to these requirements.")
    return rows


def _write_json(path: Path, content: object) -> None:
    try:
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise ConfigurationError(f"Cannot write {path} ({error.strerror}).") from error


async def _all_answers(
    studio: Studio, options: argparse.Namespace, cases: Sequence[Case]
) -> AsyncIterator[tuple[Case, int, Answer]]:
    if options.replay:
        by_id = {case.id: case for case in cases}
        for entry in load_recording(options.replay):
            if entry.case in by_id:
                yield by_id[entry.case], entry.seed, await recorded_answer(by_id[entry.case], entry)
        return
    for seed in options.seeds:
        for case in cases:
            async for answer in answers(studio, case, options.model, seed):
                yield case, seed, answer
