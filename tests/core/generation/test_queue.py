"""Whose turn it is, however many wait and whoever leaves."""

import asyncio
from collections import Counter
from collections.abc import Callable
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import QueueFull
from core.generation.queue import MAX_QUEUED_RUNS, MAX_QUEUED_RUNS_PER_USER, FairQueue, Ticket


class Runner:
    """A queued run: the positions that it was given, and when it is done."""

    def __init__(self, turns: FairQueue, user_id: int, started: list["Runner"]) -> None:
        self.user_id = user_id
        self.positions: list[int | None] = []
        self.done = asyncio.Event()
        self._turns = turns
        self._started = started
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        async with self._turns.slot(self._turns.enqueue(self.user_id), self.positions.append):
            self._started.append(self)
            await self.done.wait()

    async def finish(self) -> None:
        self.done.set()
        await asyncio.wait({self.task})

    async def leave(self) -> None:
        self.task.cancel()
        await asyncio.wait({self.task})


class QueueScenario:
    """A queue and its runners, in the order in which they came."""

    def __init__(self, places: int) -> None:
        self.turns = FairQueue(places)
        self.started: list[Runner] = []

    async def come(self, *user_ids: int) -> list[Runner]:
        runners = []
        for user_id in user_ids:
            runners.append(Runner(self.turns, user_id, self.started))
            await settle()
        return runners

    async def empty(self) -> None:
        """Finish those who have their turn until nobody is left."""
        for runner in self.started:  # grows while it is walked
            await runner.finish()
            await settle()


async def settle() -> None:
    """Let every task that can go on do so."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_as_many_as_there_are_places_start_at_once() -> None:
    scenario = QueueScenario(2)
    first, second, third = await scenario.come(1, 1, 1)
    assert scenario.started == [first, second]
    assert (first.positions, second.positions, third.positions) == ([None], [None], [1])
    await scenario.empty()
    assert third.positions == [1, None]


async def test_each_waiting_user_gets_a_turn_before_anyone_gets_a_second() -> None:
    scenario = QueueScenario(1)
    await scenario.come(1, 1, 1, 1, 2, 2, 3)
    await scenario.empty()
    assert [runner.user_id for runner in scenario.started] == [1, 1, 2, 3, 1, 2, 1]


async def test_the_runs_of_one_user_come_in_their_order() -> None:
    scenario = QueueScenario(1)
    runners = await scenario.come(1, 1, 1)
    await scenario.empty()
    assert scenario.started == runners


async def test_positions_are_the_order_in_which_the_turns_come() -> None:
    scenario = QueueScenario(1)
    _, a, b, c = await scenario.come(1, 1, 1, 2)
    assert [runner.positions[-1] for runner in (a, c, b)] == [1, 2, 3]
    await scenario.empty()
    assert scenario.started[1:] == [a, c, b]


async def test_who_leaves_the_line_moves_the_others_up() -> None:
    scenario = QueueScenario(1)
    _, leaving, staying = await scenario.come(1, 1, 1)
    await leaving.leave()
    assert staying.positions == [2, 1]
    await scenario.empty()
    assert leaving not in scenario.started


async def test_who_is_cancelled_in_his_turn_gives_the_place_back() -> None:
    scenario = QueueScenario(1)
    first, second = await scenario.come(1, 2)
    await first.leave()
    await settle()
    assert scenario.started == [first, second]
    await scenario.empty()


async def test_who_is_called_and_cancelled_in_the_same_moment_gives_the_place_back() -> None:
    scenario = QueueScenario(1)
    async with scenario.turns.slot(scenario.turns.enqueue(1), lambda _: None):
        second, third = await scenario.come(2, 3)
    assert second.positions == [1, None]
    second.task.cancel()  # called, but it has not run since
    await settle()
    assert scenario.started == [third]
    await scenario.empty()


async def test_who_is_cancelled_just_before_a_place_is_free_does_not_take_it() -> None:
    scenario = QueueScenario(1)
    first, second, third = await scenario.come(1, 2, 3)
    second.task.cancel()
    first.done.set()
    await asyncio.wait({first.task, second.task})
    await settle()
    assert scenario.started == [first, third]
    await scenario.empty()


async def test_who_is_cancelled_before_his_first_step_was_never_there() -> None:
    scenario = QueueScenario(1)
    ghost = Runner(scenario.turns, 1, scenario.started)
    await ghost.leave()
    [next_one] = await scenario.come(2)
    assert scenario.started == [next_one]
    await scenario.empty()


async def test_a_user_may_have_so_many_waiting_and_no_more() -> None:
    scenario = QueueScenario(1)
    await scenario.come(1)
    for _ in range(MAX_QUEUED_RUNS_PER_USER):
        await scenario.come(1)
    with pytest.raises(QueueFull) as caught:
        scenario.turns.enqueue(1)
    assert caught.value.retry_after > 0
    scenario.turns.release(scenario.turns.enqueue(2))
    await scenario.empty()


async def test_a_drawn_ticket_counts_before_its_turn_is_waited_for() -> None:
    turns = FairQueue(1)
    tickets = [turns.enqueue(1) for _ in range(1 + MAX_QUEUED_RUNS_PER_USER)]
    with pytest.raises(QueueFull):
        turns.enqueue(1)
    for given_back in tickets[1], tickets[0]:  # one that waits, and the one whose turn it is
        turns.release(given_back)
    tickets += [turns.enqueue(1), turns.enqueue(1)]
    assert tickets[2].admitted.done()
    with pytest.raises(QueueFull):
        turns.enqueue(1)


async def test_so_many_may_wait_in_all() -> None:
    scenario = QueueScenario(1)
    await scenario.come(*chain([0], (number // 10 for number in range(MAX_QUEUED_RUNS))))
    with pytest.raises(QueueFull):
        scenario.turns.enqueue(9999)
    await scenario.empty()


STEPS = st.lists(
    st.tuples(st.sampled_from(["come", "finish", "leave", "vanish"]), st.integers(0, 5), st.booleans()), max_size=25
)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 3), STEPS)
def test_no_schedule_loses_a_place_or_leaves_one_empty(places: int, steps: list[tuple[str, int, bool]]) -> None:
    asyncio.run(_play(places, steps))


async def _play(places: int, steps: list[tuple[str, int, bool]]) -> None:
    scenario = QueueScenario(places)
    present: list[Runner] = []

    def pick(among: Callable[[Runner], bool], number: int) -> Runner | None:
        found = [runner for runner in present if among(runner)]
        return found[number % len(found)] if found else None

    for step, number, at_once in steps:
        match step:
            case "come":
                present.append(Runner(scenario.turns, number, scenario.started))
            case "finish" if runner := pick(lambda r: r in scenario.started, number):
                runner.done.set()
            case "leave" if runner := pick(lambda r: r not in scenario.started, number):
                runner.task.cancel()
            case "vanish" if runner := pick(lambda _: True, number):
                runner.task.cancel()
        if not at_once:
            await settle()
            present = [runner for runner in present if not runner.task.done()]
            running = [runner for runner in present if runner in scenario.started]
            waiting = [runner for runner in present if runner not in scenario.started]
            assert len(running) <= places
            assert not waiting or len(running) == places
            positions = [runner.positions[-1] or 0 for runner in waiting]
            assert sorted(positions) == list(range(1, len(waiting) + 1))
    async with asyncio.timeout(5):
        await settle()
        await scenario.empty()
        await asyncio.wait({runner.task for runner in present} or {asyncio.create_task(settle())})


MOVES = st.lists(st.one_of(st.integers(0, 3), st.none()), max_size=40)
"""A user comes, or (None) whoever has had a turn longest gives it back."""


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 2), MOVES)
def test_nobody_is_overtaken_at_the_head_of_their_own_runs(places: int, moves: list[int | None]) -> None:
    asyncio.run(_watch_heads(places, moves))


async def _watch_heads(places: int, moves: list[int | None]) -> None:
    queue = FairQueue(places)
    tickets: list[Ticket] = []
    for move in moves:
        heads = {ticket.user_id: ticket for ticket in reversed(tickets) if ticket.position}
        before = {user_id: ticket.position or 0 for user_id, ticket in heads.items()}
        if move is not None and sum(ticket.user_id == move for ticket in tickets) < MAX_QUEUED_RUNS_PER_USER:
            tickets.append(queue.enqueue(move))
        elif done := next((ticket for ticket in tickets if not ticket.position), None):
            tickets.remove(done)
            queue.release(done)
        assert all((ticket.position or 0) <= before[user_id] for user_id, ticket in heads.items())


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=15))
def test_of_those_who_wait_none_has_had_two_turns_more_than_another(user_ids: list[int]) -> None:
    asyncio.run(_drain_fairly(user_ids))


async def _drain_fairly(user_ids: list[int]) -> None:
    queue = FairQueue(1)
    running, *waiting = [queue.enqueue(user_id) for user_id in user_ids]
    turns = Counter(dict.fromkeys(user_ids, 0))
    while waiting:
        still_waiting = {ticket.user_id for ticket in waiting}
        queue.release(running)
        [running] = [ticket for ticket in waiting if ticket.admitted.done()]
        waiting.remove(running)
        turns[running.user_id] += 1
        assert turns[running.user_id] <= 1 + min(turns[user_id] for user_id in still_waiting)
