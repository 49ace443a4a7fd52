"""A line without what Markdown, HTML and other scripts put around a path."""

import re

_HTML_TAG = re.compile(r"</?[A-Za-z][^<>]*+>")
_LINK = re.compile(r"\[(?P<text>[^\[\]]*+)\]\((?P<target>[^()\s]*+)\)")
_ESCAPED = re.compile(r"\\(?=_)")
_HYPHENS = str.maketrans({"\u2010": "-", "\u2011": "-"} | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", ""))
_WIDE = "\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3"
_WIDE_BEFORE_PATH = re.compile(
    "(?:\u521b\u5efa|\u65b0\u5efa|\u5efa\u7acb|\u4fee\u6539|\u7f16\u8f91|\u6253\u5f00|\u66f4\u65b0|\u6dfb\u52a0|\u589e\u52a0|\u5199\u5165|\u7f16\u5199|\u5b58\u4e3a|\u5b58\u5230|\u540d\u4e3a|\u6587\u4ef6"
    "|\u5275\u5efa|\u65b0\u589e|\u7de8\u8f2f|\u6a94\u6848|\u4f5c\u6210|\u7de8\u96c6|[\u662f\u4e3a\u5230\u5728\u5c06\u5c07\u628a])(?=[A-Za-z0-9_./])"
)
"""Words such as *create* and *file*, which are written without a blank before a path."""
_WIDE_AFTER_PATH = re.compile(rf"(?<=\.[A-Za-z0-9]{{2}})(?=[{_WIDE}])|(?<=\.[A-Za-z0-9]{{3}})(?=[{_WIDE}])")


def strip_html_tags(text: str) -> str:
    """The text of a line of HTML: a name may stand in ``<summary>`` or in a heading."""
    return _HTML_TAG.sub(" ", text).strip() if "<" in text else text


def plain_text(text: str) -> str:
    """A line as it is read: links are their targets, and characters that nobody sees are gone."""
    if "](" in text:
        text = _LINK.sub(_path_of_link, text)
    if "\\_" in text and text.count("\\") == text.count("\\_"):
        text = _ESCAPED.sub("", text)
    if not text.isascii():
        text = text.translate(_HYPHENS)
        text = _WIDE_AFTER_PATH.sub(" ", _WIDE_BEFORE_PATH.sub(r"\g<0> ", text))
    return text


def _path_of_link(link: re.Match[str]) -> str:
    """The target of a link, unless it leads elsewhere or says less than the text."""
    text, target = link["text"].strip("`*"), link["target"]
    is_elsewhere = not target or "://" in target or target.startswith("#") or text.endswith(target)
    return link["text"] if is_elsewhere else target
