"""Scripts and style sheets inside others."""

import pytest

from core.review.checking.web.embedded_code import MAX_EMBEDDED_PARTS, EmbeddedCode, embedded_code
from tests.support.source_files import source_file


def parts(path: str, text: str) -> list[tuple[str, str]]:
    return [(part.language, part.text.strip()) for part in embedded_code(source_file(path, text))]


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("script", "javascript"),
        ("script type=module", "javascript"),
        ("SCRIPT TYPE='text/javascript'", "javascript"),
        ("script type='text/babel'", "jsx"),
        ("script lang=ts setup", "typescript"),
        ("script lang=ts type=module", "typescript"),
        ("style", "css"),
        ("style lang='scss' scoped", "scss"),
        ("style type='text/css'", "css"),
    ],
)
def test_the_tag_says_in_which_language_a_part_is(tag: str, language: str) -> None:
    assert parts("a.vue", f"<{tag}>x</{tag.split(maxsplit=1)[0]}>") == [(language, "x")]


@pytest.mark.parametrize(
    "text",
    [
        "<script type='application/json'>{}</script>",
        "<style lang=stylus>a</style>",
        "<script> \n </script>",
        "<script>let a",
        "<!-- <script>a</script> -->",
        "<textarea><script>a</script></textarea>",
        "<script src=a />",
        "<p>x</p>",
    ],
)
def test_unknown_empty_open_and_hidden_parts_are_none(text: str) -> None:
    assert parts("a.html", text) == []


@pytest.mark.parametrize("code", ["x = {{ y }};", "{% if a %}", "<% a %>", "<?php"])
def test_a_script_with_a_template_in_it_is_none_in_a_page(code: str) -> None:
    assert parts("a.html", f"<script>{code}</script>") == []
    assert parts("a.vue", f"<script>{code}</script>") == [("javascript", code)]


def test_lines_and_columns_are_those_of_the_file() -> None:
    text = "<p>\u00e9</p>\n\n  <script>a\nb</script><style>c</style>\n"
    assert list(embedded_code(source_file("a.html", text))) == [
        EmbeddedCode("javascript", "\n\n          a\nb"),
        EmbeddedCode("css", "\n\n\n                 c"),
    ]


def test_only_so_many_parts_are_read() -> None:
    assert len(parts("a.html", "<script>a</script>" * (MAX_EMBEDDED_PARTS + 1))) == MAX_EMBEDDED_PARTS


def test_other_languages_have_no_parts() -> None:
    assert parts("a.js", "<script>a</script>") == []
