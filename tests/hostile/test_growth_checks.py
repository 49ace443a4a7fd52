"""What checks read by patterns takes time in proportion to the file.

Left out is what tree-sitter, sqlglot, ruff and oxfmt do with a text: they are not ours, some of it is quadratic
(20,000 ``#`` in Swift, ``[`` in Python), and it runs in processes that are killed at their time limit.
"""

from collections.abc import Callable

import pytest

from core.review.checking.brackets import find_mismatch
from core.review.checking.data_formats import data_problems
from core.review.checking.java.imports import JavaImports
from core.review.checking.omitted_code import OmittedCode, is_omission_comment
from core.review.checking.project_files import ProjectFiles
from core.review.checking.protocol import Check
from core.review.checking.python.packages import StandardLibraryRequirements
from core.review.checking.python.packages import declared_dependencies as python_dependencies
from core.review.checking.sql import CHECKED_STATEMENT, CLIENT_COMMAND
from core.review.checking.templates import is_template
from core.review.checking.web.element_ids import MissingElements
from core.review.checking.web.embedded_code import embedded_code
from core.review.checking.web.markup import markup_problems
from core.review.checking.web.node_packages import declared_dependencies as node_dependencies
from core.review.checking.web.references import WebReferences
from tests.support.hostile_content.growth import assert_linear
from tests.support.hostile_content.texts import GAP_TEXTS, GENERAL_TEXTS, HostileText
from tests.support.source_files import source_file, source_files

CHECKED_FILES: tuple[tuple[Check, str], ...] = (
    *((OmittedCode(), path) for path in ("a.scss", "a.sql", "a.xml", "a.yaml", "a.html")),
    (StandardLibraryRequirements(), "requirements.txt"),
    (MissingElements(), "a.js"),
    (MissingElements(), "a.html"),
    *((WebReferences(), path) for path in ("a.html", "a.scss")),
    (JavaImports(), "A.java"),
)
"""Checks that need no tree of tree-sitter, and the files that they read."""


@pytest.mark.parametrize(
    ("check", "path"), [pytest.param(*case, id=f"{type(case[0]).__name__} {case[1]}") for case in CHECKED_FILES]
)
def test_checks_take_time_in_proportion_to_the_file(check: Check, path: str) -> None:
    others = source_files(index_html="<b id=x>", com__B_java="package com.example.app;")

    def find(text: str) -> None:
        file = source_file(path, text)
        list(check.find_problems(file, ProjectFiles([file, *others])))

    assert_linear(find, (*GENERAL_TEXTS, *GAP_TEXTS))


@pytest.mark.parametrize("comment", ["/* todo implement */", "/* ... */"])
@pytest.mark.parametrize("line", [" ", "raise ", "return ", "\t"])
def test_many_comments_before_a_long_line_are_judged_in_linear_time(comment: str, line: str) -> None:
    def find(text: str) -> None:
        half = len(text) // 2
        file = source_file("a.css", f"{text[:half]}\n{line * (half // len(line))}!")
        list(OmittedCode().find_problems(file, ProjectFiles([file])))

    assert_linear(find, [HostileText(comment, comment)], length=256_000)


@pytest.mark.parametrize("language", ["cpp", "csharp", "rust", "swift"])
def test_brackets_are_matched_in_linear_time(language: str) -> None:
    assert_linear(lambda text: find_mismatch(language, text), GENERAL_TEXTS)


@pytest.mark.parametrize("unit", ['\\"', '"""\\', '@"""a', '@""', 'r#"', '"\\\n', "'\\", 'R"a('])
@pytest.mark.parametrize("language", ["c", "cpp", "csharp", "go", "java", "kotlin", "rust", "swift"])
def test_strings_without_an_end_are_read_in_linear_time(language: str, unit: str) -> None:
    texts = [HostileText(f"{prefix!r} before {unit!r}", unit, prefix=prefix) for prefix in ("", '"', "'", '"""', "x")]
    assert_linear(lambda text: find_mismatch(language, text), texts)


@pytest.mark.parametrize("path", ["a.json", "a.toml", "a.xml"])
def test_data_is_read_in_linear_time(path: str) -> None:
    assert_linear(lambda text: data_problems(source_file(path, text)), (*GENERAL_TEXTS, *GAP_TEXTS))


@pytest.mark.parametrize("path", ["a.html", "a.vue", "a.svelte"])
def test_markup_is_read_in_linear_time(path: str) -> None:
    def read(text: str) -> None:
        file = source_file(path, text)
        markup_problems(file)
        list(embedded_code(file))
        is_template(file)

    assert_linear(read, (*GENERAL_TEXTS, *GAP_TEXTS))


def _match_sql(text: str) -> None:
    CLIENT_COMMAND.search(text)
    CHECKED_STATEMENT.match(text)


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(is_omission_comment, id="comment"),
        pytest.param(_match_sql, id="sql"),
        pytest.param(lambda text: python_dependencies(ProjectFiles(source_files(requirements_txt=text)), ""), id="pip"),
        pytest.param(
            lambda text: python_dependencies(ProjectFiles(source_files(pyproject_toml=f"dependencies=[]\n{text}")), ""),
            id="pyproject",
        ),
        pytest.param(
            lambda text: node_dependencies(ProjectFiles(source_files(package_json="{}", tsconfig_json=text)), ""),
            id="aliases",
        ),
    ],
)
def test_patterns_of_checks_take_linear_time(function: Callable[[str], object]) -> None:
    assert_linear(function, (*GENERAL_TEXTS, *GAP_TEXTS))
