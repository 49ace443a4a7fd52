"""The head of a GGUF, and what is none."""

from pathlib import Path

import pytest

from core.engines.embedded.gguf import NotGguf, read_head
from core.engines.embedded.weights import SMOLLM2, usable


@pytest.mark.parametrize(
    "data", [b"", b"GGML", b"GGUF", b"GGUF" + b"\xff" * 20, b"GGUF\3\0\0\0" + bytes(8) + b"\1" + bytes(7)]
)
def test_what_is_no_gguf(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(data)
    with pytest.raises(NotGguf):
        read_head(path)


def test_the_head_of_a_gguf(tmp_path: Path) -> None:
    [weights] = usable(tmp_path, SMOLLM2)
    head = read_head(weights.path)
    assert (head.architecture, head.context) == ("llama", 8192)
