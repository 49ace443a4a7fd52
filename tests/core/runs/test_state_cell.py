"""The newest state: which changes are news, and when a lazy one is made."""

from collections.abc import Callable

from core.runs.state_cell import StateCell


def counted(calls: list[int], result: int) -> Callable[[int], int]:
    """A change that notes what it was given."""

    def change(state: int) -> int:
        calls.append(state)
        return result

    return change


def test_only_news_count_as_a_revision() -> None:
    cell = StateCell(1)
    cell.set_quietly(2)
    cell.set_lazily(lambda state: state + 1)
    assert (cell.value, cell.revision) == (3, 0)
    cell.publish(4)
    assert (cell.value, cell.cached_value, cell.revision) == (4, 4, 1)


def test_a_lazy_change_is_made_once_when_the_state_is_asked_for() -> None:
    cell, calls = StateCell(1), list[int]()
    cell.set_lazily(counted(calls, 10))
    assert (cell.cached_value, calls) == (1, [])
    assert (cell.value, cell.value) == (10, 10)
    assert (cell.cached_value, calls) == (10, [1])


def test_a_newer_lazy_change_replaces_an_older_one() -> None:
    cell, calls = StateCell(1), list[int]()
    cell.set_lazily(counted(calls, 10))
    cell.set_lazily(lambda state: state + 1)
    assert (cell.value, calls) == (2, [])


def test_a_new_state_drops_a_lazy_change_of_the_old_one() -> None:
    for replace in (StateCell.set_quietly, StateCell.publish):
        cell = StateCell(1)
        cell.set_lazily(lambda state: state + 100)
        replace(cell, 5)
        assert cell.value == 5
