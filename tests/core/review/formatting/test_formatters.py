"""The formatter of each language."""

import pytest

from core.files.languages import LANGUAGE_BY_EXTENSION, language_of
from core.review.formatting.formatters import FORMATTERS, format_with_ruff, format_with_shfmt


def test_every_language_with_a_formatter_is_one_that_files_have() -> None:
    assert FORMATTERS.keys() <= set(LANGUAGE_BY_EXTENSION.values())


@pytest.mark.parametrize("language", FORMATTERS)
def test_a_formatter_knows_the_extension_of_each_of_its_languages(language: str) -> None:
    extension = FORMATTERS[language].extension_for(language)
    assert extension.startswith(".")
    # oxfmt takes both from .jsx, which allows everything that .js does.
    assert language_of(f"a{extension}") in {language, "jsx"} | ({"c"} if language == "c" else set())


async def test_a_bad_file_costs_no_other() -> None:
    assert await format_with_shfmt({"0.sh": "x=1", "1.sh": "if\n", "2.sh": "y=1"}) == {
        "0.sh": "x=1\n",
        "1.sh": None,
        "2.sh": "y=1\n",
    }
    assert await format_with_ruff({"0.py": "x  = 1", "1.py": "def ("}) == {"0.py": "x = 1\n", "1.py": None}
