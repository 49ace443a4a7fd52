"""Tokens of style sheets."""

import pytest

from tests.support.token_pairs import same


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("css", "a{b:c}", "a {\n  b: c;\n}\n"),
        ("css", "a>b,c~d{color:#FFF;margin:0.50em .5EM}", "a > b,\nc ~ d {\n  color: #fff;\n  margin: 0.5em 0.5em;\n}"),
        ("css", "a::before{content:'x'}", 'a::before { content: "x"; }'),
        (
            "css",
            "@media (min-width:1px) and (b){c{d:e!important}}",
            "@media (min-width: 1px) and (b) { c { d: e !important; } }",
        ),
        ("css", "a[b=c]{d:url( x.png )}", 'a[b="c"] { d: url(x.png); }'),
        ("css", "/* a\n b */c{}", "/* a\n   b */\nc {\n}\n"),
        ("scss", "$m:(a:b,c:d);.x{@include y($a,1)}", "$m: (\n  a: b,\n  c: d,\n);\n.x { @include y($a, 1); }"),
        ("scss", "// a\n.x{&:hover{b:#{$c}}}", "// a\n.x { &:hover { b: #{$c}; } }"),
    ],
)
def test_layout_makes_no_difference(language: str, before: str, after: str) -> None:
    assert same(language, before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a b{}", "a.b{}"),
        ("a :hover{c:d}", "a:hover{c:d}"),
        ("a .b{c:d}", "a.b{c:d}"),
        ("a{b:calc(1px + 2px)}", "a{b:calc(1px +2px)}"),
        ("a{b:c d}", "a{b:cd}"),
        ("a{content:'a  b'}", "a{content:'a b'}"),
        ("#FFF{a:b}", "#fff{a:b}"),
        ("@media a and (b){c{d:e}}", "@media a and(b){c{d:e}}"),
        ("a{b:c;d:e}", "a{d:e;b:c}"),
        ("/* a */b{}", "/* c */b{}"),
    ],
)
def test_all_else_does(before: str, after: str) -> None:
    assert not same("css", before, after)
