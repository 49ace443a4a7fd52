from collections.abc import Sequence

import pytest

from core.files.source_file import SourceFile
from core.review.checking.checks import check
from core.review.checking.problem import Problem, ProblemKind
from tests.support.source_files import check_single, sample_answers, source_file

GOOD = {
    "generics.py": "type Pair[T] = tuple[T, T]\n\n\ndef first[T](pair: Pair[T]) -> T:\n"
    "    return pair[0]\n\n\n"
    'match first((1, 2)):\n    case 1:\n        print(f"{"nested"}")\n',
    "forward.py": 'from sqlalchemy.orm import Mapped\n\n\nclass List:\n    todos: Mapped[list["Todo"]]\n',
    "decorators.ts": "@Injectable()\nexport class A {\n  accessor x = 1 satisfies number;\n"
    "  #y?: string;\n  static {}\n}\n"
    "const f = <const T,>(x: T) => x;\nusing handle = open();\nawait f(1);\n",
    "in_js.js": "export default function App() {\n  return <><p>{a ?? b}</p></>;\n}\n",
    "component.tsx": "const A = <T,>({ x }: { x: T }) => <B<T> x={x}>it's {...[1]}</B>;\nexport default A;\n",
    "old.cjs": "with (a) { b }\nvar public = 010;\nmodule.exports = {};\n",
    "nested.css": '@import "tailwindcss";\n@theme { --a: red; }\n'
    ".a { &:hover { color: oklch(from var(--a) l c h / 50%); } "
    "@apply px-2; }\n@container (width > 1px) { b { inset: 0 } }\n",
    "mixins.scss": "// note\n@mixin m($a: 1) { &:hover { width: calc(1px * #{$a}); } }\n.x { @include m($a: 2); }\n",
    "flow.yaml": "on:\n  push:\n    branches: [\n      main\n    ]\nname: !Ref x\nrun: ${{ a.b }}\n",
    "chart.yaml": "a: {{ .Values.x }}\n{{- if .Values.y }}\nb: 1\n{{- end }}\n",
    "data.json": '{"a": [1, 2.5e3, "\\u00e9"], "b": null}\n',
    ".prettierrc": "semi: false\nsingleQuote: true\n",
    ".eslintrc": "# settings\nroot: true\n",
    ".babelrc": "{ presets: ['a'], /* b */ }\n",
    "tsconfig.json": '{\n  // strict\n  "compilerOptions": { "strict": true, },\n}\n',
    "Cargo.toml": '[package]\nname = "a"\n[dependencies]\nserde = { version = "1", features = ["derive"] }\n',
    "schema.graphql": 'extend schema @link(url: "x")\ntype Query { a(x: Int = 1): [String!]! @deprecated }\n',
    "pom.xml": '<?xml version="1.0"?>\n<project xmlns:x="y"><a b="c"/><!-- d --></project>\n',
    "page.html": "<!DOCTYPE html>\n<title>a & b</title>\n<ul><li>1<li>2</ul>\n<p>a < b && c<p>d\n"
    "<img src=data:,><br>\n"
    '<script>if (1<2) { x = "</p>"; }</script>\n<svg><path d="M0"/></svg><button disabled>x</button>\n',
    "jinja.html": "{% for a in b %}<div>{% if c %}</div>{% endif %}{% endfor %}<script>x = {{ y }};</script>\n",
    "angular.component.html": "@if (a < b) {\n"
    '<li *ngFor="let x of y; let i = index" [class.z]="i > 1" (click)="f()">'
    "{{ x | async }}</li>\n}\n",
    "View.vue": '<script setup lang="ts">\nconst x = defineProps<{ a: string }>();\n</script>\n<template>\n'
    '  <Title v-slot:a="{ b }" @click="c > 1" :d="e">{{ x < 1 }}</Title>\n'
    "  <template #f><br></template>\n</template>\n"
    '<style scoped lang="scss">\n.a { :deep(.b) { color: v-bind(c); } }\n</style>\n',
    "View.svelte": '<script lang="ts" generics="T extends A<B>">\n'
    "  let { a = $bindable() }: { a: T } = $props();\n"
    "  $: b = a;\n</script>\n{#each b as c (c)}\n  <textarea oninput={(e) => (a = e)} />\n{/each}\n"
    "<style>\n  :global(.x) { color: red; }\n</style>\n",
    "query.sql": "PRAGMA foreign_keys = ON;\n"
    "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT DEFAULT 'x');\n"
    "INSERT INTO a (b) VALUES ('y') ON CONFLICT (id) DO UPDATE SET b = excluded.b RETURNING id;\n",
    "mysql.sql": "CREATE TABLE `a` (`id` INT UNSIGNED NOT NULL AUTO_INCREMENT, KEY `k` (`id`)) ENGINE=InnoDB;\n",
    "run.sh": "#!/bin/bash\nset -euo pipefail\n"
    'for f in "${a[@]:-}"; do [[ $f =~ ^x$ ]] && echo "$(date)" >&2; done\n'
    "cat <<EOF\n${x}\nEOF\n",
    ".env": "KEY=a b c(\nURL=http://x/?a=1&b=(2\n",
    "Pattern.java": "record P(int x) {}\nsealed interface S permits A {}\n"
    "final class A implements S {\n  String f(Object o) {\n"
    '    var t = """\n        { "a": 1 (\n        """;\n'
    '    return switch (o) { case P(int x) when x > 1 -> t; default -> "}"; };\n'
    "  }\n}\n",
    "main.go": "package main\n\nfunc F[T ~int | string](x T) {\n\tfor i := range 10 {\n"
    "\t\t_ = i\n\t}\n\ts := `{ (`\n\t_ = s\n}\n",
    "go.mod": "module x\n\ngo 1.22\n",
    "main.rs": "fn f<'a>(x: Option<&'a str>) -> char {\n"
    "    let Some(_y) = x else { return '{' };\n    r#\"(\"#;\n"
    "    async move || 1;\n    'a'\n}\n",
    "main.c": '#include <stdio.h>\n#define M(x) { x\nint main(void) { printf("%" PRId64 "{", 1); return 0; }\n',
    "main.cpp": "import std;\n"
    "template <typename T> concept C = requires(T a) { { a + 1 } -> std::same_as<int>; };\n"
    'auto s = R"x({(")x"; auto n = 1\'000\'000; int f() { return [&]<class T>(T x) { return x; }(1); }\n',
    "Program.cs": 'using System;\nvar s = $$"""{ "a": {{1}} """;\nint[] a = [1, ..b];\nvar v = @"c:\\{";\n'
    'record R(int X) { public required string Y { get; init; } = $"{(1)}"; }\n',
    "index.php": "<?php\nenum E: string { case A = 'a'; }\n"
    "class C { public function __construct(private readonly int $x) {} }\n"
    "?>\n<p><?= match(true) { default => 1 } ?></p>\n",
    "app.rb": "class A\n  def f(x) = x&.y { |z| z in {a: Integer => b} }\n  S = <<~X\n    ( {\n  X\nend\n",
    "Main.kt": '@file:Suppress("x")\n'
    'fun main() { val s = """{ ( $x ${1}"""; listOf(1).map { it + 1 }; val c = \'{\' }\n',
    "View.swift": 'struct V: View {\n  @State private var x = #"{("#\n'
    '  var body: some View { Text("\\(x.map { "a" })") }\n}\n',
    "notes.txt": "anything { ( [\n",
    "empty.py": "",
    "empty.ts": "\n",
}

BROKEN = {
    "a.py": ("def f():\n    return (1 +\n", 2),
    "indent.py": ("def f():\nreturn 1\n", 2),
    "a.ts": ("const a = {\n  b: 1\n  c: 2\n};\n", 3),
    "a.jsx": ("const A = () => (\n  <div>\n    <p>\n  </div>\n);\n", 4),
    "a.css": ("b { c: d }\na { color: red\n", 2),
    "a.scss": (".a {\n  &:hover { color: red; }\n", 2),
    "a.yaml": ("a: 1\nb: c: d\n", 2),
    "a.json": ('{\n  "a": 1,\n}\n', 3),
    "a.toml": ("a = 1\nb = \n", 2),
    "a.graphql": ("type A {\n  x: Int\n", 2),
    "a.xml": ("<a>\n  <b>\n</a>\n", 3),
    "a.html": ("<main>\n  <div>\n</main>\n", 2),
    "open.html": ("<p>\n<script>\nlet x = 1;\n", 2),
    "script.html": ("<p>\n<script>\nlet x = ;\n</script>\n", 3),
    "a.vue": ("<template>\n  <div>\n</template>\n<script setup>\nlet a;\n</script>\n", 2),
    "script.vue": ('<template><p/></template>\n<script lang="ts">\nlet a: = 1;\n</script>\n', 3),
    "a.svelte": ("<p>x</p>\n<script>\n  let a = ;\n</script>\n", 3),
    "open.svelte": ("<script>let a = 1;</script>\n<style>\n  p { color: red; }\n", 2),
    "a.sql": ("SELECT 1;\nINSERT INTO a VALUES (1, 2;\n", 2),
    "a.sh": ("if true; then\n  echo 1\n", 1),
    "A.java": ("class A {\n  void f() {\n    g(1, 2;\n  }\n}\n", 4),
    "B.java": ("class B {\n  int x = 1\n  int y = 2;\n}\n", 2),
    "a.go": ("package a\nfunc f() {\n\tif x {\n\t\ty()\n}\n", 3),
    "a.rs": ("fn main() {\n  let x = 1\n  let y = 2;\n}\n", 2),
    "a.c": ("int main() {\n  return 0;\n", 1),
    "a.cpp": ("int main() {\n  f(1;\n}\n", 3),
    "a.cs": ("class A {\n  void F() { G(; }\n}\n", 2),
    "a.php": ("<?php\nfunction f( {\n  return 1;\n}\n", 2),
    "a.rb": ("class A\n  def x\nend\n", 1),
    "a.kt": ('fun main() {\n  println("x"\n}\n', 3),
    "a.swift": ('func f() {\n  print("x"\n}\n', 3),
}


def errors(problems: Sequence[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.kind in (ProblemKind.SYNTAX, ProblemKind.NAME)]


async def test_good_code_of_today_has_no_errors() -> None:
    found = (await check([source_file(path, text) for path, text in GOOD.items()])).problems
    assert {path: errors(problems) for path, problems in found.items() if errors(problems)} == {}
    assert list(found) == list(GOOD)


async def test_broken_code_is_told_with_its_line() -> None:
    found = (await check([source_file(path, text) for path, (text, _) in BROKEN.items()])).problems
    assert {path: [p.line for p in errors(problems)] for path, problems in found.items()} == {
        path: [line] for path, (_, line) in BROKEN.items()
    }


async def test_every_error_is_one_plain_sentence() -> None:
    found = (await check([source_file(path, text) for path, (text, _) in BROKEN.items()])).problems
    for problem in (problem for problems in found.values() for problem in problems):
        assert problem.message[0].isupper() or problem.message[0] == "`", problem
        assert problem.message.endswith("."), problem
        assert "\n" not in problem.message, problem
        assert problem.column >= 1, problem


@pytest.mark.parametrize("name", list(sample_answers()))
async def test_what_a_model_really_wrote_has_no_problem(name: str) -> None:
    found = (await check(sample_answers()[name])).problems
    assert {path: problems for path, problems in found.items() if problems} == {}


@pytest.mark.parametrize(
    ("path", "text", "column"),
    [
        ("a.js", 'const x = "日本語"; const = 1;', 24),
        ("a.py", 'x = "日本語" +\n', 12),
        ("a.java", 'class A { String s = "日本語" int; }', 28),
        ("a.json", '{"日本語" 1}', 8),
    ],
)
async def test_columns_count_characters(path: str, text: str, column: int) -> None:
    (problem,) = await check_single(source_file(path, text))
    assert (problem.line, problem.column) == (1, column)


async def test_a_forgotten_brace_is_told_where_it_was_opened() -> None:
    (problem,) = await check_single(source_file("a.go", "package a\nfunc f() {\n\tif x {\n\t\ty()\n}\n"))
    assert problem == Problem(3, 7, "`{` is never closed.")


async def test_one_file_alone_is_checked_for_its_syntax() -> None:
    assert await check_single(source_file("a.py", "from .gone import x\nprint(y)\n")) == ()


async def test_a_file_cut_off_is_told_at_its_end_and_nothing_else_of_its_syntax() -> None:
    file = SourceFile("a.ts", "typescript", "function f() {\n  retu", is_complete=False)
    assert (await check([file])).problems["a.ts"] == (
        Problem(2, 7, "The file is cut off here.", ProblemKind.TRUNCATED),
    )
