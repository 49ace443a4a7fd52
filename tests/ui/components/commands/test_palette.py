"""What is chosen in the palette is what was in view, also when the server has looked for something else since."""

from collections.abc import Sequence

import pytest
from nicegui import events

from core.versions.text_search import SearchResult, search_texts
from tests.support.users.simulated_user import SimulatedUser
from ui.components.commands.palette import Palette, PaletteSource, SearchedFile

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def search(texts: Sequence[str], query: str, *, match_case: bool) -> SearchResult:
    return search_texts(texts, query, match_case=match_case)


async def test_a_line_is_chosen_from_the_search_that_found_it(user: SimulatedUser) -> None:
    shown: list[int] = []
    await user.open("/login")
    with user.client:
        file = SearchedFile("Backend · a.py", "a.py", "one\ntwo\n", shown.append)
        palette = Palette(PaletteSource(list, list, lambda: [file], search))

        def sent(**arguments: object) -> events.GenericEventArguments:
            return events.GenericEventArguments(sender=palette, client=user.client, args=arguments)

        for number, query in enumerate(("one", "two", "o", "tw", "w"), 1):
            await palette._request_search(sent(search=number, query=query, mode="find"))
        for number in (2, 5, 1):
            await palette._choose_line(sent(search=number, place=0))
    assert shown == [2, 2], "the first search is too long ago"
