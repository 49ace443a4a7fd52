"""Brackets that are closed where only one place is possible."""

import pytest

from core.review.repairs.brackets import close_brackets
from tests.support.repairs import repaired


@pytest.mark.parametrize(
    ("path", "text", "closed"),
    [
        ("a.py", 'print("x"\n', 'print("x")\n'),
        ("a.py", "x = [\n    1,\n    2,\n", "x = [\n    1,\n    2,\n]\n"),
        (
            "a.py",
            "f(\n    a,\n\n@app.get('/')\ndef g():\n    pass\n",
            "f(\n    a,\n)\n\n@app.get('/')\ndef g():\n    pass\n",
        ),
        ("a.ts", "export function f() {\n  return 1;\n", "export function f() {\n  return 1;\n}\n"),
        (
            "a.js",
            "app.get('/', (req, res) => {\n  res.json([]);\n",
            "app.get('/', (req, res) => {\n  res.json([]);\n})\n",
        ),
        ("a.jsx", "const A = () => {\n  return <p>{x}</p>;\n", "const A = () => {\n  return <p>{x}</p>;\n}\n"),
        ("a.js", "const s = '(';\nf([1, 2\n", "const s = '(';\nf([1, 2])\n"),
    ],
)
def test_what_was_forgotten_is_closed(path: str, text: str, closed: str) -> None:
    assert repaired(close_brackets, {path: text}, broken=frozenset({path})) == {path: closed}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.js", "function f() {\n  g();\n\nfunction h() {\n}\n"),  # before h, or around it
        ("a.py", "x = (1]\n"),
        ("a.py", "def f(:\n    pass\n"),
        ("a.js", "f((((((((1\n"),
        ("a.js", "function f() {\n  g();\n\nfunction h() {\n  k();\n"),
        ("a.py", "x = foo(\ny = bar(\n"),
        ("a.css", "a {\n"),
        ("a.py", "print('x'\n    if\n"),
    ],
)
def test_what_is_not_certain_stays(path: str, text: str) -> None:
    assert repaired(close_brackets, {path: text}, broken=frozenset({path})) == {}


def test_a_file_that_can_be_read_is_not_looked_at() -> None:
    assert repaired(close_brackets, {"a.py": 'print("x"\n'}) == {}
