"""Where an import goes."""

import pytest

from core.review.checking.syntax_tree import parse_source
from core.review.repairs.python.insertion import import_lines
from core.review.repairs.text_edits import apply_replacements


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1\n", "import os\nx = 1\n"),
        ("", "import os\n"),
        ("import re\n\nx = 1\n", "import re\nimport os\n\nx = 1\n"),
        ("from a import (\n    b,\n)  # all\nx = 1\n", "from a import (\n    b,\n)  # all\nimport os\nx = 1\n"),
        ('"""Doc."""\nx = 1\n', '"""Doc."""\nimport os\nx = 1\n'),
        ('#!/usr/bin/env python\n"""Doc."""\nx = 1\n', '#!/usr/bin/env python\n"""Doc."""\nimport os\nx = 1\n'),
        ("from __future__ import annotations\nx = 1\n", "from __future__ import annotations\nimport os\nx = 1\n"),
        (
            "# a\nimport re\n# b\nimport sys\nx = 1\nimport y\n",
            "# a\nimport re\n# b\nimport sys\nimport os\nx = 1\nimport y\n",
        ),
    ],
)
def test_an_import_goes_below_those_that_are_there(text: str, expected: str) -> None:
    source = parse_source("python", text)
    assert source is not None
    assert apply_replacements(text, [import_lines(source, ["import os"])]) == expected
