"""Small pictures of projects' running apps, taken in a viewer's browser: foreign content, checked and not trusted."""

from functools import partial
from hashlib import sha256

from core.errors import InvalidInput
from core.projects.access import ProjectAccess
from core.projects.changes import ProjectChanges
from data import commands, queries
from data.database import Database
from data.errors import RowRejected

MAX_PICTURE_BYTES = 60_000
MAX_PICTURE_SIDE = 1024
"""Pixels: a small file may be unpacked to a picture that fills the memory of who looks at it."""
DIGEST_LENGTH = 16
_SIZE_MARKERS = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive JPEG (ITU-T T.81, table B.1); browsers write no other kind."""


class Pictures:
    """One picture for each project, the newest; reached with its user's id only."""

    def __init__(self, database: Database, access: ProjectAccess, changes: ProjectChanges) -> None:
        self._database = database
        self._access = access
        self._changes = changes

    async def keep(self, user_id: int, project_id: int, content: bytes) -> None:
        """Store a JPEG in place of the one before. Raises NotFound, InvalidInput."""
        await self._access.get(user_id, project_id)
        check_picture(content)
        digest = sha256(content).hexdigest()[:DIGEST_LENGTH]
        row = {"project_id": project_id, "digest": digest, "content": content}
        try:
            is_new = await self._database.write(partial(commands.replace_project_picture, row=row))
        except RowRejected:  # the project was deleted meanwhile
            return
        if is_new:
            self._changes.publish(user_id, project_id)

    async def find(self, user_id: int, project_id: int) -> bytes | None:
        """The JPEG; None where there is none, or the project is somebody else's."""
        return await self._database.read(partial(queries.find_project_picture, user_id=user_id, project_id=project_id))


def check_picture(content: bytes) -> None:
    """Raise InvalidInput unless these are the bytes of a small JPEG."""
    size = jpeg_size(content) if len(content) <= MAX_PICTURE_BYTES else None
    if size is None or not all(0 < side <= MAX_PICTURE_SIDE for side in size):
        raise InvalidInput.for_field(
            "picture", f"A picture is a JPEG of {MAX_PICTURE_BYTES // 1000} KB and {MAX_PICTURE_SIDE} pixels at most."
        )


def jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, as the head of a JPEG tells them; None where the bytes are no JPEG.

    Before its picture data a JPEG is a list of segments: FF, a marker, two bytes of length, content.
    """
    if content[:2] != b"\xff\xd8" or content[-2:] != b"\xff\xd9":
        return None
    position = 2
    while position + 9 < len(content) and content[position] == 0xFF:
        marker, length = content[position + 1], int.from_bytes(content[position + 2 : position + 4])
        if marker in _SIZE_MARKERS:
            height, width = (int.from_bytes(content[position + at : position + at + 2]) for at in (5, 7))
            return width, height
        if length < 2:
            return None
        position += 2 + length
    return None
