"""Documents, and places in them once a formatter has moved their text."""

import pytest

from core.files.source_file import SourceFile
from ui.components.code.document import Document, map_offset


def test_a_form_of_a_file_is_a_document_of_its_own() -> None:
    as_written, formatted = (
        Document.from_file("r", SourceFile("main.py", "python", text), ()) for text in ("x=1\n", "x = 1\n")
    )
    assert as_written.id != formatted.id
    assert (as_written.path, as_written.is_open, as_written.lines) == ("main.py", False, 1)


@pytest.mark.parametrize(
    ("offset", "text", "formatted", "place"),
    [
        (0, "x=1", "x = 1", 0),
        (2, "x=1\ny=2", "x = 1\ny = 2", 3),
        (4, "x=1\ny=2", "x = 1\ny = 2", 5),
        (7, "x=1\ny=2", "x = 1\ny = 2", 11),
        (7, "x=1\ny=2", "x = 1", 5),
    ],
)
def test_an_offset_is_mapped_by_the_characters_that_are_no_blanks(
    offset: int, text: str, formatted: str, place: int
) -> None:
    assert map_offset(offset, text, formatted) == place
