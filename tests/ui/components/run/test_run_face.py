"""A face is drawn once, and takes the place of the code or stands above it."""

from functools import partial

import pytest
import pytest_asyncio

from tests.support.users.simulated_user import SimulatedUser, wait_until
from ui.components.run.faces import Face, FaceAction, Step, StepState
from ui.components.run.run_face import RunFace

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def told() -> list[object]:
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def shown(user: SimulatedUser, told: list[object]) -> RunFace:
    await user.open("/login")
    with user.client:
        actions = {action: partial(told.append, action) for action in FaceAction}
        return RunFace(actions, lambda: told.append("fills"))


async def test_it_says_when_it_takes_and_leaves_the_place_of_the_code(shown: RunFace, told: list[object]) -> None:
    for face, fills in ((Face("a"), False), (Face("b", fills=True), True), (Face("c", fills=True), True)):
        shown.show(face)
        assert shown.fills is fills
    shown.show(None)
    assert told == ["fills", "fills"]
    assert "lw-hidden" in shown.classes


async def test_its_first_action_is_primary_and_its_commands_are_code(
    shown: RunFace, user: SimulatedUser, told: list[object]
) -> None:
    shown.show(Face("Run `ollama pull m`, then", "Missing.", actions=(FaceAction.TRY_AGAIN, FaceAction.CHOOSE_MODEL)))
    assert [each._text for each in shown.descendants() if each.tag == "code"] == ["ollama pull m"]
    await user.press("Try again")
    await wait_until(lambda: told == [FaceAction.TRY_AGAIN])


async def test_a_step_tells_how_far_it_is(shown: RunFace, user: SimulatedUser) -> None:
    shown.show(Face(fills=True, steps=(Step(StepState.NOW, "Reading the prompt", "about 5 s left", 0.25, "1 of 4"),)))
    await user.expect_text("about 5 s left")
    [progress] = [each for each in shown.descendants() if each.props.get("role") == "progressbar"]
    assert (progress.props["aria-valuenow"], progress.props["aria-label"]) == ("25", "Reading the prompt")


async def test_the_same_is_not_drawn_again(shown: RunFace) -> None:
    shown.show(Face("a", actions=(FaceAction.TRY_AGAIN,)))
    before = list(shown.descendants())
    shown.show(Face("a", actions=(FaceAction.TRY_AGAIN,)))
    assert list(shown.descendants()) == before
