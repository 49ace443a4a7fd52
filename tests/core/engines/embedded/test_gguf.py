"""The header of a GGUF file, and files that are none."""

import struct
from pathlib import Path

import pytest

from core.engines.embedded.gguf import InvalidGguf, read_header
from core.engines.embedded.weights import SMOLLM2, usable_weights


@pytest.mark.parametrize(
    "data", [b"", b"GGML", b"GGUF", b"GGUF" + b"\xff" * 20, b"GGUF\3\0\0\0" + bytes(8) + b"\1" + bytes(7)]
)
def test_what_is_no_gguf(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(data)
    with pytest.raises(InvalidGguf):
        read_header(path)


def _array(item_type: int, count: int, rest: bytes = b"") -> bytes:
    """A GGUF whose only value is an array that says so much of itself."""
    return b"GGUF" + struct.pack("<IQQ Q1s IIQ", 3, 0, 1, 1, b"k", 9, item_type, count) + rest


@pytest.mark.parametrize(
    "data",
    [
        _array(10, 1 << 63),
        _array(0, (1 << 63) - 1),
        _array(8, 1 << 63, bytes(64)),
        _array(9, 1, struct.pack("<IQ", 9, 1) * 5000),
        _array(8, 1, struct.pack("<Q", 1 << 62)),
    ],
)
def test_a_damaged_value_is_no_gguf_and_left_out(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "models" / "damaged.gguf"
    path.parent.mkdir()
    path.write_bytes(data)
    with pytest.raises(InvalidGguf):
        read_header(path)
    assert [weights.name for weights in usable_weights(tmp_path, SMOLLM2)] == [SMOLLM2]


def test_the_head_of_a_gguf(tmp_path: Path) -> None:
    [weights] = usable_weights(tmp_path, SMOLLM2)
    head = read_header(weights.path)
    assert (head.architecture, head.context_length) == ("llama", 8192)
