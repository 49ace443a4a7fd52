"""What stands after a fence."""

import pytest

from core.files.markdown.names.info_strings import parse_info_string
from core.files.markdown.names.path_hints import FenceInfo


@pytest.mark.parametrize(
    ("info", "language", "path"),
    [
        ("", "", None),
        ("py", "python", None),
        ("main.py", "", "main.py"),
        ("python main.py", "python", "main.py"),
        ("python:main.py", "python", "main.py"),
        ("python title=main.py", "python", "main.py"),
        ('ts title="src/my app.ts"', "typescript", "src/my app.ts"),
        ("{path=main.py}", "", "main.py"),
        ("{.python file='a.py'}", "python", "a.py"),
        ('js "src/a.js"', "javascript", "src/a.js"),
        ("js {1,3}", "javascript", None),
        ("c++", "cpp", None),
        ("brainfuck", "brainfuck", None),
        ("12:20:src/util.py", "", "src/util.py"),
        ("1:9", "1", None),
        ("css [static/style.css]", "css", "static/style.css"),
        ("tsx [app/[id].tsx]", "tsx", "app/[id].tsx"),
        ("tsx app/[id].tsx", "tsx", "app/[id].tsx"),
    ],
)
def test_the_info_string_has_a_language_a_path_or_both(info: str, language: str, path: str | None) -> None:
    assert parse_info_string(info) == FenceInfo(language, path)
