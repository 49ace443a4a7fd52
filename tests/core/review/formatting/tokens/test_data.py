"""Tokens of data, settings, shell and Markdown."""

import pytest

from core.review.formatting.tokens.data import shell_tokens, yaml_tokens
from tests.support.token_pairs import same


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("json", '{"a":[1,2,],// b\n}', '{\n  "a": [1, 2], // b\n}'),
        ("toml", "a=[1,\n2,] # x\n[b]\n", "a = [1, 2] # x\n\n[b]\n"),
        ("graphql", '"""\n  doc\n"""\ntype A{x(a:B,c:D):E}', '"""\ndoc\n"""\ntype A {\n  x(a: B, c: D): E\n}'),
        ("yaml", "a:   'x'\nb: [1,2] # c\n", 'a: "x"\nb: [1, 2] # c\n'),
        ("yaml", "c: |\n   text # no comment\n# one\n", "c: |\n  text # no comment\n# one\n"),
        ("markdown", "# a\n* b\n* c\n", "# a\n\n- b\n- c\n"),
        ("markdown", "| a | b |\n|--|:-:|\n| 1 | 2 |\n", "| a   |  b  |\n| --- | :-: |\n| 1   |  2  |\n"),
        ("shell", "if true;then\necho 'a  b'\nfi\n", "if true; then\n  echo 'a  b'\nfi\n"),
        ("shell", "cat <<A\n x\nA\n", "cat <<A\n x\nA\n"),
    ],
)
def test_layout_makes_no_difference(language: str, before: str, after: str) -> None:
    assert same(language, before, after)


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("json", '{"a": 1, "b": 2}', '{"b": 2, "a": 1}'),
        ("json", '{"a": 1.0}', '{"a": 1}'),
        ("json", '{"a": "b  c"}', '{"a": "b c"}'),
        ("json", "[] // a", "[]"),
        ("toml", 'a = """\n b"""', 'a = """\nb"""'),
        ("toml", "a = 1 # b", "a = 1"),
        ("graphql", "type A # b\n", "type A"),
        ("yaml", "a: '1'\n", "a: 1\n"),
        ("yaml", "a: |\n  b\n", "a: |\n  b\n\n  c\n"),
        ("yaml", "a: 1 # b\n", "a: 1\n"),
        ("yaml", "a: &x 1\nb: *x\n", "a: &y 1\nb: *y\n"),
        ("markdown", "```\na  b\n```\n", "```\na b\n```\n"),
        ("markdown", "a  \nb\n", "a\nb\n"),
        ("shell", 'echo "a  $b"\n', 'echo "a $b"\n'),
        ("shell", "cat <<A\n x\nA\n", "cat <<A\nx\nA\n"),
        ("shell", "a `b`\n", "a $(b)\n"),
        ("shell", "a & b\n", "a b\n"),
    ],
)
def test_all_else_does(language: str, before: str, after: str) -> None:
    assert not same(language, before, after)


def test_what_cannot_be_read_has_none() -> None:
    assert yaml_tokens("a: [") is None
    assert shell_tokens("if\n") is None
