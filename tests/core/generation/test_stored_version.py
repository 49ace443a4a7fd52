"""Versions whose files a person made. How they are stored is tested by uploads and by edits."""

from core.files.source_file import SourceFile
from core.generation.stored_version import to_markdown


def test_the_text_of_a_run_shows_every_file_under_its_name() -> None:
    files = [SourceFile("a.md", "markdown", "### FILE: b.py\n```\nx\n```\n"), SourceFile("b.py", "python", "b\n")]
    assert to_markdown(files) == (
        "### FILE: a.md\n````markdown\n### FILE: b.py\n```\nx\n```\n````\n\n### FILE: b.py\n```python\nb\n```\n"
    )
