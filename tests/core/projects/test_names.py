"""Names made from prompts: what a person would have called it, or nearly."""

import pytest

from core.projects.names import FALLBACK_NAME, MAX_MADE_NAME_LENGTH, excerpt, name_from_prompt, split_sentences


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("A slow-reading book club: members propose a book.", "Slow-reading book club"),
        ("A todo list. A task has a title.", "Todo list"),
        ("Build me a small shop for bread, with a basket", "Small shop for bread"),
        ("Please create an app that tracks plants", "App that tracks plants"),
        ("I want to build a rota for a choir", "Rota for a choir"),
        ("I'd like a guest book where visitors sign", "Guest book"),
        ("# Kitchen timer\n\nIt counts down.", "Kitchen timer"),
        ("write tests", "Tests"),
        ("make", "Make"),
        ("todo", "Todo"),
        ("日本語の単語帳。毎日十語。", "日本語の単語帳。毎日十語。"),
        ("\n\n- one\n- two", "One"),
        ("", FALLBACK_NAME),
        ("...", FALLBACK_NAME),
        ("a", "A"),
    ],
)
def test_a_name_is_made_of_the_first_words(prompt: str, name: str) -> None:
    assert name_from_prompt(prompt) == name


@pytest.mark.parametrize("prompt", ["word " * 50, "x" * 500, "é😀" * 90, "\0\x1b[31m red", "\u202eabc", "a " * 90])
def test_a_name_is_short_and_printable_whatever_was_written(prompt: str) -> None:
    name = name_from_prompt(prompt)
    assert 1 <= len(name) <= MAX_MADE_NAME_LENGTH
    assert name.isprintable()


def test_an_excerpt_ends_between_words() -> None:
    assert excerpt("short", 10) == "short"
    assert excerpt("one two,  three\nfour", 10) == "one two…"
    assert excerpt("x" * 20, 10) == "x" * 9 + "…"


def test_sentences_and_lines_are_split() -> None:
    assert split_sentences("One. Two!\n\n- three 1.5\n") == ["One.", "Two!", "- three 1.5"]


def test_a_name_is_made_from_the_beginning_of_a_very_long_line() -> None:
    # Of the whole of it this took longer than a test may.
    assert name_from_prompt("word " * 1_000_000) == name_from_prompt("word " * 80)
