"""Syntax errors that oxfmt finds, in plain words."""

import pytest

from core.review.checking.web.syntax import web_problems
from tests.support.source_files import source_file


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.js", "let a = ;\n", (1, 9, "Unexpected `;`.")),
        ("a.js", "f(\n", (2, 1, "Expected `)` but found the end of the file.")),
        ("a.css", "a {\n  b: c;\n", (1, 3, "`{` is never closed.")),
        ("a.yaml", "a: 1\nb: c: d\n", (2, 5, "A colon is not allowed here.")),
        ("a.jsx", "const A = () => <p></b>;\n", (1, 22, "Expected `</p>`.")),
        ("a.vue", "<p/>\n<script>\nlet a = ;\n</script>\n", (3, 9, "Unexpected `;`.")),
        ("a.html", "<p>é<script>let a = ;</script>\n", (1, 21, "Unexpected `;`.")),
    ],
)
async def test_an_error_is_told_in_plain_words_at_its_place(
    path: str, text: str, expected: tuple[int, int, str]
) -> None:
    [problem] = (await web_problems([source_file(path, text)])).problems[path]
    assert (problem.line, problem.column, problem.message) == expected


async def test_the_first_of_two_broken_parts_counts() -> None:
    text = "<style>a { b: c</style>\n<script>let a = ;</script>\n"
    [problem] = (await web_problems([source_file("a.html", text)])).problems["a.html"]
    assert problem.line == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.yaml", "a: [\n  b\n]\n"),
        ("a.yaml", "a: {{ b }}\n"),
        ("a.json", "{ broken"),
        ("tsconfig.json", "{ // a\n}"),
        ("a.js", " \n"),
        ("a.html", "<p>"),
        ("a.py", "let = ;"),
    ],
)
async def test_what_others_read_or_no_one_can_is_left_out(path: str, text: str) -> None:
    assert (await web_problems([source_file(path, text)])).problems == {}


async def test_a_lone_surrogate_in_the_line_of_an_error_is_borne() -> None:
    assert set((await web_problems([source_file("a.js", "let a = '\ud800' = ;\n")])).problems) <= {"a.js"}
