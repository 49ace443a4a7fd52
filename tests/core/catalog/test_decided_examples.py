"""Examples for what a requirement decides: as right and whole as the usual ones."""

import re

import pytest

from core.catalog.decided_examples import DECIDED_EXAMPLES
from core.catalog.stacks import Side, find_stack
from core.files.answer import parse_files
from core.review.checking.checks import check

ANSWERS = [(stack, answer) for each in DECIDED_EXAMPLES for stack, answer in each.answers.items()]


@pytest.mark.parametrize(("stack", "answer"), ANSWERS)
async def test_an_example_has_the_stacks_own_file_first_and_no_problem(stack: str, answer: str) -> None:
    files = parse_files(answer, find_stack(stack, Side.BACKEND).default_path)
    assert files[0].path == find_stack(stack, Side.BACKEND).default_path
    assert len(files) == answer.count("### FILE: ") == 2
    assert not any((await check(files)).problems.values())


@pytest.mark.parametrize("each", DECIDED_EXAMPLES, ids=lambda each: each.words)
def test_its_own_wish_is_found_by_its_words(each: object) -> None:
    assert any(re.search(it.words, it.wish, re.IGNORECASE) for it in DECIDED_EXAMPLES if it is each)
