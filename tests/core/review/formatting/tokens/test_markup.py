"""Tokens of HTML, Vue and Svelte."""

import pytest

from core.review.formatting.tokens.markup import markup_tokens
from tests.support.token_pairs import same


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("html", "<div><p  class='a  b'>hi</p ></div>", '<div>\n  <p class="a b">hi</p>\n</div>\n'),
        ("html", "<BR><img src=a>", '<br />\n<img src="a" />'.replace("\n", "")),
        ("html", "<p>a  b\n c</p>", "<p>\n  a b c\n</p>"),
        ("html", "<!DOCTYPE html><html>", "<!doctype html>\n<html>"),
        ("html", "<script>let  a='b'</script>", '<script>\n  let a = "b";\n</script>'),
        ("html", "<style>a{b:c}</style>", "<style>\n  a {\n    b: c;\n  }\n</style>"),
        ("html", "<p style='a:b;c:d'>", '<p style="a: b; c: d">'),
        ("html", "<p onclick='f(1);'>", '<p onclick="f(1)">'),
        ("vue", "<p  :a='b+1' @c='d(\"e\")'>{{f}}</p>", '<p :a="b + 1" @c="d(\'e\')">{{ f }}</p>'),
        ("svelte", "<p {a}>{#if b}c{/if}</p>", "<p {a}>{#if b}c{/if}</p>"),
    ],
)
def test_layout_makes_no_difference(language: str, before: str, after: str) -> None:
    assert same(language, before, after)


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("html", "<b>a</b> <i>b</i>", "<b>a</b><i>b</i>"),
        ("html", "<b>a</b><i>b</i>", "<b>a</b>\n<i>b</i>"),
        ("html", "<b>a </b>c", "<b>a</b>c"),
        ("html", "<pre>a  b</pre>", "<pre>a b</pre>"),
        ("html", "<pre>a</pre>", "<pre>\n\n a</pre>"),
        ("html", "<textarea> a</textarea>", "<textarea>a</textarea>"),
        ("html", "<p title='a  b'>", "<p title='a b'>"),
        ("html", "<p a b>", "<p b a>"),
        ("html", "<p>a", "<p>a</p>"),
        ("html", "<!-- a -->", "<!-- b -->"),
        ("html", "<script>let a = 'b  c'</script>", "<script>let a = 'b c'</script>"),
        ("html", "<script type=x>a  b</script>", "<script type=x>a b</script>"),
        ("html", "<div/>a", "<div></div>a"),
        ("vue", "<p>{{ a 'b  c' }}</p>", "<p>{{ a 'b c' }}</p>"),
        ("vue", "<P>a</P>", "<p>a</p>"),
    ],
)
def test_all_else_does(language: str, before: str, after: str) -> None:
    assert not same(language, before, after)


def test_a_page_whose_script_cannot_be_read_has_none() -> None:
    assert markup_tokens("html", "<script>let = ;</script>") is None
