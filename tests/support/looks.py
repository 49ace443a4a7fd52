"""How files are reviewed in a test that is of something else: not at all, since the tools take their time."""

from collections.abc import Sequence

from core.files import SourceFile
from core.reviews import ReviewedFile


async def nobody_looks(files: Sequence[SourceFile]) -> list[ReviewedFile]:
    """Leave every file as it is, without a problem."""
    return [ReviewedFile(file) for file in files]
