"""A text looked for in files. Plain text and never a pattern: the time is linear in the files, whatever they hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from core.workers.pools import REQUEST_WORKERS

MAX_FOUND_LINES = 500
MAX_QUERY_LENGTH = 200
MAX_LINE_LENGTH = 240
"""Characters that are shown of a line."""
SHOWN_BEFORE = 60
"""Characters that are shown before the first match of a line that is longer."""


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line with at least one match.

    ``text_index`` says in which of the texts, ``line`` counts from 1; ``parts`` are the shown part of the line: plain
    and matching by turns, beginning with a plain one, which may be empty.
    """

    text_index: int
    line: int
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """``is_cut`` says that there are more lines than those here."""

    lines: tuple[FoundLine, ...]
    is_cut: bool


async def search_in_worker(texts: Sequence[str], query: str, *, match_case: bool, user_id: int) -> SearchResult:
    """``search_texts``, in a worker process, for this user. Raises WorkStopped and QueueFull."""
    search = partial(search_texts, match_case=match_case)
    return await REQUEST_WORKERS.run(search, list(texts), query, caller=user_id)


def search_texts(texts: Sequence[str], query: str, *, match_case: bool = False) -> SearchResult:
    """The first MAX_FOUND_LINES lines that hold the query; none for one that is empty, or longer than it may be."""
    found: list[FoundLine] = []
    if not query or "\n" in query or len(query) > MAX_QUERY_LENGTH:
        return SearchResult((), is_cut=False)
    wanted = query if match_case else _fold(query)
    for index, text in enumerate(texts):
        for line, parts in _find_lines(text, text if match_case else _fold(text), wanted):
            if len(found) == MAX_FOUND_LINES:
                return SearchResult(tuple(found), is_cut=True)
            found.append(FoundLine(index, line, parts))
    return SearchResult(tuple(found), is_cut=False)


def _fold(text: str) -> str:
    """The text without regard to case, of the same length: a letter that folds to several stays as it is."""
    folded = text.casefold()
    if len(folded) == len(text):
        return folded
    return "".join(each if len(each := char.casefold()) == 1 else char for char in text)


def _find_lines(text: str, folded: str, wanted: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    line, counted = 1, 0
    at = folded.find(wanted)
    while at >= 0:
        line += text.count("\n", counted, at)
        counted = at
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        end = end if end >= 0 else len(text)
        yield line, _parts(text, folded, wanted, _shown_part(start, at, end))
        at = folded.find(wanted, end)


def _shown_part(start: int, at: int, end: int) -> slice:
    """The part of a line that is shown: its beginning, unless the match is further behind."""
    if end - start > MAX_LINE_LENGTH and at - start > SHOWN_BEFORE:
        start = at - SHOWN_BEFORE
    return slice(start, min(end, start + MAX_LINE_LENGTH))


def _parts(text: str, folded: str, wanted: str, shown: slice) -> tuple[str, ...]:
    parts: list[str] = []
    at = shown.start
    while (match := folded.find(wanted, at, shown.stop)) >= 0:
        parts += [text[at:match], text[match : match + len(wanted)]]
        at = match + len(wanted)
    return (*parts, text[at : shown.stop])
