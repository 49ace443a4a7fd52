"""The view in a studio's address."""

from urllib.parse import parse_qs

import pytest

from core.catalog.stacks import Side
from ui.components.studio.side_tabs import ViewMode
from ui.pages.view_state import StudioView


@pytest.mark.parametrize(
    ("side", "mode", "view"),
    [
        ("frontend", "split", StudioView(Side.FRONTEND, ViewMode.SPLIT)),
        ("backend", "code", StudioView(Side.BACKEND, ViewMode.CODE)),
        ("", "", StudioView(None, ViewMode.CODE)),
        ("middle", "app", StudioView(None, ViewMode.APP)),
        ("frontend", "away", StudioView(Side.FRONTEND, ViewMode.CODE)),
        ("BACKEND", "Code", StudioView(None, ViewMode.CODE)),
    ],
)
def test_an_address_is_read_and_unknown_values_count_as_absent(side: str, mode: str, view: StudioView) -> None:
    assert StudioView.from_query(side, mode) == view


def test_a_view_is_the_same_when_its_address_is_read() -> None:
    view = StudioView(Side.FRONTEND, ViewMode.APP, "0f", "src/a b&c=ü.js")
    read = {name: values[0] for name, values in parse_qs(view.query).items()}
    assert StudioView.from_query(read["side"], read["look"], read["version"], read["file"]) == view
    assert StudioView(Side.BACKEND, ViewMode.CODE).query == "side=backend&look=code"
