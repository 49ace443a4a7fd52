"""Highlighting: the right colours, the text unchanged, the time bounded."""

import itertools
import time

import pytest

from core.versions.highlight import HIGHLIGHT_TIMEOUT, MAX_HIGHLIGHT_LENGTH, highlight_lines

PYTHON = '@cached\ndef area(r: float) -> float:\n    """Of a circle."""\n    return 3.14 * r  # about\n'


def joined(lines: list[list[tuple[str, str]]]) -> str:
    return "\n".join("".join(part for _, part in line) for line in lines)


def test_each_kind_of_token_has_its_class() -> None:
    classes = {part: kind for line in highlight_lines(PYTHON, "python") for kind, part in line}
    assert classes["@cached"] == "decorator"
    assert classes["def"] == "keyword"
    assert classes["area"] == "function"
    assert classes['"""Of a circle."""'] == "string"
    assert classes["3.14"] == "number"
    assert classes["# about"] == "comment"
    assert classes["r"] == ""


@pytest.mark.parametrize(
    ("language", "text", "keyword"), [("shell", "if true; then", "if"), ("vue", "<p>", "p"), ("hcl", 'a = "b"', '"')]
)
def test_languages_with_another_name_in_the_lexers_are_found(language: str, text: str, keyword: str) -> None:
    [line] = highlight_lines(text, language)
    assert any(kind for kind, part in line if keyword in part)


def test_an_unknown_language_is_plain() -> None:
    assert highlight_lines("a\nb\n", "klingon") == [[("", "a")], [("", "b")]]


def test_a_very_long_text_is_plain() -> None:
    text = "x = 1\n" * (MAX_HIGHLIGHT_LENGTH // 6 + 1)
    assert {kind for line in highlight_lines(text, "python") for kind, _ in line} == {""}


def test_a_text_that_takes_too_long_is_plain_from_there_on() -> None:
    seconds = itertools.count(step=HIGHLIGHT_TIMEOUT / 3)
    lines = highlight_lines("if a: pass\n" * 3, "python", lambda: next(seconds))
    assert lines[0][0] == ("keyword", "if")
    assert lines[2] == [("", "if a: pass")]


@pytest.mark.parametrize("text", ["", "\n", "a", "a\n\n", "a\r\nb\rc\x0cd\n", '"""a\nb"""\n\n', "\ufeffx\n"])
def test_lines_are_those_of_the_text_whatever_a_lexer_takes_for_one(text: str) -> None:
    lines = ["".join(part for _, part in line) for line in highlight_lines(text, "python")]
    assert "".join(f"{line}\n" for line in lines) == (text if text.endswith("\n") or not text else f"{text}\n")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("javascript", "a." * 50_000),
        ("javascript", '"\\' * 50_000),
        ("python", "`" * MAX_HIGHLIGHT_LENGTH),
        ("sql", "(" * 100_000),
        ("html", "<!--" * 25_000),
    ],
)
def test_colours_take_a_bounded_time_and_lose_nothing(language: str, text: str) -> None:
    began = time.monotonic()
    lines = highlight_lines(text, language)
    assert time.monotonic() - began < 15
    assert joined(lines) == text
