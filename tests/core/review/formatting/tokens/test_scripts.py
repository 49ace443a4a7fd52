"""Tokens of JavaScript and TypeScript."""

import pytest

from core.review.formatting.tokens.scripts import number_value, script_tokens
from tests.support.token_pairs import same


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("let a = 'b'", 'let a = "b";\n'),
        ("let z = 'it\\'s'", 'let z = "it\'s";'),
        ("const f = x => (x)", "const f = (x) => x;"),
        ("f(a,b)", "f(\n  a,\n  b,\n);"),
        ("new Foo", "new Foo();"),
        ("delete(a.b);(function(){})()", "delete a.b;\n(function () {})();"),
        ("x = 0XFF + 1.50 + .5", "x = 0xff + 1.5 + 0.5;"),
        ("if (a) b; else c;;", "if (a) b;\nelse c;"),
        ("q = <a b='c'>x{' '}\n  <i>y</i>\n</a>", 'q = (\n  <a b="c">\n    x <i>y</i>\n  </a>\n);'),
        ("x = `a ${ b }`", "x = `a ${b}`;"),
        ("const f = x => x // y\nnew A // z", "const f = (x) => x; // y\nnew A(); // z"),
        ("f(a /* x */, b) // y", "f(a /* x */, b); // y"),
    ],
)
def test_layout_makes_no_difference(before: str, after: str) -> None:
    assert same("javascript", before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("type A = {a: B, c: D}", "type A = { a: B; c: D };"),
        ("type A =\n  | B\n  | C", "type A = B | C;"),
        ("interface A { b: C, }", "interface A {\n  b: C;\n}"),
    ],
)
def test_nor_does_it_in_typescript(before: str, after: str) -> None:
    assert same("typescript", before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = [,]", "x = []"),
        ("(a?.b).c", "a?.b.c"),
        ("a ?? (b || c)", "(a ?? b) || c"),
        ("x = 'a  b'", "x = 'a b'"),
        ("x = '\\d'", "x = 'd'"),
        ("x = `a  b`", "x = `a b`"),
        ("x = `a ${b} `", "x = `a ${b}`"),
        ("// a\nb", "b // a"),
        ("import b from 'b'; import a from 'a'", "import a from 'a'; import b from 'b'"),
        ("return_\n(a)", "return_; (a)"),
        ("x = /a b/", "x = /a  b/"),
        ("q = <a>x <i/></a>", "q = <a>x<i/></a>"),
        ("q = <a>x  y</a>", "q = <a>x y</a>"),
        ("x = {'a': 1}", "x = {a: 1}"),
        ("x = 10n", "x = 10"),
    ],
)
def test_all_else_does(before: str, after: str) -> None:
    assert not same("javascript", before, after)


def test_what_cannot_be_read_has_none() -> None:
    assert script_tokens("javascript", "let = ;") is None


@pytest.mark.parametrize(
    ("text", "value"), [("1.0", "1.0"), ("1E3", "1000.0"), ("0B1", "0b1"), ("1_0", "1_0"), ("7", "7")]
)
def test_a_number_has_one_form(text: str, value: str) -> None:
    assert number_value(text) == value
