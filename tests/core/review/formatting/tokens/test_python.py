"""Tokens of Python."""

import pytest

from core.review.formatting.tokens.python import python_tokens
from tests.support.token_pairs import same


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = {  'a':1 }\n", 'x = {"a": 1}\n'),
        ("return_ = (1)\nf(a,b,)\n", "return_ = 1\nf(\n    a,\n    b,\n)\n"),
        ("class A(): pass #x\n", "class A:\n    pass  # x\n"),
        ("x = 1; y = 0XFF\n", "x = 1\ny = 0xFF\n"),
        ("#!shebang\nx\n", "#!shebang\nx\n"),
    ],
)
def test_layout_makes_no_difference(before: str, after: str) -> None:
    assert same("python", before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('def f():\n    """ a """\n', 'def f():\n    """a"""\n'),
        ("# a b\n", "# a  b\n"),
        ("# a\n# b\n", "# b\n# a\n"),
        ("x = (1,)\n", "x = (1)\n"),
        ("if a:\n    b\n    c\n", "if a:\n    b\nc\n"),
        ("x = 'a' 'b'\n", "x = 'a b'\n"),
    ],
)
def test_all_else_does(before: str, after: str) -> None:
    assert not same("python", before, after)


@pytest.mark.parametrize("text", ["def f(:\n", "x = (\n", "\x00", "(" * 500])
def test_what_cannot_be_read_has_none(text: str) -> None:
    assert python_tokens(text) is None
