"""The forms of a file."""

from core.files.source_file import SourceFile
from core.files.text_encoding import EncodedText
from core.review.repairs.adjustment import Adjustment, AdjustmentKind
from core.review.reviewed_file import ReviewedFile

SOURCE = SourceFile("a.py", "python", "x=y\n", original=EncodedText(b"x=y\r\n"))
ADJUSTMENT = Adjustment(AdjustmentKind.IMPORT, "import y")


def test_the_best_form_there_is_is_served() -> None:
    repaired = ReviewedFile(SOURCE, repaired="import y\nx=y\n", adjustments=(ADJUSTMENT,))
    formatted = ReviewedFile(SOURCE, "import y\n\nx = y\n", repaired="import y\nx=y\n")
    assert [file.served.text for file in (ReviewedFile(SOURCE), repaired, formatted)] == [
        "x=y\n",
        "import y\nx=y\n",
        "import y\n\nx = y\n",
    ]
    assert formatted.adjusted.text == "import y\nx=y\n"
    assert ReviewedFile(SOURCE).served.encoded.content == b"x=y\r\n"


def test_as_written_has_no_changes() -> None:
    file = ReviewedFile(SOURCE, "z", repaired="z", adjustments=(ADJUSTMENT,)).as_written()
    assert (file.served.text, file.adjustments) == ("x=y\n", ())


def test_a_served_line_is_found_in_what_was_written() -> None:
    file = ReviewedFile(SOURCE, "import y\n\nx = y\n", repaired="import y\nx=y\n", adjustments=(ADJUSTMENT,))
    assert [file.written_line(line) for line in (1, 3)] == [1, 1]
