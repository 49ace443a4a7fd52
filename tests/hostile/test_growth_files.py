"""What reads the files of a project takes time in proportion to them: paths, encodings, HTML, CSS, uploads."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from core.accounts.names import check_username, name_key
from core.catalog.stacks import Side
from core.errors import InvalidInput
from core.files.css import css_references
from core.files.html import read_html
from core.files.languages import is_source_name, language_of, language_of_tag
from core.files.paths import safe_path
from core.files.references import find_referenced
from core.files.text_encoding import detect_encoding, has_control_bytes
from core.prompts.api_summary import summarize_api
from core.review.oxfmt import _parse_failures
from core.uploads.ignore_rules import find_ignored_folder, name_ignore_reason, text_ignore_reason
from core.uploads.stack_detection import detect_stack
from core.versions.diff import changed_spans, diff_files, side_by_side_rows
from tests.support.hostile_content.growth import assert_linear
from tests.support.hostile_content.texts import GAP_TEXTS, GENERAL_TEXTS
from tests.support.source_files import source_file, source_files


def _refused(function: Callable[[str], object]) -> Callable[[str], object]:
    def call(text: str) -> None:
        with suppress(InvalidInput):
            function(text)

    return call


def _detect_encodings(text: str) -> None:
    for encoding in ("utf-8", "utf-16", "ms932", "euc-kr", "gb18030", "windows-1252"):
        content = text.encode(encoding, "replace")
        detect_encoding(content)
        has_control_bytes(content)


def _compare(text: str) -> None:
    half = len(text) // 2
    for change in diff_files(source_files(a_txt=text[:half]), source_files(a_txt=f"{text[half:]}!")):
        side_by_side_rows(change)


def _detect_stacks(text: str) -> None:
    for path in ("requirements.txt", "package.json", "main.py", "go.mod"):
        for side in Side:
            detect_stack([source_file(path, text)], side)


def _ignore(text: str) -> None:
    find_ignored_folder(text)
    name_ignore_reason(text)
    text_ignore_reason("a.js", text)


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(lambda text: list(css_references(text)), id="css"),
        pytest.param(lambda text: list(read_html(text)), id="html"),
        pytest.param(lambda text: summarize_api(source_files(a_py=text), "http://localhost", 4000), id="api summary"),
        pytest.param(lambda text: _parse_failures(f"  x a\n{text}"), id="messages of oxfmt"),
        pytest.param(_ignore, id="ignore rules"),
        pytest.param(_detect_stacks, id="stack"),
        pytest.param(lambda text: find_referenced(text, "a/b.html", {"a/c.css"}), id="reference"),
    ],
)
def test_patterns_for_files_take_linear_time(function: Callable[[str], object]) -> None:
    assert_linear(function, (*GENERAL_TEXTS, *GAP_TEXTS))


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(_refused(safe_path), id="path"),
        pytest.param(lambda name: (language_of(name), language_of_tag(name), is_source_name(name)), id="language"),
        pytest.param(_detect_encodings, id="encodings"),
        pytest.param(_refused(check_username), id="name of an account"),
        pytest.param(name_key, id="key of a name"),
        pytest.param(lambda text: changed_spans(text, f"{text[:-9]}!"), id="changed spans"),
        pytest.param(_compare, id="compare"),
    ],
)
def test_names_and_lines_are_read_in_linear_time(function: Callable[[str], object]) -> None:
    assert_linear(function, GENERAL_TEXTS)
