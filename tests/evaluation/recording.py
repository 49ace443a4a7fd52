"""Answers that were recorded, and what today's product makes of them without a model."""

import json
from dataclasses import dataclass
from pathlib import Path

from core.catalog.stacks import find_stack
from core.errors import ConfigurationError
from core.files.answer import parse_files
from core.files.source_file import SourceFile
from core.review.checking.project_files import ReviewContext
from core.review.review_files import review
from tests.evaluation.arms import Answer, Arm
from tests.evaluation.case import Case


@dataclass(frozen=True, slots=True)
class Recorded:
    """The texts of one arm, as a model wrote them, with what they took."""

    case: str
    seed: int
    arm: Arm
    texts: tuple[str, ...]
    seconds: float
    tokens: int


def to_recording(case: Case, seed: int, answer: Answer) -> dict[str, object]:
    """An answer as it is written into a file."""
    return {
        "case": case.id,
        "seed": seed,
        "arm": answer.arm.value,
        "texts": list(answer.texts),
        "seconds": round(answer.seconds, 1),
        "tokens": answer.tokens,
    }


def load_recording(path: Path) -> list[Recorded]:
    """The entries of a file. Raises ConfigurationError."""
    try:
        entries = json.loads(path.read_text("utf-8"))
        return [
            Recorded(
                each["case"], each["seed"], Arm(each["arm"]), tuple(each["texts"]), each["seconds"], each["tokens"]
            )
            for each in entries
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{path} holds no recorded answers: choose a file that --record wrote.") from error


async def recorded_answer(case: Case, entry: Recorded) -> Answer:
    """The answer with its files as this version of the product finds and repairs them.

    Of a chain of fixes the last text counts, over the files of those before it.
    """
    stack = find_stack(case.stack, case.side)
    layers = [parse_files(text, stack.default_path) for text in entry.texts]
    files = list({file.path: file for layer in layers for file in layer}.values())
    if entry.arm is Arm.AFTER:
        files = await _served(case, files)
    return Answer(entry.arm, tuple(files), entry.texts, entry.seconds, entry.tokens)


async def _served(case: Case, files: list[SourceFile]) -> list[SourceFile]:
    reviewed = await review(files, ReviewContext(stack=case.stack))
    return [file.served for file in reviewed]
