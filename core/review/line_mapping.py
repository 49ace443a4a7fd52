"""Places in one form of a file, found in another form of it. No I/O."""

from collections.abc import Iterable

from core.files.source_file import line_count


def map_line(line: int, text: str, other: str, added: Iterable[str] = ()) -> int:
    """The line (from 1) of ``other``, another form of ``text``, where the first word of that line stands.

    Letters and digits are counted: formatters change quotes, commas, brackets and white space. ``added`` are lines that
    only ``text`` has.
    """
    skipped = {_words(each) for each in added}
    before = map(_words, text.splitlines()[: max(line - 1, 0)])
    count = sum(len(words) for words in before if words not in skipped)
    for number, words in enumerate(map(_words, other.splitlines()), 1):
        count -= len(words)
        if count < 0:
            return number
    return max(1, min(line, line_count(other)))


def _words(line: str) -> str:
    return "".join(filter(str.isalnum, line))
