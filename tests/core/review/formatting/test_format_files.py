import asyncio
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import subprocesses
from core.files.source_file import SourceFile
from core.review.checking.checks import check
from core.review.checking.problem import CheckResult, Problem, ProblemKind
from core.review.formatting.format_files import (
    TEMPLATE_REASON,
    TIMEOUT_REASON,
    TOO_LONG_REASON,
    TRUNCATED_REASON,
    UNREADABLE_REASON,
    UNSAFE_REASON,
    FormatResult,
    format_files,
)
from tests.support.shell_programs import put_program
from tests.support.source_files import sample_answers, source_file

LAID_OUT = {
    "a.py": ("x = {  'a':1 }\n", "x = {'a': 1}\n"),
    "a.js": ("let a = 'b'", 'let a = "b";\n'),
    "a.jsx": ("let a = <p  b='c'/>", 'let a = <p b="c" />;\n'),
    "a.ts": ("let a:string='b'", 'let a: string = "b";\n'),
    "a.tsx": ("let a=<p/>", "let a = <p />;\n"),
    "a.json": ('{"a":1}', '{ "a": 1 }\n'),
    "a.css": ("a{b:c}", "a {\n  b: c;\n}\n"),
    "a.scss": ("a{b{c:d}}", "a {\n  b {\n    c: d;\n  }\n}\n"),
    "a.md": ("# a\n* b\n", "# a\n\n- b\n"),
    "a.yaml": ("a:   1\n", "a: 1\n"),
    "a.toml": ("a=1\n", "a = 1\n"),
    "a.graphql": ("type A{x:Int}", "type A {\n  x: Int\n}\n"),
    "A.java": ("import b.C;\nimport a.B;\nclass A{int x;}", "import b.C;\nimport a.B;\nclass A {\n    int x;\n}\n"),
    "a.c": ("int main(){return 0;}", "int main() { return 0; }\n"),
    "a.cpp": ("namespace a{}", "namespace a {}\n"),
    "A.cs": ("class A{int x;}", "class A {\n    int x;\n}\n"),
    "a.proto": ('syntax="proto3";', 'syntax = "proto3";\n'),
    "a.sh": ("if true;then\necho 1\nfi\n", "if true; then\n  echo 1\nfi\n"),
}


def works(program: str, option: str) -> bool:
    """Whether it is there and runs: the one on the path may only lead to another that is not installed."""
    found = shutil.which(program)
    return found is not None and subprocess.run([found, option], capture_output=True, check=False).returncode in {0, 2}


async def formatted(path: str, text: str) -> FormatResult:
    return (await format_files([source_file(path, text)], CheckResult({})))[path]


async def test_each_language_is_laid_out() -> None:
    made = await format_files([source_file(path, text) for path, (text, _) in LAID_OUT.items()], CheckResult({}))
    assert {path: result.text for path, result in made.items()} == {path: text for path, (_, text) in LAID_OUT.items()}


@pytest.mark.skipif(not works("gofmt", "-h"), reason="gofmt is not installed")
async def test_go_is_laid_out_where_gofmt_is() -> None:
    assert (await formatted("a.go", "package a\nfunc  f(){}\n")).text == "package a\n\nfunc f() {}\n"


@pytest.mark.skipif(not works("rustfmt", "--version"), reason="rustfmt is not installed")
async def test_rust_is_laid_out_where_rustfmt_is_without_its_modules() -> None:
    assert (await formatted("a.rs", "mod gone;fn  f(){}\n")).text == "mod gone;\nfn f() {}\n"


@pytest.mark.parametrize("name", list(sample_answers()))
async def test_what_a_model_wrote_is_laid_out_once_and_for_all(name: str) -> None:
    files = sample_answers()[name]
    first = await format_files(files, await check(files))
    after = [replace(file, text=first[file.path].text or file.text) for file in files]
    assert {**await format_files(after, CheckResult({}))} == {
        file.path: FormatResult(file.text, None) if first[file.path].text else first[file.path] for file in after
    }
    for file, other in zip(files, after, strict=True):
        assert essence(other.text) == essence(file.text)
    assert {path: problems for path, problems in (await check(after)).problems.items() if problems} == {}


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_torn_answers_never_get_worse(data: st.DataObject) -> None:
    samples = sample_answers()
    files = samples[data.draw(st.sampled_from(sorted(samples)))]
    torn = [replace(file, text=file.text[: data.draw(st.integers(0, len(file.text)))]) for file in files]

    async def laid_out() -> None:
        found = (await check(torn)).problems
        made = await format_files(torn, CheckResult(found))
        for file in torn:
            if any(problem.kind is ProblemKind.SYNTAX for problem in found[file.path]):
                assert made[file.path].text is None
            elif (text := made[file.path].text) is not None:
                assert text.strip()
                assert essence(text) == essence(file.text)

    asyncio.run(laid_out())


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("a.py", "def f(:\n", "It has syntax errors."),
        ("a.kt", "val  a = 1\n", "No formatter for Kotlin is installed."),
        ("a.sql", "select  1;\n", "No formatter for SQL is installed."),
        ("a.yaml", "a:   {{ b }}\n", TEMPLATE_REASON),
        ("a.css", "a { b: {% c %} }\n", TEMPLATE_REASON),
        ("a.js", "let a  = 1;\n" * 50_000, TOO_LONG_REASON),
        ("requirements.txt", "b\na\n", None),
        (".env", "A = 1\n", None),
        ("Dockerfile", "FROM  x\n", None),
        ("go.mod", "module  x\n", None),
        ("a.py", " \n", None),
    ],
)
async def test_a_file_that_is_left_as_it_is_says_why(path: str, text: str, reason: str | None) -> None:
    assert await formatted(path, text) == FormatResult(None, reason)


async def test_a_file_cut_off_is_left_as_it_is() -> None:
    made = await format_files([SourceFile("a.py", "python", "x  = 1\n", is_complete=False)], CheckResult({}))
    assert made == {"a.py": FormatResult(None, TRUNCATED_REASON)}


async def test_only_syntax_errors_keep_a_file_from_being_laid_out() -> None:
    files = [source_file("a.py", "x  = 1\n"), source_file("b.py", "x  = 1\n")]
    problems = {"a.py": [Problem(1, 1, "x", ProblemKind.OMISSION)], "b.py": [Problem(1, 1, "x", ProblemKind.SYNTAX)]}
    made = await format_files(files, CheckResult({path: tuple(found) for path, found in problems.items()}))
    assert [made["a.py"].text, made["b.py"].text] == ["x = 1\n", None]


async def test_one_bad_file_costs_no_other() -> None:
    files = [source_file("a.sh", "x=1"), source_file("b.sh", "if\n"), source_file("c.sh", "y=1")]
    made = await format_files(files, CheckResult({file.path: () for file in files}))
    assert [made[file.path].text for file in files] == ["x=1\n", None, "y=1\n"]


def fake(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, script: str) -> None:
    """A program that stands in for ``name``; the others stay."""
    path = put_program(folder, f'for last in "$@"; do :; done\n{script}', name)
    located = subprocesses.find_program
    monkeypatch.setattr(subprocesses, "find_program", lambda asked: str(path) if asked == name else located(asked))


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 1", UNREADABLE_REASON),
        (': > "$last"', UNREADABLE_REASON),
        ('rm "$last"', UNREADABLE_REASON),
        (r'printf "\377" > "$last"', UNREADABLE_REASON),
        ('echo "class A {" > "$last"', UNSAFE_REASON),
    ],
)
async def test_a_formatter_that_spoils_a_file_is_not_heard(
    script: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path, monkeypatch, "clang-format", script)
    assert await formatted("A.java", "class A {}\n") == FormatResult(None, reason)


async def test_a_formatter_that_hangs_is_ended_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path, monkeypatch, "clang-format", f"echo $$ > {tmp_path}/pid\nexec sleep 60")
    monkeypatch.setattr(subprocesses, "RUN_TIMEOUT", 0.5)
    async with asyncio.timeout(5):
        assert await formatted("A.java", "class A {}\n") == FormatResult(None, TIMEOUT_REASON)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


async def test_a_formatter_that_is_missing_is_named_by_its_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocesses, "find_program", lambda _: None)
    assert await formatted("A.cs", "class A {}\n") == FormatResult(None, "No formatter for C# is installed.")
    assert await formatted("a.css", "a{}\n") == FormatResult(None, "No formatter for CSS is installed.")


async def test_markup_is_laid_out_where_deno_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path, monkeypatch, "deno", 'echo "<p>x</p>" > "$last"')
    assert (await formatted("a.html", "<p >x</p >\n")).text == "<p>x</p>\n"


async def test_no_settings_are_taken_from_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {
        ".editorconfig": "root = true\n[*]\nindent_style = tab\n",
        ".oxfmtrc.json": '{"semi": false}',
        ".clang-format": "DisableFormat: true\n",
        ".clang-format-ignore": "*\n",
        ".gitignore": "*\n",
        "ruff.toml": "line-length = 10\n[format]\nexclude = ['*']\n",
    }.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    await test_each_language_is_laid_out()


def essence(text: str) -> str:
    """What a formatter must keep."""
    return re.sub(r"""[\s'"`;,()]""", "", text).lower()
