import pytest

from core.catalog.stacks import DEFAULT_STACK_IDS, STACKS, Side, Stack, find_stack
from core.errors import InvalidInput
from core.files.languages import language_of


def test_ids_are_unique() -> None:
    assert len({entry.id for entry in STACKS}) == len(STACKS)


@pytest.mark.parametrize("side", Side)
def test_each_side_has_a_default_that_exists(side: Side) -> None:
    assert find_stack(DEFAULT_STACK_IDS[side], side).side is side


@pytest.mark.parametrize("entry", STACKS, ids=lambda entry: entry.id)
def test_a_stack_is_found_by_its_id_and_side(entry: Stack) -> None:
    assert find_stack(entry.id, entry.side) is entry


@pytest.mark.parametrize("entry", STACKS, ids=lambda entry: entry.id)
def test_each_stack_has_every_word_and_a_default_file_of_a_known_language(entry: Stack) -> None:
    assert all([entry.label, entry.short_label, entry.language, entry.framework, entry.guidance])
    assert language_of(entry.default_path) != "text"
    assert 1 <= len(entry.start.splitlines()) <= 2


def test_an_unknown_stack_names_the_ones_to_choose_from() -> None:
    with pytest.raises(InvalidInput, match="fastapi, flask, express") as caught:
        find_stack("cobol", Side.BACKEND)
    assert caught.value.errors[0].field == "stack"


def test_a_stack_of_the_other_side_is_refused() -> None:
    with pytest.raises(InvalidInput, match="html"):
        find_stack("fastapi", Side.FRONTEND)
