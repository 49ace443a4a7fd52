"""The files that every app of a stack has: sound by themselves, and none of those that the model is to write."""

import pytest

from core.catalog.scaffolds import SCAFFOLDS
from core.catalog.stacks import STACKS, Side, find_stack
from core.files.answer import parse_files
from core.files.source_file import SourceFile
from core.review.checking.checks import check
from core.review.checking.problem import ProblemKind


def test_each_is_of_a_stack_that_exists() -> None:
    assert SCAFFOLDS.keys() <= {stack.id for stack in STACKS if stack.side is Side.FRONTEND}


@pytest.mark.parametrize("id", SCAFFOLDS)
def test_every_file_is_whole_and_leaves_the_models_own_file_alone(id: str) -> None:  # noqa: A002
    stack = find_stack(id, Side.FRONTEND)
    files = parse_files(SCAFFOLDS[id], stack.default_path)
    assert all(file.is_complete and file.text.strip() for file in files)
    assert stack.default_path not in {file.path for file in files}
    assert len(files) == SCAFFOLDS[id].count("### FILE: ")


@pytest.mark.parametrize("id", SCAFFOLDS)
async def test_what_is_the_same_in_every_app_has_no_problem_of_its_own(id: str) -> None:  # noqa: A002
    entry = find_stack(id, Side.FRONTEND)
    found = parse_files(SCAFFOLDS[id], entry.default_path)
    problems = (await check([*found, SourceFile(entry.default_path, "text", "x")])).problems
    assert [
        problem for problems in problems.values() for problem in problems if problem.kind is ProblemKind.SYNTAX
    ] == []
    assert {"package.json", "tsconfig.json"} <= {file.path for file in found}
