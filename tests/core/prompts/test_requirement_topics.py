"""A default is said only where the requirement leaves it open."""

import pytest

from core.catalog.stacks import STACKS, Side, Stack, Topic, find_stack
from core.prompts.requirement_topics import decides, open_defaults

FASTAPI, REACT = find_stack("fastapi", Side.BACKEND), find_stack("react", Side.FRONTEND)


@pytest.mark.parametrize("stack", STACKS, ids=lambda stack: stack.id)
def test_a_requirement_without_technical_words_leaves_everything_open(stack: Stack) -> None:
    requirement = "A library of books, each with its id, the newest first; packages arrive after a restart."
    assert open_defaults(stack, requirement) == [each.rule for each in stack.defaults]


@pytest.mark.parametrize(
    ("requirement", "topic"),
    [
        ("Keep it in SQLite.", Topic.STORAGE),
        ("Use a PostgreSQL database", Topic.STORAGE),
        ("It survives a restart", Topic.STORAGE),
        ("stored in a JSON file", Topic.STORAGE),
        ("Each note has a UUID", Topic.IDS),
        ("by its user_id", Topic.IDS),
        ("Use Tailwind", Topic.PACKAGES),
    ],
)
def test_what_a_requirement_speaks_of_it_decides(requirement: str, topic: Topic) -> None:
    assert decides(requirement, topic, Side.BACKEND)
    for stack in STACKS:
        rules = {each.rule for each in stack.defaults if each.topic is topic}
        assert not rules & set(open_defaults(stack, requirement))


def test_an_api_means_other_data_to_a_front_end_alone() -> None:
    requirement = "Show what the API answers at the endpoint /books"
    assert decides(requirement, Topic.STORAGE, Side.FRONTEND)
    assert not decides(requirement, Topic.STORAGE, Side.BACKEND)
    assert any("memory" in rule for rule in open_defaults(FASTAPI, requirement))
    assert not any("localStorage" in rule for rule in open_defaults(REACT, requirement))
    assert not any("localStorage" in rule for rule in open_defaults(REACT, "Books", has_back_end=True))
