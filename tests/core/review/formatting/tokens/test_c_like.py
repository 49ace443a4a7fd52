"""Tokens of C and its relatives."""

import pytest

from core.review.formatting.tokens.c_like import c_like_tokens, comment_text
from tests.support.token_pairs import same


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("java", "class A{int x=-1;}", "class A {\n  int x = -1;\n}\n"),
        ("java", 'String s="a  b";', 'String s = "a  b";'),
        ("java", "/* a\n   b */ x", "/* a\n * b */ x".replace(" * b", "      b")),
        ("cpp", "vector<vector<int> > x;", "vector<vector<int>> x;"),
        ("cpp", "#define A(x) x+1 \\\n  +2\nint y;", "#define A(x) \\\n  x + 1 + 2\nint y;"),
        ("cpp", 'auto s=R"x( a "b" )x";', 'auto s = R"x( a "b" )x";'),
        ("csharp", 'var s=$"{d["a b"]} c";', 'var s = $"{d["a b"]} c";'),
        ("rust", "fn f(a:&'a str,b:u8,){}", "fn f(a: &'a str, b: u8) {}"),
        ("rust", "let c='\\'';let d=b'x';", "let c = '\\''; let d = b'x';"),
        ("go", "x:=`a\n b`", "x := `a\n b`"),
    ],
)
def test_layout_makes_no_difference(language: str, before: str, after: str) -> None:
    assert same(language, before, after)


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("csharp", 'x = "text/plain"u8;', 'x = "text/plain" u8;'),
        ("csharp", 'x = """select "a" from t""";', 'x = "" "select " a " from t" "";'),
        ("csharp", 'x = $"""\n    {"hello"} {name}\n    """;', 'x = $"""\n  {"hello"} {name}\n  """;'),
        ("csharp", 'x = $"{d["a b"]}";', 'x = $"{d["a  b"]}";'),
        ("csharp", 'x = @"a\n  b";', 'x = @"a\nb";'),
        ("java", 's = """\n    a\n    """;', 's = """\n  a\n  """;'),
        ("java", "a = 'x';", "a = ' x';"),
        ("c", "a + +b;", "a ++b;"),
        ("c", "a && b;", "a & &b;"),
        ("c", "#define A (x)\n", "#define A(x)\n"),
        ("c", "#define A b\nc", "#define A b c"),
        ("c", "// a b\nx", "// a\n// b\nx"),
        ("c", "int a b;", "int ab;"),
        ("rust", "(a,)", "(a)"),
        ("go", 'import (\n"b"\n"a"\n)', 'import (\n"a"\n"b"\n)'),
    ],
)
def test_all_else_does(language: str, before: str, after: str) -> None:
    assert not same(language, before, after)


def test_a_string_that_has_no_end_is_read_once() -> None:
    assert c_like_tokens("csharp", '$"{' * 3) is not None
    assert c_like_tokens("cpp", 'R"(a') == ['R"(a']
    assert comment_text("/*  a \n   * b */") == "/*  a\n* b */"
