"""The tooltip of a file."""

from core.files.source_file import SourceFile
from core.review.checking.problem import Problem
from ui.components.code.document import Document
from ui.components.code.file_tree import summarize


def document(*problems: Problem) -> Document:
    return Document.from_file("r", SourceFile("app/main.py", "python", "x = 1\n" * 2), problems)


def test_a_file_is_summed_up_in_its_tooltip() -> None:
    assert summarize(document()) == "app/main.py · 2 lines · 12 B"
