"""The header of a GGUF file, and files that are none."""

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


def test_the_head_of_a_gguf(tmp_path: Path) -> None:
    [weights] = usable_weights(tmp_path, SMOLLM2)
    head = read_header(weights.path)
    assert (head.architecture, head.context_length) == ("llama", 8192)
