"""Fields that a person, a screen reader and a test find by their label."""

import pytest

from tests.support.users.simulated_user import SimulatedUser
from ui.fields import select_field, text_area, text_field

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_every_field_has_its_label_before_it_and_as_its_name(user: SimulatedUser) -> None:
    await user.open("/login")
    with user.client:
        name = text_field("Name of it", "Todo", autocomplete="off")
        prompt = text_area("What it does", "A list.", rows=3)
        stack = select_field("Stack of it", {"flask": "Flask", "html": "HTML"}, "html")
    assert [field.props["aria-label"] for field in (name, prompt, stack)] == [
        "Name of it",
        "What it does",
        "Stack of it",
    ]
    assert [name.value, prompt.value, stack.value] == ["Todo", "A list.", "html"]
    for label in ("Name of it", "What it does", "Stack of it"):
        await user.expect_text(label)
    assert name.props["autocomplete"] == "off"
    assert prompt.props["rows"] == "3"
    assert stack.options == {"flask": "Flask", "html": "HTML"}
