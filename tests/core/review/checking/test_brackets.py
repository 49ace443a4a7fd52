"""Brackets without their other half."""

import pytest

from core.review.checking.brackets import find_mismatch

GOOD = [
    ("java", "class A { String s = \"{ (\"; char c = '{'; /* ( */ } // ["),
    ("java", 'var t = """\n { " ( \n""";'),
    ("cpp", 'auto s = R"x({(")x"; auto n = 1\'000; char q = \'"\';'),
    ("csharp", 'var v = @"c:\\{"; var d = $$"""{ ( """;'),
    ("go", "s := `{ (`"),
    ("rust", "fn f<'a>(x: &'a str) -> char { r#\"(\"#; '{' }"),
    ("swift", 'let x = #"{("#; let y = ##"a"#("##'),
    ("kotlin", "val c = '{' // ("),
    ("python", "( [ {"),
]
BAD = [
    ("java", "class A {\n  f(1;\n}\n", (3, 1, "`}` where `)` was expected.")),
    ("java", "class A {\n}\n}\n", (3, 1, "`}` closes nothing.")),
    ("c", "int main() {\n  f();\n", (1, 12, "`{` is never closed.")),
    ("go", "func f() {\n\tif x {\n\t\ty()\n}\n", (2, 7, "`{` is never closed.")),
    ("rust", "fn f() {\n  [1, 2)\n}\n", (2, 8, "`)` where `]` was expected.")),
]


@pytest.mark.parametrize(("language", "text"), GOOD)
def test_brackets_in_strings_and_comments_are_none(language: str, text: str) -> None:
    assert find_mismatch(language, text) is None


@pytest.mark.parametrize(("language", "text", "expected"), BAD)
def test_the_first_bracket_without_its_other_half_is_told(
    language: str, text: str, expected: tuple[int, int, str]
) -> None:
    problem = find_mismatch(language, text)
    assert problem is not None
    assert (problem.line, problem.column, problem.message) == expected


def test_a_bracket_closed_by_a_line_further_left_is_the_forgotten_one() -> None:
    problem = find_mismatch("java", "class A {\n  void f() {\n    if (x) {\n      y();\n  }\n}\n")
    assert problem is not None
    assert (problem.line, problem.column) == (3, 12)


def test_a_comment_without_an_end_hides_the_rest() -> None:
    problem = find_mismatch("c", "int main() {\n/* }\n")
    assert problem is not None
    assert (problem.line, problem.message) == (1, "`{` is never closed.")
