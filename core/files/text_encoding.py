"""The encoding of a text file's bytes, and the text in them.

Encodings bear the names of the WHATWG Encoding Standard that Python knows too, so that HTTP can tell them. Those of
the files that say nothing of their own are guessed from the patterns that their bytes make. No I/O.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_UTF_8, _WINDOWS_1252 = "utf-8", "windows-1252"
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, _UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SHIFT_JIS, _EUC_KR, _GBK = "ms932", "euc-kr", "gb18030"
_DECLARED_ENCODINGS = {
    **dict.fromkeys(("shift-jis", "shiftjis", "sjis", "windows-31j", "cp932", "ms932"), _SHIFT_JIS),
    **dict.fromkeys(("euc-jp", "eucjp"), "euc-jp"),
    **dict.fromkeys(("euc-kr", "euckr", "cp949", "ks-c-5601-1987"), _EUC_KR),
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "cp936"), _GBK),
    **dict.fromkeys(("big5", "cp950"), "big5"),
    "koi8-r": "koi8-r",
    **dict.fromkeys(("windows-1250", "cp1250"), "windows-1250"),
    **dict.fromkeys(("windows-1251", "cp1251"), "windows-1251"),
    **dict.fromkeys(("iso-8859-2", "latin-2", "latin2"), "iso-8859-2"),
    **dict.fromkeys(("iso-8859-15", "latin-9", "latin9"), "iso-8859-15"),
}
"""What a file may call its encoding. A fixed list: Python has codecs that are slow on hostile input."""
_DECLARATION = re.compile(rb"(?:coding|charset)\s*[:=]?\s*[\"']?([\w-]+)")
"""In Python (PEP 263), HTML, XML and CSS (``@charset``)."""
_MAX_DECLARATION_OFFSET = 1024

_ALLOWED_CONTROLS = frozenset("\t\n\v\f\r\x1a\x1b")
"""Those that text files hold: layout, the end mark of DOS, the escapes of terminals."""
_CONTROL_BYTE = re.compile(rb"[\0-\x08\x0e-\x19\x1c-\x1f]")
_JAPANESE = re.compile(r"(?=.*[\u3041-\u30fe])[\0-\x7f\u3000-\u30ff\u4e00-\u9fff\uff01-\uff60]*", re.DOTALL)
_KOREAN = re.compile(r"(?=.*[\uac00-\ud7a3])[\0-\x7f\u2010-\u203e\u3000-\u303f\uac00-\ud7a3\uff01-\uff60]*", re.DOTALL)
_GB2312_PAIR = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
_LAST_COMMON_GB2312_ROW = 0xD7
"""Rows to here hold the 3,755 characters of everyday use; two accented small letters of Europe make a later one."""


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text file as its bytes, which ``encoding`` can decode."""

    content: bytes
    encoding: str = _UTF_8

    @property
    def text(self) -> str:
        r"""The text without a byte order mark; line ends ``\n``, one at its end. Decoded at each call."""
        text = self.content.decode(self.encoding).removeprefix("\ufeff")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text + "\n" if text and not text.endswith("\n") else text


def detect_encoding(content: bytes) -> str | None:
    """The first encoding in which the bytes are text; None where there is none. Takes time linear in the size."""
    return next((encoding for encoding in _candidates(content) if _is_text(content, encoding)), None)


def has_control_bytes(content: bytes) -> bool:
    """Whether there are bytes that hardly any text has, whatever its encoding."""
    return _CONTROL_BYTE.search(content) is not None


def _candidates(content: bytes) -> Iterator[str]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            yield encoding
    if b"\0" in content:
        yield _unmarked_utf16(content)
        return
    yield _UTF_8
    for match in _DECLARATION.finditer(content[:_MAX_DECLARATION_OFFSET]):
        label = match[1].decode("latin-1").lower().replace("_", "-")
        if label in _DECLARED_ENCODINGS:
            yield _DECLARED_ENCODINGS[label]
    yield from _east_asian_encodings(content)
    yield _WINDOWS_1252  # all of the text that Latin-1 has, and more


def _is_text(content: bytes, encoding: str) -> bool:
    text = _decode(content, encoding)
    if text is None or "\0" in text:
        return False
    # UTF-8 and a mark prove themselves; almost any bytes can be read in the others.
    is_certain = encoding in {_UTF_8, "utf-16", "utf-32"}
    return is_certain or not any(unicodedata.category(char) in {"Cc", "Cn"} for char in set(text) - _ALLOWED_CONTROLS)


def _unmarked_utf16(content: bytes) -> str:
    """In code the other half of most units is NUL."""
    return "utf-16le" if content[1::2].count(0) > content[::2].count(0) else "utf-16be"


def _east_asian_encodings(content: bytes) -> Iterator[str]:
    """Those that the bytes fit and that no text of Europe fits by chance.

    Korean before Chinese: most of its characters are some of Chinese, too, and hardly ever all of a Chinese text are
    Korean.
    """
    if _JAPANESE.fullmatch(_decode(content, _SHIFT_JIS) or ""):
        yield _SHIFT_JIS
    if _KOREAN.fullmatch(_decode(content, _EUC_KR) or ""):
        yield _EUC_KR
    if _decode(content, "gb2312") is not None:
        rows = [pair[0] for pair in _GB2312_PAIR.findall(content)]
        if sum(row > _LAST_COMMON_GB2312_ROW for row in rows) * 10 <= len(rows):
            yield _GBK


def _decode(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None
