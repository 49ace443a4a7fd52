"""Starters are good requirements: short, concrete, and a project as it can be stored."""

import re

import pytest

from core.catalog.starters import STARTERS, Starter
from core.projects.projects import check_name, check_prompt


@pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.name)
def test_a_starter_is_two_or_three_sentences_that_a_project_takes(starter: Starter) -> None:
    assert check_name(starter.name, "A project") == starter.name
    assert check_prompt(starter.prompt) == starter.prompt
    assert 2 <= len(re.findall(r"\.(?: |$)", starter.prompt)) <= 3
    assert 100 <= len(starter.prompt) <= 350


def test_there_are_some_to_choose_from_each_once() -> None:
    assert 6 <= len(STARTERS) <= 8
    assert len({starter.name for starter in STARTERS}) == len({starter.prompt for starter in STARTERS}) == len(STARTERS)
