"""Syntax errors of JSON, TOML and XML."""

import tomllib

import pytest

from core.review.checking.data_formats import data_problems, is_strict_json, load_toml
from tests.support.source_files import source_file


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.json", '{"a": 1 "b": 2}', (1, 9, "A comma is missing here.")),
        ("a.json", '{"a" 1}', (1, 6, "A colon is missing here.")),
        ("a.json", "{a: 1}", (1, 2, "A name in double quotes was expected here.")),
        ("a.json", '{"a":\n}', (2, 1, "A value was expected here.")),
        ("a.json", '{"a": 1, // b\n "c" 1}', (2, 6, "A colon is missing here.")),
        ("package.json", "{ // a\n}", (1, 3, "A name in double quotes was expected here.")),
        ("a.json", '{"a": 1', (1, 8, "A comma is missing here.")),
        ("a.json", "{} x", (1, 4, "There is more after the end of the data.")),
        ("a.json", '["a', (1, 2, "This text has no closing quote.")),
        ("a.json", '["a\nb"]', (1, 4, "A text may not go on in the next line.")),
        ("a.toml", "a = 1\nb = \n", (2, 5, "Invalid value.")),
        ("a.xml", "<a>\n<b>\n</a>", (3, 3, "Mismatched tag.")),
    ],
)
def test_the_first_error_is_told(path: str, text: str, expected: tuple[int, int, str]) -> None:
    [problem] = data_problems(source_file(path, text))
    assert (problem.line, problem.column, problem.message) == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.json", '\ufeff{"a": [1.5e3, null]}'),
        ("a.json", "[" * 100_000),
        ("a.json", f"[{'9' * 5000}]"),
        ("tsconfig.json", '{ // a comment\n "a": 1, }'),
        (".vscode/settings.json", "{ // a comment\n}"),
        ("appsettings.json", '{\n  // per environment\n  "Logging": {}\n}\n'),
        ("data/any.json", '{ /* a */ "a": [1, 2, /* b */ ], // c\n}\n'),
        ("turbo.json", '{"a": "// no comment", // one\n "b": "x,]"}'),
        ("a.json", '{"a": 1}\n{"a": 2}\n'),
        ("cookiecutter.json", '{"a": {{ b }}}'),
        ("a.toml", 'a.b."c" = 1\n'),
        ("a.toml", f"a = {'[' * 5000}"),
        ("a.toml", f"a = {'9' * 5000}"),
        ("a.toml", f"{'a.' * 200}b = 1"),
        ("a.xml", "<!DOCTYPE a><a>&b;</a>"),
        ("a.xml", "no markup"),
        ("a.xml", "<a>{% if b %}<c>{% endif %}</a>"),
        ("a.py", "{"),
    ],
)
def test_what_is_right_or_cannot_be_told_is_no_error(path: str, text: str) -> None:
    assert data_problems(source_file(path, text)) == ()


@pytest.mark.parametrize(
    ("path", "strict"),
    [
        *(("package.json", True), ("data/a.json", True), ("tsconfig.app.json", False), ("jsconfig.json", False)),
        *((".eslintrc.json", False), ("angular.json", False), ("app.config.json", False), (".vscode/a.json", False)),
    ],
)
def test_some_files_allow_more_than_json(path: str, strict: bool) -> None:
    assert is_strict_json(source_file(path, "")) is strict


def test_toml_is_loaded_but_for_keys_that_take_quadratic_time() -> None:
    assert load_toml(f"{'a.' * 99}b = 1")
    assert len(load_toml("".join(f"a.b.c.k{number} = 1.5\n" for number in range(500)))["a"]["b"]["c"]) == 500
    with pytest.raises(ValueError, match="too many parts"):
        load_toml(f"[{'a . ' * 200}b]")
    with pytest.raises(tomllib.TOMLDecodeError):
        load_toml("a =")
