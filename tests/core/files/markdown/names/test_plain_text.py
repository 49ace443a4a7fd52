"""Lines without what stands around a path."""

import pytest

from core.files.markdown.names.plain_text import plain_text, strip_html_tags


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("**my\\_app.py**", "**my_app.py**"),
        ("src\\lib\\_a.py", "src\\lib\\_a.py"),
        ("### [style.css](./static/style.css)", "### ./static/style.css"),
        ("[`a.py`](#a-py) and [a](https://a.example/)", "`a.py` and a"),
        ("[src/a.py](a.py)", "src/a.py"),
        ("style\u200b.css", "style.css"),
        ("my\u2011app.py", "my-app.py"),
        ("\u7136\u540e\u521b\u5efastyle.css\uff1a", "\u7136\u540e\u521b\u5efa style.css\uff1a"),
        ("\u4fee\u6539a.py\u6587\u4ef6", "\u4fee\u6539 a.py \u6587\u4ef6"),
        ("\u6570\u636e.csv", "\u6570\u636e.csv"),
    ],
)
def test_a_line_is_what_one_reads(line: str, plain: str) -> None:
    assert plain_text(line) == plain


def test_tags_are_left_out() -> None:
    assert strip_html_tags("<b>a.py</b>: <i>x</i>") == "a.py :  x"
    assert strip_html_tags("a < b") == "a < b"
