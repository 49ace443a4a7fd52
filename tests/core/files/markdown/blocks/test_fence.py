"""Lines that open and close blocks."""

import pytest

from core.files.markdown.blocks.fence import Fence


@pytest.mark.parametrize(
    ("line", "fence"),
    [
        ("```\n", Fence("```", 0, "")),
        ("~~~~ py \n", Fence("~~~~", 0, "py")),
        ("   ```py title=a\n", Fence("```", 3, "py title=a")),
        ("\t```\n", Fence("```", 4, "")),
        ("  \t```\n", Fence("```", 4, "")),
        ("\t \t```\n", Fence("```", 8, "")),
        ("~~~ a`b\n", Fence("~~~", 0, "a`b")),
    ],
)
def test_a_fence_has_signs_an_indent_in_columns_and_an_info_string(line: str, fence: Fence) -> None:
    assert Fence.parse(line) == fence
