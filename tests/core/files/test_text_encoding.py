"""Bytes are read in the encoding that they are in, and what is no text is known."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files.text_encoding import EncodedText, detect_encoding, has_control_bytes

JAPANESE = "# これは設定です。\nx = 1\n"
CHINESE = "# 中文注释。保存为国标编码\nx = 1\n"
KOREAN = "# 한국어 주석입니다\nx = 1\n"
RUSSIAN = "# Привет, мир\n"
FRENCH = "# Père Noël, créée à Bâle : « été »\nx = 1\n"
GERMAN = "// Größe ändern, ÄÖÜ\n"
TYPOGRAPHY = "“Quoted” — 5 €…\n"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\xef\xbb\xbfa\n", "a\n"),
        ("é\n".encode("utf-16"), "é\n"),
        (b"\xfe\xff\x00a\x00\n", "a\n"),
        ("é\n".encode("utf-32"), "é\n"),
        (b"a\r\nb\rc", "a\nb\nc\n"),
        (b"", ""),
        (b"\n", "\n"),
    ],
)
def test_text_has_no_mark_and_plain_line_ends(content: bytes, text: str) -> None:
    encoding = detect_encoding(content)
    assert encoding
    assert EncodedText(content, encoding).text == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (JAPANESE, "ms932"),
        (CHINESE, "gb18030"),
        (KOREAN, "euc-kr"),
        (FRENCH, "windows-1252"),
        (GERMAN, "windows-1252"),
        (TYPOGRAPHY, "windows-1252"),
        ("# café\nx = 1\n", "windows-1252"),
        ("# système, père, mère\n", "windows-1252"),
        ("# Größe\n", "windows-1252"),
        ("a = 1\n", "utf-16le"),
        ("a = 1  # 一日\n", "utf-16le"),
        (FRENCH, "utf-16be"),
        (CHINESE, "utf-8"),
        (TYPOGRAPHY, "utf-8"),
    ],
)
def test_an_encoding_that_is_not_declared_is_found_by_the_bytes(text: str, encoding: str) -> None:
    content = text.encode(encoding)
    assert detect_encoding(content) == encoding
    assert EncodedText(content, encoding).text == text


@pytest.mark.parametrize(
    ("declaration", "text", "encoding"),
    [
        ("# -*- coding: koi8-r -*-\n", RUSSIAN, "koi8-r"),
        ("# vim: set fileencoding=cp1251 :\n", RUSSIAN, "windows-1251"),
        ('<?xml version="1.0" encoding="EUC-JP"?>\n', JAPANESE, "euc-jp"),
        ('<!doctype html><meta charset="Shift_JIS">\n', JAPANESE, "ms932"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=big5">\n', "<p>中文</p>\n", "big5"),
        ('@charset "gbk";\n', "/* 字體 */\n", "gb18030"),
    ],
)
def test_a_declared_encoding_is_used(declaration: str, text: str, encoding: str) -> None:
    content = (declaration + text).encode(encoding)
    assert detect_encoding(content) == encoding
    assert EncodedText(content, encoding).text == declaration + text


@pytest.mark.parametrize("label", ["punycode", "idna", "hex", "utf-7", "no-such", "koi8-r"])
def test_a_declaration_that_is_unknown_or_wrong_is_ignored(label: str) -> None:
    assert detect_encoding(f"# coding: {label}\n# é\n".encode()) == "utf-8"


def test_every_encoding_is_one_that_python_knows() -> None:
    for encoding in ("ms932", "euc-kr", "gb18030", "windows-1252", "utf-16le", "utf-16be", "utf-32"):
        assert codecs.lookup(encoding)


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"a\0b", b"\0\0", b"\x7fELF\x02\x01\0", b"\xff\x01"]
)
def test_what_is_no_text_has_no_encoding(content: bytes) -> None:
    assert detect_encoding(content) is None
    assert has_control_bytes(content)


@given(st.binary())
def test_any_bytes_have_a_text_or_none(content: bytes) -> None:
    encoding = detect_encoding(content)
    if encoding:
        text = EncodedText(content, encoding).text
        assert "\0" not in text
        assert "\r" not in text


@given(st.text(st.characters(exclude_characters="\0\r\ufeff", exclude_categories=["Cs"])))
def test_utf_8_is_always_read_as_it_is(text: str) -> None:
    assert detect_encoding(text.encode()) == "utf-8"
    assert EncodedText(text.encode()).text.removesuffix("\n") == text.removesuffix("\n")
