"""What the readers of blocks say about a line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineResult:
    """What a line is: ``content`` of the block and, if the block ``is_closed``, the ``rest`` of the line after it.

    ``markup`` is neither: a fence, or the indentation of the block. With ``is_newline_added`` the last character of the
    content is a line end that the text does not have there.
    """

    content: str = ""
    is_closed: bool = False
    rest: str = ""
    markup: str = ""
    is_newline_added: bool = False
