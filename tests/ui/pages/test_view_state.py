"""The view in a studio's address."""

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
