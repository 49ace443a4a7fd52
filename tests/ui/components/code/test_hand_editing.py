"""Files changed by hand: what the browser sends is saved as it is, or refused."""

import pytest

from core.errors import BadRequest
from ui.components.code.hand_editing import _changes_of


def test_texts_by_paths_are_taken() -> None:
    assert _changes_of({"a.py": "x", "b.py": None}) == {"a.py": "x", "b.py": None}


@pytest.mark.parametrize("sent", [None, [], "a", {"a.py": 1}, {"a.py": ["x"]}])
def test_anything_else_is_refused(sent: object) -> None:
    with pytest.raises(BadRequest):
        _changes_of(sent)
