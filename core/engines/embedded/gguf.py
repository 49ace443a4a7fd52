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
"""A longer value shows a damaged file, not a reason to allocate the memory."""
_STRING_HEAD_BYTES = 8
_FILE_TYPE = "general.file_type"
_READ_TEXTS = {"general.architecture", "general.size_label"}
QUANTIZATIONS = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 25: "IQ4_NL", 30: "IQ4_XS",
    32: "BF16",
}  # fmt: skip
"""The names of ``general.file_type``'s numbers (llama.cpp's ``llama_ftype``)."""


class InvalidGguf(ValueError):
    """The file is no GGUF, or is damaged."""


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """``architecture`` is a name such as ``qwen2``; ``context_length`` is the trained window in tokens.

    ``size_label`` is the number of parameters, such as ``1.5B``; ``quantization`` is the format of most of them.
    """

    architecture: str
    context_length: int | None
    size_label: str | None = None
    quantization: str | None = None


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
    texts: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for _ in range(count):
        key = _read_string(file)
        # What follows is mostly the vocabulary: to read it takes longer than all before it.
        if key.startswith("tokenizer.") and "general.architecture" in texts and "context_length" in numbers:
            break
        value_type = _read_integer(file, 4)
        if key in _READ_TEXTS and value_type == _STRING:
            texts[key] = _read_string(file)
        elif (key == _FILE_TYPE or key.endswith(".context_length")) and value_type in (_UINT32, _UINT64):
            numbers[key.rpartition(".")[2]] = _read_integer(file, _TYPE_SIZES[value_type])
        else:
            _skip_value(file, value_type)
    return GgufHeader(
        texts.get("general.architecture", ""),
        numbers.get("context_length"),
        texts.get("general.size_label"),
        QUANTIZATIONS.get(numbers.get("file_type", -1)),
    )


def _skip_value(file: BinaryIO, value_type: int) -> None:
    if value_type == _STRING:
        _read_string(file)
    elif value_type == _ARRAY:
        item_type, count = _read_integer(file, 4), _read_integer(file, 8)
        # An array of arrays is in no model: llama.cpp refuses it, too.
        item_size = _STRING_HEAD_BYTES if item_type == _STRING else _TYPE_SIZES[item_type]
        if item_size * count > _MAX_READ_BYTES:
            raise InvalidGguf("an array is longer than any model's")
        if item_type in _TYPE_SIZES:
            file.seek(item_size * count, 1)
            return
        for _ in range(count):
            _read_string(file)
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
