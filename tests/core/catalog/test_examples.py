"""The example answers are what a model is to copy: so they are right, whole, and in the form that is asked for."""

import pytest

from core.catalog.examples import EXAMPLE_ANSWERS
from core.catalog.stacks import STACKS, Stack
from core.files.answer import parse_files
from core.review.checking.checks import check

WITH_EXAMPLE = [stack for stack in STACKS if stack.id in EXAMPLE_ANSWERS]


def test_each_is_of_a_stack_that_exists() -> None:
    assert len(WITH_EXAMPLE) == len(EXAMPLE_ANSWERS)


@pytest.mark.parametrize("stack", WITH_EXAMPLE, ids=lambda stack: stack.id)
async def test_an_example_has_the_stacks_own_file_first_and_no_problem(stack: Stack) -> None:
    files = parse_files(EXAMPLE_ANSWERS[stack.id], stack.default_path)
    assert files[0].path == stack.default_path
    assert len(files) == EXAMPLE_ANSWERS[stack.id].count("### FILE: ")
    assert all(file.is_complete for file in files)
    assert not any((await check(files)).problems.values())
