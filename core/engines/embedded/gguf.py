"""Reads the header of a GGUF file: whether it is one, and its context length.

The format is described in ggml's ``docs/gguf.md``; versions 2 and 3, little-endian.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

# The value types by their numbers in the file; strings and arrays have no fixed size in bytes.
_TYPE_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_UINT32, _STRING, _ARRAY, _UINT64 = 4, 8, 9, 10
_MAX_READ_BYTES = 1 << 26
"""A longer string shows a damaged file, not a reason to allocate the memory."""


class InvalidGguf(ValueError):
    """The file is no GGUF, or is damaged."""


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """``architecture`` is a name such as ``qwen2``; ``context_length`` is the trained window in tokens."""

    architecture: str
    context_length: int | None


def read_header(path: Path) -> GgufHeader:
    """Read the file's metadata up to the context length. Raises InvalidGguf and OSError."""
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise InvalidGguf("the file does not begin as a GGUF does")
        try:
            _, _, count = struct.unpack("<IQQ", _read_exactly(file, 20))
            return _read_metadata(file, count)
        except (KeyError, UnicodeDecodeError) as error:
            raise InvalidGguf("the metadata cannot be read") from error


def _read_metadata(file: BinaryIO, count: int) -> GgufHeader:
    architecture, context_length = "", None
    for _ in range(count):
        key = _read_string(file)
        value_type = _read_integer(file, 4)
        if key == "general.architecture" and value_type == _STRING:
            architecture = _read_string(file)
        elif key.endswith(".context_length") and value_type in (_UINT32, _UINT64):
            context_length = _read_integer(file, _TYPE_SIZES[value_type])
        else:
            _skip_value(file, value_type)
        # What follows is mostly the vocabulary: to read it takes longer than all before it.
        if architecture and context_length:
            break
    return GgufHeader(architecture, context_length)


def _skip_value(file: BinaryIO, value_type: int) -> None:
    if value_type == _STRING:
        _read_string(file)
    elif value_type == _ARRAY:
        item_type, count = _read_integer(file, 4), _read_integer(file, 8)
        if item_type in _TYPE_SIZES:
            file.seek(_TYPE_SIZES[item_type] * count, 1)
            return
        for _ in range(count):
            _skip_value(file, item_type)
    else:
        _read_exactly(file, _TYPE_SIZES[value_type])


def _read_string(file: BinaryIO) -> str:
    return _read_exactly(file, _read_integer(file, 8)).decode()


def _read_integer(file: BinaryIO, size: int) -> int:
    return int.from_bytes(_read_exactly(file, size), "little")


def _read_exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size) if size <= _MAX_READ_BYTES else b""
    if len(data) != size:
        raise InvalidGguf("the file is cut off")
    return data
