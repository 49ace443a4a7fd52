"""Source text as a tree."""

import pytest
from tree_sitter import Node

from core.review.checking import syntax_tree
from core.review.checking.syntax_tree import (
    GRAMMARS,
    MAX_ERROR_WIDTH,
    ParsedSource,
    lies_in,
    parse_source,
    path_to,
    source_of,
    syntax_errors,
)
from tests.support.cpu_time import cpu_limit


def parsed(language: str, text: str) -> ParsedSource:
    source = parse_source(language, text)
    assert source is not None
    return source


def named(source: ParsedSource, pattern: str) -> list[str]:
    return [source_of(node) for node in source.query(pattern)]


@pytest.mark.parametrize("language", GRAMMARS)
def test_every_grammar_is_installed(language: str) -> None:
    assert parse_source(language, "x") is not None


def test_a_language_without_a_grammar_and_a_text_that_takes_too_long_have_no_tree(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert parse_source("cobol", "x") is None
    monkeypatch.setattr(syntax_tree, "PARSE_TIMEOUT", -1.0)
    assert parse_source("python", "x = (1, 2)\n" * 5000) is None


def test_a_query_gives_the_captured_nodes_in_order_but_for_those_with_an_underscore() -> None:
    source = parsed("javascript", "require('a'); other('b'); require('c');")
    pattern = (
        "(call_expression function: (identifier) @_name arguments: (arguments . (string) @source)"
        ' (#eq? @_name "require"))'
    )
    assert named(source, pattern) == ["'a'", "'c'"]


def test_a_position_counts_characters_from_1() -> None:
    source = parsed("python", "x = 'é'; y = 1\nz\n")
    places = [source.position(node) for node in source.query("(identifier) @name")]
    assert places == [(1, 1), (1, 10), (2, 1)]


def test_nothing_is_searched_in_an_error_with_too_many_children() -> None:
    assert named(parsed("python", "# a\n" + "(" * (MAX_ERROR_WIDTH - 10)), "(comment) @comment") == ["# a"]
    wide = parsed("python", "# a\n" + "(" * (MAX_ERROR_WIDTH + 10))
    assert (wide.is_searchable, named(wide, "(comment) @comment")) == (False, [])
    assert parsed("python", "x = 1\n" * 3 * MAX_ERROR_WIDTH + "(").is_searchable


def test_a_node_lies_in_another_by_its_place() -> None:
    source = parsed("javascript", "try { a(); try { b(); } finally {} } catch {} c(); try { d(); } catch {}")
    is_inside = lies_in(source.query("(try_statement) @try"))
    calls = list(source.query("(call_expression) @call"))
    assert [source_of(call) for call in calls if is_inside(call)] == ["a()", "b()", "d()"]
    assert not any(lies_in([])(call) for call in calls)


def test_the_path_to_a_node_leads_down_from_the_root() -> None:
    source = parsed("python", "def f():\n    return x\n")
    [*_, name] = source.query("(identifier) @name")
    path: list[Node] = list(path_to(source.tree.root_node, name))
    assert [node.type for node in path] == ["function_definition", "block", "return_statement", "identifier"]
    assert list(path_to(source.tree.root_node, source.tree.root_node)) == []


def test_the_path_takes_linear_time_also_in_a_deep_tree() -> None:
    depth = 20_000
    source = parsed("python", f"{'(' * depth}x{')' * depth}\n")
    place = (0, depth)
    name = source.tree.root_node.named_descendant_for_point_range(place, place)
    assert name is not None
    with cpu_limit(2):
        assert len(list(path_to(source.tree.root_node, name))) > depth


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("java", "class A {\n  int x = 1\n}\n", (2, 12, "Missing `;`.")),
        ("php", "<?php\n$a = = 1;\n", (2, 6, "Unexpected `=`.")),
        ("go", "package a\nfunc f() {\n", (2, 10, "`{` is never closed.")),
        ("rust", "fn f() {\n    g(1, 2;\n}\n", (3, 1, "`}` where `)` was expected.")),
        ("java", "class A { void f(int _) {\n", (1, 25, "`{` is never closed.")),
    ],
)
def test_the_first_error_is_told_at_its_place(language: str, text: str, expected: tuple[int, int, str]) -> None:
    [problem] = syntax_errors(language, text)
    assert (problem.line, problem.column, problem.message) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "def ("),
        ("java", "class A { int x = 1; }"),
        ("cpp", "MACRO x y z w\n"),
        ("rust", 'unsafe extern "C" {\n    safe fn abs(x: i32) -> i32;\n}\n'),
        ("rust", "fn f() { let x = gen { yield 1; }; }\nmacro_rules! m { ($a:expr) => { $a } }\n"),
        ("java", "import module java.base;\nclass A {}\n"),
        ("java", "class A { A(int x) { if (x < 0) throw new E(); super(x); } }\n"),
        ("java", "class A { boolean f(Object o) { return o instanceof P(var x, P(var y, _)); } }\n"),
        ("php", "<?php\nclass A { public private(set) string $x { get => $this->y; } }\n$a = $b |> f(...);\n"),
        ("c", "#if a\nint f() {\n#else\nint g() {\n#endif\n}\n"),
    ],
)
def test_what_another_reads_better_is_right_or_is_uncertain_has_none(language: str, text: str) -> None:
    assert syntax_errors(language, text) == ()
