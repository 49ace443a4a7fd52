"""What answers of models have in common: their events do not depend on where they are cut."""

from core.files.markdown.events import ParserEvent, merge_adjacent
from core.files.markdown.parser import MarkdownParser


def parse_pieces(*pieces: str) -> list[ParserEvent]:
    parser = MarkdownParser("main.py")
    events = [event for piece in pieces for event in parser.feed(piece)]
    return merge_adjacent([*events, *parser.close()])


def assert_cuts_make_no_difference(text: str) -> None:
    whole = parse_pieces(text)
    for cut in range(len(text)):
        assert parse_pieces(text[:cut], text[cut:]) == whole
    assert parse_pieces(*text) == whole
