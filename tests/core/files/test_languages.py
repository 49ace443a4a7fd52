"""The language of a file, by its name alone."""

import pytest

from core.files.languages import is_source_name, language_of


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("main.py", "python"),
        ("src/App.tsx", "tsx"),
        ("a/Dockerfile", "dockerfile"),
        ("README.MD", "markdown"),
        (".gitignore", "text"),
        ("pom.xml", "xml"),
        ("start.sh", "shell"),
        ("App.vue", "vue"),
        ("notes", "text"),
        ("", "text"),
    ],
)
def test_the_language_follows_from_the_name(path: str, language: str) -> None:
    assert language_of(path) == language


def test_known_names_need_no_extension() -> None:
    assert is_source_name("Dockerfile")
    assert not is_source_name("anything")
