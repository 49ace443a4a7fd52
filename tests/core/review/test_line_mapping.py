"""A line is found again once a formatter and repairs have moved it."""

import pytest

from core.review.line_mapping import map_line

FORMATTED = """const names = {
  a: "x",
  b: "y",
};
export default names;
"""
WRITTEN = "const names = {a: 'x',\n\n b: 'y'}\nexport default names\n"


@pytest.mark.parametrize(("line", "place"), [(1, 1), (2, 1), (3, 3), (4, 4), (5, 4), (99, 4), (0, 1)])
def test_a_line_is_mapped_by_its_words(line: int, place: int) -> None:
    assert map_line(line, FORMATTED, WRITTEN) == place


@pytest.mark.parametrize(("line", "place"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4)])
def test_lines_that_were_added_count_for_nothing(line: int, place: int) -> None:
    written = "import os\nx = json.dumps(1)\ny=2\nz = 3\n"
    served = "import os\nimport json\nx = json.dumps(1)\ny = 2\nz = 3\n"
    assert map_line(line, served, written, ["import json"]) == place
