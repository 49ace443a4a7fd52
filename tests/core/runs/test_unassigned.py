"""Blocks that belong to no file, in a sentence and as files."""

from core.files.markdown.events import UnassignedBlock
from core.runs.unassigned import block_files, unassigned_sentence


def test_one_block_belongs_and_two_belong() -> None:
    assert unassigned_sentence(1, "keep it") == "1 block belongs to no file: keep it"
    assert unassigned_sentence(2, "keep them") == "2 blocks belong to no file: keep them"


def test_blocks_are_numbered_files_of_their_languages() -> None:
    text = "```js\n1\n```\n```\n2\n3\n```\n"
    blocks = (UnassignedBlock(2, 1, "javascript", "1"), UnassignedBlock(5, 2, "", "2"))
    assert [(file.path, file.text) for file in block_files(text, blocks)] == [
        ("block-1.js", "1\n"),
        ("block-2.txt", "2\n3\n"),
    ]
