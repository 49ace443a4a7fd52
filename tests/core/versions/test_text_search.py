"""A text looked for in files: every line with it, where it is, and never more time than the files are long."""

import pytest

from core.versions.text_search import (
    MAX_FOUND_LINES,
    MAX_LINE_LENGTH,
    MAX_QUERY_LENGTH,
    FoundLine,
    search_in_worker,
    search_texts,
)
from tests.support.cpu_time import cpu_limit


def test_each_line_with_it_is_found_once_with_all_its_matches() -> None:
    texts = ["a vote\n\nno\nVote, votes", "", "devoted\n"]
    assert search_texts(texts, "vote").lines == (
        FoundLine(0, 1, ("a ", "vote", "")),
        FoundLine(0, 4, ("", "Vote", ", ", "vote", "s")),
        FoundLine(2, 1, ("de", "vote", "d")),
    )
    assert [found.line for found in search_texts(texts, "Vote", match_case=True).lines] == [4]


@pytest.mark.parametrize("query", ["", "x" * (MAX_QUERY_LENGTH + 1), "a\nb"])
def test_what_cannot_be_looked_for_is_not_found(query: str) -> None:
    assert search_texts(["a\nb" + query], query).lines == ()


def test_letters_that_fold_to_several_move_no_match() -> None:
    found = search_texts(["İß STRASSE ς"], "strasse").lines
    assert found == (FoundLine(0, 1, ("İß ", "STRASSE", " ς")),)
    final_sigma = search_texts(["\u0391\u03a3"], "\u03b1\u03c2").lines
    assert final_sigma[0].parts[1] == "\u0391\u03a3"
    assert search_texts(["İß (.*)+$"], "(.*)+$").lines[0].parts == ("İß ", "(.*)+$", "")


def test_of_a_long_line_the_part_around_the_first_match_is_shown() -> None:
    (found,) = search_texts(["x" * 5000 + "here" + "y" * 5000], "here").lines
    assert found.parts[1] == "here"
    assert len("".join(found.parts)) == MAX_LINE_LENGTH


def test_the_list_is_bounded_and_says_so() -> None:
    result = search_texts(["a\n" * (MAX_FOUND_LINES + 1)], "a")
    assert (len(result.lines), result.is_cut) == (MAX_FOUND_LINES, True)
    assert not search_texts(["a\n" * MAX_FOUND_LINES], "a").is_cut


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("a" * 1_500_000, "a" * 100 + "b" + "a" * 99),  # every place of the text begins like the query
        ("a\n" * 750_000, "a"),
        ("İ" * 1_500_000, "i"),
    ],
)
def test_a_long_answer_takes_no_longer_than_its_length_whatever_is_in_it(text: str, query: str) -> None:
    with cpu_limit(5):  # a search that tried each place anew would take minutes
        search_texts([text], query)


@pytest.mark.asyncio
async def test_a_worker_finds_the_same() -> None:
    result = await search_in_worker(["a Vote"], "vote", match_case=False, user_id=1)
    assert result == search_texts(["a Vote"], "vote")
