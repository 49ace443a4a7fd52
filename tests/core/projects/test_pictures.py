"""Pictures of projects: only small JPEGs, and each for its owner alone."""

import asyncio

import pytest

from core.errors import InvalidInput, NotFound
from core.projects.changes import ProjectChanged
from core.projects.pictures import MAX_PICTURE_BYTES, MAX_PICTURE_SIDE, jpeg_size
from tests.support.users.studio_user import StudioUser, register_user


def jpeg(width: int = 720, height: int = 252, marker: int = 0xC0, filling: int = 4) -> bytes:
    """The head and the end of a JPEG, with a segment of other things before its size."""
    other = b"\xff\xe0" + (filling + 2).to_bytes(2) + b"J" * filling
    size = bytes([0xFF, marker]) + b"\x00\x11\x08" + height.to_bytes(2) + width.to_bytes(2) + b"\x03" * 10
    return b"\xff\xd8" + other + size + b"\xff\xd9"


@pytest.mark.parametrize("marker", [0xC0, 0xC1, 0xC2])
def test_the_size_is_read_from_the_head(marker: int) -> None:
    assert jpeg_size(jpeg(3, 500, marker)) == (3, 500)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff\xd9",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
        b"<svg/>" * 20,
        jpeg()[:-2],
        jpeg(marker=0xC9),
        b"\xff\xd8\xff\xe0\x00\x00" * 20 + b"\xff\xd9",
        b"\xff\xd8" + b"\xff\xe0\x00\x02" * 14_000 + b"\xff\xd9",
    ],
)
def test_what_is_no_jpeg_has_no_size(content: bytes) -> None:
    assert jpeg_size(content) is None


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a",
        jpeg(width=MAX_PICTURE_SIDE + 1),
        jpeg(height=65_535),
        jpeg(height=0),
        jpeg(filling=MAX_PICTURE_BYTES),
    ],
)
async def test_what_is_no_small_jpeg_is_refused(ada: StudioUser, content: bytes) -> None:
    project = await ada.create_project()
    with pytest.raises(InvalidInput):
        await ada.studio.pictures.keep(ada.id, project.id, content)
    assert await ada.studio.pictures.find(ada.id, project.id) is None


async def test_the_newest_picture_is_kept_and_told_of_once(ada: StudioUser) -> None:
    project = await ada.create_project()
    changes: list[ProjectChanged] = []
    ada.studio.changes.subscribe(changes.append)
    for content in (jpeg(), jpeg(), jpeg(700)):
        await ada.studio.pictures.keep(ada.id, project.id, content)
    assert await ada.studio.pictures.find(ada.id, project.id) == jpeg(700)
    assert len(changes) == 2
    [listed] = await ada.studio.projects.search(ada.id)
    assert listed.picture_digest


async def test_a_picture_is_for_the_owner_alone_and_goes_with_the_project(ada: StudioUser) -> None:
    project = await ada.create_project()
    eve = await register_user(ada.studio, "eve")
    await ada.studio.pictures.keep(ada.id, project.id, jpeg())
    assert await ada.studio.pictures.find(eve.id, project.id) is None
    assert await ada.studio.pictures.find(ada.id, 2**64) is None
    with pytest.raises(NotFound):
        await ada.studio.pictures.keep(eve.id, project.id, jpeg(700))
    keeping = ada.studio.pictures.keep(ada.id, project.id, jpeg(600))
    await asyncio.gather(keeping, ada.studio.projects.delete(ada.id, project.id), return_exceptions=True)
    assert await ada.studio.pictures.find(ada.id, project.id) is None
