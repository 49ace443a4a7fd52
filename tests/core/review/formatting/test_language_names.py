"""The names of languages as people write them."""

import pytest

from core.files.languages import LANGUAGE_BY_EXTENSION
from core.review.formatting.language_names import DISPLAY_NAMES, display_name


@pytest.mark.parametrize(("language", "name"), [("csharp", "C#"), ("html", "HTML"), ("kotlin", "Kotlin"), ("go", "Go")])
def test_a_language_has_a_name_for_people(language: str, name: str) -> None:
    assert display_name(language) == name


def test_every_special_name_is_that_of_a_language() -> None:
    assert DISPLAY_NAMES.keys() <= set(LANGUAGE_BY_EXTENSION.values())
