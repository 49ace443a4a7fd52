"""One line that opens to all entries below it."""

import pytest

from tests.support.users.simulated_user import SimulatedUser
from ui.components.review.folded_list import FoldedList, draw_entry

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_entries_replace_those_before_and_none_hide_the_list(user: SimulatedUser) -> None:
    await user.open("/login")
    with user.client:
        entries = FoldedList("lw-problems")
        for place in ("main.py:7", "main.py:9"):
            with entries.replace_entries("1 problem", has_entries=True):
                draw_entry(place, "The name is unknown.", lambda: None)
    for shown in ("1 problem", "main.py:9", "The name is unknown."):
        await user.expect_text(shown)
    assert "main.py:7" not in [getattr(element, "_text", "") for element in entries.descendants()]
    assert "lw-hidden" not in entries.classes
    entries.replace_entries("0 problems", has_entries=False)
    assert "lw-hidden" in entries.classes
