"""HTML as tokens: what a browser sees in a text, and in a time that is proportional to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files.html import (
    Attribute,
    Comment,
    Declaration,
    EndTag,
    RawText,
    StartTag,
    Token,
    UnfinishedTag,
    read_html,
)
from tests.support.cpu_time import cpu_limit


def shown(text: str, *, components: bool = False) -> list[str]:
    """Each token by its kind and source."""
    return [
        f"{type(token).__name__} {text[token.start : token.end]}" for token in read_html(text, components=components)
    ]


def only_tag(text: str) -> StartTag:
    [tag] = read_html(text)
    assert isinstance(tag, StartTag)
    return tag


def test_tags_comments_and_declarations_come_in_order_without_the_text_between() -> None:
    assert shown("<!doctype html>\n<p class=a>x</p ><!-- <b> --><?php ?><br/>") == [
        "Declaration <!doctype html>",
        "StartTag <p class=a>",
        "EndTag </p >",
        "Comment <!-- <b> -->",
        "Declaration <?php ?>",
        "StartTag <br/>",
    ]


def test_attributes_have_names_values_and_the_places_of_the_values() -> None:
    text = "<A Href='x y' b = \"&lt;&#65;\" c=d/e f data-g>"
    tag = only_tag(text)
    assert [(a.name, a.value, text[a.start : a.end]) for a in tag.attributes] == [
        ("href", "x y", "'x y'"),
        ("b", "<A", '"&lt;&#65;"'),
        ("c", "d/e", "d/e"),
        ("f", "", ""),
        ("data-g", "", ""),
    ]
    assert (tag.name, tag.start, tag.end, tag.is_self_closing) == ("A", 0, len(text), False)


def test_the_first_of_two_equal_attributes_counts() -> None:
    tag = only_tag("<a b=1 B=2>")
    assert (tag.attribute("b"), tag.attribute("c")) == ("1", "")
    assert tag.attributes[0] == Attribute("b", "1", 5, 6)


@pytest.mark.parametrize(("text", "closes"), [("<a/>", True), ("<a b='c' / >", True), ("<a b='/'>", False)])
def test_a_slash_at_the_end_is_self_closing(text: str, closes: bool) -> None:
    assert only_tag(text).is_self_closing is closes


def test_brackets_inside_quotes_end_no_tag() -> None:
    assert shown("<a b='>' c=\"<d>\">x") == ["StartTag <a b='>' c=\"<d>\">"]


def test_a_tag_without_an_end_is_unfinished_and_what_follows_is_read() -> None:
    assert shown("<a <b>") == ["UnfinishedTag <a", "StartTag <b>"]
    assert shown("</a <b>") == ["UnfinishedTag </a", "StartTag <b>"]
    assert shown("<a b='c> <b>") == ["UnfinishedTag <a", "StartTag <b>"]
    assert shown("<a b") == ["UnfinishedTag <a"]


@pytest.mark.parametrize("text", ["a < b", "<3", "</>", "<", "a<", "</ p>", "&lt;p>"])
def test_other_brackets_are_text(text: str) -> None:
    assert shown(text) == []


@pytest.mark.parametrize("name", ["iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"])
def test_the_content_of_raw_text_elements_is_no_markup(name: str) -> None:
    text = f"<{name} a=b><p></{name}x><!-- </p></{name.upper()}><p>"
    assert shown(text) == [
        f"StartTag <{name} a=b>",
        f"RawText <p></{name}x><!-- </p>",
        f"EndTag </{name.upper()}>",
        "StartTag <p>",
    ]


def test_raw_text_knows_its_tag_and_whether_it_is_closed() -> None:
    [tag, raw] = read_html("<script type=module>1 < 2")
    assert isinstance(tag, StartTag)
    assert raw == RawText(tag, is_closed=False, start=20, end=25)
    [_, raw, end] = read_html("<style></style>")
    assert isinstance(raw, RawText)
    assert (raw.is_closed, raw.start, raw.end, end) == (True, 7, 7, EndTag("style", 7, 15))


def test_noscript_is_read_as_markup() -> None:
    assert shown("<noscript><p></noscript>") == ["StartTag <noscript>", "StartTag <p>", "EndTag </noscript>"]


def test_components_are_no_raw_text_and_close_themselves() -> None:
    assert shown("<Title><b></Title>", components=True)[1] == "StartTag <b>"
    assert shown("<textarea /><b>", components=True)[1] == "StartTag <b>"
    assert shown("<TITLE><b></TITLE>", components=True)[1] == "RawText <b>"
    assert shown("<Title><b></Title>")[1] == "RawText <b>"
    assert shown("<textarea /><b>")[1] == "RawText <b>"


@pytest.mark.parametrize(
    ("text", "closed"),
    [("<!-- a -->", True), ("<!-->", True), ("<!--->", True), ("<!-- a --!>", True), ("<!--", False)],
)
def test_a_comment_knows_whether_it_is_closed(text: str, closed: bool) -> None:
    assert list(read_html(text)) == [Comment(closed, 0, len(text))]


def test_a_declaration_without_an_end_goes_on_to_the_end() -> None:
    assert list(read_html("<!doctype html")) == [Declaration(0, 14)]


def test_a_number_with_too_many_digits_is_no_character() -> None:
    value = f"&#{'9' * 5000};"
    assert only_tag(f"<a b='{value}'>").attribute("b") == value


PIECES = ["<", ">", "/", "a", "'", '"', "=", " ", "<!--", "-->", "<script>", "</script>", "<a b='", "</a>", "!", "&lt;"]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.booleans())
def test_tokens_follow_each_other_and_stay_inside_the_text(text: str, components: bool) -> None:
    position = 0
    tokens: list[Token] = list(read_html(text, components=components))
    for token in tokens:
        assert position <= token.start <= token.end <= len(text)
        assert token.start < token.end or isinstance(token, RawText)
        position = token.end
        if isinstance(token, StartTag):
            assert all(token.start <= a.start <= a.end <= token.end for a in token.attributes)
        if isinstance(token, UnfinishedTag):
            assert text[token.start] == "<"


HOSTILE = [
    *(
        "<!--",
        "<!",
        "<?",
        "<",
        "</",
        "<a ",
        "<a/>",
        "</a ",
        '<a b="',
        "<a b='",
        "<a '\"",
        "<a b=c' d='",
        "<a b=\"' c='",
    ),
    *("<script>", "<script ", "<script></script>", "</script", "<title>", " ='", "<a b='&amp", "<a b= ", "&#9", "a"),
    f"<{'a' * 50_000}",
    f"<a {'b' * 50_000}",
    f"<a b={' ' * 50_000}",
    f"</a{' ' * 50_000}",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_time_is_in_proportion_to_the_text(piece: str) -> None:
    """Quadratic time would be at least a hundred times as long for these 100,000 characters."""
    runs = piece * (100_000 // len(piece))
    for text in (runs, f"<p title='{runs}"):
        with cpu_limit(2):
            assert sum(1 for _ in read_html(text)) >= 0
