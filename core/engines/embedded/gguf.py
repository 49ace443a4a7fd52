"""The head of a GGUF file: enough to know that it is one, and its window.

Format: ggml ``docs/gguf.md``, versions 2 and 3 (little-endian).
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_UINT32, _STRING, _ARRAY, _UINT64 = 4, 8, 9, 10
_LONGEST = 1 << 26


class NotGguf(ValueError):
    """The file holds no model that can be read."""


@dataclass(frozen=True, slots=True)
class Head:
    """``architecture`` such as ``qwen2``; ``context`` is the longest window the model was trained for, in tokens."""

    architecture: str
    context: int | None


def read_head(path: Path) -> Head:
    """Read the metadata of the file up to the context length. Raises NotGguf and OSError."""
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise NotGguf("the file does not begin as a GGUF does")
        try:
            _, _, count = struct.unpack("<IQQ", _exactly(file, 20))
            return _head(file, count)
        except (KeyError, UnicodeDecodeError) as error:
            raise NotGguf("the metadata cannot be read") from error


def _head(file: BinaryIO, count: int) -> Head:
    architecture, context = "", None
    for _ in range(count):
        key = _string(file)
        kind = _number(file, 4)
        if key == "general.architecture" and kind == _STRING:
            architecture = _string(file)
        elif key.endswith(".context_length") and kind in (_UINT32, _UINT64):
            context = _number(file, _SIZES[kind])
        else:
            _skip(file, kind)
        if architecture and context:
            break
    return Head(architecture, context)


def _skip(file: BinaryIO, kind: int) -> None:
    if kind == _STRING:
        _string(file)
    elif kind == _ARRAY:
        inner, count = _number(file, 4), _number(file, 8)
        if inner in _SIZES:
            file.seek(_SIZES[inner] * count, 1)
            return
        for _ in range(count):
            _skip(file, inner)
    else:
        _exactly(file, _SIZES[kind])


def _string(file: BinaryIO) -> str:
    return _exactly(file, _number(file, 8)).decode()


def _number(file: BinaryIO, size: int) -> int:
    return int.from_bytes(_exactly(file, size), "little")


def _exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size) if size <= _LONGEST else b""
    if len(data) != size:
        raise NotGguf("the file is cut off")
    return data
